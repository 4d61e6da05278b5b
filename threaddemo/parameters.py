"""How a demo declares its options: names, kinds and ranges, without a command line in sight."""

from typing import NamedTuple

MOST_THREADS = 10_000  #: starting 40,000 took a machine 46 s; more is never a lesson
LONGEST_SLEEP = 86_400  #: seconds: a day
MOST_MESSAGES = 1_000_000


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
    """Seconds: the default ``--timeout`` of a real run with this flag set, which may hang."""

    @property
    def keyword(self) -> str:
        """The name as ``run`` spells it: ``queue_size``."""
        return self.name.replace("-", "_")


def threads(name: str, default: int, help: str, explored: int | None = None) -> Parameter:
    """How many threads of a kind the demo starts, 1 to 10,000."""
    return Parameter(name, default, help, 1, MOST_THREADS, explored=explored, starts=True)


def count(name: str, default: int, help: str) -> Parameter:
    """How many of something that is met by threads, 1 to 10,000: tasks, connections."""
    return Parameter(name, default, help, 1, MOST_THREADS)


def size(
    name: str, default: int | None, help: str, unset: str | None = None, explored: int | None = None
) -> Parameter:
    """A number of messages, 0 to 1,000,000."""
    return Parameter(name, default, help, 0, MOST_MESSAGES, unset=unset, explored=explored)


def seconds(name: str, default: float, help: str) -> Parameter:
    """A duration in seconds, 0 to 86,400."""
    return Parameter(name, float(default), help, 0, LONGEST_SLEEP)


def flag(name: str, help: str, timeout: float | None = None) -> Parameter:
    """A switch, off unless given."""
    return Parameter(name, False, help, timeout=timeout)
