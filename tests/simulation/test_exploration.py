"""Every schedule: the counts can be checked by hand, and the outcomes are the lesson."""

import itertools
import os

import pytest

from threaddemo.simulation import EndlessRun, Exploration, Replay, Seeded

from .conftest import CPUS


@pytest.mark.parametrize(
    ("threads", "outcomes"), [(2, {1: 4, 2: 2}), (3, {1: 48, 2: 36, 3: 6}), (4, None)]
)
def test_a_race_has_all_orders_of_two_steps_a_thread(loaded, explore, threads, outcomes):
    """Each thread begins and wakes, so n threads have (2n)!/2^n schedules."""
    exploration, counted = explore(lambda: loaded.race(threads))
    assert exploration.complete
    assert exploration.schedules == {2: 6, 3: 90, 4: 2520}[threads]
    assert outcomes is None or counted == outcomes


@pytest.mark.parametrize(("threads", "schedules"), [(2, 34), (3, 5382)])
def test_a_lock_saves_every_update(loaded, explore, threads, schedules):
    """No schedule of the locked update loses anything."""
    exploration, outcomes = explore(lambda: loaded.race(threads, locked=True))
    assert exploration.complete
    assert outcomes == {threads: schedules}


def test_three_threads_finish_in_every_order(loaded, explore):
    """Three threads that main starts and joins have 4,595 schedules and six orders."""
    exploration, outcomes = explore(loaded.many)
    assert (exploration.schedules, exploration.complete) == (4595, True)
    assert set(outcomes) == set(itertools.permutations(range(3)))


def test_a_queue_with_sentinels_loses_nothing(loaded, explore):
    """No schedule deadlocks or loses what was produced."""
    exploration, outcomes = explore(loaded.prodcons)
    assert (exploration.schedules, exploration.complete) == (4257, True)
    assert set(outcomes) == {(0, 1), (0,), ()}


def test_a_naive_shutdown_can_hang(loaded, explore):
    """A consumer that watches the event itself can wait for a message that never comes."""
    exploration, outcomes = explore(lambda: loaded.prodcons(1, naive=True))
    assert exploration.complete
    assert outcomes["deadlock"]
    assert outcomes[(0,)]


def test_reading_after_the_release_is_found(loaded, explore):
    """Returning self.message after the release lets the producer overwrite it first."""
    assert set(explore(lambda: loaded.slot(True))[1]) == {(1, 2)}
    assert set(explore(lambda: loaded.slot(False))[1]) == {(1, 2), (2, 2)}


def test_a_lock_may_be_released_by_another_thread(loaded, explore):
    """Locks that hand over between threads are no deadlock under any schedule."""
    exploration, outcomes = explore(loaded.slot)
    assert exploration.complete
    assert "deadlock" not in outcomes


def test_every_schedule_replays(loaded, play, simulator):
    """Each explored schedule, written down and followed, gives the same run."""
    for main in (loaded.race, loaded.crossed_locks, loaded.prodcons):
        for run in Exploration(lambda s, main=main: simulator.run(main, s), max_schedules=300):
            assert play(main, Replay(run.schedule)) == run


def test_max_schedules_cuts(loaded, explore):
    """A cut exploration does not claim to be complete, and one that just fits does."""
    exploration, _ = explore(loaded.race, max_schedules=5)
    assert (exploration.schedules, exploration.complete, exploration.pruned) == (5, False, False)
    assert not exploration.exhausted
    exploration, _ = explore(loaded.race, max_schedules=6)
    assert (exploration.schedules, exploration.complete, exploration.exhausted) == (6, True, True)


def test_preemptions_are_bounded(loaded, explore, simulator):
    """With a bound no run has more preemptions, and what was left out is admitted."""

    def preemptions(path):
        simulator.run(loaded.many, path, timeout=20)
        return path.preemptions

    exploration = Exploration(preemptions, preemptions=1)
    assert set(exploration) == {0, 1}
    assert (exploration.exhausted, exploration.pruned, exploration.complete) == (True, True, False)


def test_a_sleep_costs_no_preemption(loaded, explore):
    """Race has nothing but sleeps, so that even a bound of none leaves every schedule."""
    exploration, _ = explore(lambda: loaded.race(3), preemptions=0)
    assert (exploration.schedules, exploration.complete) == (90, True)


def test_an_endless_run_is_an_error(loaded, explore):
    """A loop that waits for nothing is stopped after a number of steps, by name."""
    with pytest.raises(EndlessRun, match="10,000 steps"):
        explore(loaded.spin)


@pytest.mark.skipif(not CPUS, reason="the system pins no process")
def test_the_process_is_pinned_only_meanwhile(loaded, simulator):
    """While exploring there is one CPU, afterwards (left early, too) those of before."""
    for _ in Exploration(lambda strategy: simulator.run(loaded.race, strategy)):
        assert len(os.sched_getaffinity(0)) == 1
        break
    assert os.sched_getaffinity(0) == CPUS


def test_an_interrupt_leaves_an_exploration(loaded, simulator):
    """KeyboardInterrupt comes out, the CPUs are put back, and the simulator goes on working."""

    def run_one(strategy):
        if len(runs) == 3:
            raise KeyboardInterrupt
        return simulator.run(loaded.race, strategy)

    runs = []
    with pytest.raises(KeyboardInterrupt):
        runs.extend(Exploration(run_one))
    assert len(runs) == 3
    assert simulator.run(loaded.race, Replay(runs[0].schedule)) == runs[0]


LOOKS = {
    "Thread.is_alive": "while thread.is_alive(): pass",
    "Lock.locked": "while not lock.locked(): pass",
    "Queue.qsize": "while items.qsize() < 1: pass",
    "Queue.full": "while not items.full(): pass",
    "Future.done": "while not future.done(): pass",
    "Future.cancel": "while not future.done() and not future.cancel(): pass",
    "Future.running": "while future.running(): pass",
    "threading.active_count": "while threading.active_count() > 1: pass",
    "SimpleQueue.qsize": "while not simple.qsize(): pass",
}


@pytest.mark.parametrize("loop", LOOKS.values(), ids=LOOKS)
def test_a_loop_of_nothing_but_looks_ends(load, play, loop):
    """After many looks in a row one is a point: the clock goes on, and so do the others."""
    source = f"""
import concurrent.futures, queue, threading, time
lock, items, simple = threading.Lock(), queue.Queue(1), queue.SimpleQueue()
future = concurrent.futures.Future()

def work():
    time.sleep(0.05)
    lock.acquire()
    items.put(1)
    simple.put(1)
    future.set_result(1)

def main():
    future.set_running_or_notify_cancel()
    thread = threading.Thread(target=work)
    thread.start()
    {loop}
    return lambda: "ended"
"""

    def main():
        return load(source=source).main()

    runs = [play(main, Seeded(seed)) for seed in range(3)]
    assert [run.result for run in runs] == ["ended"] * 3
    assert all(run.elapsed < 5 for run in runs)
    assert runs == [play(main, Seeded(seed)) for seed in range(3)]


def test_looks_are_no_points(explore, load):
    """A few of them change no count, nor do many changes."""
    source = """
import concurrent.futures, threading, time

def race(look):
    order = []
    def work(number):
        time.sleep(1)
        order.append(number)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for thread in threads:
            thread.start()
            for _ in range(999 if look else 0):
                thread.is_alive()
        for _ in range(2000 if look else 0):
            future = concurrent.futures.Future()
            future.set_result(1)
        for thread in threads:
            thread.join()
    return lambda: tuple(order)
"""
    loaded = load(source=source)
    plain, with_looks = (explore(lambda look=look: loaded.race(look)) for look in (False, True))
    assert plain[0].schedules == with_looks[0].schedules
    assert plain[1] == with_looks[1]
