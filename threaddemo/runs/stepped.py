"""A run whose every choice is made by whoever has asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from threaddemo.demo import plural
from threaddemo.ends import CannotSimulate, Run
from threaddemo.output import colors
from threaddemo.output.dialogue import Dialogue
from threaddemo.output.narrative import Narrative
from threaddemo.program import Program
from threaddemo.runs.simulated import Replayed
from threaddemo.settings import Settings
from threaddemo.simulation import Choice, Choosing, ScheduleError


class Back(Exception):
    """The last step is to be taken back."""


class Stepped(Replayed):
    """One run, as chosen. A step back repeats it up to the choice before; nothing is told twice.

    What the log has said cannot be unsaid; so it is said how much of it is no longer true.
    """

    def __init__(self, settings: Settings, program: Program, narrative: Narrative) -> None:
        super().__init__(settings, program, narrative)
        self._dialogue = Dialogue(colors.wanted(settings.color, "stderr"))
        self._taken: list[int] = []
        self._said: list[int] = []  # how many lines there were at each choice

    def __iter__(self) -> Iterator[Run]:
        """Make the run.

        Raises:
            Left, NoAnswer: it was not chosen to its end.
        """
        self.look_around()
        while True:
            try:
                run = self.simulate(Choosing(self._taken, self._ask, Program.place))
            except Back:
                self._take_back()
            except ScheduleError as error:
                text = f"the same choices have led elsewhere this time: {error}"
                raise CannotSimulate(text) from error
            else:
                again = f"{run.replay} shows this run again"
                yield run._replace(remarks=(*run.remarks, again))
                return

    def _ask(self, choice: Choice) -> int | None:
        self._taken = list(choice.taken)
        del self._said[len(choice.taken) :]
        self._said.append(self._narrative.lines)
        if self._narrative.error:
            raise self._narrative.error
        answer = self._dialogue.ask(choice)
        if answer == "back":
            raise Back
        return None if answer == "on" else answer

    def _take_back(self) -> None:
        """Let the next run be this one up to the choice before the last."""
        *_, then, now = self._said
        number = self._taken.pop()
        self._narrative.repeat(then)
        unsaid = f", and {plural(now - then, 'line')} of the log with it" if now > then else ""
        self._dialogue.say(f"taken back: the step of {number}{unsaid}")
