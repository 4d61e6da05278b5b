"""What was asked for, read and checked, without a command line in sight."""

from itertools import product
from typing import Any, Literal, NamedTuple, TypeAlias

from threaddemo.promises import Expectation

Mode: TypeAlias = Literal["real", "simulated", "explored"]


class Settings(NamedTuple):
    """One command's options; a series is more than one run."""

    command: str
    """The command's name, and the file that it was given, if any: what complaints begin with."""
    demo: str
    """What is run: the demo's name, or that of the file."""
    params: dict[str, Any]
    """The demo's own options, by the names that its ``run`` has for them."""
    level: str
    """The least level of the narrative; whether one was asked for has been seen to."""
    log_format: str
    form: str
    """Of the result: text, json or csv."""
    color: str
    check: bool
    expected: tuple[Expectation, ...]
    repeat: int | None
    by: tuple[str, ...]
    """The facts by which outcomes are grouped; none for all of them."""
    vary: tuple[tuple[str, tuple[Any, ...]], ...]
    """Names among ``params``, each with the values that it takes in turn."""
    timeout: float | None
    """Seconds, real ones; what a flag that may hang implies has been seen to."""
    seed: int | None
    schedule: str | None
    explore: bool
    step: bool
    """Whether whoever runs it chooses the steps."""
    preemptions: int | None
    fine: bool
    """Whether a simulated run may be interrupted at shared memory, too."""
    points: str
    """The option that says so again, where that is not the command's default: "--fine"."""
    max_schedules: int
    timeline: bool
    explain: bool
    source: bool
    export: tuple[str, ...]
    """Files that the run is written to."""
    let: tuple[str, ...] = ()
    """Names of what a script may use on the simulator, at somebody's own word."""

    @property
    def mode(self) -> Mode:
        """What the runs are."""
        if self.explore:
            return "explored"
        real = self.seed is None and self.schedule is None and not self.step
        return "real" if real else "simulated"

    @property
    def is_recorded(self) -> bool:
        """Whether it is to be noted what the threads do."""
        return self.timeline or self.explain or bool(self.export)

    @property
    def is_series(self) -> bool:
        """Whether there is a table to be made."""
        return bool(self.repeat or self.explore)

    @property
    def variations(self) -> list[tuple[dict[str, Any], "Settings"]]:
        """The settings for every combination of the values that vary, and the values."""
        names = [name for name, _ in self.vary]
        combinations = product(*(values for _, values in self.vary))
        found = [dict(zip(names, values, strict=True)) for values in combinations]
        return [(one, self._replace(params=_with(self.params, one), vary=())) for one in found]


def _with(params: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Parameters with other values; of a script, a number is the place of an argument."""
    if "args" not in params:
        return params | values
    args = list(params["args"])
    for place, value in values.items():
        args[int(place) - 1 : int(place)] = [value]
    return params | {"args": args}
