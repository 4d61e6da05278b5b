"""What threads meet at: the same bodies run on the real ones and on the simulated ones."""

import threading

import pytest

from threaddemo.simulation import Seeded

from .conftest import REAL, outcome


def started(m, *targets):
    """Threads that have been started."""
    threads = [m.threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    return threads


def joined(threads):
    for thread in threads:
        thread.join(10)
    return [thread.is_alive() for thread in threads]


# Event


def test_a_pulse_releases_who_was_waiting(run):
    """The flag is down again before they look: that they were woken is what counts."""

    def body(m):
        event, woken = m.threading.Event(), []
        threads = started(m, *[lambda: woken.append(event.wait(10))] * 3)
        m.time.sleep(0.2)
        event.set()
        event.clear()
        return joined(threads), woken, event.is_set(), event.wait(0.001)

    assert run(body) == ([False] * 3, [True] * 3, False, False)


def test_a_pulse_before_the_wait_is_lost(outcomes):
    """Only then the waiter waits for ever."""

    def body(m):
        event = m.threading.Event()
        (thread,) = started(m, event.wait)
        event.set()
        event.clear()
        thread.join()
        return "woken"

    assert outcomes(body) == {"woken", "deadlock"}


def test_a_thread_can_be_late_for_a_pulse_though_it_has_announced_itself(outcomes):
    """It says that it is ready, and may be interrupted before it waits."""

    def body(m):
        ready, bell = m.threading.Event(), m.threading.Event()

        def listen():
            ready.set()
            bell.wait()

        (thread,) = started(m, listen)
        ready.wait()
        bell.set()
        bell.clear()
        thread.join()
        return "woken"

    assert outcomes(body) == {"woken", "deadlock"}


def test_a_pulse_may_come_while_a_time_out_runs(outcomes):
    """Then the wait ends with one or the other, and never for ever."""

    def body(m):
        event, woken = m.threading.Event(), []
        (thread,) = started(m, lambda: woken.append(event.wait(1)))
        event.set()
        event.clear()
        thread.join()
        return tuple(woken)

    assert outcomes(body) == {(True,), (False,)}


# Condition


@pytest.mark.parametrize("lock", ["Lock", "RLock", None])
def test_condition(run, lock):
    """A waiter sleeps without the lock, and has it again when it goes on."""

    def body(m):
        own = getattr(m.threading, lock)() if lock else None
        condition, items = m.threading.Condition(own), []

        def produce():
            with condition:
                items.append("item")
                condition.notify()

        with condition as entered:
            (thread,) = started(m, produce)
            seen = []
            while not items:
                seen.append(condition.wait(10))
            again = outcome(condition.notify)  # only its holder may
        return entered, seen in ([], [True]), again, joined([thread])

    assert run(body) == (True, True, None, [False])


def test_condition_errors(run):
    """Who does not hold the lock can neither wait nor notify."""

    def body(m):
        condition = m.threading.Condition()
        calls = condition.wait, condition.notify, condition.notify_all
        errors = [outcome(call) for call in calls]
        with condition:
            (thread,) = started(m, lambda: errors.append(outcome(condition.wait, 10)))
            joined([thread])
        return errors, outcome(condition.release)

    errors, released = run(body)
    assert errors[0] == errors[3] == (RuntimeError, "cannot wait on un-acquired lock")
    assert errors[1] == errors[2] == (RuntimeError, "cannot notify on un-acquired lock")
    assert released == (RuntimeError, "cannot release un-acquired lock")


def test_a_condition_gives_a_lock_away_however_often_it_was_acquired(run):
    """And has it as often afterwards."""

    def body(m):
        lock = m.threading.RLock()
        condition = m.threading.Condition(lock)

        def notify():
            with condition:
                condition.notify()

        with lock, condition:
            (thread,) = started(m, notify)
            told = condition.wait(10)
            condition.release()
            mine = outcome(condition.notify)
            condition.acquire()
        return told, mine, joined([thread]), outcome(lock.release)[0]

    assert run(body) == (True, None, [False], RuntimeError)


def test_a_condition_waits_no_longer_than_it_should(run):
    """Without a notification it returns False, the lock being held again."""

    def body(m):
        condition = m.threading.Condition()
        with condition:
            answers = [condition.wait(0.01), condition.wait(0), condition.wait(-1)]
            answers += [condition.wait(float("nan")), outcome(condition.wait, 1e12)[0]]
            condition.notify_all()
        return answers

    assert run(body) == [False, False, False, False, OverflowError]


def test_notify_wakes_as_many_as_it_says(run):
    """The others go on waiting until they are told."""

    def body(m):
        condition, woken = m.threading.Condition(), []

        def work():
            with condition:
                condition.wait(10)
                woken.append(1)

        threads = started(m, *[work] * 4)
        m.time.sleep(0.2)
        counts = []
        for notify in (
            condition.notify,
            lambda: condition.notify(2),
            lambda: condition.notify(0),
            condition.notify_all,
        ):
            with condition:
                notify()
            m.time.sleep(0.1)
            with condition:
                counts.append(len(woken))
        return counts, joined(threads)

    assert run(body) == ([1, 3, 3, 4], [False] * 4)


def test_wait_for(run):
    """It waits until its predicate holds, and returns what that says."""

    def body(m):
        condition, state = m.threading.Condition(), [0]

        def count():
            for _ in range(3):
                with condition:
                    state[0] += 1
                    condition.notify()
                m.time.sleep(0.01)

        (thread,) = started(m, count)
        with condition:
            reached = condition.wait_for(lambda: state[0] >= 3 and "reached", 10)
            late = condition.wait_for(lambda: state[0] > 3, 0.02)
            at_once = condition.wait_for(lambda: "there")
            given_up = condition.wait_for(lambda: 0, -1)
        return reached, late, at_once, given_up, joined([thread])

    assert run(body) == ("reached", False, "there", 0, [False])


def test_a_notification_before_the_wait_is_lost(outcomes):
    """Who waits without a predicate can wait for ever."""

    def body(m):
        condition = m.threading.Condition()

        def listen():
            with condition:
                condition.wait()

        (thread,) = started(m, listen)
        with condition:
            condition.notify_all()
        thread.join()
        return "heard"

    assert outcomes(body) == {"heard", "deadlock"}


def test_a_predicate_makes_a_condition_safe(outcomes):
    """Whoever is first, the waiter goes on."""

    def body(m):
        condition, news = m.threading.Condition(), []

        def listen():
            with condition:
                while not news:
                    condition.wait()

        (thread,) = started(m, listen)
        with condition:
            news.append(1)
            condition.notify()
        thread.join()
        return "heard"

    assert outcomes(body) == {"heard"}


def test_a_woken_waiter_may_come_too_late(outcomes):
    """Another can take the lock, and the item, before the one that was woken: so look again."""

    def body(m):
        condition, items, got = m.threading.Condition(), [], []

        def take():
            with condition:
                if not items:
                    condition.wait()
                got.append(items.pop() if items else "nothing")

        (thread,) = started(m, take)
        with condition:
            items.append("item")
            condition.notify()
        with condition:
            items.clear()
        thread.join()
        return got[0]

    # Where the notification and the theft come before the wait, the waiter waits for ever.
    assert outcomes(body) == {"item", "nothing", "deadlock"}


def test_a_lock_is_held_until_its_holder_waits(outcomes):
    """Meanwhile another may try to take it, in vain."""

    def body(m):
        lock = m.threading.Lock()
        condition = m.threading.Condition(lock)

        def listen():
            with condition:
                condition.wait(1)

        (thread,) = started(m, listen)
        if taken := lock.acquire(False):
            lock.release()
        thread.join()
        return taken

    assert outcomes(body) == {True, False}


# Barrier


def test_a_thread_may_be_on_its_way_to_a_barrier(outcomes):
    """It has said so, and is not there yet."""

    def body(m):
        barrier, coming = m.threading.Barrier(2), m.threading.Event()

        def come():
            coming.set()
            barrier.wait()

        (thread,) = started(m, come)
        coming.wait()
        waiting = barrier.n_waiting
        barrier.wait()
        thread.join()
        return waiting

    assert outcomes(body) == {0, 1}


def test_who_comes_while_the_action_is_done_belongs_to_the_next_round(run):
    """Each round has an action, and they never overlap."""

    def body(m):
        log = []

        def action():
            log.append("begin")
            m.time.sleep(0.05)
            log.append("end")

        barrier = m.threading.Barrier(2, action)

        def work(seconds):
            m.time.sleep(seconds)
            barrier.wait(10)

        threads = started(m, *[lambda n=n: work(0.01 * n) for n in range(4)])
        return joined(threads), log

    assert run(body) == ([False] * 4, ["begin", "end"] * 2)


def test_barrier(run):
    """Nobody passes before the last has come, round after round; each has a number of its own."""

    def body(m):
        barrier, numbers, early = m.threading.Barrier(3), [], []
        arrived = [0, 0]

        def work():
            for turn in range(2):
                arrived[turn] += 1
                numbers.append(barrier.wait(10))
                early.append(arrived[turn] < 3)

        threads = started(m, *[work] * 3)
        alive = joined(threads)
        facts = barrier.parties, barrier.n_waiting, barrier.broken
        return sorted(numbers), any(early), alive, facts

    assert run(body) == ([0, 0, 1, 1, 2, 2], False, [False] * 3, (3, 0, False))


def test_the_action_of_a_barrier_is_done_once_before_anybody_passes(run):
    """By one of those who meet."""

    def body(m):
        log = []

        def action():
            m.time.sleep(0.01)
            log.append("action")

        barrier = m.threading.Barrier(2, action, timeout=10)

        def work():
            barrier.wait()
            log.append("passed")

        return joined(started(m, work, work)), log

    assert run(body) == ([False, False], ["action", "passed", "passed"])


def test_a_failing_action_breaks_the_barrier(run):
    """Who does it gets its error, the others are told."""

    def body(m):
        def action():
            raise KeyError("action")

        barrier, errors = m.threading.Barrier(2, action), []

        def work():
            errors.append(outcome(barrier.wait, 10)[0].__name__)

        alive = joined(started(m, work, work))
        return alive, sorted(errors), barrier.broken, outcome(barrier.wait)[0].__name__

    broken = "BrokenBarrierError"
    assert run(body) == ([False, False], [broken, "KeyError"], True, broken)


def test_a_time_out_breaks_the_barrier_until_it_is_reset(run):
    """A time-out of its own goes before that of the barrier."""

    def body(m):
        barrier = m.threading.Barrier(2, timeout=100)
        errors = [outcome(barrier.wait, 0.01)[0], outcome(barrier.wait)[0]]
        facts = [barrier.broken, barrier.n_waiting]
        barrier.reset()
        facts += [barrier.broken, sorted([barrier.n_waiting])]
        threads = started(m, barrier.wait)
        barrier.wait(10)
        broken = m.threading.BrokenBarrierError
        return [error is broken for error in errors], facts, joined(threads)

    assert run(body) == ([True, True], [True, 0, False, [0]], [False])


@pytest.mark.parametrize("end", ["reset", "abort"])
def test_who_waits_at_a_barrier_hears_of_its_end(run, end):
    """Both release those who wait; after abort nobody gets through any more."""

    def body(m):
        barrier, heard = m.threading.Barrier(3), []

        def work():
            heard.append(outcome(barrier.wait, 10)[0] is m.threading.BrokenBarrierError)

        threads = started(m, work, work)
        m.time.sleep(0.2)
        waiting = barrier.n_waiting
        getattr(barrier, end)()
        return joined(threads), heard, waiting, barrier.broken, barrier.n_waiting

    assert run(body) == ([False, False], [True, True], 2, end == "abort", 0)


def test_a_barrier_with_too_many_threads_has_left_over(outcomes):
    """Three threads, two parties: one of them waits for ever."""

    def body(m):
        barrier = m.threading.Barrier(2)
        for thread in started(m, *[barrier.wait] * 3):
            thread.join()

    assert outcomes(body) == {"deadlock"}


def test_a_thread_may_be_back_before_the_others_have_left(outcomes):
    """Who is woken last finds its own round over, and not the next one begun."""

    def body(m):
        barrier, log = m.threading.Barrier(2), []

        def work():
            for turn in range(2):
                barrier.wait()
                log.append(turn)

        for thread in started(m, work):
            work()
            thread.join()
        return tuple(log)

    assert outcomes(body) == {(0, 0, 1, 1)}


def test_a_barrier_needs_somebody(simulator, modules):
    """As in the newest Python, on every one."""
    run = simulator.run(
        lambda: lambda: outcome(modules.threading.Barrier, 0), Seeded(0), timeout=20
    )
    assert run.result == (ValueError, "parties must be > 0")


def test_meetings_contain_what_really_happens(outcomes):
    """Which thread gets which number is a matter of order."""

    def body(m):
        barrier, numbers = m.threading.Barrier(2), {}

        def work(name):
            numbers[name] = barrier.wait(10)

        threads = [m.threading.Thread(target=work, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        return numbers["a"], numbers["b"]

    found = outcomes(body)
    assert {body(REAL) for _ in range(5)} <= found >= {(0, 1), (1, 0)}


def test_old_names_warn(run):
    """The names that Python deprecates work, and say so."""

    def body(m):
        condition, event = m.threading.Condition(), m.threading.Event()
        with condition, pytest.warns(DeprecationWarning, match="notify_all"):
            condition.notifyAll()
        with pytest.warns(DeprecationWarning, match="is_set"):
            return event.isSet()

    if hasattr(threading.Event, "isSet"):
        assert run(body) is False
