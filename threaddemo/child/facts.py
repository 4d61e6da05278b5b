"""Which of a script's values are facts, wherever it has run."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

LONGEST_NUMBER = 4_000  #: bits, of a fact; Python reads and writes no number of thousands of digits
SIMPLE = (bool, int, str, type(None))


def simple(names: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a script's global variables that are facts."""
    return {
        name: value
        for name, value in names.items()
        if type(value) in SIMPLE
        and not (name.startswith("__") and name.endswith("__"))
        and not _is_endless(value)
    }


def exit_code(code: object) -> object:
    """What was given to ``sys.exit``, as a fact."""
    if type(code) in SIMPLE and not _is_endless(code):
        return code
    try:
        return str(code)
    except Exception:
        return type(code).__name__


def _is_endless(value: object) -> bool:
    return type(value) is int and value.bit_length() > LONGEST_NUMBER
