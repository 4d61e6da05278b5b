"""The rows of a picture in words: who holds what, whoever lets go of it."""

from threaddemo.events.vocabulary import Lane, Note
from threaddemo.output.picture.rows import rows

LOCK = "the lock"


def told(*events):
    """The threads' rows, by name, from pairs of a lane and what it does: what is held, and when."""
    notes = [Note(float(at), lane, what, LOCK) for at, (lane, what) in enumerate(events)]
    threads, _ = rows(notes)
    return {
        thread.name: [(c.event, c.deed, c.holding) for c in thread.changes] for thread in threads
    }


def test_a_lock_that_another_thread_releases():
    """It is the taker that holds it no more, from then on; the release is the other's deed."""
    one, two = Lane("One"), Lane("Two")
    found = told((one, "run"), (two, "run"), (one, "take"), (two, "drop"))
    assert found["One"] == [(0, None, False), (2, "take", True), (3, None, False)]
    assert found["Two"] == [(1, None, False), (3, "drop", False)]


def test_a_permit_that_its_taker_returns():
    """Of several takers it is the one that returns it, not the first."""
    one, two = Lane("One"), Lane("Two")
    found = told((one, "take"), (two, "take"), (two, "drop"), (one, "drop"))
    assert found["One"] == [(0, "take", True), (3, "drop", False)]
    assert found["Two"] == [(1, "take", True), (2, "drop", False)]
