"""Who listens hears of each task whether it runs, could go on, sleeps or waits, and when."""

import pytest

from threaddemo.program import Program
from threaddemo.simulation import Seeded, Simulator, crowds

HANDED_OVER = """
import threading, time

def work(lock, number):
    with lock:
        time.sleep(0.1)

def run():
    lock = threading.Lock()
    threads = [threading.Thread(target=work, args=(lock, n), name=f"T{n}") for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lambda: "done"
"""


def heard(source, strategy, threads=2):
    """What a listener hears: (seconds, thread, what it is at, whom it has interrupted)."""
    told = []
    with Simulator() as simulator:

        def listen(task, standing, interrupted):
            name = interrupted and interrupted.thread.name
            told.append((simulator.now, task.thread.name, standing, name))

        simulator.listener = listen
        module = Program.of(source.replace("THREADS", str(threads))).load(simulator.twins)
        assert simulator.run(module.run, strategy, timeout=20).result == "done"
    return told


def of(told, name):
    """What a thread is at, one after the other."""
    return [standing for _, thread, standing, _ in told if thread == name]


def test_a_thread_is_ready_from_when_it_can_go_on():
    """It waits for the lock until that is free, and not until it is its turn."""
    told = [of(heard(HANDED_OVER, Seeded(seed)), "T1") for seed in range(10)]
    waited = [standings for standings in told if "waits" in standings]
    assert waited
    for standings in waited:
        assert standings[standings.index("waits") + 1] == "is ready"
        assert standings[-2:] == ["sleeps", "runs"]


def test_who_sleeps_longer_than_it_must_is_ready():
    """Once the time has come only its turn has not."""
    told = heard(HANDED_OVER.replace("with lock", "if lock"), Seeded(1), threads=5)
    for name in ("T0", "T1", "T2", "T3", "T4"):
        began = next(time for time, one, what, _ in told if (one, what) == (name, "sleeps"))
        late = [time for time, one, what, _ in told if (one, what) == (name, "is ready")]
        assert all(time <= began or time >= began + 0.1 for time in late)
    assert any(of(told, name)[-2:] == ["is ready", "runs"] for name in ("T0", "T1", "T2", "T3"))


def test_who_is_interrupted_is_told():
    """That is who could have gone on; who waits or sleeps is not interrupted."""
    told = heard(HANDED_OVER, Seeded(3), threads=4)
    at = {}
    for _, thread, standing, interrupted in told:
        if interrupted is not None:
            assert standing == "runs"
            assert at[interrupted] == "is ready"
        at[thread] = standing
    assert any(interrupted for *_, interrupted in told)


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_told_twice(seed):
    """Each is a change."""
    at = {}
    for _, thread, standing, _ in heard(HANDED_OVER, Seeded(seed), threads=5):
        assert standing == "runs" or at.get(thread) != standing
        at[thread] = standing


@pytest.mark.parametrize("seed", range(5))
def test_many_tasks_are_told_as_few_are(monkeypatch, seed):
    """In a crowd only those are looked at for which something may have changed."""
    few = heard(HANDED_OVER, Seeded(seed), threads=8)
    monkeypatch.setattr(crowds, "FEW", 1)
    many = heard(HANDED_OVER, Seeded(seed), threads=8)
    assert sorted(map(str, few)) == sorted(map(str, many))
