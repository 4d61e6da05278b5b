"""A deadlock is a result, and says who waits for what."""

import linecache

from threaddemo.simulation import Exploration, Replay, Seeded

from . import programs


def find_deadlock(simulator, main):
    runs = Exploration(lambda strategy: simulator.run(main, strategy, timeout=20))
    return next(run for run in runs if run.deadlock)


def test_crossed_locks_are_found_and_replayed(simulator, loaded, play):
    """Two locks taken in two orders: the report has each thread, lock, holder and line."""
    found = find_deadlock(simulator, loaded.crossed_locks)
    run = play(loaded.crossed_locks, Replay(found.schedule))
    main, one, two = run.deadlock
    assert run.result is None
    assert (main.thread, main.operation, main.on, main.holders) == (
        "Main",
        "Thread.join",
        "One",
        (),
    )
    assert (one.thread, one.operation, one.on, one.holders) == (
        "One",
        "Lock.acquire",
        "b",
        ("Two",),
    )
    assert (two.thread, two.operation, two.on, two.holders) == (
        "Two",
        "Lock.acquire",
        "a",
        ("One",),
    )
    for blocked in run.deadlock:
        assert blocked.file == programs.__file__
    assert linecache.getline(one.file, one.line).strip() == "with first, second:"
    assert linecache.getline(main.file, main.line).strip() == "one.join()"
    assert str(one) == (f"One waits in Lock.acquire on b (held by Two) at programs.py:{one.line}")


def test_a_naive_shutdown_says_where_it_hangs(simulator, loaded):
    """The consumer waits in the get of its pipeline, which is told by its variable."""
    run = find_deadlock(simulator, lambda: loaded.prodcons(1, naive=True))
    consumer = run.deadlock[-1]
    assert (consumer.thread, consumer.operation, consumer.on) == (
        "Consumer",
        "Queue.get",
        "pipeline",
    )
    assert linecache.getline(consumer.file, consumer.line).strip() == "return self.get()"


def test_waiting_for_a_daemon_is_a_deadlock(simulator, play):
    """Main waits for ever for a daemon that waits for ever."""
    threading = simulator.twins["threading"]

    def main():
        thread = threading.Thread(target=threading.Event().wait, daemon=True, name="Idle")
        thread.start()
        thread.join()

    run = play(main, Seeded(0))
    assert [str(blocked).partition(" at ")[0] for blocked in run.deadlock] == [
        "Main waits in Thread.join on Idle",
        "Idle waits in Event.wait on Event",
    ]


def test_a_time_out_is_no_deadlock(simulator, play):
    """A thread that will give up some time is not blocked for ever."""
    threading = simulator.twins["threading"]

    def main():
        answer = threading.Event().wait(5)
        return lambda: answer

    run = play(main, Seeded(0))
    assert (run.deadlock, run.result) == ((), False)
    assert run.elapsed >= 5
