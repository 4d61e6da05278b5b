"""The points of shared memory: at contended variables they are enough; elsewhere there are none.

The judge interrupts a program before every access. What can come of it then is what can come of it
at the points that are found.
"""

import pytest

from . import random_programs
from .fine_runs import HEAD, Script
from .fine_sketches import Everywhere, program
from .random_programs import compare, sketch

COMPARED, MOST = 24, 150


@pytest.mark.parametrize("first", range(0, COMPARED, 8))
def test_points_where_threads_contend_are_enough(simulator, first):
    """The same outcomes as with a point at every access, as far as one can see them all."""
    compared = 0
    for seed in range(first, first + 8):
        script = Script(program(seed), simulator)
        found = script.explored(MOST)
        everywhere, is_all = script.by_kinds(Everywhere(), MOST)
        assert everywhere.keys() <= found.outcomes.keys() or not found.exhausted, program(seed)
        if is_all and found.exhausted:
            assert found.outcomes.keys() == everywhere.keys(), program(seed)
            compared += 1
    assert compared > 0


@pytest.mark.parametrize("seed", range(3, 23))
def test_kinds_at_these_points_stand_for_every_schedule(seed):
    """The same outcomes, as often, as trying every schedule."""
    found = compare(sketch(seed).source(), 100, strict=sketch(seed).strict, fine=True)
    assert found is None or found.agrees, random_programs.report(sketch(seed), 100, fine=True)


LOCKED = """
total, lock = 0, Lock()
def a():
    global total
    for _ in range(3):
        with lock: total += 1
both(a, a)
"""


def test_there_are_none_where_a_lock_guards(simulator):
    assert Script(LOCKED, simulator).sites() == set()


def test_there_are_none_where_each_thread_has_its_own_key(simulator):
    source = "d = {}\ndef a(me): d[me] = me; d[me] += 1\nboth(lambda: a(0), lambda: a(1))\n"
    assert Script(source, simulator).sites() == set()


UNLOCKED = """
total = quiet = 0
def a():
    global total
    total += 1
    quiet
both(a, a)
total += 1
"""


def test_they_are_the_accesses_that_threads_contend_for(simulator):
    """Those that are ordered with all others are as good as any, for the variable is theirs."""
    first = HEAD.count("\n")
    sites = Script(UNLOCKED, simulator).sites()
    assert {(site.line - first, site.name) for site in sites} == {
        (2, "total"),
        (5, "total"),
        (8, "total"),
    }


def test_they_are_the_same_each_time(simulator):
    assert len({Script(UNLOCKED, simulator).sites() for _ in range(3)}) == 1


#: What one run in many shows: the others never come to where `late` is contended for.
LATE = """
go, late = Event(), 0
def a():
    global late
    if go.is_set(): late += 1
def b():
    global late
    go.set(); late += 1
both(a, b)
seen.append(late)
"""


def test_what_is_found_late_begins_the_exploration_afresh(simulator, monkeypatch):
    """A survey that sees nothing only costs time."""
    monkeypatch.setattr(Script, "sites", lambda self: frozenset())
    found = Script(LATE, simulator).explored()
    assert set(found.outcomes) == {"[1]", "[2]"}
    assert found.variables == {"late"}
