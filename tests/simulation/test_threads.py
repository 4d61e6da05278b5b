"""Threads and what is known of them: the same bodies run on the real and the simulated ones."""

import threading
import warnings

import pytest

from threaddemo.simulation import Seeded

from .conftest import outcome


def test_what_a_thread_knows_of_itself(run):
    """Its number is there from the start to after the end, and is the one that it sees."""

    def body(m):
        seen = []

        def work():
            me = m.threading.current_thread()
            numbers = m.threading.get_ident(), m.threading.get_native_id()
            seen.extend([numbers == (me.ident, me.native_id), me is m.threading.main_thread()])

        thread = m.threading.Thread(target=work)
        before = thread.ident, thread.native_id
        thread.start()
        thread.join(10)
        distinct = thread.ident != m.threading.current_thread().ident
        return before, seen, isinstance(thread.ident, int), distinct, thread.ident != 0

    assert run(body) == ((None, None), [True, False], True, True, True)


def test_enumerate(run):
    """All threads that are alive, Main first, in the order in which they were started."""

    def body(m):
        event = m.threading.Event()
        threads = [m.threading.Thread(target=event.wait, args=(10,)) for _ in range(3)]
        counts = [m.threading.active_count()]
        for thread in threads:
            thread.start()
        alive = [thread for thread in m.threading.enumerate() if thread in threads]
        here = m.threading.current_thread() in m.threading.enumerate()
        counts.append(m.threading.active_count())
        event.set()
        for thread in threads:
            thread.join(10)
        counts.append(m.threading.active_count())
        return alive == threads, here, counts[1] - counts[0], counts[2] - counts[0]

    assert run(body) == (True, True, 3, 0)


def test_a_pools_workers_are_counted_between_their_calls(run):
    """They are alive until the pool is closed."""

    def body(m):
        before = m.threading.active_count()
        with m.futures.ThreadPoolExecutor(2) as pool:
            worker = pool.submit(m.threading.current_thread).result()
            m.time.sleep(0.05)
            counted, alive = m.threading.active_count() - before, worker.is_alive()
        return counted, alive, worker.is_alive(), m.threading.active_count() - before

    assert run(body) == (1, True, False, 0)


def test_old_names_warn(run):
    """The names that Python deprecates work, and say so."""

    def body(m):
        thread = m.threading.Thread(name="one")
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            facts = [thread.getName(), thread.setName("two"), thread.name]
            facts += [thread.isDaemon(), thread.setDaemon(True), thread.daemon]
            facts += [m.threading.currentThread() is m.threading.current_thread()]
            facts += [m.threading.activeCount() == m.threading.active_count()]
        return facts, [str(warning.message) for warning in warned]

    facts, warned = run(body)
    assert facts == ["one", None, "two", False, None, True, True, True]
    assert warned == [
        "getName() is deprecated, get the name attribute instead",
        "setName() is deprecated, set the name attribute instead",
        "isDaemon() is deprecated, get the daemon attribute instead",
        "setDaemon() is deprecated, set the daemon attribute instead",
        "currentThread() is deprecated, use current_thread() instead",
        "activeCount() is deprecated, use active_count() instead",
    ]


def test_a_name_is_a_text(run):
    """Whatever it is given."""

    def body(m):
        thread = m.threading.Thread(name=1)
        names = [thread.name]
        thread.name = 2.5
        return [*names, thread.name]

    assert run(body) == ["1", "2.5"]


@pytest.mark.parametrize("cancel", [False, True])
def test_timer(run, cancel):
    """It calls its function once, after its time, unless it is cancelled before."""

    def body(m):
        calls = []
        timer = m.threading.Timer(0.05, lambda *args, **kwargs: calls.append((args, kwargs)))
        given = m.threading.Timer(0.01, calls.append, ["given"])
        began = m.time.monotonic()
        timer.start()
        given.start()
        if cancel:
            timer.cancel()
        timer.join(10)
        given.join(10)
        in_time = m.time.monotonic() - began >= 0.05 or cancel
        facts = timer.interval, timer.finished.is_set(), isinstance(timer, m.threading.Thread)
        return sorted(map(str, calls)), in_time, facts, timer.is_alive()

    calls = ["given"] if cancel else ["((), {})", "given"]
    assert run(body) == (sorted(calls), True, (0.05, True, True), False)


def test_a_timer_can_be_cancelled_too_late(outcomes):
    """Both ends are possible."""

    def body(m):
        calls = []
        timer = m.threading.Timer(1, calls.append, ("fired",))
        timer.start()
        m.time.sleep(1)
        timer.cancel()
        timer.join()
        return tuple(calls)

    assert outcomes(body) == {(), ("fired",)}


def test_local(run):
    """Each thread has attributes of its own, and a subclass is made anew in each."""

    def body(m):
        class Mine(m.threading.local):
            kind = "mine"

            def __init__(self, start):
                self.count = start

            @property
            def double(self):
                return 2 * self.count

        plain, mine = m.threading.local(), Mine(10)
        plain.x = mine.count = 1
        seen = []

        def work():
            seen.extend([hasattr(plain, "x"), mine.count, mine.double, mine.kind])
            plain.x = mine.count = 2
            seen.extend([plain.x, dict(vars(plain)), outcome(delattr, plain, "y")[0]])
            del plain.x
            seen.append(hasattr(plain, "x"))

        thread = m.threading.Thread(target=work)
        thread.start()
        thread.join(10)
        errors = [outcome(m.threading.local, 1), outcome(setattr, plain, "__dict__", {})[0]]
        return seen, plain.x, mine.count, errors

    seen, x, count, errors = run(body)
    assert seen == [False, 10, 20, "mine", 2, {"x": 2}, AttributeError, False]
    assert (x, count) == (1, 1)
    assert errors == [
        (TypeError, "Initialization arguments are not supported"),
        AttributeError,
    ]


def test_local_keeps_the_threads_of_a_pool_apart(run):
    """A worker has the same attributes in each of its calls."""

    def body(m):
        local = m.threading.local()

        def work():
            local.count = getattr(local, "count", 0) + 1
            return local.count

        with m.futures.ThreadPoolExecutor(1) as pool:
            counts = [pool.submit(work).result() for _ in range(3)]
        return counts, hasattr(local, "count")

    assert run(body) == ([1, 2, 3], False)


def test_constants(run):
    """What else there is."""

    def body(m):
        t = m.threading
        t.stack_size()
        return t.TIMEOUT_MAX, t.ThreadError, issubclass(t.BrokenBarrierError, RuntimeError)

    assert run(body) == (threading.TIMEOUT_MAX, RuntimeError, True)


def test_a_thread_can_wait_for_main(simulator, modules):
    """Main ends, and whoever joins it goes on."""
    t = modules.threading
    log = []

    def work():
        t.main_thread().join()
        log.extend([t.main_thread().is_alive(), t.active_count()])

    def main():
        t.Thread(target=work).start()
        return lambda: log

    assert simulator.run(main, Seeded(0), timeout=20).result == [False, 2]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("threading.Lock()", "<threading.Lock: unlocked>"),
        ("threading.RLock()", "<threading.RLock: unlocked, count=0>"),
        ("threading.Semaphore(2)", "<threading.Semaphore: value=2>"),
        ("threading.BoundedSemaphore(2)", "<threading.BoundedSemaphore: value=2/2>"),
        ("threading.Event()", "<threading.Event: unset>"),
        ("threading.Barrier(2)", "<threading.Barrier: waiters=0/2>"),
        ("threading.Thread(name='T')", "<Thread(T, initial)>"),
        ("threading.Thread(name='T', daemon=True)", "<Thread(T, initial daemon)>"),
        ("threading.main_thread()", "<_MainThread(Main, started 1000)>"),
        ("futures.Future()", "<concurrent.futures.Future: state=pending>"),
        ("queue.Queue()", "<queue.Queue>"),
    ],
)
def test_no_address_is_told(simulator, modules, call, expected):
    """It would differ from run to run."""

    def main():
        text = repr(eval(call, dict(vars(modules))))
        return lambda: text

    assert simulator.run(main, Seeded(0), timeout=20).result == expected


def test_a_set_of_threads_has_the_same_order_in_every_run(simulator, modules):
    """Objects are numbered by the run, not by their addresses."""

    def main():
        made = [modules.threading.Thread(name=str(number)) for number in range(50)]
        made += [modules.futures.Future() for _ in range(50)]
        order = [made.index(each) for each in set(made)]
        return lambda: order

    runs = [simulator.run(main, Seeded(0), timeout=20).result for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]
