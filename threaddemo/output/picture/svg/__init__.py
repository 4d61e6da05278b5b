"""The picture of a run as SVG: lanes in true time, in a file that needs nothing else."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from threaddemo.events.steps import steps
from threaddemo.events.things import called
from threaddemo.events.vocabulary import Note
from threaddemo.output.page.heading import typed
from threaddemo.output.picture.rows import Rows, rows
from threaddemo.output.picture.svg import lanes, legend, look, queues
from threaddemo.output.picture.svg.markup import Markup, fit, number, tag, text, width
from threaddemo.output.picture.svg.marks import cross
from threaddemo.output.picture.svg.scale import Scale
from threaddemo.output.picture.svg.sheet import Sheet

WIDE = 960  #: pixels
EDGE = 16  #: pixels around it
BEYOND = (40, 170)  #: pixels, least and most, for what is stuck or stopped at the end
MOST_LINES = 3  #: of the heading; all of it is in the description
MOST_STEPS = 40  #: of the description


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
    is_real = result["mode"] == "real"
    total = max(events[-1].time, result["elapsed"] or 0.0) if events else 0.0
    beside = [*lanes.names(found.threads), *queues.names(found.queues)]
    left = EDGE + max((width(name, 12) for name in beside), default=0.0) + 10
    scale = Scale(total, round(left), WIDE - EDGE, _beyond(events))
    sheet = Sheet(events, not is_real, scale)
    head, top = _heading(fit(result["summary"]))
    below = _lanes(sheet, found, top)
    below = legend.draw(sheet, is_real, EDGE, WIDE - EDGE, below + 10)
    below = _remarks(sheet, left_out, typed(result, command), below)
    described = _described(result, every, not is_real, left_out)
    return _file(sheet, [*described, *head], round(below + EDGE))


def _beyond(events: Sequence[Note]) -> float:
    """How many pixels there are behind the end: what is stuck there says at what."""
    names = called(note.thing for note in events if note.thing is not None)
    stuck = [note for note in events if note.what in ("stuck", "abandoned")]
    if not stuck:
        return 0
    least, most = BEYOND
    wide = [width(names[note.thing]) + 24 for note in stuck if note.thing is not None]
    return min(max([least, *wide]), most)


def _heading(summary: str) -> tuple[list[Markup], float]:
    """How the run ended, and where that is written."""
    lines = textwrap.wrap(summary, 105)
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1] += " …"
    found = [
        tag("text", text(line), class_="heading", x=EDGE, y=EDGE + 12 + 20 * at)
        for at, line in enumerate(lines[:MOST_LINES])
    ]
    return found, EDGE + 20.0 * len(found) + 18


def _lanes(sheet: Sheet, found: Rows, top: float) -> float:
    """Draw what is between the heading and the legend; the value is where that ends."""
    below = lanes.draw(sheet, found.threads, top + 4)
    cross(sheet)
    below = queues.draw(sheet, found.queues, below)
    axis: list[Markup] = []
    for x, words in sheet.scale.ticks():
        axis.append(tag("path", class_="tick", d=f"M{number(x)},{number(top)}V{number(below)}"))
        anchor = "end" if x + width(words) / 2 > WIDE - EDGE else "middle"
        axis.append(tag("text", words, class_="axis", x=x, y=top - 4, text_anchor=anchor))
    sheet.bars[:0] = axis
    if gap := sheet.seam():
        begin, end = gap
        sheet.words.append(look.box("seam", begin, top, max(end - begin, 4), below - top))
    return below


def _remarks(sheet: Sheet, left_out: int, command: str, top: float) -> float:
    """Say what the picture does not show, and how to see it again; the value is where that ends."""
    told = list(_unsaid(sheet, left_out))
    for line in textwrap.wrap(f"({'; '.join(told)})", 140) if told else ():
        top += 18
        sheet.words.append(tag("text", text(line), class_="words", x=EDGE, y=top))
    top += 20
    (line, *more) = textwrap.wrap(fit(command), 120)
    line += " …" if more else ""
    sheet.words.append(tag("text", text(line), class_="command", x=EDGE, y=top))
    return top


def _unsaid(sheet: Sheet, left_out: int) -> Iterator[str]:
    if left_out:
        yield f"{left_out:,} events in the middle were not kept: there is a gap"
    if sheet.folded_states:
        yield "folded by time: where states are too short, a column shows their shares"
    if sheet.folded_marks:
        yield "what is done too close together is one mark, with how many, or what"
    if sheet.more_held:
        yield "of the locks that a thread holds at once the first ones are drawn"
    if sheet.silent:
        yield "values without room are left out"


def _described(
    result: Mapping[str, Any], notes: Sequence[Note], in_order: bool, left_out: int
) -> list[Markup]:
    """The title, and the run in words, for who can't see it."""
    title = f"{result['demo']}: {result['summary']}"
    found = steps(notes, in_order, left_out)
    told = [fit(str(step)) for step in found[:MOST_STEPS]]
    if len(found) > MOST_STEPS:
        told.append(f"... and {len(found) - MOST_STEPS:,} steps more")
    words = "\n".join(text(line) for line in (fit(title), *told))
    return [
        tag("title", text(title), id="threaddemo-title"),
        tag("desc", words, id="threaddemo-desc"),
    ]


def _file(sheet: Sheet, head: Sequence[Markup], high: int) -> str:
    """All of it, a shape a line."""
    body = [*sheet.bars, *sheet.lines, *sheet.marks, *sheet.words]
    used = [name for name in look.PATTERNS if any(f'class="{name}"' in line for line in body)]
    title, desc, *heading = head
    paper = look.box("paper", 0, 0, WIDE, high)
    lines = [look.style(used), look.patterns(used), paper, *heading, *body]
    size = {"width": WIDE, "height": high, "viewBox": f"0 0 {WIDE} {high}"}
    known = {"role": "img", "aria_labelledby": "threaddemo-title threaddemo-desc"}
    inside = "\n".join(["", title, desc, *filter(None, lines), ""])
    svg = tag("svg", inside, xmlns="http://www.w3.org/2000/svg", **size, **known)
    return f"{svg}\n"
