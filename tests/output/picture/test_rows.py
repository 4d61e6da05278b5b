"""The rows of a picture in words: who holds what, whoever lets go of it; who waits for what."""

from threaddemo.events.vocabulary import Lane, Note, Thing
from threaddemo.output.picture.rows import rows, visible

LOCK = Thing("lock", "the lock")
VALUE = Thing("variable", "value")


def told(*events):
    """The threads' rows, by name, from pairs of a lane and what it does: what is held, and when."""
    notes = [Note(float(at), lane, what, LOCK) for at, (lane, what) in enumerate(events)]
    return {
        row.name: [(c.event, c.deed, bool(c.holds)) for c in row.changes]
        for row in rows(notes).threads
    }


def test_a_lock_that_another_thread_releases():
    """It is the taker that holds it no more, from then on; the release is the other's deed."""
    one, two = Lane("One"), Lane("Two")
    found = told((one, "run"), (two, "run"), (one, "take"), (two, "release"))
    assert found["One"] == [(0, None, False), (2, "take", True), (3, None, False)]
    assert found["Two"] == [(1, None, False), (3, "release another's", False)]


def test_a_permit_that_its_taker_returns():
    """Of several takers it is the one that returns it, not the first."""
    one, two = Lane("One"), Lane("Two")
    found = told((one, "take"), (two, "take"), (two, "release"), (one, "release"))
    assert found["One"] == [(0, "take", True), (3, "release", False)]
    assert found["Two"] == [(1, "take", True), (2, "release", False)]


def test_a_lock_has_a_row():
    """Who holds it from when on, or nobody."""
    one, two = Lane("One"), Lane("Two")
    notes = [Note(0.0, one, "take", LOCK), Note(1.0, two, "release", LOCK)]
    (row,) = rows(notes).locks
    assert (row.name, row.holders) == ("the lock", [(0, (one,)), (1, ())])


def test_what_is_waited_for_is_a_part_of_the_state():
    """Also of one that is stuck."""
    lane = Lane("One")
    whats = "wait", "ready", "wait", "stuck"
    (row,) = rows([Note(float(at), lane, what, LOCK) for at, what in enumerate(whats)]).threads
    states = [(change.state, change.on) for change in row.changes]
    assert states == [("waiting", LOCK), ("ready", None), ("waiting", LOCK), ("stuck", LOCK)]


def test_a_variable_that_does_not_change_is_not_drawn():
    """Nor one whose values are too long; the others are, from their first write on."""
    lane, other, long = Lane("One"), Thing("variable", "other"), Thing("variable", "long")
    notes = [Note(0.0, lane, "write", thing, "0") for thing in (VALUE, other, long)]
    notes += [Note(1.0, lane, "write", VALUE, "1"), Note(1.0, lane, "write", long, "0" * 50)]
    assert {note.thing for note in visible(notes)} == {VALUE}


def test_two_threads_of_one_name_are_two_rows():
    """The second one is told from the first."""
    found = rows([Note(0.0, Lane("One"), "run"), Note(0.0, Lane("One"), "run")])
    assert [row.name for row in found.threads] == ["One", "One'"]
