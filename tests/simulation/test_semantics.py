"""What the twins do equals what the real modules do: the same test bodies run on both."""

import concurrent.futures
import queue
import random
import threading

import pytest

from threaddemo.simulation import Exploration, Seeded

from .conftest import outcome

NAN = float("nan")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), True),
        ((False,), True),
        ((True, 0.01), True),
        ((True, 0), True),
        ((True, -1), True),
        ((False, 1), ValueError),
        ((True, -2), ValueError),
        ((True, NAN), ValueError),
        ((True, 1e12), OverflowError),
    ],
)
def test_lock_acquire_takes_what_the_real_one_takes(run, args, expected):
    """A free lock is acquired, and wrong arguments are refused in the same words."""

    def body(m):
        return outcome(m.threading.Lock().acquire, *args)

    result = run(body)
    assert result == expected or result == outcome(threading.Lock().acquire, *args)
    assert result is True or result[0] is expected


def test_lock(run):
    """A held lock can't be taken, in no time or in a short one; a free one can't be released."""

    def body(m):
        lock = m.threading.Lock()
        with lock as taken:
            inside = [taken, lock.locked(), lock.acquire(False), lock.acquire(timeout=0.001)]
        return [*inside, lock.locked(), outcome(lock.release)]

    assert run(body) == [True, True, False, False, False, (RuntimeError, "release unlocked lock")]


@pytest.mark.parametrize("kind", ["Semaphore", "BoundedSemaphore"])
def test_semaphore(run, kind):
    """It gives as many permits as it has, and takes them back."""

    def body(m):
        semaphore = getattr(m.threading, kind)(2)
        with semaphore as first:
            taken = [first, semaphore.acquire(), semaphore.acquire(False)]
            taken += [semaphore.acquire(timeout=0.001), semaphore.acquire(timeout=-1)]
            semaphore.release()
        return [
            *taken,
            isinstance(semaphore, m.threading.Semaphore),
            outcome(semaphore.release, 0),
            outcome(semaphore.acquire, False, 1)[0],
            outcome(getattr(m.threading, kind), -1),
            outcome(semaphore.release),
        ]

    result = run(body)
    assert result[:6] == [True, True, False, False, False, True]
    assert result[6:9] == [
        (ValueError, "n must be one or more"),
        ValueError,
        (ValueError, "semaphore initial value must be >= 0"),
    ]
    over = (ValueError, "Semaphore released too many times")
    assert result[9] == (over if kind == "BoundedSemaphore" else None)


def test_event(run):
    """A wait returns whether the flag is up, and waits no longer than it should."""

    def body(m):
        event = m.threading.Event()
        before = [event.is_set(), event.wait(0), event.wait(0.001), event.wait(-1), event.wait(NAN)]
        thread = m.threading.Thread(target=event.set)
        thread.start()
        after = [event.wait(10), event.is_set(), event.wait(NAN)]
        event.clear()
        thread.join()
        return [*before, *after, event.is_set()]

    assert run(body) == [False] * 5 + [True] * 3 + [False]


def test_thread(run):
    """A thread lives from start to join, knows itself, and hands its kind to its children."""

    def body(m):
        seen = []

        def work(value, *, key):
            me = m.threading.current_thread()
            child = m.threading.Thread()
            seen.append((value, key, me is thread, me.is_alive(), child.daemon))
            me.name = "Renamed"

        thread = m.threading.Thread(None, work, "Given", (1,), {"key": 2}, daemon=True)
        facts = [thread.name, thread.daemon, thread.is_alive()]
        errors = [outcome(thread.join)]
        thread.start()
        errors += [outcome(thread.start), outcome(m.threading.current_thread().join)]
        errors += [outcome(setattr, thread, "daemon", False)]
        thread.join(10)
        thread.join(-1)
        errors += [outcome(thread.start)]
        return facts, seen, errors, thread.name, thread.is_alive()

    facts, seen, errors, name, alive = run(body)
    assert facts == ["Given", True, False]
    assert seen == [(1, 2, True, True, True)]
    assert [message for _, message in errors] == [
        "cannot join thread before it is started",
        "threads can only be started once",
        "cannot join current thread",
        "cannot set daemon status of active thread",
        "threads can only be started once",
    ]
    assert (name, alive) == ("Renamed", False)


def test_thread_subclass(run):
    """A subclass may override run and join, and must call __init__."""

    def body(m):
        class Worker(m.threading.Thread):
            def run(self):
                self.answer = 42

            def join(self, timeout=None):
                super().join(timeout)
                return self.answer

        class Forgetful(m.threading.Thread):
            def __init__(self):
                pass

        worker = Worker()
        worker.start()
        return worker.join(), outcome(Forgetful().start)

    assert run(body) == (42, (RuntimeError, "thread.__init__() not called"))


def test_a_join_with_time_out_returns(run):
    """A join that is too short leaves the thread alive."""

    def body(m):
        event = m.threading.Event()
        thread = m.threading.Thread(target=event.wait, args=(10,))
        thread.start()
        thread.join(0.001)
        alive = thread.is_alive()
        event.set()
        thread.join()
        return alive, thread.is_alive()

    assert run(body) == (True, False)


def test_queue(run):
    """First in, first out; full and empty queues refuse, in no time or in a short one."""

    def body(m):
        items = m.queue.Queue(2)
        items.put("a")
        items.put("b", timeout=1)
        facts = [items.full(), items.qsize(), items.maxsize, items.empty()]
        errors = [outcome(items.put_nowait, "c"), outcome(items.put, "c", True, 0.001)]
        errors += [outcome(items.put, "c", timeout=-1)]
        got = [items.get(), items.get_nowait()]
        errors += [outcome(items.get_nowait), outcome(items.get, timeout=0.001)]
        errors += [outcome(items.get, timeout=-1), outcome(items.get, False, -1)]
        return facts, errors, got, list(items.queue)

    facts, errors, got, left = run(body)
    assert facts == [True, 2, 2, False]
    negative = (ValueError, "'timeout' must be a non-negative number")
    full, empty = (queue.Full, ""), (queue.Empty, "")
    assert errors == [full, full, negative, empty, empty, negative, empty]
    assert (got, left) == (["a", "b"], [])


@pytest.mark.parametrize("size", [0, -5])
def test_a_queue_without_a_size_takes_everything(run, size):
    """A size of 0 or less is no limit, and then even a negative time-out is not looked at."""

    def body(m):
        items = m.queue.Queue(maxsize=size)
        for number in range(100):
            items.put(number, timeout=-1)
        return items.qsize(), items.full()

    assert run(body) == (100, False)


def test_queue_subclass(run):
    """The hooks that the real class has for subclasses are honoured, and it can be subscripted."""

    def body(m):
        class Stack(m.queue.Queue[int]):
            def _init(self, maxsize):
                self.stack = []

            def _qsize(self):
                return len(self.stack)

            def _put(self, item):
                self.stack.append(item)

            def _get(self):
                return self.stack.pop()

        stack = Stack(2)
        stack.put(1)
        stack.put(2)
        return stack.full(), stack.get(), stack.get(), stack.empty(), m.futures.Future[int] is None

    assert run(body) == (True, 2, 1, True, False)


def test_blocked_threads_go_on(run):
    """A full queue and an empty one hold their threads until there is room, or an item."""

    def body(m):
        items = m.queue.Queue(1)

        def produce():
            for number in range(5):
                items.put(number)

        thread = m.threading.Thread(target=produce)
        thread.start()
        got = [items.get(timeout=10) for _ in range(5)]
        thread.join()
        return got

    assert run(body) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("seconds", [-1, NAN, 1e12, "1"])
def test_sleep_refuses_what_the_real_one_refuses(run, seconds):
    """No sleep is negative, no number, or longer than the clock."""
    expected = {-1: ValueError, 1e12: OverflowError, "1": TypeError}.get(seconds, ValueError)
    assert run(lambda m: outcome(m.time.sleep, seconds))[0] is expected


def test_clocks_go_on(run):
    """Each clock passes while a thread sleeps."""

    def body(m):
        clocks = m.time.monotonic, m.time.perf_counter, m.time.time
        before = [clock() for clock in clocks]
        m.time.sleep(0.01)
        return [clock() - start >= 0.0099 for clock, start in zip(clocks, before, strict=True)]

    assert run(body) == [True, True, True]


def test_pool(run):
    """Results, errors and their times; the end of a with waits for all."""

    def body(m):
        with m.futures.ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(pow, 2, n) for n in range(4)]
            mapped = list(pool.map(pow, (2, 3), (3, 2)))
            slow = pool.submit(m.time.sleep, 0.05)
            late = outcome(slow.result, 0.001)[0]
            late_map = outcome(list, pool.map(m.time.sleep, [0.05], timeout=0.001))[0]
        results = [future.result() for future in futures]
        facts = [slow.done(), slow.running(), slow.cancel(), slow.cancelled(), slow.exception()]
        return results, mapped, late, late_map, facts, outcome(pool.submit, print)

    results, mapped, late, late_map, facts, closed = run(body)
    assert (results, mapped) == ([1, 2, 4, 8], [8, 9])
    assert late is late_map is concurrent.futures.TimeoutError
    assert facts == [True, False, False, False, None]
    assert closed == (RuntimeError, "cannot schedule new futures after shutdown")


def test_pool_arguments(run):
    """Sizes and initializers are checked; workers are named, and initialized once each."""

    def body(m):
        pool_class = m.futures.ThreadPoolExecutor
        calls = []
        with pool_class(1, "crew", calls.append, ("ready",)) as pool:
            name = pool.submit(lambda: m.threading.current_thread().name).result()
            pool.submit(calls.append, "call").result()
        errors = [outcome(pool_class, 0), outcome(pool_class, initializer=1)]
        return name, calls, errors

    name, calls, errors = run(body)
    assert (name, calls) == ("crew_0", ["ready", "call"])
    assert errors == [
        (ValueError, "max_workers must be greater than 0"),
        (TypeError, "initializer must be a callable"),
    ]


def test_cancelled_calls_are_not_made(run):
    """A call that waits behind another can be cancelled, by itself or with its pool."""

    def body(m):
        event, calls, callbacks = m.threading.Event(), [], []
        with m.futures.ThreadPoolExecutor(1) as pool:
            first = pool.submit(event.wait, 10)
            one, two = pool.submit(calls.append, 1), pool.submit(calls.append, 2)
            one.add_done_callback(lambda future: callbacks.append(future is one))
            cancelled = one.cancel()
            m.time.sleep(0.01)
            pool.shutdown(wait=False, cancel_futures=True)
            event.set()
        errors = [outcome(future.result)[0] for future in (one, two)]
        first.add_done_callback(lambda future: callbacks.append(future.result()))
        return cancelled, two.cancelled(), calls, callbacks, errors

    cancelled = concurrent.futures.CancelledError
    assert run(body) == (True, True, [], [True, True], [cancelled, cancelled])


def test_a_waiting_call_goes_to_the_first_free_worker(run):
    """A call is never stuck behind a worker that waits, while another is free."""

    def body(m):
        event = m.threading.Event()
        with m.futures.ThreadPoolExecutor(2) as pool:
            calls = [pool.submit(event.wait, 10), pool.submit(int), pool.submit(event.set)]
        return [call.result() for call in calls]

    assert run(body) == [True, 0, None]


def test_queue_join(run):
    """A join waits until every item is done with; one too many is an error."""

    def body(m):
        items, done = m.queue.Queue(), []

        def work():
            for _ in range(2):
                done.append(items.get())
                m.time.sleep(0.01)
                items.task_done()

        thread = m.threading.Thread(target=work)
        thread.start()
        items.put(1)
        items.put(2)
        items.join()
        facts = list(done), items.unfinished_tasks
        thread.join()
        return *facts, outcome(items.task_done)

    assert run(body) == ([1, 2], 0, (ValueError, "task_done() called too many times"))


@pytest.mark.parametrize("kind", ["Event", "Semaphore", "Lock", "Queue"])
def test_a_wait_longer_than_the_clock_is_refused(run, kind):
    """Whatever waits refuses what the real one refuses."""

    def body(m):
        lock, semaphore = m.threading.Lock(), m.threading.Semaphore(0)
        lock.acquire()
        waits = {
            "Event": m.threading.Event().wait,
            "Semaphore": lambda seconds: semaphore.acquire(True, seconds),
            "Lock": lambda seconds: lock.acquire(True, seconds),
            "Queue": lambda seconds: m.queue.Queue().get(True, seconds),
        }
        return [outcome(waits[kind], seconds)[0] for seconds in (1e12, float("inf"), "1")]

    assert run(body) == [OverflowError, OverflowError, TypeError]


def test_default_names_start_again_with_each_run(simulator):
    """Names come from counters of the run, not of the process."""
    threading, futures = simulator.twins["threading"], simulator.twins["concurrent.futures"]

    def work():
        pass

    def main():
        names = [threading.Thread().name, threading.Thread(target=work).name]
        with futures.ThreadPoolExecutor() as pool:
            names.append(pool.submit(lambda: threading.current_thread().name).result())
        names.append(threading.current_thread().name)
        return lambda: names

    expected = ["Thread-1", "Thread-2 (work)", "ThreadPoolExecutor-0_0", "Main"]
    for _ in range(2):
        assert simulator.run(main, Seeded(0), timeout=20).result == expected


def test_a_time_out_may_come_early_or_not_at_all(simulator):
    """Under exploration, time is free: a get may give up, or be served."""
    threading, items = simulator.twins["threading"], simulator.twins["queue"]

    def main():
        shared, got = items.Queue(), []
        threading.Thread(target=lambda: got.append(outcome(shared.get, timeout=1))).start()
        shared.put("item")
        return lambda: got[0]

    results = {run.result for run in Exploration(lambda s: simulator.run(main, s, timeout=20))}
    assert results == {"item", (queue.Empty, "")}


def test_random_is_the_real_generator(simulator):
    """The twin's numbers are those of the standard library, for the seed of the run."""

    def main():
        twin = simulator.twins["random"]
        numbers = [twin.randint(1, 101), twin.random(), twin.choice("abc"), twin.uniform(1, 2)]
        return lambda: numbers

    real = random.Random(7)
    expected = [real.randint(1, 101), real.random(), real.choice("abc"), real.uniform(1, 2)]
    assert simulator.run(main, Seeded(0), seed=7, timeout=20).result == expected
