"""How many items there are in each queue: what the words of a run say of it."""

from __future__ import annotations

from collections import Counter

from threaddemo.events.vocabulary import SENTINEL, Note, Thing


class Items:
    """Counts them, sentinels included, as far as all that moves them is noted."""

    def __init__(self) -> None:
        self._known: dict[Thing, int | None] = {}
        self._sentinels: Counter[Thing] = Counter()
        self._all_noted = True

    def forget(self) -> None:
        """From here on nothing is known."""
        self._known.clear()
        self._all_noted = False

    def now(self, queue: Thing) -> int | None:
        """How many there are."""
        return self._known.get(queue, 0) if self._all_noted else None

    def after(self, note: Note) -> int | None:
        """How many there are after an item was put or got; None of other notes."""
        if note.what not in ("put", "get") or note.thing is None:
            return None
        change = 1 if note.what == "put" else -1
        before = self.now(note.thing)
        items = None if before is None else before + change
        sentinels = self._sentinels[note.thing] + change * (note.value == SENTINEL)
        # Some are put in, or taken out, where nobody notes it.
        return items if note.depth is not None and items == note.depth + sentinels else None

    def keep(self, note: Note) -> None:
        """Follow an item."""
        assert note.thing is not None
        self._known[note.thing] = self.after(note)
        if note.value == SENTINEL:
            self._sentinels[note.thing] += 1 if note.what == "put" else -1
