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
    lock, threads = threading.Lock(), []
    for pair in {pairs}:
        threads.append(threading.Thread(target=nap, args=pair))
        threads[-1].start()
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
    """Explore both ways: whether each outcome has a punctual schedule, and how often it comes."""
    punctual, counts = [{}, {}], [Counter(), Counter()]

    def note(place, run, is_punctual, weight):
        found = outcome(run)
        punctual[place][found] = punctual[place].get(found, False) or is_punctual
        counts[place][found] += weight

    with Simulator(Program.place) as simulator:
        plain = Program.of(source).load(simulator.twins, PURE).run
        every = Exploration(lambda s: simulator.run(plain, s, timeout=30, strict=strict), most)
        for run in every:
            note(0, run, run.punctual, 1)
        if not every.complete:
            return None
        program = Program.of(source, transform=instrument)
        heard = program.load(simulator.twins, PURE, simulator.helpers).run
        search = Kinds(lambda s: simulator.run(heard, s, timeout=30, strict=strict))
        for kind in search:
            note(1, kind.run, kind.punctual, kind.weight)
        assert search.complete
        seen = {outcome(simulator.run(plain, Seeded(n), strict=strict)) for n in range(40)}
    assert counts[0] == counts[1]
    assert punctual[0] == punctual[1]
    assert all(punctual[0].get(found, True) for found in seen), "a seeded run has it"
    return punctual[0]


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
    found = explored(HEAD + NAPS.format(pairs=pairs, between=between) + TAIL)
    assert set(found) == {("a", "b"), ("b", "a")}
    assert {one for one, punctual in found.items() if not punctual} == late


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
    found = explored(source, strict=False)
    assert set(found) >= {(True,), (False,)}
    assert {one for one, punctual in found.items() if not punctual} == late


def test_who_is_slow_to_begin_is_no_sleeper():
    """A thread that reads when another one has slept and written has not slept itself."""
    source = HEAD + (
        "    def update():\n"
        "        copy = len(said)\n"
        "        time.sleep(9)\n"
        "        said[copy:] = [copy]\n"
        "    with concurrent.futures.ThreadPoolExecutor(2) as pool:\n"
        "        pool.submit(update), pool.submit(update)\n" + TAIL
    )
    assert explored(source) == {(0,): True, (0, 1): True}


LENGTHS = (0.001, 0.1, 1, 3)
PATIENCE = (0.05, 0.5, 2, 5)


@pytest.mark.parametrize("hundred", range(2))
def test_random_programs(hundred):
    """Both ways of exploring agree, and no seeded run has what is said to need a late sleeper."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        chance, program = random.Random(seed), sketch(seed)

        def other(match, chance=chance):
            return f"{match[1]}{chance.choice(PATIENCE)})"

        source = re.sub(
            r"sleep\(0\.1\)", lambda _: f"sleep({chance.choice(LENGTHS)})", program.source()
        )
        source = re.sub(r"(timeout=|wait\(|join\()(?:0\.2|0\.3|0\.5|1)\)", other, source)
        if "monotonic" not in source:
            explored(source, 150, program.strict)
