"""What comes about only if a sleeper is late: never said of what a punctual schedule leads to."""

import random
import re
from collections import Counter

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Exploration, Kinds, Seeded, Simulator, instrument

from .random_programs import outcome, sketch

HEAD = "import concurrent.futures, queue, threading, time\ndef run():\n    said = []\n"
TAIL = "    return lambda: tuple(said)\n"
NAPS = """
    def nap(seconds, word):
        time.sleep(seconds)
        {between}
        said.append(word)
    threads = [threading.Thread(target=nap, args=pair) for pair in {pairs}]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
WAITS = """
    lock, event, barrier = threading.Lock(), threading.Event(), threading.Barrier(2)
    def hold():
        with lock:
            time.sleep(1)
    def raise_it():
        time.sleep(1)
        event.set()
    def come():
        time.sleep(1)
        try:
            barrier.wait()
        except threading.BrokenBarrierError:
            pass
    def arrived(seconds):
        try:
            barrier.wait(seconds)
        except threading.BrokenBarrierError:
            return False
        return True
    thread = threading.Thread(target={other})
    thread.start()
    {before}
    said.append({wait})
    thread.join()
"""


def explored(source, most=5_000, strict=True):
    """Each outcome, and whether it may come about with punctual sleepers; None if too many.

    None is marked that comes about on a virtual clock, whoever goes on first there.
    """
    with Simulator(Program.place) as simulator:
        plain = Program.of(source).load(simulator.twins, PURE).run

        def run(strategy):
            return simulator.run(plain, strategy, timeout=30, strict=strict)

        def run_in_time(strategy):
            strategy.free_time = False
            return run(strategy)

        every = Exploration(run, most)
        counts = Counter(map(outcome, every))
        if not every.complete:
            return None
        in_time = Exploration(run_in_time, most)
        seen = set(map(outcome, in_time)) | {outcome(run(Seeded(seed))) for seed in range(20)}
        program = Program.of(source, transform=instrument)
        heard = program.load(simulator.twins, PURE, simulator.helpers).run
        search = Kinds(lambda s: simulator.run(heard, s, timeout=30, strict=strict))
        punctual, counted = {}, Counter()
        for kind in search:
            found = outcome(kind.run)
            punctual[found] = punctual.get(found, False) or kind.punctual
            counted[found] += kind.weight
    assert search.complete
    assert counts == counted
    assert [found for found in seen if not punctual.get(found, True)] == []
    return punctual


def marked(source, **how):
    """All outcomes, and those of them that are marked."""
    found = explored(source, **how)
    return set(found), {one for one, is_punctual in found.items() if not is_punctual}


@pytest.mark.parametrize(
    ("pairs", "between", "late"),
    [
        ([(0.1, "a"), (10, "b")], "pass", {("b", "a")}),
        ([(10, "a"), (0.1, "b")], "pass", {("a", "b")}),
        ([(1, "a"), (2, "b")], "pass", {("b", "a")}),
        ([(1, "a"), (1, "b")], "pass", set()),
        ([(1, "a"), (1.005, "b")], "pass", set()),
        ([(0.1, "a"), (10, "b")], "time.monotonic()", {("b", "a")}),
        ([(0, "a"), (10, "b")], "pass", set()),
    ],
)
def test_naps(pairs, between, late):
    """One that is shorter by far is over before, also if a point is between it and what it does.

    A thread that has not slept may be as slow as it likes.
    """
    source = HEAD + NAPS.format(pairs=pairs, between=between) + TAIL
    assert marked(source) == ({("a", "b"), ("b", "a")}, late)


@pytest.mark.parametrize(
    ("other", "before", "wait", "late"),
    [
        ("hold", "time.sleep(0.1)", "lock.acquire(timeout=5)", {(False,)}),
        ("hold", "time.sleep(0.1)", "lock.acquire(timeout=0.5)", set()),
        ("raise_it", "pass", "event.wait(5)", {(False,)}),
        ("raise_it", "pass", "event.wait(1)", set()),
        ("come", "pass", "arrived(5)", {(False,)}),
        ("hold", "pass", "(thread.join(5), thread.is_alive())[1]", {(True,)}),
    ],
)
def test_waits_with_a_time_out(other, before, wait, late):
    """One that ends by it is late if what it has waited for came earlier by far."""
    source = HEAD + WAITS.format(other=other, before=before, wait=wait) + TAIL
    found, is_marked = marked(source, strict=False)
    assert found >= {(True,), (False,)}
    assert is_marked == late


SLOW = """
    flag = threading.Event()
    def worker():
        time.sleep(1)
        {first}
    def looker():
        if {seen}:
            {then}
            said.append("seen")
    threads = [threading.Thread(target=each) for each in (worker, looker)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


@pytest.mark.parametrize(
    ("first", "seen"), [("flag.set()", "flag.is_set()"), ("said.append(1)", "said")]
)
@pytest.mark.parametrize("then", ["pass", "time.sleep(0.1)"])
def test_who_is_slow_to_begin_is_no_late_sleeper(first, seen, then):
    """A thread may be late to see what another did that has slept, and sleep after that."""
    found, late = marked(HEAD + SLOW.format(first=first, seen=seen, then=then) + TAIL)
    assert len(found) == 2
    assert late == set()


def test_who_was_seen_to_wake_is_no_late_sleeper():
    """A thread may be slow to go on, though it has woken in time, as another one has seen."""
    source = HEAD + (
        "    woken = []\n"
        "    def nap():\n"
        "        time.sleep(1)\n"
        "        woken.append(1)\n"
        "        time.monotonic()\n"
        "        said.append('napper')\n"
        "    thread = threading.Thread(target=nap)\n"
        "    thread.start()\n"
        "    time.sleep(2)\n"
        "    said.append(len(woken))\n"
        "    time.sleep(5)\n"
        "    said.append('Main')\n"
        "    thread.join()\n" + TAIL
    )
    orders = {(1, "napper", "Main"), (1, "Main", "napper"), ("napper", 1, "Main")}
    late = {(0, "napper", "Main"), (0, "Main", "napper")}
    assert marked(source) == (orders | late, late)


LENGTHS = (0.001, 0.1, 1, 3)
PATIENCE = (0.05, 0.5, 2, 5)


def varied(source, chance):
    """A program whose sleeps and time-outs take other times."""
    source = re.sub(r"sleep\(0\.1\)", lambda _: f"sleep({chance.choice(LENGTHS)})", source)
    waits = r"(timeout=|wait\(|join\()(?:0\.2|0\.3|0\.5|1)\)"
    return re.sub(waits, lambda match: f"{match[1]}{chance.choice(PATIENCE)})", source)


@pytest.mark.parametrize("hundred", range(2))
def test_random_programs(hundred):
    """Counts are the same both ways, and on a virtual clock nothing comes about that is marked."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        program = sketch(seed)
        explored(varied(program.source(), random.Random(seed)), 150, program.strict)
