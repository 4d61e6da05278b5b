"""Bars side by side. What is too short to be seen is folded: a column shows the shares of time.

So a thread that ran for a third of a column's time is a third of the column, and nothing that it
was is left out, or looks longer than it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from threaddemo.output.picture.svg.markup import Markup, number, tag

LEAST = 2.0  #: pixels of what is drawn for itself
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
            shapes, several = columns(few, few[0].begin, few[-1].end, y, height)
            folded |= several
            narrow.extend(shapes)
            few.clear()

    for span in _joined(spans):
        if span.end - span.begin < LEAST:
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
    is_thin = span.style == "not-begun"
    place = {"y": y + (height - THIN) / 2, "height": THIN} if is_thin else {"y": y, "height": height}
    wide = span.end - span.begin
    return tag("rect", class_=span.style, x=span.begin, width=wide, **place)


def columns(
    spans: Sequence[Span], begin: float, end: float, y: float, height: int, many: int = 1
) -> tuple[list[Markup], bool]:
    """A path for each style, and whether a column has several.

    Args:
        spans: in any order; of each moment as many as ``many`` says, or fewer.
        begin: the first pixel.
        end: the last one.
        y: the upper edge.
        height: of a column that is full.
        many: how many things the spans are of.
    """
    count = max(round((end - begin) / COLUMN), 1)
    found = shares(spans, begin, end, count)
    styles = sorted(found, key=lambda one: (ORDER.index(one) if one in ORDER else -1, one))
    tops = [[0.0] * count]
    for style in styles:
        tops.append([low + share / many for low, share in zip(tops[-1], found[style], strict=True)])
    wide = max((end - begin) / count, 1)
    paths = []
    for style, low, high in zip(styles, tops, tops[1:], strict=False):
        edges = [(_pixels(one, height), _pixels(two, height)) for one, two in zip(low, high)]
        if path := _path(edges, begin, wide, y + height):
            paths.append(tag("path", class_=style, d=path))
    several = count > 1 and any(
        sum(found[style][at] > 0 for style in styles) > 1 for at in range(count)
    )
    return paths, several


def shares(spans: Iterable[Span], begin: float, end: float, count: int) -> Mapping[str, list[float]]:
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
