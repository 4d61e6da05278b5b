"""In a real run, who finds what it waited for is not said to wait, whenever it notes that."""

from threaddemo.events.vocabulary import Lane, Note, Thing
from threaddemo.events.waiters import Waiters

A, B, OTHER = Lane("A"), Lane("B"), Lane("Other")


def told(*notes):
    """What follows from some notes: who goes on, or waits again."""
    waiters, found = Waiters(), []
    for note in notes:
        if note.what == "wait":
            waiters.come(note)
        found += [(other.lane.name, other.what) for other in waiters.heed(note)]
    return found


def test_all_who_wait_for_an_event_go_on_when_it_is_set():
    """And not a second time."""
    event = Thing("event")
    waits = [Note(0.0, lane, "wait", event) for lane in (A, B)]
    is_set = Note(1.0, OTHER, "set", event)
    assert told(*waits, is_set, is_set) == [("A", "run"), ("B", "run")]


def test_so_many_go_on_as_are_notified():
    """Those who came first."""
    condition = Thing("condition")
    waits = [Note(0.0, lane, "wait", condition) for lane in (A, B)]
    assert told(*waits, Note(1.0, OTHER, "notify", condition, "1")) == [("A", "run")]


def test_a_lock_that_is_released_and_taken_by_another():
    """The first goes on, and waits again."""
    lock = Thing("lock")
    waits = [Note(0.0, lane, "wait", lock) for lane in (A, B)]
    events = [Note(1.0, OTHER, what, lock) for what in ("release", "take")]
    assert told(*waits, *events) == [("A", "run"), ("A", "wait")]


def test_a_queue_with_room_for_one_more():
    """Of those who put the first goes on; who gets what was put first leaves nothing to others."""
    pipeline = Thing("queue")
    pipeline.limit = 2
    waits = [Note(0.0, lane, "wait", pipeline, "put") for lane in (A, B)]
    assert told(*waits, Note(1.0, OTHER, "get", pipeline, depth=1)) == [("A", "run")]
    waits = [Note(0.0, lane, "wait", pipeline, "get") for lane in (A, B)]
    moves = [Note(1.0, OTHER, what, pipeline, depth=n) for what, n in (("put", 1), ("get", 0))]
    assert told(*waits, *moves) == [("A", "run"), ("A", "wait")]


def test_the_end_of_a_thread_ends_the_wait_for_it():
    """Also of a task, whose result is waited for."""
    for kind in ("thread", "future"):
        thing = Thing(kind)
        thing.lane = OTHER
        assert told(Note(0.0, A, "wait", thing), Note(1.0, OTHER, "end")) == [("A", "run")]
