"""Many tasks are dealt with as few are, only faster."""

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Exploration, Replay, Seeded, Simulator, crowds

from .random_programs import outcome, sketch


def schedules(source, strict, strategies):
    """What comes of a program, and who took which step."""
    found = []
    with Simulator(Program.place) as simulator:
        main = Program.of(source).load(simulator.twins, PURE).run
        for strategy in strategies:
            run = simulator.run(main, strategy, timeout=30, strict=strict)
            found.append((outcome(run), run.schedule, run.elapsed))
    return found


@pytest.mark.parametrize("block", range(3))
def test_a_crowd_takes_the_same_steps(block, monkeypatch):
    """Random programs, as seeds run them, and as their schedules are replayed."""
    for seed in range(25 * block, 25 * block + 25):
        program = sketch(seed)
        both = []
        for few in (0, 1_000_000):
            monkeypatch.setattr(crowds, "FEW", few)
            seeded = schedules(program.source(), program.strict, map(Seeded, range(8)))
            replays = [Replay(schedule) for _, schedule, _ in seeded]
            both.append((seeded, schedules(program.source(), program.strict, replays)))
        assert both[0] == both[1]
        assert [one[:2] for one in both[0][0]] == [one[:2] for one in both[0][1]]


@pytest.mark.parametrize("name", ["race", "many", "executor", "prodcons", "crossed_locks"])
def test_a_crowd_has_the_same_schedules(name, loaded, simulator, monkeypatch):
    """All of them, in the same order."""
    both = []
    for few in (0, 1_000_000):
        monkeypatch.setattr(crowds, "FEW", few)
        exploration = Exploration(lambda s: simulator.run(getattr(loaded, name), s), 1_000)
        both.append([run.schedule for run in exploration])
    assert both[0] == both[1]


def test_who_is_chosen_from_many_is_found():
    """By their order, from any number of lists, whether one after the other or by number."""

    class Task:
        def __init__(self, place):
            self.place = place

    tasks = {place: Task(place) for place in range(100)}
    lists = [list(range(0, 100, 3)), list(range(1, 100, 7)), [2]]
    lists[1] = sorted(set(lists[1]) - set(lists[0]) - {2})
    places = sorted(place for one in lists for place in one)
    many = crowds.Many(tasks, lists)
    assert [task.place for task in many] == places
    assert [many[index].place for index in range(len(many))] == places
    assert [place in places for place in tasks] == [task in many for task in tasks.values()]
    assert Task(101) not in many
    with pytest.raises(IndexError):
        many[len(places)]


WAITS = {
    "a lock": "with lock: pass",
    "an event": "event.wait()",
    "a semaphore": "semaphore.acquire()",
    "a queue": "items.get()",
    "a sleep": "time.sleep(1)",
    "a barrier": "barrier.wait()",
}
CROWD = """
import queue, threading, time
def run(number):
    lock, event, semaphore = threading.Lock(), threading.Event(), threading.Semaphore(0)
    items, barrier = queue.Queue(), threading.Barrier(number)
    def body():
        WAIT
    threads = [threading.Thread(target=body) for _ in range(number)]
    with lock:
        for thread in threads:
            thread.start()
    event.set()
    for _ in range(number):
        semaphore.release()
        items.put(1)
    for thread in threads:
        thread.join()
    return lambda: number
"""


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_step_asks_few_whether_they_are_ready(wait, load, play, monkeypatch):
    """However many wait: else 10,000 threads take minutes."""
    asked = []

    class Group(crowds.Group):
        def __init__(self, ready):
            super().__init__(lambda: asked.append(ready) or ready())

    monkeypatch.setattr(crowds, "Group", Group)
    run = load(source=CROWD.replace("WAIT", wait)).run
    number = 300
    assert play(lambda: run(number), Seeded(1)).result == number
    assert len(asked) < 50 * number
