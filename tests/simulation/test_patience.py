"""Busy loops: they wait for others for a while, and are not taken for what they are not."""

import pytest

from threaddemo.simulation import Seeded

from .busy import BUSY
from .fine_runs import Script, end


@pytest.mark.parametrize("name", BUSY)
def test_a_busy_loop_ends_when_others_let_it(simulator, name):
    """All its ends are found and no other; rounds are said to be left out just where they are."""
    source, extent, *outcomes = BUSY[name]
    script = Script(source, simulator)
    found = script.explored(3_000)
    assert found.exhausted
    assert set(found.outcomes) == set(outcomes)
    assert extent == "-" or found.gave_way == (extent == "cut")


@pytest.mark.parametrize("name", [name for name in BUSY if "endless" not in BUSY[name]])
def test_it_ends_from_every_seed(simulator, name):
    source, _, *outcomes = BUSY[name]
    script = Script(source, simulator)
    sites = script.sites()
    assert {end(script.run(Seeded(seed), sites)) for seed in range(6)} <= set(outcomes)


PETERSON = """
want, turn, inside = [False, False], 0, 0
def enter(me):
    global turn, inside
    want[me] = True
    turn = 1 - me
    while want[1 - me] and turn == 1 - me: pass
    inside += 1
    seen.append(inside)
    inside -= 1
    want[me] = False
both(lambda: enter(0), lambda: enter(1))
"""
BROKEN = {
    "the flag comes late": (
        "want[me] = True\n    turn = 1 - me",
        "turn = 1 - me\n    want[me] = True",
    ),
    "the turn is kept": ("turn = 1 - me\n    while", "turn = me\n    while"),
    "no flag": ("    want[me] = True\n", ""),
    "no wait": ("    while want[1 - me] and turn == 1 - me: pass\n", ""),
    "one flag for both": ("want[me] = True", "want[0] = True"),
}


def test_petersons_algorithm_excludes(simulator):
    found = Script(PETERSON, simulator).explored()
    assert set(found.outcomes) == {"[1, 1]"}
    assert found.exhausted


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_its_variants_is_found(simulator, name):
    changed = PETERSON.replace(*BROKEN[name])
    assert changed != PETERSON
    assert set(Script(changed, simulator).explored(500).outcomes) - {"[1, 1]"}


DINERS = """
one, two, done = Lock(), Lock(), False
def dine(left, right):
    with left:
        with right: pass
def tick():
    while not done: time.sleep(1)
Thread(target=tick, daemon={daemon}).start()
both(lambda: dine(one, two), lambda: dine(two, one))
"""


@pytest.mark.parametrize("daemon", [False, True])
def test_who_goes_round_hides_no_deadlock(simulator, daemon):
    found = Script(DINERS.format(daemon=daemon), simulator).explored(500)
    assert "deadlock" in found.outcomes
