"""Runs without an end: when a run counts as one, and what is said of it."""

import linecache

import pytest

from threaddemo.program import Program
from threaddemo.simulation import Exploration, Kinds, Replay, Seeded, Simulator, endless, instrument
from threaddemo.simulation.sampling import Priorities, Walk

RING = """
import threading, time

def dine(one, two):
    with one:
        time.sleep(0.1)
        with two:
            pass

def tick():
    for _ in range(10 ** 9):
        while True:
            time.sleep(1)

def run():
    a, b = threading.Lock(), threading.Lock()
    for name, pair in (("Left", (a, b)), ("Right", (b, a))):
        threading.Thread(target=dine, args=pair, name=name).start()
    threading.Thread(target=tick, name="Clock").start()
"""


@pytest.fixture
def end(tmp_path):
    """What comes of a text's ``run`` under a strategy, as a script's, and of each of its kinds."""
    file = tmp_path / "program.py"

    with Simulator(Program.place) as simulator:

        def call(source, strategy=None, search=None, **options):
            file.write_text(source, encoding="utf-8")
            linecache.clearcache()  # of the text before, as of what was found in it
            endless._loops.cache_clear()
            program = Program.of(source, "program", instrument, str(file))
            module = program.load(simulator.twins, None, simulator.helpers)

            def one(chosen):
                return simulator.run(
                    module.run, chosen, timeout=30, strict=False, observe=lambda: "read"
                )

            if strategy is not None:
                return one(strategy)
            if search is not None:
                return search(one)
            kinds = Kinds(one, 300, is_punctual=True, **options)
            kinds.give_up_soon()
            return kinds, [kind.run for kind in kinds]

        yield call


def test_who_goes_round_and_who_waits(end):
    """The loop is the innermost `while`; who waits in a circle is told."""
    run = end(RING, Seeded(1))
    assert run.result is None
    assert not run.deadlock
    text = str(run.endless)
    assert text.startswith("Clock goes round `while True:` at program.py:12; Left waits in Lock")
    assert text.endswith("; Left and Right wait for each other")
    assert "virtual hours" in run.endless.why


def test_an_exploration_goes_on(end):
    """It finds what else there is, whoever is started first, and does not say that it has all."""
    clock = '    threading.Thread(target=tick, name="Clock").start()\n'
    first = RING.replace(clock, "").replace("    a, b =", f"{clock}    a, b =")
    for source in (RING, first):
        kinds, runs = end(source)
        waiting = {tuple(one.thread for one in run.endless.waiting) for run in runs}
        assert waiting == {(), ("Left", "Right")}
        assert (kinds.exhausted, kinds.complete, kinds.exact) == (True, False, False)


def test_an_end_that_was_explored_is_replayed(end):
    _, runs = end(RING)
    for run in runs:
        again = end(RING, Replay(run.schedule))
        assert again.endless.waiting == run.endless.waiting


def test_a_thread_that_waits_for_its_turn_in_vain_makes_no_endless_run(end):
    """A loop without an end for as long as nobody else goes on is none of the program's."""
    source = (
        "import threading\n"
        "def run():\n    e = threading.Event()\n"
        "    threading.Thread(target=e.set).start()\n"
        "    while not e.is_set():\n        pass\n"
    )
    kinds, runs = end(source, max_steps=100_000)
    assert {run.endless for run in runs} == {None}
    assert not kinds.complete


def test_a_bound_of_steps_ends_the_search(end):
    source = "import threading\ndef run():\n    q = threading.Lock()\n" + (
        "    ts = [threading.Thread(target=lambda: [q.acquire() and q.release() for _ in 'abc'])"
        " for _ in 'abc']\n    for t in ts: t.start()\n"
    )
    kinds, runs = end(source, max_steps=1_000)
    assert not kinds.complete
    assert 0 < kinds.kinds < 100
    assert 0 < kinds.sampled < 100
    assert len(runs) == kinds.kinds + kinds.sampled


def test_many_short_sleeps_have_an_end(end):
    """It takes many waits, and much time in all, and a loop that may have no end."""
    source = "import time\ndef run():\n    n = 0\n    while n < 15_000: time.sleep(0.01); n += 1\n"
    assert end(source, Seeded(0)).endless is None
    source = source.replace("0.01", "10")
    assert end(source, Seeded(0)).endless is not None
    source = "import time\ndef run():\n    for _ in range(15_000): time.sleep(10)\n"
    assert end(source, Seeded(0)).endless is None


def test_what_a_thread_local_object_holds_is_no_shared_memory(tmp_path):
    source = (
        "import threading\n"
        "class Own(threading.local):\n    n = 0\n"
        "def add(own):\n    own.n += 1\n    own.m = own.n\n"
        "def run():\n    own = Own()\n"
        "    for _ in 'ab': threading.Thread(target=add, args=(own,)).start()\n"
    )
    with Simulator(Program.place) as simulator:
        program = Program.of(source, "program", instrument)
        module = program.load(simulator.twins, None, simulator.helpers)
        simulator.run(module.run, Seeded(0), timeout=30, sites=())
        assert not simulator.points.races.races


POLLED = """
import threading, time

def run():
    done = []
    def work():
        time.sleep(1)
        done.append(1)
    threading.Thread(target=work).start()
    while not done:
        time.sleep(0.1)
"""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("draw", [Walk, Priorities])
def test_a_sleeper_that_never_wakes_makes_no_endless_run(end, draw, seed):
    """Schedules at random may let one sleep for ever; then they say so."""
    strategy = draw(seed)
    run = end(POLLED, strategy)
    assert run.endless is None or strategy.is_unfair


def test_nor_does_it_where_preemptions_are_bounded(end):
    def bounded(one):
        exploration = Exploration(one, 60, preemptions=0)
        return exploration, list(exploration)

    exploration, runs = end(POLLED, search=bounded)
    assert {run.endless for run in runs} == {None}
    assert 0 < exploration.schedules == len(runs)
    assert exploration.unfair > 0
    assert not exploration.complete


def test_random_schedules_are_drawn_soon(end):
    """Those that come at the end are other ones, and none is said to be of a kind."""
    source = (
        "import threading\ndef run():\n    lock = threading.Lock()\n    def f():\n"
        "        for _ in 'abc':\n            with lock: pass\n"
        "    for _ in 'abc': threading.Thread(target=f).start()\n"
    )
    kinds, _ = end(source, draws_soon=True)
    assert (kinds.kinds + kinds.redundant, kinds.sampled) == (300, 150)
    assert not kinds.complete


LOOPS = {
    "range": ("for _ in range(400)", True),
    "a literal": ("for _ in 'ab':\n  for _ in range(400)", True),
    "a million": ("for _ in range(5, 2 * 10**6 // 5)", True),
    "as good as endless": ("for _ in range(10**9)", False),
    "a huge power": ("for _ in range(2**2000)", False),
    "the largest": ("for _ in range(sys.maxsize)", False),
    "enumerate": ("for _ in enumerate(range(400))", True),
    "sorted": ("for _ in sorted(range(400))", True),
    "who knows": ("for _ in iter(list, 1)", False),
    "while": ("while True", False),
    "both": ("for _ in range(400):\n  while True", False),
}


@pytest.mark.parametrize("name", LOOPS)
def test_what_is_seen_to_have_an_end_is_not_endless(end, name):
    """However many steps it takes; of other loops nobody knows."""
    head, has_end = LOOPS[name]
    depth = "  " * (head.count("\n") + 1)
    leave = f"{depth} n += 1\n{depth} if n > 400: return\n"
    source = f"import sys, time\ndef run():\n n = 0\n {head}:\n{depth} time.sleep(0)\n{leave}"
    strategy = Seeded(0)
    strategy.step_limit = 100
    run = end(source, strategy)
    assert (run.endless is None) == has_end


def test_a_strategy_may_have_seen_enough_of_what_has_an_end(end):
    """Then it is told apart from what has none, which has its own limit."""
    source = "import time\ndef run():\n {}: time.sleep(0)\n"
    for head, steps in (("for _ in range(400)", 101), ("while True", 301)):
        strategy = Seeded(0)
        strategy.enough, strategy.step_limit = 100, 300
        run = end(source.format(head), strategy)
        assert f"after {steps - 1}" in run.endless.why


def test_threads_that_start_each_other_have_no_end_in_sight(end):
    source = (
        "import threading\n"
        "def again():\n    threading.Timer(1, again).start()\n"
        "def run():\n    again()\n"
    )
    strategy = Seeded(0)
    strategy.step_limit = 500
    assert end(source, strategy).endless is not None
