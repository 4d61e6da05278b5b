"""The recording twins: they note what threads do, and change nothing of it."""

import concurrent.futures
import queue
import threading
import time

import pytest

from threaddemo.events.recorder import Recorder
from threaddemo.events.twins import REAL
from threaddemo.program import Program
from threaddemo.simulation import Seeded, Simulator

PROGRAM = """
import queue, threading, time

class Account:
    def __init__(self):
        self.value = 0
        self.owner = "a name that is too long for a label"

def work(account, lock, pipeline, event):
    with lock:
        account.value += 1
    pipeline.put("item")
    time.sleep(0.001)
    event.wait(5)

def run():
    account, lock = Account(), threading.Lock()
    pipeline, event = queue.Queue(), threading.Event()
    thread = threading.Thread(target=work, args=(account, lock, pipeline, event), name="Worker")
    thread.start()
    pipeline.get()
    time.sleep(0.1)
    event.set()
    thread.join()
    return lambda: account.value
"""


def record_for_real():
    recorder = Recorder(REAL, time.monotonic)
    assert recorder.load(Program.of(PROGRAM)).run()() == 1
    return recorder


def record_simulated(seed=0):
    with Simulator() as simulator:
        recorder = Recorder(simulator.twins, lambda: simulator.now, is_told=True)
        simulator.listener = recorder.stands
        module = recorder.load(Program.of(PROGRAM))
        assert simulator.run(module.run, Seeded(seed)).result == 1
        return recorder


@pytest.fixture(params=[record_for_real, record_simulated], ids=["real", "simulated"])
def recorder(request):
    return request.param()


def done_by(recorder, name):
    """What a thread did; whether it had to wait for it is a matter of the schedule."""
    matters = {"run", "ready", "wait", "create"}
    whats = [event.what for event in recorder.notes if event.lane.name == name]
    return [what for what in whats if what not in matters]


def test_a_thread_is_noted_from_its_beginning_to_its_end(recorder):
    """The events of a thread are in the order of what it did."""
    locked = ["take", "read", "write", "release"]
    assert done_by(recorder, "Worker") == ["begin", *locked, "put", "sleep", "end"]


def test_where_the_program_was_is_noted(recorder):
    """The line of the program, not of what it calls."""
    lines = PROGRAM.splitlines()
    found = {note.what: lines[note.place.line - 1].strip() for note in recorder.notes if note.place}
    assert found["take"] == found["release"] == "with lock:"
    assert found["put"] == 'pipeline.put("item")'
    assert found["get"] == "pipeline.get()"
    assert found["start"] == "thread.start()"
    assert found["set"] == "event.set()"


def test_things_have_the_names_that_the_program_gives_them(recorder):
    """Those of Main's variables, not those of a thread's arguments."""
    names = {note.what: note.thing.name for note in recorder.notes if note.thing}
    assert names["take"] == "lock"
    assert names["put"] == names["get"] == "pipeline"
    assert names["set"] == "event"
    assert {note.thing.name for note in recorder.notes if note.what == "read"} == {"account.value"}


def test_values_are_noted_as_they_are_read_and_written(recorder):
    """Main writes the first value, the worker reads it and writes the next."""
    values = [(e.what, e.value) for e in recorder.notes if e.what in ("read", "write")]
    owner = ("write", "'a name that is too long for a label'")
    assert values == [("write", "0"), owner, ("read", "0"), ("write", "1")]


def test_the_depth_of_a_queue_is_noted_when_it_changes(recorder):
    """One item in, one item out."""
    depths = [(e.what, e.value, e.depth) for e in recorder.notes if e.depth is not None]
    assert depths == [("put", "'item'", 1), ("get", "'item'", 0)]


def test_times_never_go_back(recorder):
    """The events are in the order of their times."""
    times = [event.time for event in recorder.notes]
    assert times == sorted(times)


def test_reading_the_facts_is_not_recorded(recorder):
    """What is read when the run is over is no part of the run: Main's last event is its end."""
    assert done_by(recorder, next(iter(recorder.notes)).lane.name)[-1] == "end"


def told(recorder):
    """The notes, without what is different from run to run."""
    return [(e.time, e.lane.name, e.what, e.value) for e in recorder.notes]


def test_a_seed_gives_the_same_events_every_time():
    """Simulated events are determined, times included."""
    assert told(record_simulated(3)) == told(record_simulated(3))


def test_a_run_forgets_the_notes_of_the_last_one():
    """One recorder for several runs has those of the last."""
    with Simulator() as simulator:
        recorder = Recorder(simulator.twins, lambda: simulator.now, is_told=True)
        simulator.listener = recorder.stands
        module = recorder.load(Program.of(PROGRAM))
        for _ in range(2):
            recorder.begin()
            assert simulator.run(module.run, Seeded(3)).result == 1
    assert told(recorder) == told(record_simulated(3))


def test_the_real_modules_stay_as_they_are():
    """Recording replaces names in the loaded module only."""
    before = (threading.Lock, threading.Thread, time.sleep, queue.Queue)
    pool = concurrent.futures.ThreadPoolExecutor
    record_for_real()
    assert (threading.Lock, threading.Thread, time.sleep, queue.Queue) == before
    assert concurrent.futures.ThreadPoolExecutor is pool


def test_a_task_of_a_pool_has_a_lane_of_its_own():
    """Two tasks of one worker are two lanes, named after what the tasks call themselves."""
    source = """
import concurrent.futures, threading

def task(name):
    threading.current_thread().name = name
    return name

def run():
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as pool:
        first = pool.submit(task, "A")
        rest = pool.map(task, ["B"])
    return lambda: [first.result(), *rest]
"""
    recorder = Recorder(REAL, time.monotonic)
    assert recorder.load(Program.of(source)).run()() == ["A", "B"]
    lanes = dict.fromkeys(note.lane for note in recorder.notes)
    assert [lane.name for lane in lanes][1:] == ["A", "B"]


EVERYTHING = """
import concurrent.futures, queue, threading

def work(number, lock, barrier, items, simple, condition, event, log):
    with lock, lock:
        log.append(number)
    barrier.wait()
    items.put(number)
    simple.put(number)
    with condition:
        log.append(f"told {number}")
        condition.notify_all()
    event.wait(0.01)
    with condition:
        condition.wait_for(lambda: len(log) == 6, 1)

def run():
    items, simple, log = queue.PriorityQueue(2), queue.SimpleQueue(), []
    lock, condition, event = threading.RLock(), threading.Condition(), threading.Event()
    shared = lock, threading.Barrier(3), items, simple, condition, event, log
    threads = [threading.Thread(target=work, args=(number, *shared)) for number in range(3)]
    threads.append(threading.Timer(0.005, event.set))
    for thread in threads:
        thread.start()
    got = [items.get() for _ in range(3)] + [simple.get() for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(pow, number, 2) for number in range(4)]
        concurrent.futures.wait(futures[:2])
        got += [future.result() for future in concurrent.futures.as_completed(futures)]
        got += pool.map(abs, [-1, -2])
    for thread in threads:
        thread.join()
    return lambda: (got, log)
"""


@pytest.mark.parametrize("seed", range(10))
def test_a_recording_changes_nothing_of_a_simulated_run(seed):
    """Not a step is taken otherwise: a seed is the same run with a picture and without."""
    program = Program.of(EVERYTHING)
    with Simulator() as simulator:
        plain = simulator.run(program.load(simulator.twins).run, Seeded(seed), timeout=20)
        recorder = Recorder(simulator.twins, lambda: simulator.now, is_told=True)
        simulator.listener = recorder.stands
        recorded = simulator.run(recorder.load(program).run, Seeded(seed), timeout=20)
    assert recorded == plain
    assert plain.result
