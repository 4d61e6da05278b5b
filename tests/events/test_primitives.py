"""Each primitive, recorded over the real modules and over simulated ones by the same bodies."""

import threading

import pytest

HEAD = """
import concurrent.futures, queue, threading, time

def started(name, target, *args):
    thread = threading.Thread(target=target, args=args, name=name)
    thread.start()
    return thread

def tried(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return type(error).__name__

def run():
    value = body()
    return lambda: value
"""


def test_an_rlock_is_held_from_its_first_take_to_its_last_drop(record):
    """What its holder does in between with it is no wait, and changes nothing."""
    recording = record(
        HEAD
        + """
def work(lock):
    with lock:
        with lock:
            time.sleep(0.001)
        time.sleep(0.001)

def body():
    lock = threading.RLock()
    started("Worker", work, lock).join()
    return tried(lock.release), lock.acquire(False), lock.release()
"""
    )
    held = ["take", "sleep", "sleep", "release"]
    assert recording.of("Worker") == ["create", "begin", *held, "end"]
    assert recording.result == ("RuntimeError", True, None)


@pytest.mark.parametrize("lock", ["", "threading.Lock()", "threading.RLock()"])
def test_a_condition_drops_its_lock_and_takes_it_again(record, lock):
    """While it waits it holds nothing; afterwards it has the lock as before."""
    recording = record(
        HEAD
        + f"""
def listen(condition, begun, heard):
    with condition:
        begun.set()
        heard.append(condition.wait(5))

def body():
    condition, begun, heard = threading.Condition({lock}), threading.Event(), []
    thread = started("Listener", listen, condition, begun, heard)
    begun.wait()
    with condition:
        condition.notify()
    thread.join()
    return heard, tried(condition.wait), tried(condition.notify)
"""
    )
    assert recording.result == ([True], "RuntimeError", "RuntimeError")
    waited = ["release", "wait for condition", "take"]
    assert recording.of("Listener") == ["create", "begin", "take", "set", *waited, "release", "end"]
    notify = next(note for note in recording.notes if note.what == "notify")
    assert notify.value == "1"


def test_a_condition_keeps_the_depth_of_an_rlock(record):
    """Given away however often it was taken, and held until it is dropped as often."""
    recording = record(
        HEAD
        + """
def work(lock, condition):
    with lock, condition:
        condition.wait(0.01)
        condition.release()
        time.sleep(0.001)
        condition.acquire()

def body():
    lock = threading.RLock()
    started("Worker", work, lock, threading.Condition(lock)).join()
    return lock.acquire(False)
"""
    )
    assert recording.result is True
    waited = ["release", "wait for condition", "take"]
    rest = ["sleep", "release", "end"]
    assert recording.of("Worker") == ["create", "begin", "take", *waited, *rest]


def test_wait_for_is_a_wait_for_each_look(record):
    """It returns what the predicate says, or gives up."""
    recording = record(
        HEAD
        + """
def body():
    condition = threading.Condition()
    with condition:
        return condition.wait_for(lambda: 0, timeout=0.01), condition.wait_for(lambda: "there")
"""
    )
    assert recording.result == (0, "there")
    assert recording.words().count("wait for condition") == 1


def test_a_barrier(record):
    """All but the last wait; that one runs the action first, and opens it."""
    recording = record(
        HEAD
        + """
def meet(barrier, numbers):
    numbers.append(barrier.wait())

def body():
    numbers = []
    barrier = threading.Barrier(2, action=lambda: time.sleep(0.001))
    early = started("Early", meet, barrier, numbers)
    while not barrier.n_waiting:
        time.sleep(0.01)
    late = started("Late", meet, barrier, numbers)
    early.join(), late.join()
    return sorted(numbers), tried(barrier.wait, 0.01), barrier.broken, tried(barrier.wait)
"""
    )
    assert recording.result == ([0, 1], "BrokenBarrierError", True, "BrokenBarrierError")
    assert recording.of("Early") == ["create", "begin", "wait for barrier", "end"]
    assert recording.of("Late") == ["create", "begin", "sleep", "set", "end"]


def test_a_timer_has_a_lane(record):
    """It is a thread that waits for its delay, or until it is cancelled."""
    recording = record(
        HEAD
        + """
def body():
    fired = []
    timer, other = threading.Timer(0.01, fired.append, [1]), threading.Timer(60, fired.append)
    timer.name, other.name = "Timer", "Other"
    timer.start(), other.start()
    timer.join()
    other.cancel()
    other.join()
    kinds = isinstance(timer, threading.Thread), isinstance(timer.finished, threading.Event)
    return fired, kinds, timer.finished.is_set()
"""
    )
    assert recording.result == ([1], (True, True), True)
    life = ["create", "begin", "wait for event", "end"]
    assert recording.of("Timer") == recording.of("Other") == life
    assert recording.words().count("set") == 1  # by who cancels


def test_an_event_that_is_set_is_not_waited_for(record):
    """Who goes on late could have gone on at once."""
    recording = record(
        HEAD
        + """
def body():
    event = threading.Event()
    first = event.wait(0.001)
    event.set()
    return first, event.wait(), event.wait(timeout=5)
"""
    )
    assert recording.result == (False, True, True)
    assert recording.words() == ["begin", "wait for event", "run", "set", "end"]


def test_a_thread_with_a_run_of_its_own(record):
    """Its life is noted; a mere call of run() is no life, and a second start is none either."""
    recording = record(
        HEAD
        + """
class Worker(threading.Thread):
    def run(self):
        time.sleep(0.001)

class Unmade(threading.Thread):
    def __init__(self):
        pass

def body():
    called, worker = Worker(name="Called"), Worker(name="Worker")
    called.run()
    worker.start()
    again = tried(worker.start)
    worker.join()
    worker.run()
    return again, tried(worker.start), tried(Unmade().start), tried(called.join)
"""
    )
    assert recording.result == ("RuntimeError",) * 4
    assert recording.of("Worker") == ["create", "begin", "sleep", "end"]
    assert recording.of("Called") == []
    assert recording.of(recording.notes[0].lane.name).count("end") == 1
    assert len({note.lane for note in recording.notes}) == 2


@pytest.mark.parametrize("kind", ["Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"])
def test_the_depth_of_each_queue(record, kind):
    """An item put in, an item taken out; one that is not there can be waited for in vain."""
    recording = record(
        HEAD
        + f"""
class Pipeline(queue.{kind}):
    pass

def body():
    pipeline = Pipeline()
    pipeline.put("a")
    pipeline.put_nowait("b")
    items = [pipeline.get(), pipeline.get(timeout=1)]
    empty = tried(pipeline.get_nowait), tried(pipeline.get, timeout=0.001), pipeline.empty()
    isinstance_of_all = isinstance(pipeline, queue.Queue) or "{kind}" == "SimpleQueue"
    return items, empty, isinstance_of_all
"""
    )
    items = ["b", "a"] if kind == "LifoQueue" else ["a", "b"]
    assert recording.result == (items, ("Empty", "Empty", True), True)
    assert recording.depths == [1, 2, 1, 0]


def test_who_waits_at_a_simple_queue_is_seen_to_take_what_was_there(record):
    """However fast it is: before the item is out it is in."""
    recording = record(
        HEAD
        + """
def body():
    pipeline, taken = queue.SimpleQueue(), []
    thread = started("Taker", lambda: [taken.append(pipeline.get()) for _ in range(20)])
    time.sleep(0.01)
    for number in range(20):
        pipeline.put(number)
    thread.join()
    return taken
"""
    )
    assert recording.result == list(range(20))
    assert recording.depths[-1] == 0
    assert max(recording.depths) > 0


def test_the_depth_of_a_queue_that_keeps_its_items_otherwise(record):
    """A subclass has a _put of its own, with or without that of its base."""
    recording = record(
        HEAD
        + """
class Own(queue.Queue):
    def _put(self, item):
        self.queue.insert(0, item)

class More(queue.Queue):
    def _put(self, item):
        super()._put(item)

def body():
    for pipeline in Own(1), More(1):
        pipeline.put("item")
    return tried(pipeline.put, "item", False)
"""
    )
    assert recording.depths == [1, 1]
    assert recording.result == "Full"


def test_joining_a_queue_is_a_wait(record):
    """Until all that was put in is done."""
    recording = record(
        HEAD
        + """
def body():
    pipeline = queue.Queue()
    pipeline.put("item")
    thread = started("Joiner", pipeline.join)
    time.sleep(0.05)
    pipeline.get()
    pipeline.task_done()
    thread.join()
    return tried(pipeline.task_done)
"""
    )
    assert recording.result == "ValueError"
    assert recording.of("Joiner") == ["create", "begin", "wait for queue", "end"]


def test_futures(record):
    """Made by hand or by a pool, they are the same objects to all who wait for them."""
    recording = record(
        HEAD
        + """
def look(mine):
    return mine.result(), type(mine.exception()).__name__

def body():
    mine, found = concurrent.futures.Future(), []
    thread = started("Reader", lambda: found.append(mine.result()))
    time.sleep(0.05)
    mine.set_result("mine")
    thread.join()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(int, "7")
        is_future = isinstance(future, concurrent.futures.Future)
        done = concurrent.futures.wait([future, mine], timeout=5)
        same = done.done == {future, mine}, *done.not_done
        order = [one is future for one in concurrent.futures.as_completed([future])]
        mapped = list(pool.map(abs, [-1, -2]))
    late = tried(list, concurrent.futures.as_completed([concurrent.futures.Future()], 0.001))
    never = tried(concurrent.futures.Future().result, 0.001)
    return found, is_future, same, order, mapped, late, never, tried(mine.set_result, 1)
"""
    )
    found, is_future, same, order, mapped, late, never, again = recording.result
    assert (found, is_future, same, order, mapped) == (["mine"], True, (True,), [True], [1, 2])
    assert late == never in ("TimeoutError", "TimeoutError")
    assert again == "InvalidStateError"
    assert recording.of("Reader") == ["create", "begin", "wait for future", "end"]
    main = recording.of(recording.notes[0].lane.name)
    assert main.count("join") == 1
    assert main[-2:] == ["wait for future"] * 2 or main[-3:-1] == ["wait for future"] * 2
    assert {note.thing.lane for note in recording.notes if note.what == "submit"} <= {
        note.lane for note in recording.notes if note.what == "end"
    }


def test_permits(record):
    """Each of those released at once is dropped; and a bounded semaphore is a semaphore."""
    recording = record(
        HEAD
        + """
def body():
    permits = threading.BoundedSemaphore(value=2)
    taken = permits.acquire(), permits.acquire(timeout=1), permits.acquire(blocking=False)
    permits.release(n=2)
    with permits as entered:
        pass
    kinds = [threading.Semaphore, threading.BoundedSemaphore]
    kinds = tuple(isinstance(permits, kind) for kind in kinds)
    return taken, entered, kinds, tried(permits.release), tried(permits.release, 0)
"""
    )
    assert recording.result == ((True, True, False), True, (True, True), *["ValueError"] * 2)
    deeds = [note.what for note in recording.notes if note.what in ("take", "release")]
    assert deeds[:6] == ["take", "take", "release", "release", "take", "release"]


def test_a_lock_that_nobody_has_is_not_dropped(record):
    """The error is the real one's, and the old names are recorded, too."""
    recording = record(
        HEAD
        + """
def body():
    lock = threading.Lock()
    errors = tried(lock.release), tried(lock.acquire, False, 1)
    lock.acquire_lock()
    locked = lock.locked()
    lock.release_lock()
    return errors, locked, lock.locked()
"""
    )
    assert recording.result == (("RuntimeError", "ValueError"), True, False)
    deeds = [note.what for note in recording.notes if note.what in ("take", "release")]
    assert deeds == ["take", "release"]


def test_classes_look_as_without_a_recording(record):
    """They are subclassed, generic or not, and their names are those of the modules."""
    recording = record(
        HEAD
        + """
class Event(threading.Event):
    def twice(self):
        return self.wait(0.001), self.wait(timeout=0.001)

class Numbers(queue.Queue[int]):
    pass

def body():
    kinds = [threading.Thread, threading.Timer, threading.Event, threading.Condition]
    kinds += [threading.Barrier, threading.Semaphore, queue.Queue, queue.LifoQueue]
    kinds += [concurrent.futures.Future]
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in kinds]
    return names, Event().twice(), Numbers().qsize(), hasattr(threading, "nothing")
"""
    )
    names, waited, size, nothing = recording.result
    classes = ["Thread", "Timer", "Event", "Condition", "Barrier", "Semaphore"]
    assert names[:6] == [f"threading.{name}" for name in classes]
    assert names[6:] == ["queue.Queue", "queue.LifoQueue", "concurrent.futures.Future"]
    assert (waited, size, nothing) == ((False, False), 0, False)


def test_an_excepthook_is_set_where_it_is_called(record, monkeypatch):
    """It is an attribute of the module below, not of the one that notes."""
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    recording = record(
        HEAD
        + """
def fail():
    raise ValueError("told")

def body():
    heard = []
    threading.excepthook = lambda args: heard.append((str(args.exc_value), args.thread.name))
    started("Unlucky", fail).join()
    return heard
"""
    )
    assert recording.result == [("told", "Unlucky")]
    assert recording.of("Unlucky") == ["create", "begin", "end"]
