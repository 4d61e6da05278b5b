"""The legend of a picture: what occurs in it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threaddemo.events.vocabulary import Thing
from threaddemo.output.picture.svg.look import box, glyph
from threaddemo.output.picture.svg.markup import Markup, cut, tag, text, width
from threaddemo.output.picture.svg.marks import DEEDS, SEVERAL
from threaddemo.output.picture.svg.sheet import Sheet

LINE = 20  #: pixels
SIGN = 28  #: pixels of a sign and the space behind it
BETWEEN = 20  #: pixels from one entry to the next
SOME = 3  #: names that are told one by one
SANS = 0.9  #: how wide its letters are, in parts of those of the names
LONGEST_NAME = 22  #: letters
STATES = {
    "not-begun": "has not begun",
    "running": "runs",
    "ready": "could go on, another was chosen",
    "sleeping": "sleeps",
    "waiting": "waits",
    "abandoned": "stopped where it stands",
    "stuck": "stuck: still waits at the end",
}
MARKS = {
    "read": "reads the value",
    "write": "writes the value",
    "put": "puts into a queue",
    "get": "gets from a queue",
    "set": "sets an event",
    "clear": "clears an event",
    "notify": "notifies",
}


class Entry(NamedTuple):
    """A sign, drawn at the origin, and what it means."""

    sign: Markup
    words: str


def draw(sheet: Sheet, is_real: bool, left: float, right: float, top: float) -> float:
    """Draw the legend from a height on; the value is where it ends."""
    x = left
    y = top + LINE / 2
    for entry in _entries(sheet, is_real):
        wide = SIGN + SANS * width(entry.words, 12)
        if x > left and x + wide > right:
            x, y = left, y + LINE
        sheet.words.append(tag("g", entry.sign, transform=f"translate({x:.0f} {y:.0f})"))
        told = tag("text", text(entry.words), class_="words", x=x + SIGN, y=y + 4)
        sheet.words.append(told)
        x += wide + BETWEEN
    return y + LINE / 2


def _entries(sheet: Sheet, is_real: bool) -> Iterator[Entry]:
    for state, words in STATES.items():
        if state in sheet.states:
            yield Entry(_swatch(state), words + _more(sheet, state, is_real))
    yield from _locks(sheet)
    for deed, words in MARKS.items():
        if deed in sheet.deeds:
            yield Entry(glyph(DEEDS[deed][0], 11, 0), words)
    if "let go" in sheet.deeds:
        yield Entry(glyph("diamond", 11, 0), "lets go on who waits at a barrier")
    if SEVERAL in sheet.deeds:
        letters = {DEEDS[deed][1]: MARKS[deed].split()[0] for deed in DEEDS if deed in sheet.letters}
        told = ", ".join(f"{letter} {words}" for letter, words in letters.items())
        yield Entry(glyph("square", 11, 0), f"several at once{told and f' ({told})'}")
    if "lost" in sheet.deeds:
        words = "overwrites what it has not seen: an update is lost"
        yield Entry(glyph("cross", 11, 0), words)
    if "preempts" in sheet.deeds:
        yield Entry(glyph("chevron", 11, 0), "preempted: it could have gone on")


def _swatch(kind: str) -> Markup:
    return box(kind, 0, -1, 22, 2) if kind == "not-begun" else box(kind, 0, -6, 22, 12)


def _more(sheet: Sheet, state: str, is_real: bool) -> str:
    """What else is to be said of a state."""
    if state == "running" and is_real:
        return ", or could: a real run does not tell"
    if state == "waiting" and sheet.waited:
        return f" for {_some([_lettered(sheet, thing) for thing in sheet.waited])}"
    return ""


def _lettered(sheet: Sheet, thing: Thing) -> str:
    """The name of what is waited for, with the letter that stands for it where it had no room."""
    name = cut(sheet.names[thing], LONGEST_NAME)
    return f"{name} ({sheet.waited[thing]})" if thing in sheet.lettered else name


def _locks(sheet: Sheet) -> Iterator[Entry]:
    """Each lock by its name; where several look alike, these together."""
    alike: dict[str, list[Thing]] = {}
    for lock in sheet.locks:
        if lock in sheet.held:
            alike.setdefault(sheet.look_of(lock), []).append(lock)
    for style, locks in alike.items():
        what = "holds a permit of" if {one.kind for one in locks} == {"semaphore"} else "holds"
        told = _some([cut(sheet.names[lock], LONGEST_NAME) for lock in locks])
        yield Entry(box(style, 0, -2, 22, 4), f"{what} {told}")
    for lock in sheet.wanted:
        if lock in sheet.held:
            sign = box("waiting", 0, -6, 22, 12) + box(sheet.look_of(lock), 0, 3, 22, 3)
            yield Entry(sign, f"waits for {cut(sheet.names[lock], LONGEST_NAME)}")


def _some(names: Sequence[str]) -> str:
    """The first of some names."""
    told = list(dict.fromkeys(names))
    more = [f"{len(told) - SOME:,} more"] if len(told) > SOME + 1 else told[SOME:]
    return ", ".join([*told[:SOME], *more])
