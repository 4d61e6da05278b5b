"""The events of one run as data: ``--export run.json``, and what a page of it holds.

One object. What is unused is null; times are seconds since the run began, virtual if simulated:

- ``schema`` (1), ``version``, ``demo``, ``params``, ``mode`` ("real" or "simulated"), ``seed``,
  ``schedule``, ``ok``, ``summary``, ``facts``, ``elapsed``, ``races``, ``deadlock``: as in the
  document of ``--json``
- ``left_out``: how many events in the middle of a long run were not kept
- ``sources``: the program's files, {``name``, ``text``}; others refer to them by their places here
- ``objects``: what threads share, {``id``, ``kind``, ``name``, ``thread``}. The kinds are lock,
  rlock, semaphore, queue, event, condition, barrier, thread, pool, future and variable. A thread,
  or a future, has the ``id`` of its row among the threads. A name is the program's own where one
  was found ("_lock", "locks[1]"), else kind and number ("lock 2"); no two but threads have the same
- ``threads``: {``id``, ``name``, ``daemon``, ``states``}; a task of a pool is a thread of its own.
  ``states`` is what it is at from its creation on, without a gap: {``from``, ``to``, ``state``,
  ``for``, ``holds``}. The states are "not begun", "ready" (it could go on, and another runs; in
  real runs nobody can tell, and it is running), "running", "sleeping", "waiting", "ended",
  "abandoned" (the run ended first), "stuck" (it waits for ever, or waited when the run was given
  up). ``for`` is the object that it waits for, ``holds`` the locks and permits that it has
- ``events``: {``n``, ``t``, ``thread``, ``do``, ``object``, ``value``, ``depth``, ``source``,
  ``line``, ``preempts``, ``loses``}, in their order. ``do`` is what a thread is at from then on
  (create, begin, run, ready, sleep, wait, end, abandoned, stuck) or does (take, release, read,
  write, put, get, set, clear, notify, start, join, submit; a barrier is set when it lets go on who
  waits).
  ``value`` is what is read, written, put or got, as Python shows it, "SENTINEL" for what is no
  message; of a sleep its seconds, of a wait for a queue what for (put, get, join), of notify how
  many are woken. ``depth`` is how many messages a queue holds from then on. ``source`` and ``line``
  are where the thread was; of create, who created it. ``preempts`` is the thread that could have
  gone on, and was interrupted. ``loses`` is of a write that loses updates: {``over``,
  ``updates``, ``regained``}, the event that it overwrites unseen, how many updates are lost, and
  how many that had been lost are back
- ``output``: the log, and what a script prints, {``after``, ``t``, ``thread``, ``level``,
  ``text``, ``ends``}; ``after`` is the ``n`` of the event before it, -1 for none. ``ends`` is false
  of a piece of a line that is not the last: others may print between two pieces
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from threaddemo.events.things import called
from threaddemo.events.updates import losses
from threaddemo.events.vocabulary import Note, Thing
from threaddemo.output.picture.rows import Change, rows

SCHEMA = 1
#: What there is of the result's document.
KNOWN = (
    *("version", "demo", "params", "mode", "seed", "schedule", "ok", "summary", "facts"),
    *("elapsed", "races", "deadlock"),
)


def document(result: Mapping[str, Any], notes: Iterable[Note], left_out: int = 0) -> dict[str, Any]:
    """The document of a run.

    Args:
        result: the document of ``--json``.
        notes: what was noted of the run, until its end.
        left_out: how many notes were not kept.
    """
    every = list(notes)
    lines = [note for note in every if note.what == "say"]
    events = [note for note in every if note.what != "say"]
    return {
        "schema": SCHEMA,
        **{key: result[key] for key in KNOWN},
        "left_out": left_out,
        **_Tables(events, lines, result["mode"] != "real").document(every),
    }


class _Tables:
    """What the parts of a document refer to by numbers."""

    def __init__(self, events: Sequence[Note], lines: Sequence[Note], in_order: bool) -> None:
        self._events = events
        self._rows = rows(events)
        lanes = [row.lane for row in self._rows.threads]
        lanes += [note.lane for note in lines]
        self._threads = _numbered(lanes)
        things = [note.thing for note in events if note.thing is not None]
        self._names = called(things)
        self._objects = _numbered(things)
        self._losses = losses(events, in_order)
        self._files = _numbered(note.place.file for note in events if note.place is not None)

    def document(self, every: Sequence[Note]) -> dict[str, Any]:
        """The parts that refer to each other."""
        return {
            "sources": [{"name": os.path.basename(file), "text": _text(file)}
                        for file in self._files],
            "objects": [self._object(thing) for thing in self._objects],
            "threads": [
                {
                    "id": self._threads[row.lane],
                    "name": row.name,
                    "daemon": row.lane.daemon,
                    "states": self._states(row.changes),
                }
                for row in self._rows.threads
            ],
            "events": [self._event(number, note) for number, note in enumerate(self._events)],
            "output": list(self._output(every)),
        }  # fmt: skip

    def _object(self, thing: Thing) -> dict[str, Any]:
        return {
            "id": self._objects[thing],
            "kind": thing.kind,
            "name": self._names[thing],
            "thread": None if thing.lane is None else self._threads.get(thing.lane),
        }

    def _states(self, changes: Sequence[Change]) -> list[dict[str, Any]]:
        """What a thread is at, each as long as it stays the same, until the run ends."""
        found: list[dict[str, Any]] = []
        for change in changes:
            state = {
                "from": self._time(change.event),
                "to": self._time(-1),
                "state": change.state,
                "for": self._number(change.on),
                "holds": [self._objects[thing] for thing in change.holds],
            }
            if found and all(found[-1][key] == state[key] for key in ("state", "for", "holds")):
                continue
            if found:
                found[-1]["to"] = state["from"]
            found.append(state)
        return found

    def _event(self, number: int, note: Note) -> dict[str, Any]:
        place = note.place
        return {
            "n": number,
            "t": self._time(number),
            "thread": self._threads[note.lane],
            "do": note.what,
            "object": self._number(note.thing),
            "value": note.value,
            "depth": note.depth,
            "source": None if place is None else self._files[place.file],
            "line": None if place is None else place.line,
            "preempts": None if note.preempts is None else self._threads.get(note.preempts),
            "loses": self._loses(number),
        }

    def _loses(self, number: int) -> dict[str, int] | None:
        if number not in self._losses:
            return None
        over, lost = self._losses[number]
        return {"over": over, "updates": lost.updates, "regained": lost.regained}

    def _output(self, every: Iterable[Note]) -> Iterable[dict[str, Any]]:
        """The lines of the log, each with the event that it follows."""
        after = -1
        for note in every:
            if note.what != "say":
                after += 1
                continue
            yield {
                "after": after,
                "t": _rounded(note.time),
                "thread": self._threads[note.lane],
                "level": note.level,
                "text": (note.value or "").removesuffix("\n"),
                "ends": (note.value or "").endswith("\n"),
            }

    def _time(self, event: int) -> float:
        return _rounded(self._events[event].time)

    def _number(self, thing: Thing | None) -> int | None:
        return None if thing is None else self._objects[thing]


def _numbered(items: Iterable[Any]) -> dict[Any, int]:
    return {item: number for number, item in enumerate(dict.fromkeys(items))}


def _rounded(seconds: float) -> float:
    return round(seconds, 6)


def _text(file: str) -> str | None:
    """A source's text; None where it can't be read any more."""
    import linecache

    return "".join(linecache.getlines(file)) or None
