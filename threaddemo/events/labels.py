"""Values in few words. Code of a program's is not run for them: it might be a part of its run."""

from __future__ import annotations

from typing import Any

from threaddemo.demo import Message

LONGEST = 60  #: characters
#: What Python shows without any code of the program's.
PLAIN: tuple[Any, ...] = (bool, int, float, str, type(None))


def label(value: object) -> str:
    """A value as Python shows it, cut if it is long; of what shows itself otherwise its type."""
    return _shown(value)[:LONGEST]


def _shown(value: object) -> str:
    for plain in PLAIN:
        if isinstance(value, plain):
            text: str = plain.__repr__(value)
            return text
    if isinstance(value, Message):
        return str(value)
    if isinstance(value, tuple) and all(type(item) in PLAIN for item in value):
        return tuple.__repr__(value)
    return type(value).__name__
