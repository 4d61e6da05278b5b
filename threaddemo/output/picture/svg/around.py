"""What stands around the lanes: how the run ended, what isn't shown, how to see it again."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from threaddemo.events.steps import Step
from threaddemo.output.picture.svg.markup import Markup, cut, fit, tag, text
from threaddemo.output.picture.svg.sheet import Sheet
from threaddemo.script import FACTS

MOST_LINES = 3  #: of the heading; all of it is in the description
MOST_STEPS = 40  #: of the description
LONG, SHORT = 140, 105  #: letters in a line, of what is small and of the heading
MORE = " …"


def title(result: Mapping[str, Any]) -> str:
    """What was run, and how it ended."""
    demo, summary = fit(str(result["demo"])), fit(str(result["summary"]))
    return summary if summary.startswith(f"{demo}:") else f"{demo}: {summary}"


def facts(result: Mapping[str, Any]) -> str:
    """A script's own facts: its summary says nothing of them."""
    if "file" not in result["params"]:
        return ""
    own = {name: one for name, one in (result["facts"] or {}).items() if name not in FACTS}
    return ", ".join(f"{name} = {json.dumps(one)}" for name, one in own.items())


def described(result: Mapping[str, Any], steps: Sequence[Step]) -> list[Markup]:
    """The title, and the run in words, for who can't see it."""
    told = [title(result), *filter(None, [facts(result)]), *map(str, steps[:MOST_STEPS])]
    if len(steps) > MOST_STEPS:
        told.append(f"... and {len(steps) - MOST_STEPS:,} steps more")
    return [
        tag("title", text(title(result)), id="threaddemo-title"),
        tag("desc", "\n".join(map(text, told)), id="threaddemo-desc"),
    ]


def above(sheet: Sheet, result: Mapping[str, Any], x: float, top: float) -> float:
    """Write how the run ended from a height on; the value is where that ends."""
    lines = _lines(title(result), SHORT)
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1] += MORE
    for line in lines[:MOST_LINES]:
        sheet.write(line, "heading", x, top + 12)
        top += 20
    if told := facts(result):
        sheet.write(cut(told, LONG), "words", x, top + 12)
        top += 18
    return top


def below(sheet: Sheet, left_out: int, command: str, x: float, top: float) -> float:
    """Say what the picture does not show, and how to see it again; the value is where that ends."""
    told = "; ".join(_unsaid(sheet, left_out))
    for line in _lines(f"({told})", LONG) if told else ():
        top += 18
        sheet.write(line, "words", x, top)
    top += 20
    line, *more = _lines(command, LONG - 20)
    sheet.write(line + MORE if more else line, "command", x, top)
    return top


def _lines(words: str, letters: int) -> list[str]:
    """Words in lines; what is no ASCII may be twice as wide."""
    shown = fit(words)
    return textwrap.wrap(shown, letters if shown.isascii() else letters // 2) or [""]


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
