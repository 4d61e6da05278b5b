"""What a simulated script may use of the real Python: what starts no thread and waits for nothing.

Besides, there is what somebody has let through at their own word.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from types import ModuleType
from typing import Any, NoReturn

from threaddemo.ends import CannotSimulate
from threaddemo.simulation import PURE, gap

#: What a script may import, besides what a demo may: nothing of it starts threads or waits.
ALSO = frozenset(
    """colorsys contextvars decimal difflib encodings errno fnmatch gc gettext graphlib
    html.entities html.parser ipaddress locale ntpath platform posixpath quopri stat stringprep
    tomllib urllib.parse warnings xml xml.etree xml.etree.ElementTree zoneinfo""".split()  # noqa: SIM905 - a literal takes a line for each
)


class Permitted(Collection[str]):
    """The modules that a script may import which have no twin.

    Args:
        let: names of modules, also of all that is in them; or of what a twin lacks.
        twins: those that there are.

    Raises:
        CannotSimulate: there is no such thing.
    """

    def __init__(self, let: Collection[str], twins: Mapping[str, Any]) -> None:
        self._let = frozenset(let)
        for name in let:
            module, _, attribute = name.rpartition(".")
            if module in twins:
                twins[module].provide(**{attribute: _real(module, attribute)})

    def __contains__(self, name: object) -> bool:
        if name in PURE or name in ALSO:
            return True
        parts = str(name).split(".")
        return any(".".join(parts[:size]) in self._let for size in range(1, len(parts) + 1))

    def __iter__(self) -> Iterator[str]:
        return iter(PURE | ALSO | self._let)

    def __len__(self) -> int:
        return len(PURE | ALSO | self._let)


def _real(module: str, attribute: str) -> Any:
    real: ModuleType = importlib.import_module(module)
    try:
        return getattr(real, attribute)
    except AttributeError:
        raise CannotSimulate(f"--let {module}.{attribute}: there is no such thing") from None


class Answers:
    """The lines of this process's stdin, which each run of a script is given from the first on."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._place = 0

    def begin(self) -> None:
        """A run begins."""
        self._place = 0

    def input(self, prompt: object = "", /) -> str:
        """Ask as the builtin does.

        Raises:
            EOFError: there are no more lines.
        """
        print(prompt, end="", flush=True)
        if self._place == len(self._lines):
            self._lines.append(sys.stdin.readline() if sys.stdin else "")
        line = self._lines[self._place]
        self._place += 1
        if not line:
            raise EOFError("EOF when reading a line")
        return line.removesuffix("\n")


def permitted_builtins(let: Collection[str], answers: Answers) -> dict[str, Any]:
    """What a script finds in the place of builtins that wait, or change the world outside."""
    own: dict[str, Callable[..., Any]] = {
        "input": answers.input if "input" in let else _input,
        "exit": _exit,
        "quit": _exit,
    }
    gaps = {"open": _open, "breakpoint": _breakpoint}
    return own | {name: function for name, function in gaps.items() if name not in let}


def _input(prompt: object = "", /) -> NoReturn:
    gap("input()")


def _breakpoint(*_: object, **__: object) -> NoReturn:
    gap("breakpoint()")


def _open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
    """Files may be read."""
    if isinstance(mode, str) and set("wax+") & set(mode):
        gap(f"open() to write ({mode!r})")
    return builtins.open(file, mode, *args, **kwargs)


def _exit(code: object = None) -> NoReturn:
    raise SystemExit(code)
