"""The legend of a picture: what occurs in it, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from threaddemo.events.vocabulary import Thing
from threaddemo.output.picture.svg.look import box, glyph
from threaddemo.output.picture.svg.marks import DEEDS, SEVERAL
from threaddemo.output.picture.svg.markup import Markup, cut, tag, width
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


def draw(sheet: Sheet, in_order: bool, edges: tuple[float, float], top: float) -> float:
    """Draw the legend from a height on; the value is where it ends."""
    left, right = edges
    x = left
    y = top + LINE / 2
    for entry in _entries(sheet, in_order):
        wide = SIGN + SANS * width(entry.words, 12)
        if x > left and x + wide > right:
            x, y = left, y + LINE
        sheet.words.append(tag("g", entry.sign, transform=f"translate({x:.0f} {y:.0f})"))
        sheet.write(entry.words, "words", x + SIGN, y + 4)
        x += wide + BETWEEN
    return y + LINE / 2


def _entries(sheet: Sheet, in_order: bool) -> Iterator[Entry]:
    for state, words in STATES.items():
        if state in sheet.states and (more := _more(sheet, state, in_order)) is not None:
            yield Entry(_swatch(state), words + more)
    yield from _locks(sheet)
    for deed, words in MARKS.items():
        if deed in sheet.deeds:
            yield Entry(glyph(DEEDS[deed][0], 11, 0), words)
    if "let go" in sheet.deeds:
        yield Entry(glyph("diamond", 11, 0), "lets go on who waits at a barrier")
    if SEVERAL in sheet.deeds:
        letters = {
            DEEDS[deed][1]: MARKS[deed].split()[0] for deed in DEEDS if deed in sheet.letters
        }
        told = ", ".join(f"{letter} {words}" for letter, words in letters.items())
        yield Entry(glyph("square", 11, 0), f"several at once{told and f' ({told})'}")
    if "lost" in sheet.deeds:
        words = "overwrites what it has not seen: an update is lost"
        yield Entry(glyph("cross", 11, 0), words)
    if "preempts" in sheet.deeds:
        yield Entry(glyph("chevron", 11, 0), "preempted: it could have gone on")


def _swatch(kind: str) -> Markup:
    return box(kind, 0, -1, 22, 2) if kind == "not-begun" else box(kind, 0, -6, 22, 12)


def _more(sheet: Sheet, state: str, in_order: bool) -> str | None:
    """What else is to be said of a state; None if others say it all."""
    if state == "running":
        return "" if in_order else ", or could: a real run does not tell"
    if state != "waiting":
        return ""
    told = [_lettered(sheet, thing) for thing in sheet.waited if thing not in sheet.wanted]
    return f" for {_some(told)}" if told else None


def _lettered(sheet: Sheet, thing: Thing) -> str:
    """The name of what is waited for, with the letter that stands for it where it had no room."""
    name = cut(sheet.names[thing], LONGEST_NAME)
    return f"{name} ({sheet.waited[thing]})" if thing in sheet.lettered else name


def _locks(sheet: Sheet) -> Iterator[Entry]:
    """Each lock by its name; where several look alike, these together."""
    for style, locks in _alike(sheet, sheet.held):
        what = "holds a permit of" if {one.kind for one in locks} == {"semaphore"} else "holds"
        yield Entry(box(style, 0, -2, 22, 4), f"{what} {_names(sheet, locks)}")
    for style, locks in _alike(sheet, sheet.wanted):
        sign = box("waiting", 0, -6, 22, 12) + box(style, 0, -6, 22, 3)
        yield Entry(sign, f"waits for {_names(sheet, locks)}")


def _alike(sheet: Sheet, locks: Collection[Thing]) -> Iterable[tuple[str, list[Thing]]]:
    """Some locks by how they look."""
    found: dict[str, list[Thing]] = {}
    for lock in sheet.locks:
        if lock in locks:
            found.setdefault(sheet.look_of(lock), []).append(lock)
    return found.items()


def _names(sheet: Sheet, locks: Iterable[Thing]) -> str:
    return _some([cut(sheet.names[lock], LONGEST_NAME) for lock in locks])


def _some(names: Sequence[str]) -> str:
    """The first of some names."""
    told = list(dict.fromkeys(names))
    more = [f"{len(told) - SOME:,} more"] if len(told) > SOME + 1 else told[SOME:]
    return ", ".join([*told[:SOME], *more])
