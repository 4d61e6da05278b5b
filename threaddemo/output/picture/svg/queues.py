"""Below the lanes: how many messages each queue holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from threaddemo.output.picture.rows import Queue
from threaddemo.output.picture.svg.look import box
from threaddemo.output.picture.svg.markup import cut, width
from threaddemo.output.picture.svg.sheet import Sheet

HIGH = 22  #: pixels of the deepest
LONGEST_NAME = 19  #: letters
MOST = 12  #: queues that have a row


def names(queues: Sequence[Queue]) -> list[str]:
    """What stands beside the rows."""
    return [f"in {cut(queue.name, LONGEST_NAME)}" for queue in queues[:MOST]]


def draw(sheet: Sheet, queues: Sequence[Queue], top: float) -> float:
    """Draw the queues' rows from a height on; the value is where they end."""
    for queue, name in zip(queues[:MOST], names(queues), strict=True):
        top += 8
        _name(sheet, name, top)
        most = max((depth for _, depth in queue.depths), default=0)
        for begin, end, depth in _steps(sheet, queue):
            high = HIGH * depth / max(most, 1)
            if depth:
                sheet.bars.append(box("depth", begin, top + HIGH - high, end - begin, high))
            _number(sheet, depth, begin, end, top)
        sheet.bars.append(box("not-begun", sheet.scale.left, top + HIGH, _length(sheet), 1))
        top += HIGH + 2
    return top


def _length(sheet: Sheet) -> float:
    return sheet.scale.end - sheet.scale.left


def _name(sheet: Sheet, name: str, top: float) -> None:
    sheet.write(name, "name", sheet.scale.left - 10, top + HIGH - 6, "end")


def _steps(sheet: Sheet, queue: Queue) -> Iterator[tuple[int, int, int]]:
    """From pixel to pixel: the most that the queue has held there."""
    first, last = int(sheet.scale.left), int(sheet.scale.end)
    deepest = [-1] * (last - first + 1)
    begins = [int(sheet.x(event)) - first for event, _ in queue.depths]
    ends = [*begins[1:], last - first]
    for (_, depth), begin, end in zip(queue.depths, begins, ends, strict=True):
        for pixel in range(begin, end + 1):
            deepest[pixel] = max(deepest[pixel], depth)
    for depth, pixels in groupby(range(last - first), key=deepest.__getitem__):
        each = list(pixels)
        yield first + each[0], first + each[-1] + 1, max(depth, 0)


def _number(sheet: Sheet, depth: int, begin: float, end: float, top: float) -> None:
    told = f"{depth:,}"
    if end - begin < width(told) + 4:
        return
    sheet.write(told, "value", (begin + end) / 2, top + HIGH - 6, "middle")
