"""Futures and pools: the same bodies run on the real ones and on the simulated ones."""

import concurrent.futures

import pytest

from threaddemo.simulation import Seeded

from .conftest import REAL, outcome


@pytest.fixture
def freely(simulator, modules):
    """Run a body on the simulated modules, where errors are as they are in a program."""

    def freely(body, seed=0, **options):
        def main():
            value = body(modules)
            return lambda: value

        options = {"strict": False, "timeout": 20} | options
        return simulator.run(main, Seeded(seed), **options)

    return freely


def both(body, freely):
    """What a body returns, on the real modules and on the simulated ones."""
    real, simulated = body(REAL), freely(body)
    assert not simulated.deadlock
    assert not simulated.errors
    assert simulated.result == real
    return real


def fail(*args):
    raise ValueError(*args)


def test_an_exception_is_kept_by_its_future(freely):
    """Whoever asks gets it, as often as they ask; the pool goes on."""

    def body(m):
        with m.futures.ThreadPoolExecutor(1) as pool:
            future = pool.submit(fail, "bad")
            fine = pool.submit(int, 7)
        answers = [outcome(future.result), outcome(future.result), repr(future.exception())]
        return answers, future.done(), future.running(), fine.result()

    bad = (ValueError, "bad")
    assert both(body, freely) == ([bad, bad, "ValueError('bad')"], True, False, 7)


def test_what_leaves_a_call_need_not_be_an_exception(freely):
    """Even sys.exit is kept."""

    def body(m):
        def leave():
            raise SystemExit(3)

        with m.futures.ThreadPoolExecutor(1) as pool:
            future = pool.submit(leave)
        return repr(future.exception())

    assert both(body, freely) == "SystemExit(3)"


def test_an_exception_that_nobody_asks_for_is_told(freely):
    """With the thread that made the call."""

    def body(m):
        with m.futures.ThreadPoolExecutor(1, "pool") as pool:
            asked, told = pool.submit(fail, "asked"), pool.submit(fail, "told")
            pool.submit(fail, "never")
            outcome(told.result)
        return type(asked.exception())

    run = freely(body)
    assert run.result is ValueError
    assert [(thread, str(error)) for thread, error in run.unasked] == [("pool_0", "never")]
    assert run.errors == ()


def test_a_future_made_by_hand(run):
    """It can be set once, cancelled, and waited for."""

    def body(m):
        invalid = m.futures.InvalidStateError
        future, other, cancelled = (m.futures.Future() for _ in range(3))
        seen = []
        for each in (future, other, cancelled):
            each.add_done_callback(lambda done: seen.append(done.cancelled()))
        facts = [future.done(), future.set_running_or_notify_cancel(), future.running()]
        facts += [future.cancel(), cancelled.cancel(), cancelled.cancel(), cancelled.done()]
        thread = m.threading.Thread(target=lambda: (m.time.sleep(0.01), future.set_result(7)))
        thread.start()
        other.set_exception(KeyError("k"))
        facts += [future.result(10), outcome(other.result), future.exception()]
        facts += [outcome(future.set_result, 8)[0] is invalid]
        facts += [outcome(other.set_exception, KeyError())[0] is invalid]
        thread.join(10)
        return facts, seen, [outcome(cancelled.result)[0], outcome(m.futures.Future().result, 0)[0]]

    facts, seen, errors = run(body)
    assert facts[:7] == [False, True, True, False, True, True, True]
    assert facts[7:] == [7, (KeyError, "'k'"), None, True, True]
    assert seen == [True, False, False]
    assert errors == [concurrent.futures.CancelledError, concurrent.futures.TimeoutError]


def test_callbacks(run):
    """They are called once, in the order in which they came; one that comes too late, at once."""

    def body(m):
        seen = []
        with m.futures.ThreadPoolExecutor(1) as pool:
            event = m.threading.Event()
            future = pool.submit(event.wait, 10)
            for number in range(3):
                future.add_done_callback(lambda _, number=number: seen.append(number))
            event.set()
        future.add_done_callback(lambda done: seen.append(done is future))
        return seen

    assert run(body) == [0, 1, 2, True]


@pytest.mark.parametrize("when", ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"])
def test_wait(freely, when):
    """It returns what is done, and what is not."""

    def body(m):
        event = m.threading.Event()
        with m.futures.ThreadPoolExecutor(3) as pool:
            slow = pool.submit(event.wait, 10)
            bad = pool.submit(fail)
            if when == "ALL_COMPLETED":
                event.set()
            result = m.futures.wait([slow, bad, slow], 10, getattr(m.futures, when))
            event.set()
        names = {slow: "slow", bad: "bad"}
        assert bad.exception()
        return [sorted(names[each] for each in part) for part in (result.done, result.not_done)]

    everything = [["bad", "slow"], []]
    assert both(body, freely) == (everything if when == "ALL_COMPLETED" else [["bad"], ["slow"]])


def test_wait_arguments(run):
    """A time-out is kept; nothing to wait for is no wait; a wrong condition is refused."""

    def body(m):
        pending = m.futures.Future()
        late = m.futures.wait([pending], 0.01)
        none = m.futures.wait([])
        wrong = outcome(m.futures.wait, [pending], 0, "SOME")
        return len(late.done), len(late.not_done), none == (set(), set()), wrong

    wrong = (ValueError, "Invalid return condition: 'SOME'")
    assert run(body) == (0, 1, True, wrong)


def test_as_completed(run):
    """In the order in which they come to their end, each once."""

    def body(m):
        with m.futures.ThreadPoolExecutor(3) as pool:
            naps = [pool.submit(m.time.sleep, seconds) for seconds in (0.5, 0.1, 0.3)]
            order = [naps.index(nap) for nap in m.futures.as_completed([*naps, naps[0]])]
            again = sorted(naps.index(nap) for nap in m.futures.as_completed(naps))
        late = outcome(list, m.futures.as_completed([m.futures.Future()], 0.01))
        return order, again, late[0], late[1], list(m.futures.as_completed([]))

    late = concurrent.futures.TimeoutError, "1 (of 1) futures unfinished"
    assert run(body) == ([1, 2, 0], [0, 1, 2], *late, [])


def test_what_was_done_before_comes_in_the_order_of_its_end(simulator, modules):
    """The same everywhere: the real order is that of addresses in memory."""

    def main():
        futures = [modules.futures.Future() for _ in range(20)]
        for future in reversed(futures):
            future.set_result(None)
        order = [futures.index(future) for future in modules.futures.as_completed(set(futures))]
        return lambda: order

    assert simulator.run(main, Seeded(0), timeout=20).result == [*range(19, -1, -1)]


def test_as_completed_has_every_order(outcomes):
    """Whichever call is faster."""

    def body(m):
        with m.futures.ThreadPoolExecutor(2) as pool:
            naps = [pool.submit(m.time.sleep, 1) for _ in range(2)]
            return tuple(naps.index(nap) for nap in m.futures.as_completed(naps))

    assert outcomes(body) == {(0, 1), (1, 0)}


def test_a_failing_initializer_breaks_the_pool(freely):
    """What waits fails, and nothing more is taken."""

    def body(m):
        with m.futures.ThreadPoolExecutor(1, initializer=fail) as pool:
            broken = pool.submit(int)
            error = broken.exception(10)
            later = outcome(pool.submit, int)
        return type(error).__name__, later[0].__name__, later[1] == str(error)

    assert both(body, freely) == ("BrokenThreadPool", "BrokenThreadPool", True)


def test_the_end_of_main_closes_every_pool(freely):
    """What was submitted is done; from then on nothing is taken."""
    kept = []

    def body(m):
        pool = m.futures.ThreadPoolExecutor(1)

        def late():
            m.time.sleep(1)
            kept.append(outcome(pool.submit, int))

        pool.submit(late)
        pool.submit(kept.append, "before")

    assert not freely(body).deadlock
    closed = "cannot schedule new futures after interpreter shutdown"
    assert kept == [(RuntimeError, closed), "before"]


def test_a_call_that_waits_for_the_only_worker(outcomes):
    """It never ends, unless main has ended before, which closes the pool."""
    heard = []

    def body(m):
        pool = m.futures.ThreadPoolExecutor(1)

        def outer():
            return pool.submit(int).result()

        pool.submit(outer).add_done_callback(lambda done: heard.append(type(done.exception())))
        m.time.sleep(1)
        return "main has ended"

    assert outcomes(body, strict=False) == {"deadlock", "main has ended"}
    assert set(heard) == {RuntimeError}


def test_calls_of_a_pool_that_no_worker_has_begun_can_be_dropped(outcomes):
    """Those that have begun are waited for."""

    def body(m):
        calls = []
        pool = m.futures.ThreadPoolExecutor(1)
        futures = [pool.submit(calls.append, number) for number in range(2)]
        m.time.sleep(1)
        pool.shutdown(cancel_futures=True)
        told = len(m.futures.wait(futures, 0).done)
        return tuple(calls), tuple(future.cancelled() for future in futures), told

    everything, nothing = ((0, 1), (False, False), 2), ((), (True, True), 0)
    assert outcomes(body) == {everything, nothing}


def test_a_call_that_was_dropped_tells_nobody_who_waits_for_many(run):
    """As with the real pool: only whoever waits for that one hears of it."""

    def body(m):
        event = m.threading.Event()
        pool = m.futures.ThreadPoolExecutor(1)
        pool.submit(event.wait, 10)
        dropped = pool.submit(int)
        m.time.sleep(0.05)
        pool.shutdown(wait=False, cancel_futures=True)
        event.set()
        pool.shutdown()
        many = m.futures.wait([dropped], 0.01)
        return dropped.done(), len(many.done), outcome(dropped.result)[0]

    assert run(body) == (True, 0, concurrent.futures.CancelledError)


def test_map(freely):
    """Results in order; an error comes where its call stands, and ends it."""

    def body(m):
        def half(number):
            return 12 // number

        with m.futures.ThreadPoolExecutor(2) as pool:
            results = pool.map(half, (3, 2, 0, 1), timeout=10)
            got = [next(results), next(results), outcome(next, results)[0]]
            return got, outcome(next, results)[0]

    assert both(body, freely) == ([4, 6, ZeroDivisionError], StopIteration)


def test_a_pool_is_an_executor(run):
    """For who asks for its class."""

    def body(m):
        with m.futures.ThreadPoolExecutor(1) as pool:
            name = pool.submit(lambda: m.threading.current_thread().name).result()
            daemon = pool.submit(lambda: m.threading.current_thread().daemon).result()
            return isinstance(pool, m.futures.Executor), "_0" in name, daemon

    assert run(body) == (True, True, False)
