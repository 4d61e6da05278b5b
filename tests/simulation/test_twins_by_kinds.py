"""Whatever a primitive lets one thread see of another is seen by its footprints."""

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Kinds, NotReducible, instrument

from .random_programs import compare

#: What one thread does, what another one does meanwhile, and what they share.
PAIRS = {
    "joining who may not have started": ("late.start()", "tried(late.join)"),
    "starting twice": ("tried(late.start)", "tried(late.start)"),
    "a name": ("setattr(late, 'name', 'new')", "late.name"),
    "an ident": ("late.start()", "late.ident"),
    "a thread shown": ("late.start()", "repr(late)"),
    "a daemon": ("late.start()", "tried(setattr, late, 'daemon', True)"),
    "who lives": ("late.start()", "[one.name for one in threading.enumerate()]"),
    "how many live": ("late.start()", "threading.active_count()"),
    "a thread's arguments": ("args.append(1)", "run_late()"),
    "a thread's keywords": ("kwargs.update(extra=1)", "run_late()"),
    "a timer's function": ("setattr(timer, 'function', shared.clear)", "run(timer), shared"),
    "a cancelled timer": ("timer.cancel()", "run(timer), shared"),
    "a lock": ("lock.acquire()", "lock.acquire(False)"),
    "a lock's state": ("lock.acquire()", "lock.locked()"),
    "a lock shown": ("lock.acquire()", "repr(lock)"),
    "a lock released": ("lock.acquire()", "tried(lock.release)"),
    "a recursive lock": ("rlock.acquire()", "rlock.acquire(False)"),
    "its count": ("(rlock.acquire(), rlock.acquire())", "repr(rlock)"),
    "a semaphore": ("semaphore.acquire()", "semaphore.acquire(False)"),
    "a semaphore shown": ("semaphore.release()", "repr(semaphore)"),
    "a bounded semaphore": ("bounded.acquire()", "tried(bounded.release)"),
    "an event": ("event.set()", "event.is_set()"),
    "an event shown": ("event.set()", "repr(event)"),
    "an event set for a moment": ("(event.set(), event.clear())", "event.wait(1)"),
    "an event unset": ("event.clear()", "event.set(), event.is_set()"),
    "a condition": ("told(condition.notify)", "told(condition.wait, 1)"),
    "a condition for all": ("told(condition.notify_all)", "told(condition.wait, 1)"),
    "a condition of another lock": ("notified()", "waited()"),
    "a condition's lock, not held": ("lock.acquire()", "tried(guard.notify)"),
    "a condition shown": ("told(condition.wait, 1)", "repr(condition)"),
    "a predicate": ("shared.append(1)", "told(condition.wait_for, lambda: shared, 1)"),
    "a barrier": ("tried(barrier.wait, 1)", "tried(barrier.wait, 1)"),
    "a barrier that waits": ("tried(barrier.wait, 1)", "barrier.n_waiting"),
    "a broken barrier": ("barrier.abort()", "barrier.broken"),
    "a barrier broken": ("barrier.abort()", "barrier.broken, barrier.reset(), barrier.broken"),
    "a barrier reset": ("barrier.reset()", "tried(barrier.wait, 1), barrier.broken"),
    "a barrier's action": ("(tried(single.wait), time.sleep(1))", "len(shared)"),
    "a queue": ("items.put(1)", "items.empty()"),
    "a queue's size": ("items.put(1)", "items.qsize()"),
    "a full queue": ("items.put(1)", "items.full()"),
    "a queue that is full": ("tried(items.put, 1, False)", "tried(items.put, 2, timeout=1)"),
    "a queue's items": ("items.put(1)", "list(items.queue)"),
    "a queue emptied": ("clear_items()", "items.empty()"),
    "a queue locked": ("items.mutex.acquire()", "tried(items.get, timeout=1)"),
    "a queue's mutex": ("items.put(1)", "items.mutex.acquire(), tried(items.queue.pop)"),
    "a queue that is done": ("items.put(1)", "tried(items.task_done)"),
    "a queue joined": ("items.put(1)", "items.join(), len(items.queue)"),
    "a last-in queue": ("last.put(1)", "last.put(2), last.get()"),
    "a priority queue": ("least.put(1)", "least.put(2), least.get()"),
    "the order of priorities": (
        "setattr(one, 'a', 9)",
        "least.put(one), least.put(two), least.get().a",
    ),
    "a simple queue": ("simple.put(1)", "tried(simple.get, False)"),
    "a simple queue's size": ("simple.put(1)", "simple.qsize(), simple.empty()"),
    "a future": ("future.set_result(1)", "future.done()"),
    "a future's state": ("future.set_running_or_notify_cancel()", "future.running()"),
    "a future cancelled": ("future.cancel()", "future.cancelled()"),
    "a future run": ("future.cancel()", "future.set_running_or_notify_cancel()"),
    "a future's result": ("future.set_result(1)", "tried(future.result, 1)"),
    "a future's error": ("future.set_exception(ValueError())", "tried(future.exception, 1)"),
    "a future shown": ("future.set_result(1)", "repr(future)"),
    "a callback": ("future.set_result(1)", "future.add_done_callback(shared.append), len(shared)"),
    "a callback's call": ("future.add_done_callback(keep), future.set_result(1)", "len(shared)"),
    "one of many": (
        "future.set_result(1)",
        "len(concurrent.futures.wait([future, other], 1).done)",
    ),
    "the first of many": ("future.set_result(1)", "other.set_result(1), order([future, other])"),
    "the order of many": ("(future.set_result(1), other.set_result(2))", "order([other, future])"),
    "a set of many": ("(other.set_result(1), future.set_result(1))", "order({future, other})"),
    "a pool": ("pool.submit(shared.append, 1)", "pool.submit(len, shared).result()"),
    "a pool's workers": ("pool.submit(whose)", "pool.submit(whose).result()"),
    "a pool's queue": ("duo.submit(shared.append, 1)", "[duo.submit(whose).result()]"),
    "a closed pool": ("pool.shutdown(False)", "tried(pool.submit, len, shared)"),
    "a pool that is closed": ("tried(pool.submit, nap)", "pool.shutdown(), len(shared)"),
    "calls cancelled": ("pool.shutdown(False, cancel_futures=True)", "ended(pool.submit(nap))"),
    "calls mapped": ("shared.append(1)", "list(pool.map(str, shared))"),
    "hashes": ("hash(lock)", "hash(event)"),
    "a hash": ("hash(event)", "(hash(lock), hash(event))"),
    "thread names": ("threading.Thread().name", "threading.Thread().name"),
    "pool names": ("whose_new()", "whose_new()"),
    "random numbers": ("random.random()", "random.random()"),
    "a generator": ("random.Random().random()", "random.Random().random()"),
    "the clock": ("event.set()", "tried(event.wait, 3), time.monotonic() > 2"),
    "an attribute per thread": ("setattr(local, 'x', 1)", "getattr(local, 'x', 0), len(shared)"),
    "who made a twin": ("event.__init__()", "event.set(), event.is_set()"),
}
SOURCE = """
import concurrent.futures, dataclasses, queue, random, threading, time
from concurrent.futures import as_completed
@dataclasses.dataclass(order=True)
class Item:
    a: int
def tried(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return type(error).__name__
def run():
    shared, args, kwargs, seen, one, two = [], [], {{}}, [None, None], Item(1), Item(5)
    def late_body(*args, **kwargs):
        shared.append((len(args), len(kwargs)))
    late = threading.Thread(target=late_body, args=args, kwargs=kwargs)
    timer = threading.Timer(1, shared.append, [1])
    lock, rlock, event = threading.Lock(), threading.RLock(), threading.Event()
    semaphore, bounded = threading.Semaphore(), threading.BoundedSemaphore()
    condition, guard = threading.Condition(), threading.Condition(lock)
    barrier, single = threading.Barrier(2), threading.Barrier(1, lambda: keep(1))
    items, last, least = queue.Queue(1), queue.LifoQueue(), queue.PriorityQueue()
    simple, local = queue.SimpleQueue(), threading.local()
    future, other = concurrent.futures.Future(), concurrent.futures.Future()
    pool, duo = (concurrent.futures.ThreadPoolExecutor(n, f"P{{n}}") for n in (2, 1))
    def keep(thing):
        shared.append(1)
    def nap():
        time.sleep(1)
        return 1
    def whose():
        return threading.current_thread().name
    def whose_new():
        return concurrent.futures.ThreadPoolExecutor(1).submit(whose).result()
    def told(call, *args):
        with condition:
            return bool(call(*args))
    def notified():
        with guard:
            guard.notify()
    def waited():
        with guard:
            return guard.wait(1)
    def clear_items():
        with items.mutex:
            items.queue.append(1)
    def run(thread):
        thread.start()
        thread.join()
    def run_late():
        run(late)
        return shared[-1]
    def ended(future):
        try:
            return future.result(2)
        except BaseException as error:
            return type(error).__name__
    def order(futures):
        try:
            return [[future, other].index(one) for one in as_completed(futures, 1)]
        except TimeoutError:
            return "timeout"
    def first():
        time.sleep(1)
        seen[0] = repr(({first}))
    def second():
        time.sleep(1)
        seen[1] = repr(({second}))
    threads = [threading.Thread(target=body) for body in (first, second)]
    for thread in threads:
        thread.start()
    return lambda: (repr(seen), repr(shared))
"""


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_what_a_primitive_shows_depends_on_who_changes_it(pair):
    """Outcomes and their counts are those of every schedule, as far as plain enumeration gets."""
    first, second = pair
    source = SOURCE.format(first=first, second=second)
    found = compare(source, 1_500)
    assert found.agrees, (found.plain, found.by_kinds, found.problem)
    assert len(found.by_kinds) > 1 or "local" in first


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ("getattr(event, 'cle' + 'ar')()", "clear"),
        ("list(getattr(f, 'as_comp' 'leted')([]))", "as"),
    ],
)
def test_what_is_not_called_by_its_name_is_found_out(simulator, call, word):
    """Their footprints rely on the program's text; where it hides, there is no verdict."""
    source = f"""
import threading
import concurrent.futures as f
def run():
    event = threading.Event()
    {call}
    return lambda: None
"""
    program = Program.of(source, transform=instrument)
    main = program.load(simulator.twins, PURE, simulator.helpers).run
    with pytest.raises(NotReducible, match=word):
        list(Kinds(lambda s: simulator.run(main, s, timeout=20)))
