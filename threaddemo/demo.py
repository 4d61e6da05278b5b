"""What a demo declares, and what it says of its run; words and sums that several demos need.

``OPTIONS`` declares names, kinds and ranges, without a command line in sight. ``run`` returns a
function; the runner calls it when every thread that is not a daemon has ended, and gets the demo's
``Outcome``: a named tuple whose fields are the facts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from threading import Thread
from typing import Any, NamedTuple, Protocol, TypeVar

MOST_THREADS = 10_000  #: starting 40,000 took a machine 46 s; more is never a lesson
LONGEST_SLEEP = 86_400  #: seconds: a day
MOST_MESSAGES = 1_000_000

E = TypeVar("E", bound="Ended")


class Parameter(NamedTuple):
    """One option of a demo, and the keyword argument of its ``run`` of the same name."""

    name: str
    """As on the command line, without the leading dashes: ``queue-size``."""
    default: int | float | bool | None
    help: str
    minimum: float = 0
    maximum: float = 0
    unset: str | None = None
    """What a default of None means, in words."""
    explored: int | None = None
    """A smaller default for trying every schedule, where the real one is out of reach."""
    starts: bool = False
    """Whether the demo starts a thread for each one."""
    timeout: float | None = None
    """Seconds: the default ``--timeout`` of a real run that may hang because of this flag."""
    hangs: bool = True
    """Whether it is with the flag set that a real run may hang, or without it."""

    @property
    def keyword(self) -> str:
        """The name as ``run`` spells it: ``queue_size``."""
        return self.name.replace("-", "_")


def threads(
    name: str, default: int, help: str, explored: int | None = None, least: int = 1
) -> Parameter:
    """How many threads of a kind the demo starts, 1 to 10,000."""
    return Parameter(name, default, help, least, MOST_THREADS, explored=explored, starts=True)


def count(
    name: str, default: int, help: str, least: int = 1, most: int = MOST_THREADS
) -> Parameter:
    """How many of something that is met by threads, 1 to 10,000: tasks, connections."""
    return Parameter(name, default, help, least, most)


def size(
    name: str, default: int | None, help: str, unset: str | None = None, explored: int | None = None
) -> Parameter:
    """A number of messages, 0 to 1,000,000."""
    return Parameter(name, default, help, 0, MOST_MESSAGES, unset=unset, explored=explored)


def seconds(name: str, default: float, help: str) -> Parameter:
    """A duration in seconds, 0 to 86,400."""
    return Parameter(name, float(default), help, 0, LONGEST_SLEEP)


def flag(name: str, help: str, timeout: float | None = None, *, hangs: bool = True) -> Parameter:
    """A switch, off unless given; with a ``timeout`` if it decides whether a real run may hang."""
    return Parameter(name, False, help, timeout=timeout, hangs=hangs)


def patience(options: Iterable[Parameter], params: Mapping[str, Any]) -> float | None:
    """Seconds: the default ``--timeout`` of a real run, or None if it can't hang.

    Args:
        options: what the demo declares.
        params: the run's, by keyword.
    """
    may_hang = (option for option in options if option.timeout is not None)
    limits = [option.timeout for option in may_hang if params[option.keyword] is option.hangs]
    return min(filter(None, limits), default=None)


def typed(
    command: str, options: Iterable[Parameter], params: Mapping[str, Any], smaller: bool
) -> str:
    """A command as it is typed, with those of its options that are not at their defaults.

    Args:
        command: its name, and that of its file, if there is one.
        options: what it declares.
        params: the run's, by keyword.
        smaller: whether the smaller defaults count, those for trying every schedule.
    """
    words = [command]
    for option in options:
        value = params[option.keyword]
        default = option.explored if smaller and option.explored is not None else option.default
        if value != default:
            words.append(f"--{option.name}" if value is True else f"--{option.name} {value}")
    return " ".join(words)


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


class Smoke(NamedTuple):
    """What a smoke run holds a demo to, in options: its promise, unless it exists to break it."""

    real: str = "--check"
    seeded: str = "--check"
    explored: str = "--check"


class Demo(Protocol):
    """What a module in ``threaddemo.demos`` holds.

    One that the simulator can't run says why in one line more: ``REAL_ONLY = "the reason"``. One
    whose promise is there to be broken says what it must show: ``SMOKE = Smoke(...)``. What is sent
    as a message and is none, no picture counts: ``SENTINEL = ...``.
    """

    __name__: str
    __file__: str
    __doc__: str | None
    OPTIONS: tuple[Parameter, ...]
    EXAMPLE: str
    Outcome: type[Any]
    run: Callable[..., Observe]


def smoke(demo: Demo) -> Smoke:
    """What a smoke run holds a demo to."""
    return getattr(demo, "SMOKE", Smoke())


def real_only(demo: object) -> str | None:
    """Why a demo is for real runs only, if it is."""
    return getattr(demo, "REAL_ONLY", None)


class Ended(NamedTuple):
    """The facts of demos whose main may wait for the thread, or may not; the promise is theirs."""

    threads: int
    finished: int
    main_last: bool

    def __str__(self) -> str:
        when = "last" if self.main_last else "first"
        return f"{part(self.finished, self.threads, 'thread')} finished; main was done {when}"

    @classmethod
    def of(cls: type[E], threads: Sequence[Thread], main_last: bool) -> E:
        """A look at the threads: who is not alive has finished."""
        return cls(len(threads), sum(not thread.is_alive() for thread in threads), main_last)


class Updates(NamedTuple):
    """The facts of demos whose threads add one to a value, once each."""

    threads: int
    starting_value: int
    ending_value: int
    expected: int
    lost: int

    @property
    def ok(self) -> bool:
        """No update is lost."""
        return self.lost == 0

    def __str__(self) -> str:
        number, lost = plural(self.threads, "thread"), plural(self.lost, "update")
        change = f"from {self.starting_value} to {self.ending_value}, expected {self.expected}"
        return f"{number} took the value {change}: {lost} lost"

    @classmethod
    def of(cls, threads: int, starting_value: int, ending_value: int) -> "Updates":
        """The sums."""
        expected = starting_value + threads
        return cls(threads, starting_value, ending_value, expected, expected - ending_value)


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


def spelled(fact: Any) -> str:
    """A fact as it is written after ``--expect FACT=``: true, null, 3, 2,1,0 or {"Main": "6"}."""
    if isinstance(fact, tuple):
        return ",".join(map(str, fact))
    if isinstance(fact, dict):
        import json

        return json.dumps(fact)
    if isinstance(fact, float):
        return f"{fact:g}"
    if fact is None or isinstance(fact, bool):
        return {True: "true", False: "false", None: "null"}[fact]
    return str(fact)


def plural(number: int, noun: str) -> str:
    """A number and its noun: "1 thread", "2 threads"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def part(number: int, whole: int, noun: str) -> str:
    """How many of how many: "0 of 1 thread", "2 of 3 threads"."""
    return f"{number} of {plural(whole, noun)}"


def listing(items: Sequence[object], most: int = 12) -> str:
    """Items separated by commas; a long list is folded, and says so."""
    shown = ", ".join(map(str, items[:most]))
    return shown if len(items) <= most else f"{shown}, ... ({len(items)} in all)"
