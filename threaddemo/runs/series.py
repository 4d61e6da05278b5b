"""What series of runs have in common, whatever makes the runs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from threaddemo.demo import plural
from threaddemo.ends import Run, Tally
from threaddemo.settings import Settings

if TYPE_CHECKING:  # what draws nothing has no need of it
    from threaddemo.events.notes import Notes
    from threaddemo.events.recorder import Recorder
    from threaddemo.simulation.races import Race


class Runs:
    """Some runs of a program; iterating makes them, each when it is wanted."""

    #: The data races that the runs have shown, each once; None where none can be told.
    races: "dict[object, Race] | None" = None
    #: Whether the program does what can't be heard: then there may be more races.
    is_deaf = False
    #: Whether there were loops so long that no more than their first rounds were heard.
    is_long = False
    #: How often the series has begun afresh: what it has counted before is to be forgotten.
    afresh = 0
    #: Notes what the threads do, if it is to be drawn.
    recorder: "Recorder | None" = None

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __iter__(self) -> Iterator[Run]:
        """Make the runs.

        Raises:
            TooManyThreads, CannotSimulate, ScheduleMisfit, TimedOut, streams.WriteError.
        """
        raise NotImplementedError

    def close(self) -> None:
        """End what the runs have needed."""

    @property
    def complete(self) -> bool | None:
        """Whether every schedule was tried; None where nobody asked for that."""
        return None

    @property
    def kinds(self) -> int | None:
        """Of how many kinds the schedules were; None where they were not told apart."""
        return None

    @property
    def wanted(self) -> int:
        """How many runs there are to be."""
        return self.settings.repeat or 1

    def extent(self, ended: int) -> str:
        """What the series was about, honestly: all that was wanted, or the first part of it."""
        wanted = f"{self.wanted:,} run{'s' * (self.wanted > 1)}"
        return wanted if ended == self.wanted else f"the first {ended:,} of {wanted}"

    def progress(self, tally: Tally) -> str:
        """What is known while the series goes on."""
        return f"{tally.runs:,} of {self.wanted:,} runs: {plural(tally.outcomes, 'outcome')}"

    def notes(self) -> "Notes":
        """What was recorded of the last run."""
        assert self.recorder is not None
        return self.recorder.notes
