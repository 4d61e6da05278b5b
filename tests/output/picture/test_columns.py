"""Where events stand: in true time as far as they have room, and each with the room it needs."""

import random
from itertools import pairwise

import pytest

from threaddemo.output.picture.columns import Columns, Need


def columns(*needs, width=60):
    return Columns([Need(*need) for need in needs], width)


def test_where_there_is_room_time_is_true():
    """An event stands where it happens."""
    found = columns((0.0, 1, 0), (0.5, 1, 0), (0.75, 1, 0), (1.0, 0, 0))
    assert found.starts == [0, 30, 45, 60]
    assert not found.folded


def test_events_at_one_time_stand_side_by_side():
    """Around their time, so that the pauses before and after them are equally long."""
    found = columns((0.0, 1, 0), *[(0.5, 2, 0)] * 5, (1.0, 1, 0))
    assert found.starts == [0, 26, 28, 30, 32, 34, 59]


def test_what_is_done_has_its_room_before_what_lasts():
    """Where it gets narrow, states lose their columns first."""
    found = columns(*[(0.5, 1, 0), (0.5, 0, 1)] * 40)
    deeds = found.starts[::2]
    assert all(later - earlier >= 1 for earlier, later in pairwise(deeds))
    assert found.crowded
    assert not found.folded


@pytest.mark.parametrize("seed", range(20))
def test_no_event_stands_before_the_one_before_it(seed):
    """Nor on top of it, nor outside."""
    dice = random.Random(seed)
    now, needs = 0.0, []
    for _ in range(dice.randrange(1, 120)):
        now += dice.choice([0, 0, 1e-6, 0.001, 1, 3600])
        needs.append(Need(now, dice.choice([0, 0, 1, 2]), dice.choice([0, 1])))
    found = Columns(needs, 60)
    assert found.starts == sorted(found.starts)
    assert found.starts[0] >= 0
    assert found.starts[-1] <= 60
    if not found.folded:
        for number, need in enumerate(needs[:-1]):
            assert found.starts[number + 1] - found.starts[number] >= need.label


def test_the_axis_has_round_times():
    """Where they are, and none twice."""
    assert (
        columns((0.0, 1, 0), (2.0, 1, 0)).axis()
        == "|0.0          |0.5           |1.0           |1.5"
    )
    assert columns((0.0, 1, 0)).axis() == "|0"
    burst = columns((0.0, 1, 0), *[(1e-6, 1, 0)] * 50, (3600.0, 1, 0)).axis()
    assert burst.split() == ["|0", "|1000"]
