"""One schedule of each kind: the same outcomes, as often, as every schedule has.

Plain enumeration is the judge wherever it can finish. What it can't finish is held to counts that
are known from it, or from a formula.
"""

import math
from collections import Counter

import pytest

from threaddemo.program import Program
from threaddemo.runs.copies import Copies
from threaddemo.simulation import (
    PURE,
    Exploration,
    Kinds,
    Replay,
    Simulator,
    instrument,
)

from . import programs, random_programs
from .random_programs import compare, outcome, sketch

ONE = {"producers": 1, "consumers": 1, "produce_sleep": 0, "consume_sleep": 0, "naive": False}
QUEUE = ONE | {"sleep": 0.1, "burst": 1}


@pytest.fixture
def explored():
    """Explore a demo by kinds: the search, and the outcomes with their counts."""

    def explored(lesson, max_runs=30_000, **options):
        with Simulator(Program.place) as simulator:
            program = Program.named(f"threaddemo.demos.{lesson}", instrument)
            copies = Copies(
                lambda: program.load(simulator.twins, PURE, simulator.helpers), simulator.unheard
            )
            kinds = Kinds(
                lambda s: simulator.run(lambda: copies.fresh().run(**options), s, timeout=20),
                max_runs,
            )
            counts: Counter[object] = Counter()
            for kind in kinds:
                counts[outcome(kind.run)] += kind.weight or 0
        return kinds, counts

    return explored


@pytest.fixture
def enumerated():
    """Run every schedule of a demo."""

    def enumerated(lesson, **options):
        with Simulator(Program.place) as simulator:
            program = Program.named(f"threaddemo.demos.{lesson}")
            copies = Copies(lambda: program.load(simulator.twins, PURE))
            exploration = Exploration(
                lambda s: simulator.run(lambda: copies.fresh().run(**options), s, timeout=20)
            )
            counts = Counter(map(outcome, exploration))
        assert exploration.complete
        return counts

    return enumerated


SIZES = {
    "single": [{}],
    "daemon": [{}],
    "join": [{}],
    "many": [{"threads": n} for n in (1, 2, 3)],
    "executor": [{"threads": t, "workers": w} for t, w in ((1, 1), (3, 3), (4, 1), (4, 2))],
    "race": [{"threads": n} for n in (1, 2, 3, 4)],
    "fixrace": [{"threads": n} for n in (1, 2, 3)],
    "prodcons_lock": [
        *(ONE | {"messages": n} for n in (0, 1, 2)),
        *(ONE | {"messages": n, "naive": True} for n in (0, 1, 2)),
    ],
    "prodcons_queue": [
        QUEUE | {"queue_size": size, "messages": n, "naive": naive}
        for size, n, naive in ((1, 0, False), (1, 1, False), (1, 2, False), (0, 1, True))
    ],
    "semaphore": [{"threads": t, "limit": n} for t, n in ((2, 1), (2, 2), (3, 1))],
    "deadlock": [{"threads": 2, "ordered": ordered} for ordered in (False, True)],
    "barrier": [{"threads": n, "missing": m} for n, m in ((1, 0), (2, 0), (2, 1), (3, 1))],
    "timer": [{"delay": 1, "cancel": cancel} for cancel in (False, True)],
}
#: The lessons that have no option --sleep, or another one.
UNSLEEPING = "prodcons_lock", "prodcons_queue", "timer"


@pytest.mark.parametrize(
    ("lesson", "options"), [(lesson, size) for lesson, sizes in SIZES.items() for size in sizes]
)
def test_a_demo_has_the_same_outcomes_as_often(explored, enumerated, lesson, options):
    """Sets of outcomes and their counts are those of every schedule."""
    if lesson not in UNSLEEPING:
        options = options | {"sleep": 0.1}
    kinds, counts = explored(lesson, **options)
    assert kinds.complete
    assert kinds.exact
    assert counts == enumerated(lesson, **options)
    assert not any(found[0] == "failure" for found in counts)
    assert kinds.schedules == counts.total()
    assert kinds.kinds <= kinds.schedules


@pytest.mark.parametrize(
    ("lesson", "options", "schedules", "kinds"),
    [
        ("race", {"threads": 4}, math.factorial(8) // 2**4, math.factorial(4) ** 2),
        ("fixrace", {"threads": 4}, 2_332_440, math.factorial(4)),
        ("many", {"threads": 4}, 580_185, math.factorial(4)),
        ("semaphore", {"threads": 3, "limit": 2}, 26_550, math.factorial(3) * 3**2),
        ("prodcons_lock", ONE | {"messages": 10}, 450_117_362, 1),
        ("prodcons_queue", QUEUE | {"queue_size": 1, "messages": 2}, 2_268, 1),
        (
            "prodcons_queue",
            QUEUE | {"queue_size": 1, "messages": 2, "naive": True},
            39_007,
            None,
        ),
        ("prodcons_queue", QUEUE | {"queue_size": 10, "messages": 4}, 933_052, 42),
        (
            "prodcons_queue",
            QUEUE | {"queue_size": 10, "messages": 3, "naive": True},
            1_823_946,
            44,
        ),
    ],
)
def test_what_is_out_of_reach_is_counted(explored, lesson, options, schedules, kinds):
    """The counts were verified by running every schedule once, where that takes minutes."""
    if lesson not in UNSLEEPING:
        options = options | {"sleep": 0.1}
    found, counts = explored(lesson, **options)
    assert found.complete
    assert (found.schedules, counts.total()) == (schedules, schedules)
    assert not any(found[0] == "failure" for found in counts)
    assert kinds in (None, found.kinds)


#: Programs that exploration by kinds was once wrong about, as small as they could be made.
ONCE_WRONG = {
    "the end of the run hid that a daemon waits for a lock": """
import threading, time
def run():
    lock, seen = threading.Lock(), []
    def hold():
        with lock:
            time.sleep(0.1)
    def look():
        seen.append(lock.locked())
        seen.append(lock.acquire(timeout=1))
        time.sleep(0.1)
    threading.Thread(target=hold, daemon=True).start()
    threading.Thread(target=look).start()
    time.sleep(0.1)
    return lambda: tuple(seen)
""",
}


@pytest.mark.parametrize("source", ONCE_WRONG.values(), ids=ONCE_WRONG)
def test_what_was_once_wrong_is_right(source):
    """Each is of a family that random programs come from, too."""
    found = compare(source, 5_000, replay=True)
    assert found.complete
    assert found.agrees


@pytest.mark.parametrize("block", range(8))
def test_random_programs_have_the_same_outcomes_as_often(block):
    """25 programs each, of everything that threads do; a disagreement is shrunk."""
    compared = 0
    for seed in range(25 * block, 25 * block + 25):
        program = sketch(seed)
        found = compare(program.source(), 150, replay=True, strict=program.strict)
        if found is not None:
            compared += found.complete
            assert found.agrees, random_programs.report(program, 150)
    assert compared > 4


@pytest.mark.parametrize(
    "name", ["race", "many", "executor", "prodcons", "slot", "crossed_locks", "dice"]
)
def test_small_programs_have_the_same_outcomes_as_often(name, simulator, load, explore):
    """Deadlocks and hand-overs between threads among them; and each run replays."""
    plain = load()
    program = Program.named(programs.__name__, instrument)
    heard = program.load(simulator.twins, PURE, simulator.helpers)
    counts = Counter(
        outcome(run)
        for run in Exploration(lambda s: simulator.run(getattr(plain, name), s, timeout=20))
    )
    found = Counter()
    kinds = Kinds(lambda s: simulator.run(getattr(heard, name), s, timeout=20))
    for kind in list(kinds):
        found[outcome(kind.run)] += kind.weight
        replay = Replay(kind.run.schedule)
        assert outcome(simulator.run(getattr(plain, name), replay, timeout=20)) == outcome(kind.run)
    assert kinds.complete
    assert found == counts
