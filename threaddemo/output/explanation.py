"""A run in words, as text and as data: what ``--explain`` adds to the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from threaddemo.ends import Run
from threaddemo.events.steps import Step, steps

if TYPE_CHECKING:
    from threaddemo.events.notes import Notes

#: What is said where there is nothing to explain.
ALL_WELL = "every outcome that was found is as it should be: there is none to explain"


class Explanation(NamedTuple):
    """The steps of a run."""

    steps: tuple[Step, ...] = ()
    of: str = ""
    """Which run it is, where that is not clear; or why there is none."""

    def text(self) -> str:
        """A line a step."""
        head = [self.of] if self.of else []
        return "".join(f"{printable(line)}\n" for line in (*head, *map(str, self.steps)))

    def data(self) -> list[dict[str, Any]]:
        """An object a step."""
        return [step._asdict() for step in self.steps]


def of_run(run: Run, notes: Notes, in_order: bool, of: str = "") -> Explanation:
    """The explanation of a run that was recorded; what it failed of is its last step.

    Args:
        run: what came of it.
        notes: what was noted.
        in_order: whether what is noted first came first, as on the simulator.
        of: which run it is.
    """
    found = steps(notes, in_order, notes.left_out)
    if run.failure is not None:
        who, text = run.failure.thread, str(run.failure)
        found.append(Step(len(found) + 1, round(run.elapsed, 6), "fail", text, who))
    return Explanation(tuple(found), of)


def printable(text: str) -> str:
    """A line without what a terminal would act on."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
