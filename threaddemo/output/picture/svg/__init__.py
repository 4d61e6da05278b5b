"""The picture of a run as SVG: lanes in true time, in a file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from threaddemo.events.steps import steps
from threaddemo.events.things import called
from threaddemo.events.vocabulary import Note
from threaddemo.output.page.heading import typed
from threaddemo.output.picture.rows import Rows, rows
from threaddemo.output.picture.svg import around, lanes, legend, look, queues
from threaddemo.output.picture.svg.marks import cross
from threaddemo.output.picture.svg.markup import Markup, number, tag, width
from threaddemo.output.picture.svg.scale import Scale
from threaddemo.output.picture.svg.sheet import Sheet

WIDE = 960  #: pixels
EDGE = 16  #: pixels around it
GAP = "not kept"
BEYOND = (40, 170)  #: pixels, least and most, for what is stuck or stopped at the end


def draw(
    result: Mapping[str, Any], notes: Iterable[Note], left_out: int = 0, command: str = ""
) -> str:
    """Draw a run.

    Args:
        result: the document of ``--json``.
        notes: what was noted of the run, until its end.
        left_out: how many notes in the middle were not kept.
        command: what is typed after ``threaddemo``, without what replays the run.
    """
    every = list(notes)
    events = [note for note in every if note.what != "say"]
    found = rows(events)
    in_order = result["mode"] != "real"
    sheet = Sheet(events, in_order, _scale(result, events, found))
    top = around.above(sheet, result, EDGE, EDGE)
    top = _lanes(sheet, found, top + 18)
    top = legend.draw(sheet, in_order, (EDGE, WIDE - EDGE), top + 10)
    top = around.below(sheet, left_out, typed(result, command), EDGE, top)
    described = around.described(result, steps(every, in_order, left_out))
    return _file(sheet, described, round(top + EDGE))


def _scale(result: Mapping[str, Any], events: Sequence[Note], found: Rows) -> Scale:
    """Time from the names to the right edge."""
    total = max([result["elapsed"] or 0.0, *(note.time for note in events[-1:])])
    names = [*lanes.names(found.threads), *queues.names(found.queues)]
    left = EDGE + max((width(name, 12) for name in names), default=0.0) + 10
    return Scale(total, round(left), WIDE - EDGE, _beyond(events))


def _beyond(events: Sequence[Note]) -> float:
    """How many pixels there are behind the end: what is stuck there says at what."""
    names = called(note.thing for note in events if note.thing is not None)
    stuck = [note for note in events if note.what in ("stuck", "abandoned")]
    if not stuck:
        return 0
    least, most = BEYOND
    wide = [width(names[note.thing]) + 24 for note in stuck if note.thing is not None]
    return min(max([least, *wide]), most)


def _lanes(sheet: Sheet, found: Rows, top: float) -> float:
    """Draw what is between the heading and the legend; the value is where that ends."""
    below = lanes.draw(sheet, found.threads, top + 4)
    cross(sheet)
    below = queues.draw(sheet, found.queues, below)
    for x, words in sheet.scale.ticks():
        line = f"M{number(x)},{number(top)}V{number(below)}"
        sheet.ground.append(tag("path", class_="tick", d=line))
        is_last = x + width(words) / 2 > WIDE - EDGE
        sheet.write(words, "axis", x, top - 4, "end" if is_last else "middle")
    if gap := sheet.seam():
        begin, end = gap
        sheet.words.append(look.box("seam", begin, top, max(end - begin, 4), below - top))
        if end - begin > width(GAP) + 8:
            sheet.write(GAP, "words", (begin + end) / 2, (top + below) / 2, "middle")
    return below


def _file(sheet: Sheet, described: Sequence[Markup], high: int) -> str:
    """All of it, a shape a line."""
    body = [*sheet.ground, *sheet.bars, *sheet.lines, *sheet.marks, *sheet.words]
    used = [name for name in look.PATTERNS if any(f'class="{name}"' in line for line in body)]
    paper = look.box("paper", 0, 0, WIDE, high)
    lines = [*described, look.style(used), look.patterns(used), paper, *body]
    known = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {WIDE} {high}",
        "role": "img",
        "aria_labelledby": "threaddemo-title threaddemo-desc",
    }
    inside = "\n".join(["", *filter(None, lines), ""])
    return f"{tag('svg', inside, **known, width=WIDE, height=high)}\n"
