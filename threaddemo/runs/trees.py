"""An exploration as a page has it: its outcomes, and a tree of choices to play with.

The document has what that of ``--json`` has, and besides

- ``sources``: as in the document of a run
- ``outcomes``: each with ``share`` (of the schedules; null where nobody knows) and ``path``, the
  choices of a schedule on the page that ends so, or null. One that was met only while the tree was
  made has a ``count`` of null
- ``tree``: ``schedules``, how many lead to an end here; ``complete``, whether these are all;
  ``nodes``, from the first choice on, and what their rows hold: ``columns`` (of events),
  ``branches`` (of choices), ``casts`` (what threads and objects are called on a path). Nodes that
  are followed by the same are one; the root is the last. Of a write that loses updates the row
  says how many, how many are back, and how many events ago what it is over was written.
  ``replay`` is what stands before and after the choices in the option that replays them
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from threaddemo.ends import Run
from threaddemo.output import result
from threaddemo.output.picture.document import KNOWN, document
from threaddemo.program import Program
from threaddemo.runs.walks import Picks, Walk, Walks
from threaddemo.script import Script
from threaddemo.settings import Settings
from threaddemo.simulation.schedules import encode

LARGEST = 2_000_000  #: bytes of a tree
MOST_FIRST = 200  #: outcomes whose own schedules are taken in before all others
COLUMNS = ("thread", "do", "object", "value", "depth", "source", "line", "preempts", "loses")
BRANCHES = ("number", "thread", "operation", "place", "current", "node")

Row: TypeAlias = "list[Any]"


def explored(
    found: Mapping[str, Any], series: result.Series, settings: Settings, program: Program | Script
) -> dict[str, Any]:
    """The document of an exploration that has ended, with its tree.

    Args:
        found: its document of ``--json``.
        series: the same, as it was made.
        settings: what was asked for.
        program: what was explored.
    """
    replays = [one["replay"] for one in found["outcomes"] if one["replay"]]
    walks = Walks(settings, program, [replay.rpartition(" ")[2] for replay in replays[:MOST_FIRST]])
    made = list(walks)
    outcomes = _Outcomes(found, series)
    # Where an exploration leaves out rounds of busy loops, so does the tree.
    complete = walks.complete and (found["complete"] or not settings.fine)
    tree = _fitted(made, complete, outcomes)
    tree["replay"] = _around(made[0]) if made else ["--schedule ", ""]
    outcomes.find({walk.picks: walk.run for walk in made[: tree["schedules"]]})
    sources = tree.pop("sources")
    return {**found, "sources": sources, "outcomes": outcomes.every, "tree": tree}


def _around(walk: Walk) -> list[str]:
    """What stands before and after the choices in the option that replays them."""
    before, _, after = (walk.run.replay or "").partition(encode(walk.picks))
    return [before, after]


class _Outcomes:
    """The outcomes of an exploration, and which of them a run ends in."""

    def __init__(self, found: Mapping[str, Any], series: result.Series) -> None:
        total = series.tally.runs if series.has_shares else 0
        self.every = [
            {**one, "share": _share(one["count"], total), "path": None} for one in found["outcomes"]
        ]
        self._by = series.by
        self._numbers = {
            _key(one["facts"], one["summary"]): number for number, one in enumerate(self.every)
        }

    def of(self, run: Run) -> int:
        """The number of the one that a run ends in."""
        facts, summary = result.described(run, self._by)
        number = self._numbers.setdefault(_key(facts, summary), len(self.every))
        if number == len(self.every):
            one = {"facts": facts, "ok": run.ok, "summary": summary, "replay": run.replay}
            self.every.append({**one, "count": None, "elapsed": None, "share": None, "path": None})
        return number

    def find(self, ends: Mapping[Picks, Run]) -> None:
        """Say how each outcome is reached: by the choices of its replay, if they are here."""
        for picks, run in ends.items():
            one = self.every[self.of(run)]
            if one["path"] is None or run.replay == one["replay"]:
                one["path"] = picks


def _key(facts: object, summary: str) -> str:
    return json.dumps([facts, summary], default=str)


def _share(count: int | None, total: int) -> str | None:
    return f"{100 * count / total:.1f}%" if count and total else None


def _fitted(walks: Sequence[Walk], complete: bool, outcomes: _Outcomes) -> dict[str, Any]:
    """The tree of as many walks as there is room for, from the first on."""
    number = len(walks)
    while True:
        tree = _Tree(outcomes.of)
        for walk in walks[:number]:
            tree.add(walk)
        found = tree.document(complete and number == len(walks))
        size = len(json.dumps(found))
        if size <= LARGEST or number == 1:
            return found
        number = max(min(number - 1, int(number * LARGEST / size)), 1)


class _Node:
    """What happens between two choices, and what is chosen from after it."""

    def __init__(self, events: list[Row], output: list[Row], cast: int) -> None:
        self.events = events
        self.output = output
        self.cast = cast
        self.end: dict[str, Any] = {}
        self.choices: list[Row] = []


class _Segment(NamedTuple):
    events: list[Row]
    output: list[Row]


class _Tree:
    """A tree that is made of walks."""

    def __init__(self, outcome: Callable[[Run], int]) -> None:
        self._outcome = outcome
        self._nodes: dict[Picks, _Node] = {}
        self._sources: dict[tuple[str, str], int] = {}
        self._casts: dict[str, int] = {}
        self._ends = 0

    def add(self, walk: Walk) -> None:
        """Take in a walk; what it has in common with others is there already."""
        made = document(dict.fromkeys(KNOWN), walk.notes)
        cast = self._cast(made)
        for at, segment in enumerate(self._segments(made, walk), walk.known):
            node = _Node(*segment, cast)
            self._nodes[walk.picks[:at]] = node
            if at < len(walk.picks):
                choice = walk.choices[at - walk.known]
                node.choices = [
                    [one.number, one.thread, one.operation, one.place, int(one.current)]
                    for one in choice.able
                ]
            else:
                node.end = {
                    "outcome": self._outcome(walk.run),
                    "ok": walk.run.ok,
                    "summary": walk.run.summary,
                }
        self._ends += 1

    def _cast(self, made: Mapping[str, Any]) -> int:
        """What threads and objects are called: for the numbers that events have for them."""
        threads = [{"name": one["name"], "daemon": one["daemon"]} for one in made["threads"]]
        objects = [{key: one[key] for key in ("kind", "name", "thread")} for one in made["objects"]]
        text = json.dumps({"threads": threads, "objects": objects})
        return self._casts.setdefault(text, len(self._casts))

    def _segments(self, made: Mapping[str, Any], walk: Walk) -> Iterable[_Segment]:
        """What happens before each new choice, and before the end."""
        files = [
            self._sources.setdefault((one["name"], one["text"]), len(self._sources))
            for one in made["sources"]
        ]
        events, output = iter(made["events"]), iter(made["output"])
        found: list[_Segment] = []
        ends = iter(walk.marks)
        end = next(ends)
        segment = _Segment([], [])
        for number, note in enumerate(walk.notes):
            while number == end:
                segment = _Segment([], [])
                found.append(segment)
                end = next(ends)
            if note.what == "say":
                one = next(output)
                what = [one["thread"], one["level"], one["text"], int(one["ends"])]
                segment.output.append([len(segment.events), *what])
            else:
                segment.events.append(_row(next(events), files))
        found += [_Segment([], []) for _ in ends]
        return found

    def document(self, complete: bool) -> dict[str, Any]:
        """The tree; nodes that are followed by the same are one, and the root is the last."""
        numbers: dict[str, int] = {}
        places: dict[Picks, int] = {}
        nodes: list[dict[str, Any]] = []
        # The longer ones come first, so what follows a node has its number before the node has.
        for picks in sorted(self._nodes, key=len, reverse=True):
            made = self._node(picks, places)
            text = json.dumps(made)
            if text not in numbers:
                numbers[text] = len(nodes)
                nodes.append(made)
            places[picks] = numbers[text]
        return {
            "sources": [{"name": name, "text": text} for name, text in self._sources],
            "complete": complete,
            "schedules": self._ends,
            "columns": COLUMNS,
            "branches": BRANCHES,
            "casts": [json.loads(text) for text in self._casts],
            "nodes": nodes,
        }

    def _node(self, picks: Picks, places: Mapping[Picks, int]) -> dict[str, Any]:
        node = self._nodes[picks]
        choices = [[*row, places.get((*picks, row[0]))] for row in node.choices]
        made: dict[str, Any] = {"events": node.events, "cast": node.cast}
        if node.output:
            made["output"] = node.output
        return {**made, "choices": choices} if choices else {**made, **node.end}


def _row(event: Mapping[str, Any], files: Sequence[int]) -> Row:
    """An event as a row, without the empty cells at its end."""
    source = event["source"]
    row = [event[column] for column in COLUMNS]
    row[COLUMNS.index("source")] = None if source is None else files[source]
    if (loses := event["loses"]) is not None:
        ago = event["n"] - loses["over"]
        row[COLUMNS.index("loses")] = [loses["updates"], loses["regained"], ago]
    while row[-1] is None:
        row.pop()
    return row
