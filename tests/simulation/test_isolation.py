"""A simulated run leaves nothing behind, however it ends."""

import logging
import signal
import sys
import threading
import time

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, RunTimeout, Seeded, Simulator, scheduler

from . import programs


def test_no_thread_is_left(explore, loaded, simulator):
    """Carriers are reused from run to run, and gone after close."""
    explore(loaded.race)
    carriers = {thread for thread in threading.enumerate() if thread.name == "carrier"}
    explore(loaded.race)
    assert {thread for thread in threading.enumerate() if thread.name == "carrier"} == carriers
    simulator.close()
    assert not carriers & set(threading.enumerate())
    assert not any(thread.is_alive() for thread in carriers)


def test_leftover_daemons_are_unwound(loaded, play, simulator):
    """Daemons end where they wait: only what their finally blocks do at once is done."""
    log = []
    for seed in range(10):
        assert play(lambda: loaded.daemons(log), Seeded(seed)).result == "left"
    assert "never" not in log
    simulator.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "carrier"]


def test_logs_of_the_dying_can_be_told(simulator, play):
    """While leftovers are unwound `killing` says so, and what runs before is not affected."""
    threading, time = simulator.twins["threading"], simulator.twins["time"]
    seen = []

    def work():
        seen.append(simulator.killing)
        try:
            time.sleep(3600)
        finally:
            seen.append((simulator.thread_name, simulator.killing))

    def main():
        threading.Thread(target=work, daemon=True, name="Idle").start()
        time.sleep(1)
        return lambda: simulator.thread_name

    assert play(main, Seeded(0)).result == "Main"
    assert seen == [False, ("Idle", True)]
    assert not simulator.killing


def test_nothing_global_changes(load, play):
    """No module is added or replaced, and logging stays as it is."""
    modules = dict(sys.modules)
    handlers, level = list(logging.root.handlers), logging.root.level
    loaded = load()
    play(loaded.prodcons, Seeded(1))
    assert sys.modules == modules
    assert loaded is not programs
    assert programs.threading is threading
    assert (list(logging.root.handlers), logging.root.level) == (handlers, level)


def test_real_and_simulated_runs_alternate(loaded, play):
    """The same source runs for real and simulated in one process, in turn."""
    for _ in range(2):
        assert (
            programs.race(locked=True)() == play(lambda: loaded.race(locked=True), Seeded(1)).result
        )


def test_two_simulators_know_nothing_of_each_other(loaded, play):
    """A run within a run's facts, on another simulator, is no trouble."""
    with Simulator() as other:
        theirs = Program.named(programs.__name__).load(other.twins, PURE)
        inner = other.run(theirs.race, Seeded(0), timeout=20)
        assert inner == play(loaded.race, Seeded(0))


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()])
@pytest.mark.parametrize("program", ["fail", "fail_in_thread"])
def test_an_error_ends_the_run(loaded, play, program, error):
    """The first exception that leaves a thread is the result, whichever it is."""
    run = play(lambda: getattr(loaded, program)(error), Seeded(0))
    assert run.failure.error is error
    assert run.failure.thread == {"fail": "pool_0", "fail_in_thread": "Unlucky"}[program]
    assert run.result is None
    assert run.elapsed < 1
    assert play(loaded.race, Seeded(0)).result  # and the simulator goes on working


def test_an_error_in_the_facts_comes_out(play):
    """What the function that reads the facts raises is raised by run."""

    def main():
        return lambda: 1 / 0

    with pytest.raises(ZeroDivisionError):
        play(main, Seeded(0))
    assert play(lambda: lambda: 1, Seeded(0)).result == 1


def test_reading_the_facts_never_waits(simulator, play):
    """There, every thread has ended: operations go ahead, and waiting for ever is an error."""
    threading, futures = simulator.twins["threading"], simulator.twins["concurrent.futures"]

    def main():
        with futures.ThreadPoolExecutor() as pool:
            future = pool.submit(int, 7)
        return future.result

    assert play(main, Seeded(0)).result == 7
    with pytest.raises(RuntimeError, match=r"Event\.wait would wait for ever"):
        play(lambda: threading.Event().wait, Seeded(0))
    with pytest.raises(RuntimeError, match="only while a simulated run is going on"):
        play(lambda: threading.Thread().start, Seeded(0))


def test_a_time_out_says_what_each_thread_does(loaded, simulator, monkeypatch):
    """A run that takes too long in real time is given up, with a line for each thread."""
    monkeypatch.setattr(Seeded, "step_limit", 10**9)
    with pytest.raises(RunTimeout, match=r"0\.1 s") as caught:
        simulator.run(loaded.poll_for_ever, Seeded(0), timeout=0.1)
    lines = [str(blocked) for blocked in caught.value.blocked]
    assert len(lines) == 2
    assert lines[0].startswith("Main")
    assert simulator.run(loaded.race, Seeded(0), timeout=20).result


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signal to one thread")
def test_an_interrupt_comes_out_of_a_run(loaded, simulator, monkeypatch):
    """Ctrl-C while a run goes on: it is raised by run, and the simulator can be used again."""
    monkeypatch.setattr(Seeded, "step_limit", 10**9)
    main_thread = threading.get_ident()
    timer = threading.Timer(0.1, signal.pthread_kill, (main_thread, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        simulator.run(loaded.spin, Seeded(0), timeout=20)
    timer.join(10)
    assert simulator.run(loaded.race, Seeded(0), timeout=20).result


def test_a_thread_that_never_comes_back_is_admitted(simulator, monkeypatch):
    """A task stuck in something real can't be unwound; then the simulator refuses to go on."""
    monkeypatch.setattr(scheduler, "LAST_PATIENCE", 0.5)
    stuck = threading.Event()

    def main():
        stuck.wait(10)
        return lambda: None

    with pytest.raises(RunTimeout):
        simulator.run(main, Seeded(0), timeout=0.05)
    with pytest.raises(RuntimeError, match="did not end"):
        simulator.run(main, Seeded(0), timeout=20)
    stuck.set()
    deadline = time.monotonic() + 10
    while any(t.name == "carrier" for t in threading.enumerate()) and time.monotonic() < deadline:
        simulator.close()
        time.sleep(0.01)


@pytest.mark.parametrize("daemons", [0, 1, 3])
def test_a_machine_may_be_slow_to_unwind_a_run(simulator, monkeypatch, daemons):
    """Whoever is not unwound in time is so before the next run begins, or the simulator ends."""
    monkeypatch.setattr(scheduler.Scheduler.stop, "__defaults__", (0.0,))
    threads = simulator.twins["threading"]

    def wait():
        try:
            threads.Event().wait()
        finally:
            time.sleep(0.01)

    def main():
        for number in range(daemons + 1):
            threads.Thread(target=wait, daemon=number < daemons).start()
        return lambda: "read"

    for seed in range(3):
        assert simulator.run(main, Seeded(seed), timeout=20).deadlock
    assert simulator.run(lambda: lambda: 7, Seeded(0), timeout=20).result == 7
    assert simulator.run(main, Seeded(0), timeout=20).deadlock
    monkeypatch.setattr(scheduler.Scheduler.stop, "__defaults__", (20.0,))
    simulator.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "carrier"]


@pytest.mark.parametrize("caught", ["except:", "except BaseException:", "finally:"])
def test_a_daemon_that_catches_everything_is_unwound(load, simulator, play, caught):
    """A loop around a bare `except` would go on for ever."""
    source = f"""
import queue, threading
def serve(items, log):
    while True:
        try:
            items.get()
        {caught}
            if len(log) < 1000:
                log.append(1)
            {"continue" if caught == "finally:" else "pass"}

def main():
    log = []
    for _ in range(2):
        threading.Thread(target=serve, args=(queue.Queue(), log), daemon=True).start()
    return lambda: "served"
"""
    began = time.monotonic()
    main = load(source=source).main
    for seed in range(3):
        assert play(main, Seeded(seed)).result == "served"
    assert time.monotonic() - began < 1
