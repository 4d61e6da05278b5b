"""What a demo says of its run, and the words and sums that several demos need to say it.

A demo's ``run`` returns a function; the runner calls it when every thread that is not a daemon has
ended, and gets the demo's ``Outcome``: a named tuple whose fields are the facts.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, Protocol

from threaddemo.parameters import Parameter


class Outcome(Protocol):
    """The facts of one run, what they amount to, and whether the demo kept its promise."""

    @property
    def ok(self) -> bool:
        """Whether the promise was kept; the promise itself is this property's docstring."""

    def __str__(self) -> str:
        """The result in one line; equal facts give equal text."""

    def _asdict(self) -> dict[str, Any]:
        """The facts by name."""


Observe = Callable[[], Outcome]
"""Reads the facts; called after the threads have ended, it takes no lock and waits for nothing."""


class Demo(Protocol):
    """What a module in ``threaddemo.demos`` holds."""

    __name__: str
    __file__: str
    __doc__: str | None
    OPTIONS: tuple[Parameter, ...]
    EXAMPLE: str
    Outcome: type[Any]
    run: Callable[..., Observe]


class Message(NamedTuple):
    """A message knows where it comes from: random values repeat, (producer, number) does not."""

    producer: str
    number: int
    value: int | None

    def __str__(self) -> str:
        return "END" if self.value is None else str(self.value)


def delivery(
    produced: Sequence[Message], stored: Sequence[Message], one_to_one: bool
) -> tuple[int, int, int, int, bool | None]:
    """The facts produced, stored, lost, repeated and in_order of a pipeline.

    ``in_order`` is None unless there is one producer and one consumer: between several, only the
    operating system decides who is first.
    """
    arrived = set(stored)
    lost = len(set(produced) - arrived)
    repeated = len(stored) - len(arrived)
    in_order = list(stored) == sorted(stored, key=lambda message: message.number)
    return len(produced), len(stored), lost, repeated, in_order if one_to_one else None


def delivered(produced: int, lost: int, repeated: int, in_order: bool | None) -> str:
    """A pipeline's facts in words."""
    order = {True: ", in order", False: ", out of order", None: ""}[in_order]
    return f"{plural(produced, 'message')} produced, {lost} lost, {repeated} repeated{order}"


def names(role: str, number: int) -> list[str]:
    """What the threads of one role are called: "Producer", or "Producer 0", "Producer 1", ..."""
    return [role] if number == 1 else [f"{role} {index}" for index in range(number)]


def peak(marks: Iterable[int]) -> int:
    """How many were inside at once at most, from a list of +1 for each entry and -1 for each exit.

    Appending to a list is atomic, so threads can keep such a list without a lock of its own.
    """
    return max(accumulate(marks), default=0)


def plural(number: int, noun: str) -> str:
    """A number and its noun: "1 thread", "2 threads"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listing(items: Sequence[object], most: int = 12) -> str:
    """Items separated by commas; a long list is folded, and says so."""
    shown = ", ".join(map(str, items[:most]))
    return shown if len(items) <= most else f"{shown}, ... ({len(items)} in all)"
