"""What threads hold: the same bodies run on the real locks and on the simulated ones."""

import threading

import pytest

from .conftest import REAL, outcome


def in_thread(m, call, *args):
    """What a call returns or raises in a thread of its own."""
    answers = []
    thread = m.threading.Thread(target=lambda: answers.append(outcome(call, *args)))
    thread.start()
    thread.join(10)
    return answers[0]


@pytest.mark.parametrize(
    "args",
    [(), (False,), (True, 0.01), (True, 0), (True, -1), (False, 1), (True, -2), (True, 1e12)],
)
def test_rlock_acquire_takes_what_the_real_one_takes(run, args):
    """A free one is acquired, and wrong arguments are refused in the same words."""
    result = run(lambda m: outcome(m.threading.RLock().acquire, *args))
    assert result == outcome(threading.RLock().acquire, *args)


def test_rlock(run):
    """Its holder can acquire it again, and must release it as often; nobody else can."""

    def body(m):
        lock = m.threading.RLock()
        with lock as taken:
            facts = [taken, lock.acquire(False), lock.acquire(timeout=0.01)]
            facts += [in_thread(m, lock.acquire, False), in_thread(m, lock.acquire, True, 0.01)]
            facts += [in_thread(m, lock.release)]
            lock.release()
            lock.release()
            facts += [in_thread(m, lock.acquire, False)]
        return [*facts, outcome(lock.release), in_thread(m, lock.acquire, False)]

    unowned = (RuntimeError, "cannot release un-acquired lock")
    expected = [True, True, True, False, False, unowned, False, unowned, True]
    assert run(body) == expected


def test_an_rlock_is_handed_on_when_it_is_free(outcomes):
    """Who waits for it goes on after the last release, not after the first."""

    def body(m):
        lock, seen = m.threading.RLock(), []

        def other():
            with lock:
                seen.append("other")

        thread = m.threading.Thread(target=other)
        with lock:
            thread.start()
            with lock:
                seen.append("inner")
            seen.append("outer")
        thread.join()
        return tuple(seen)

    assert outcomes(body) == {("inner", "outer", "other")}


def test_a_plain_lock_taken_twice_is_a_deadlock(outcomes, simulator, modules):
    """A thread that waits for itself: the report says who holds the lock."""

    def body(m):
        lock = m.threading.Lock()
        with lock, lock:
            pass

    assert outcomes(body) == {"deadlock"}


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_a_release_wakes_one_of_all(outcomes, kind):
    """Any of those who wait may be the next, and the one who released it, too."""

    def body(m):
        lock, order = getattr(m.threading, kind)(), []

        def work(number):
            with lock:
                order.append(number)

        threads = [m.threading.Thread(target=work, args=(number,)) for number in range(2)]
        with lock:
            for thread in threads:
                thread.start()
            order.append("main")
        with lock:
            order.append("main")
        for thread in threads:
            thread.join()
        return tuple(order)

    found = outcomes(body)
    assert {body(REAL) for _ in range(5)} <= found
    assert found == {
        ("main", *rest)
        for rest in [
            *((0, 1, "main"), (1, 0, "main"), (0, "main", 1)),
            *((1, "main", 0), ("main", 0, 1), ("main", 1, 0)),
        ]
    }


def test_a_semaphore_gives_back_what_is_released(run):
    """Several permits at once, by a thread that has none."""

    def body(m):
        semaphore, taken = m.threading.Semaphore(0), []

        def take():
            taken.append(semaphore.acquire(timeout=10))

        threads = [m.threading.Thread(target=take) for _ in range(3)]
        for thread in threads:
            thread.start()
        semaphore.release(3)
        for thread in threads:
            thread.join(10)
        return taken, semaphore.acquire(False)

    assert run(body) == ([True, True, True], False)


def test_a_bounded_semaphore_counts_all_that_is_released_at_once(run):
    """One too many is refused, and then none is given back."""

    def body(m):
        semaphore = m.threading.BoundedSemaphore(2)
        semaphore.acquire()
        over = outcome(semaphore.release, 2)
        semaphore.release(1)
        return over, semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(False)

    over = (ValueError, "Semaphore released too many times")
    assert run(body) == (over, True, True, False)


@pytest.mark.parametrize("kind", ["Lock", "RLock", "Semaphore", "Condition"])
def test_a_thread_may_be_interrupted_after_a_release(outcomes, kind):
    """Who was waiting can be faster than the next line."""

    def body(m):
        lock, log = getattr(m.threading, kind)(), []

        def work():
            with lock:
                log.append("work")

        thread = m.threading.Thread(target=work)
        lock.acquire()
        thread.start()
        lock.release()
        log.append("main")
        thread.join()
        return tuple(log)

    assert outcomes(body) == {("main", "work"), ("work", "main")}


def test_a_thread_may_be_interrupted_after_a_notification(outcomes):
    """It still has the lock, which others can see."""

    def body(m):
        condition, log = m.threading.Condition(m.threading.Lock()), []
        condition.acquire()
        thread = m.threading.Thread(target=lambda: log.append("other"))
        thread.start()
        log.append("before")
        condition.notify()
        log.append("after")
        condition.release()
        thread.join()
        return log.index("other")

    assert outcomes(body) == {0, 1, 2}
