"""A recording is bounded: its beginning, its end, and what the middle amounts to."""

import threading

import pytest

from threaddemo.events import notes
from threaddemo.events.notes import Notes
from threaddemo.events.vocabulary import Lane, Note, Thing
from threaddemo.output.picture.text import draw


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(notes, "MOST", 10)


def kept(story):
    """The notes that are kept of (what, lane, thing, depth)."""
    found = Notes()
    for time, (what, lane, *more) in enumerate(story):
        thing, depth = (*more, None, None)[:2]
        found.add(Note(float(time), lane, what, thing, depth=depth))
    return found


def test_a_short_run_is_kept_whole():
    """As it was noted, up to three times what is kept of each end of a longer one."""
    lane = Lane("A")
    story = [("run", lane), ("sleep", lane)] * 15
    found = kept(story)
    assert [note.what for note in found] == [what for what, _ in story]
    assert found.left_out == 0


def test_a_long_run_keeps_its_beginning_and_its_end():
    """The memory it takes has a bound, and what is missing is counted."""
    lane = Lane("A")
    found = kept([("run", lane), ("sleep", lane)] * 500)
    times = [note.time for note in found]
    assert times[:10] == list(range(10))
    assert times[-10:] == list(range(990, 1000))
    assert times == sorted(times)
    assert len(times) < 40
    assert found.left_out == 1000 - len(times) + 1  # of the seam one note is new


def test_what_is_left_out_has_its_consequences():
    """Who took a lock there holds it, who ended there has ended, a queue is as deep as it was."""
    main, worker = Lane("Main"), Lane("Worker")
    lock, pipeline = Thing("lock", "lock"), Thing("queue", "pipeline")
    story = [("run", main), ("create", worker), *[("sleep", main), ("run", main)] * 4]
    story += [("run", worker), ("take", main, lock), ("put", main, pipeline, 7), ("end", worker)]
    story += [("sleep", main), ("run", main)] * 40
    picture = draw(list(kept(story)), 200, color=False, left_out=5)
    rows = {line[:8].strip(): line[10:] for line in picture.splitlines()[1:5]}
    assert rows["Main"][-1] in "#Z"  # holding
    assert "[" not in rows["Main"]  # it is not taken where the end begins
    assert ">" not in rows["Main"]
    assert rows["lock"].endswith("M")
    assert rows["Worker"].strip("- ") == ""  # it never runs in what is drawn
    assert len(rows["Worker"]) < len(rows["Main"])  # and it has ended by then
    assert rows["in queue"].endswith("7")
    assert "(5 events in the middle are left out)" in picture


def test_a_lock_that_one_takes_and_another_drops():
    """However often: what it amounts to is one holder, or none."""
    one, other, lock = Lane("One"), Lane("Other"), Thing("lock")
    story = [("run", one), ("run", other)]
    story += [("take", one, lock), ("release", other, lock)] * 500
    assert len(list(kept([*story, ("take", one, lock)]))) < 45
    assert len(list(kept(story))) < 45


def test_threads_add_at_once():
    """None waits for another, and the count is right when all have ended."""
    found, lanes = Notes(), [Lane(str(number)) for number in range(4)]

    def add(lane):
        for time in range(2000):
            found.add(Note(float(time), lane, "run"))

    threads = [threading.Thread(target=add, args=(lane,)) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found.add(Note(1e9, lanes[0], "end"))
    real = [*found._first, *found._last]
    assert len(real) + found.left_out == 8001
    assert len(real) < 100
