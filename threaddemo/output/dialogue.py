"""The questions of ``--step``, on stderr, and the answers, lines of stdin.

It is the same from a pipe as at a terminal, but that what was answered is written below the
question there: what a terminal shows anyway. So what was said can be read, wherever it went.
"""

from __future__ import annotations

import re
import select
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, TypeAlias

from threaddemo.ends import Left, NoAnswer
from threaddemo.output import colors, streams

if TYPE_CHECKING:
    from threaddemo.simulation import Able, Choice

#: A thread's number, or what else can be done.
Answer: TypeAlias = "int | Literal['back', 'on']"
#: Threads that are listed; of more it is said how many, and what their numbers are.
MOST = 20
FEW = 8  #: numbers that are named one by one
#: No answer is longer; and after so many that are none, one after the other, nobody will be asked.
LONGEST, PATIENCE = 1_000, 100


class Dialogue:
    """Asks who goes next.

    Args:
        color: whether to give each thread its colour.
    """

    def __init__(self, color: bool) -> None:
        self._color = color
        echoed = streams.is_terminal("stdin") and streams.is_terminal("stderr")
        self._echo = not echoed
        self._explained = False

    def ask(self, choice: Choice) -> Answer:
        """Show a choice, and return what was answered.

        Raises:
            Left: whoever was asked has left.
            NoAnswer: there is nobody to be asked, or no end of what is no answer.
            streams.WriteError: the question can't be written.
        """
        streams.write("stderr", "".join(f"{line}\n" for line in self._told(choice)))
        if not self._explained:
            self._explained = True
            self.say(f"type {_allowed(choice)}")
        for _ in range(PATIENCE):
            streams.write("stderr", f"who goes next? [{_default(choice).number}] ")
            word = self._read(choice)
            answer = _understood(word, choice)
            if answer is not None:
                return answer
            self.say(_refusal(word, choice))
        raise NoAnswer(f"{PATIENCE} lines in a row are no answers, {_reached(choice)}")

    def say(self, text: str) -> None:
        """A line that is no question."""
        streams.write("stderr", f"  {text}\n")

    def _told(self, choice: Choice) -> Iterable[str]:
        yield f"-- choice {len(choice.taken) + 1}"
        shown = choice.able[:MOST]
        wide = max(len(one.thread) for one in shown)
        for one in shown:
            row = _printable(f"{one.number:4}  {one.thread.ljust(wide)}  {one.operation}")
            row += f"  {_printable(one.place)}" if one.place else ""
            row += "  (was running)" if one.current else ""
            yield colors.paint(row, one.thread) if self._color else row
        if more := choice.able[MOST:]:
            yield f"      and {len(more):,} more: {_numbers(more)}"
        yield from _listed([f"{one.name} is held by {_some(one.holders)}" for one in choice.held])
        yield from _listed([str(one) for one in choice.waiting])

    def _read(self, choice: Choice) -> str:
        try:
            line = _line()
        except (OSError, ValueError) as error:
            streams.write("stderr", "\n")
            reason = getattr(error, "strerror", None) or error
            raise NoAnswer(f"stdin: read error: {reason}, {_reached(choice)}") from error
        word = line.decode("utf-8", "backslashreplace").strip()
        if self._echo or not line:
            streams.write("stderr", f"{_printable(word)}\n")
        if not line:
            raise NoAnswer(f"the answers end {_reached(choice)}")
        return word


def _line() -> bytes:
    """A line of stdin, or the first part of it; nothing at its end.

    Raises:
        OSError, ValueError: it is closed, or can't be read.
    """
    if sys.stdin is None:
        raise ValueError("it is closed")
    while (line := sys.stdin.buffer.readline(LONGEST)) is None:
        select.select([sys.stdin], [], [])  # somebody has set it to non-blocking
    return line


def _understood(word: str, choice: Choice) -> Answer | None:
    """The answer that a word is; None if it is none.

    Raises:
        Left: it says so.
    """
    if re.fullmatch("[0-9]{1,6}", word):
        number = int(word)
        return number if any(one.number == number for one in choice.able) else None
    if not word:
        return _default(choice).number
    if word == "q":
        raise Left(f"left {_reached(choice)}")
    if word == "u":
        return "back" if choice.taken else None
    return "on" if word == "r" else None


def _refusal(word: str, choice: Choice) -> str:
    allowed = f"type {_allowed(choice)}"
    if word == "u":
        return f"this is the first choice, there is no step to take back; {allowed}"
    if re.fullmatch("[0-9]{1,6}", word):
        return f"{int(word)} can't go on here; {allowed}"
    return f"'{_printable(word[:20])}' is no answer; {allowed}"


def _default(choice: Choice) -> Able:
    """The one that was running, or else the first that can go on."""
    return choice.current or choice.able[0]


def _allowed(choice: Choice) -> str:
    enter = f"Enter for {_default(choice).number}, "
    back = "u to take a step back, " if choice.taken else ""
    return f"{_numbers(choice.able)}, {enter}{back}r to run on, or q to leave"


def _reached(choice: Choice) -> str:
    """How far the run came."""
    so_far = f", after the schedule {choice.schedule}" if choice.taken else ""
    return f"at choice {len(choice.taken) + 1}{so_far}"


def _numbers(able: Iterable[Able]) -> str:
    """The numbers of some threads; of many the first and the last of those in a row: 1..30."""
    known = {one.number for one in able}
    numbers = sorted(known)
    if len(numbers) <= FEW:
        return ", ".join(map(str, numbers))
    firsts = [number for number in numbers if number - 1 not in known]
    lasts = [number for number in numbers if number + 1 not in known]
    rows = zip(firsts, lasts, strict=True)
    return ", ".join(f"{first}..{last}" if first < last else f"{first}" for first, last in rows)


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST:,} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _listed(lines: list[str]) -> Iterable[str]:
    yield from (f"      {_printable(line)}" for line in lines[:MOST])
    if len(lines) > MOST:
        yield f"      and {len(lines) - MOST:,} more"


def _printable(text: str) -> str:
    """Without what a terminal would act on."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
