"""What happened in a run, in words: a sentence for each note that matters.

Nothing is said that the notes do not say. Where they leave something open, so do the words: in a
real run the order of what two threads do at the same time is not known, and what was left out of
the notes may have changed anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from threaddemo.events.items import Items
from threaddemo.events.things import called
from threaddemo.events.updates import Updates
from threaddemo.events.vocabulary import Kind, Lane, Note, Place, Thing

#: Who waits for what; the name goes in.
WAITS: dict[Kind, str] = {
    "lock": "waits for {}",
    "rlock": "waits for {}",
    "semaphore": "waits for a permit of {}",
    "queue": "waits for {}",
    "event": "waits for {} to be set",
    "condition": "waits for {} to be notified",
    "barrier": "waits at {}",
    "thread": "waits for {} to end",
    "pool": "waits for the tasks of {} to end",
    "future": "waits for {} to end",
}
LEFT_OUT = "left out"  #: the verb of what is told in place of notes that were not kept
#: What for a queue is waited for.
QUEUED = {
    "get": "waits for an item in {}",
    "put": "waits for room in {}",
    "join": "waits for all items of {} to be done",
}
PERMIT = "a permit of "
SOME = 5  #: names, or values, that are told one by one
#: What has no more to it than its thing and its value.
PLAIN = {
    "begin": "begins",
    "run": "goes on",
    "end": "ends",
    "start": "starts {thing}",
    "submit": "submits {thing}",
    "join": "joins {thing}",
    "sleep": "sleeps {value} s",
    "read": "reads {thing} {value}",
    "put": "puts {value} into {thing}",
    "get": "gets {value} from {thing}",
    "clear": "clears {thing}",
}
#: What says by itself that a wait is over.
ANSWERS = frozenset(["take", "put", "get", "join", "stuck", "abandoned"])


class Told(NamedTuple):
    """A sentence, and what it is about.

    Two are of one form if they differ at most in values, and in who stands for whom.
    """

    time: float
    lane: Lane
    verb: str
    form: str
    sentence: str
    thing: Thing | None = None
    value: str | None = None
    place: Place | None = None
    preempts: Lane | None = None
    items: int | None = None
    """How many there are in the queue then, if that is known."""


class Teller:
    """Tells a run from its notes, in their order.

    Args:
        notes: all of the run.
        in_order: whether what is noted first came first, as it does on the simulator.
    """

    def __init__(self, notes: Iterable[Note], in_order: bool) -> None:
        self._notes = list(notes)
        self.lanes = _distinct(note.lane for note in self._notes)
        self.names = called(note.thing for note in self._notes if note.thing is not None)
        for thing in self.names:
            if thing.lane in self.lanes:
                self.names[thing] = self.lanes[thing.lane]
        share_names(self.names)
        self._shared = _changing(self._notes)
        self._updates = Updates(in_order)
        self._holders: dict[Thing, list[Lane]] = {}
        self._items = Items()
        self._waits: dict[Lane, Note] = {}  # what each waits in, or has waited in
        self._begun: set[Lane] = set()
        self._complete = True

    def __iter__(self) -> Iterator[Told]:
        """The sentences."""
        after = _next_ones(self._notes)
        for note, following in zip(self._notes, after, strict=True):
            if note.was_before:
                if self._complete:
                    self._complete = False
                    self._updates.forget()
                    self._items.forget()
                    yield Told(note.time, note.lane, LEFT_OUT, "", "")
                self._keep(note)
            elif (words := self._words(note, following)) is not None:
                yield self._told(note, *words)
                self._keep(note)
            else:
                self._keep(note)

    def _told(self, note: Note, form: str, sentence: str) -> Told:
        if note.preempts is not None:
            form = f"preempts, {form}"
            sentence = f"preempts {self.lanes[note.preempts]}, and {sentence}"
        return Told(
            *(note.time, note.lane, note.what, form, f"{self.lanes[note.lane]} {sentence}"),
            *(note.thing, note.value, None if note.what == "begin" else note.place, note.preempts),
            self._items.after(note),
        )

    def _words(self, note: Note, following: Note | None) -> tuple[str, str] | None:
        """The form and the words of a note; None if there is nothing to be said."""
        what, thing = note.what, note.thing
        if what in ("create", "ready", "say"):
            return None
        if what == "begin" and not self._begun and note.preempts is None:
            return None  # where a run begins
        if what == "run" and note.preempts is None and not self._goes_on(note, following):
            return None
        if what in ("read", "write") and thing not in self._shared:
            return None
        special = {
            "wait": self._wait,
            "take": self._take,
            "release": self._release,
            "write": self._write,
            "notify": self._notify,
            "set": self._set,
            "abandoned": self._abandoned,
            "stuck": self._stuck,
        }.get(what)
        if special is not None:
            return special(note)
        form = PLAIN[what]
        return form, form.format(thing=self._name(thing), value=note.value)

    def _goes_on(self, note: Note, following: Note | None) -> bool:
        """Whether it has to be said that a wait is over: nothing that follows says so."""
        wait = self._waits.get(note.lane)
        if wait is None or wait.what != "wait":
            return False
        if following is not None and following.what == "wait":
            return following.thing is not wait.thing  # else another was faster
        return following is None or following.what not in ANSWERS

    def _name(self, thing: Thing | None) -> str:
        return "something" if thing is None else self.names[thing]

    def _wait(self, note: Note) -> tuple[str, str]:
        thing = note.thing
        if thing is None:
            return "waits", "waits"
        form = QUEUED.get(note.value or "", WAITS.get(thing.kind, "waits for {}"))
        sentence = form.format(self.names[thing])
        if holders := self._holders.get(thing):
            names = list(dict.fromkeys(self.lanes[lane] for lane in holders))
            sentence += f", held by {listed(names)}"
        elif form == QUEUED["put"] and (items := self._items.now(thing)):
            sentence += f", which has {items:,} in it"
        return form, sentence

    def _take(self, note: Note) -> tuple[str, str]:
        return "takes", f"takes {self._permit(note.thing)}{self._name(note.thing)}"

    def _release(self, note: Note) -> tuple[str, str]:
        sentence = f"releases {self._permit(note.thing)}{self._name(note.thing)}"
        holders = self._holders.get(note.thing, []) if note.thing else []
        if holders and note.lane not in holders:
            return "releases another's", f"{sentence}, which {self.lanes[holders[0]]} had taken"
        return "releases", sentence

    def _permit(self, thing: Thing | None) -> str:
        return PERMIT if thing is not None and thing.kind == "semaphore" else ""

    def _write(self, note: Note) -> tuple[str, str]:
        assert note.thing is not None
        name = self.names[note.thing]
        if lost := self._updates.lost_by(note):
            told = "an update is lost" if lost.updates == 1 else f"{lost.updates} updates are lost"
            if lost.regained:
                one = lost.regained == 1
                back = "one that was lost is" if one else f"{lost.regained} that were lost are"
                told += f", and {back} back"
            writer = self.lanes[lost.writer]
            if self._updates.in_order:
                how = f"overwrites {name} {lost.value}, written by {writer}, with {note.value}"
            else:
                before = f"before {writer} wrote {lost.value}"
                how = f"writes {name} {note.value}, having read {lost.read} {before}"
            return "writes, and loses", f"{how}: {told}"
        return "writes", f"writes {name} {note.value}"

    def _notify(self, note: Note) -> tuple[str, str]:
        whom = "where nobody waits" if note.value == "0" else f"and wakes {note.value}"
        return f"notifies {whom}", f"notifies {self._name(note.thing)}, {whom}"

    def _set(self, note: Note) -> tuple[str, str]:
        """Of a barrier: it lets those who wait there go on, or has broken."""
        is_barrier = note.thing is not None and note.thing.kind == "barrier"
        form = "ends the wait at {}" if is_barrier else "sets {}"
        return form, form.format(self._name(note.thing))

    def _abandoned(self, note: Note) -> tuple[str, str]:
        if note.lane not in self._begun:
            return "never begins", "never begins"
        return "is abandoned", "is abandoned: the run ends without it"

    def _stuck(self, note: Note) -> tuple[str, str]:
        form, sentence = self._wait(self._waits.get(note.lane, note))
        return f"is stuck, {form}", f"is stuck: it {sentence}"

    def _keep(self, note: Note) -> None:
        """Follow what is held and waited for, read and written."""
        thing = note.thing
        if note.what == "begin":
            self._begun.add(note.lane)
        if note.what in ("wait", "sleep"):
            self._waits[note.lane] = note
        elif note.what not in ("ready", "run", "stuck", "abandoned"):
            self._waits.pop(note.lane, None)
        if thing is None:
            return
        if note.what == "take":
            self._holders.setdefault(thing, []).append(note.lane)
        elif note.what == "release":
            # Any thread may release a lock: then it is the taker that holds it no more.
            if holders := self._holders.get(thing):
                holders.pop(holders.index(note.lane) if note.lane in holders else 0)
        elif note.what in ("put", "get"):
            self._items.keep(note)
        elif note.what in ("read", "write"):
            self._updates.keep(note)


def listed(names: Sequence[str]) -> str:
    """Names as one says them; of many the first ones and the last."""
    if len(names) > SOME:
        return f"{', '.join(names[:3])}, ... and {names[-1]} ({len(names):,} in all)"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _distinct(lanes: Iterable[Lane]) -> dict[Lane, str]:
    """Each lane's name; of two threads that have the same the second gets a stroke."""
    found: dict[Lane, str] = {}
    taken: set[str] = set()
    for lane in dict.fromkeys(lanes):
        name = lane.name
        while name in taken:
            name += "'"
        taken.add(name)
        found[lane] = name
    return found


def share_names(names: dict[Thing, str]) -> None:
    """Let a condition have the name of its own lock: in the program they are one."""
    locks = {thing.name: name for thing, name in names.items() if thing.kind in ("lock", "rlock")}
    for thing in names:
        if thing.kind == "condition" and thing.name in locks:
            names[thing] = locks[thing.name]


def _changing(notes: Iterable[Note]) -> set[Thing]:
    """The variables that more than one thread uses, and that change."""
    users: dict[Thing, set[Lane]] = {}
    values: dict[Thing, set[str | None]] = {}
    writes: dict[Thing, int] = {}
    for note in notes:
        if note.what in ("read", "write") and note.thing is not None:
            users.setdefault(note.thing, set()).add(note.lane)
            values.setdefault(note.thing, set()).add(note.value)
            writes[note.thing] = writes.get(note.thing, 0) + (note.what == "write")
    return {
        thing
        for thing, lanes in users.items()
        if len(lanes) > 1 and (len(values[thing]) > 1 or writes[thing] > 1)
    }


def _next_ones(notes: Sequence[Note]) -> list[Note | None]:
    """For each note the next one of its lane."""
    found: list[Note | None] = [None] * len(notes)
    last: dict[Lane, Note] = {}
    for index in range(len(notes) - 1, -1, -1):
        note = notes[index]
        found[index] = last.get(note.lane)
        last[note.lane] = note
    return found
