"""Bars side by side. What is too short to be seen is folded: a column shows the shares of time.

So a thread that ran for a third of a column's time is a third of the column, and nothing that it
was is left out, or looks longer than it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from threaddemo.output.picture.svg.look import box
from threaddemo.output.picture.svg.markup import Markup, number, tag

LEAST = 2.0  #: pixels of what is drawn for itself
CROWD = 150  #: bars; in a band of more what is drawn for itself is wider
CALM = 9.0  #: pixels of it
COLUMN = 3.0  #: pixels
THIN = 2  #: pixels of what is as good as nothing
#: From the bottom of a column to its top; locks stand on the others.
ORDER = ("running", "ready", "sleeping", "waiting", "stuck", "abandoned", "not-begun")


class Span(NamedTuple):
    """What something is at from one pixel to another."""

    begin: float
    end: float
    style: str
    """Empty where there is nothing to be drawn."""


class Place(NamedTuple):
    """Where bars are drawn: from which pixel to which, the upper edge, and how high they are."""

    begin: float
    end: float
    y: float
    height: int


class Band(NamedTuple):
    """Bars that were drawn."""

    shapes: list[Markup]
    is_folded: bool
    """Whether some columns show several styles."""


def band(spans: Iterable[Span], y: float, height: int) -> Band:
    """The bars of one thing, which is always at one of its spans."""
    wide: list[Markup] = []
    narrow: list[Markup] = []
    few: list[Span] = []
    folded = False

    def close() -> None:
        nonlocal folded
        if few:
            drawn = columns(few, Place(few[0].begin, few[-1].end, y, height))
            folded |= drawn.is_folded
            narrow.extend(drawn.shapes)
            few.clear()

    joined = list(_joined(spans))
    least = CALM if len(joined) > CROWD else LEAST
    for span in joined:
        if span.end - span.begin < least:
            few.append(span)
            continue
        close()
        if span.style:
            wide.append(bar(span, y, height))
    close()
    return Band(wide + narrow, folded)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, neighbours of one style as one."""
    for style, some in groupby(spans, key=lambda span: span.style):
        each = list(some)
        yield Span(each[0].begin, each[-1].end, style)


def bar(span: Span, y: float, height: int) -> Markup:
    """One bar; what has not begun is a line."""
    if span.style == "not-begun":
        y, height = y + (height - THIN) / 2, THIN
    return box(span.style, span.begin, y, span.end - span.begin, height)


def columns(spans: Sequence[Span], place: Place, many: int = 1) -> Band:
    """A path for each style, in columns.

    Args:
        spans: in any order; of each moment as many as ``many`` says, or fewer.
        place: where they are drawn; it is as high as a column that is full.
        many: how many things the spans are of.
    """
    begin, end, y, height = place
    count = max(round((end - begin) / COLUMN), 1)
    found = shares(spans, begin, end, count)
    low, levels = [0.0] * count, [0] * count
    paths = []
    for style in sorted(found, key=lambda one: (ORDER.index(one) if one in ORDER else -1, one)):
        high = [one + share / many for one, share in zip(low, found[style], strict=True)]
        bottoms, heads = ([_pixels(one, height) for one in level] for level in (low, high))
        edges = list(zip(bottoms, heads, strict=True))
        if path := _path(edges, begin, max((end - begin) / count, 1), y + height):
            paths.append(tag("path", class_=style, d=path))
        levels = [level + (share > 0) for level, share in zip(levels, found[style], strict=True)]
        low = high
    return Band(paths, count > 1 and max(levels) > 1)


def shares(
    spans: Iterable[Span], begin: float, end: float, count: int
) -> Mapping[str, list[float]]:
    """Of each style, which part of each column's time it takes."""
    wide = (end - begin) / count
    parts: dict[str, list[float]] = {}
    steps: dict[str, list[float]] = {}  # what each column has more than the one before
    for span in spans:
        if not span.style or not wide or span.end <= span.begin:
            continue
        first = (max(span.begin, begin) - begin) / wide
        last = min((min(span.end, end) - begin) / wide, float(count))
        part = parts.setdefault(span.style, [0.0] * count)
        step = steps.setdefault(span.style, [0.0] * (count + 1))
        one, other = min(int(first), count - 1), min(int(last), count - 1)
        if one == other:
            part[one] += last - first
            continue
        part[one] += one + 1 - first
        part[other] += last - other
        step[one + 1] += 1
        step[other] -= 1
    return {
        style: [a + b for a, b in zip(part, accumulate(steps[style]), strict=False)]
        for style, part in parts.items()
    }


def _pixels(share: float, height: int) -> int:
    return int(min(share, 1.0) * height + 0.5)


def _path(edges: Sequence[tuple[int, int]], x: float, wide: float, bottom: float) -> str:
    """Boxes next to each other, those that are alike as one."""
    path, at = [], 0
    while at < len(edges):
        again = at
        while again < len(edges) and edges[again] == edges[at]:
            again += 1
        low, high = edges[at]
        if high > low:
            start, length = number(x + at * wide), number((again - at) * wide)
            path.append(f"M{start},{number(bottom - high)}h{length}v{high - low}h-{length}z")
        at = again
    return "".join(path)
