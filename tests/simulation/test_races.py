"""Data races: none is told where accesses are ordered, and each one where they are not."""

import pytest

from threaddemo.simulation import Seeded

from .fine_runs import HEAD, Script
from .guarded import GUARDED
from .unguarded import UNGUARDED

#: In coarse runs nobody sees a lock that is held for an instant, or an event set and cleared.
FINER = {"trylock", "Event cleared"}


@pytest.mark.parametrize("name", GUARDED)
def test_no_race_is_told_where_all_is_ordered(simulator, name):
    """From no seed and in no schedule; nor is there an outcome that the primitives do not make."""
    script = Script(GUARDED[name][0], simulator)
    sites = script.sites()
    for seed in range(21):
        script.run(Seeded(seed), sites)
        assert not simulator.points.races.races, seed
    found = script.explored(3_000)
    assert found.exhausted
    assert not found.races
    if found.gave_way:
        return  # in coarse runs a busy loop may go round for ever
    coarse, _ = script.by_kinds(None, 3_000)
    assert coarse.keys() <= found.outcomes.keys()
    assert found.outcomes.keys() == coarse.keys() or name in FINER


@pytest.mark.parametrize("name", UNGUARDED)
def test_each_race_is_told(simulator, name):
    """By the variable; and all that it makes of the program is found, and nothing else."""
    source, variables, *outcomes = UNGUARDED[name]
    found = Script(source, simulator).explored(3_000)
    assert found.exhausted
    assert found.variables == set(variables.split(" & ")) - {"-"}
    assert set(found.outcomes) == set(outcomes)


PLACES = """
total = 0
def a():
    global total
    total = 1
def b():
    if total:
        seen.append(total)
both(a, b)
"""


def test_a_race_is_told_with_both_threads_and_lines(simulator):
    races = Script(PLACES, simulator).explored().races.values()
    first = HEAD.count("\n")
    told = {
        frozenset((one.thread, one.verb, one.line - first) for one in race[1:]) for race in races
    }
    written = "A", "written", 5
    assert told == {
        frozenset([written, ("B", "read", 7)]),
        frozenset([written, ("B", "read", 8)]),
    }


def test_a_race_is_told_in_words(simulator):
    race = next(iter(Script(PLACES, simulator).explored().races.values()))
    assert "nothing orders them" in str(race)
    assert str(race).startswith("total ")


@pytest.mark.parametrize("seed", range(5))
def test_a_race_is_told_whichever_thread_comes_first(simulator, seed):
    """It is one of the program, not of the schedule."""
    script = Script(PLACES, simulator)
    script.run(Seeded(seed), script.sites())
    assert {race.variable for race in simulator.points.races.races.values()} == {"total"}
