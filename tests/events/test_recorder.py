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
        recorder = Recorder(simulator.twins, lambda: simulator.now)
        module = recorder.load(Program.of(PROGRAM))
        assert simulator.run(module.run, Seeded(seed)).result == 1
        return recorder


@pytest.fixture(params=[record_for_real, record_simulated], ids=["real", "simulated"])
def recorder(request):
    return request.param()


def done_by(recorder, name):
    return [event.what for event in recorder.notes if event.lane.name == name]


def test_a_thread_is_noted_from_its_creation_to_its_end(recorder):
    """The events of a thread are in the order of what it did."""
    assert done_by(recorder, "Worker") == [
        "create",
        "run",
        "wait for a lock",
        "run",
        "take",
        "read",
        "write",
        "drop",
        "wait for the queue",
        "depth",
        "run",
        "sleep",
        "run",
        "wait for an event",
        "run",
        "end",
    ]


def test_values_are_noted_as_they_are_read_and_written(recorder):
    """Main writes the first value, the worker reads it and writes the next."""
    values = [(e.what, e.value) for e in recorder.notes if e.what in ("read", "write")]
    owner = ("write", "a name that is too long for a label")
    assert values == [("write", "0"), owner, ("read", "0"), ("write", "1")]


def test_the_depth_of_a_queue_is_noted_when_it_changes(recorder):
    """One item in, one item out."""
    assert [e.value for e in recorder.notes if e.what == "depth"] == [1, 0]


def test_times_never_go_back(recorder):
    """The events are in the order of their times."""
    times = [event.time for event in recorder.notes]
    assert times == sorted(times)


def test_reading_the_facts_is_not_recorded(recorder):
    """What is read when the run is over is no part of the run: Main's last event is its end."""
    assert done_by(recorder, next(iter(recorder.notes)).lane.name)[-1] == "end"


def test_a_seed_gives_the_same_events_every_time():
    """Simulated events are determined, times included."""

    def told(recorder):
        return [(e.time, e.lane.name, e.what, e.value) for e in recorder.notes]

    assert told(record_simulated(3)) == told(record_simulated(3))


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
    assert [lane.name for lane in recorder.lanes][1:] == ["A", "B"]
