"""What there is to choose from: who can go on, with what, and who holds and waits for what."""

import linecache

import pytest

from threaddemo.program import Program
from threaddemo.simulation import Choosing, Exploration, Replay, Seeded
from threaddemo.simulation.schedules import ScheduleError

from . import programs


@pytest.fixture
def choose(play):
    """Run a main function, some choices made, then straight on; return the run and its choices."""

    def choose(main, *known):
        seen = []

        def ask(choice):
            seen.append(choice)
            taken = len(choice.taken)
            return known[taken] if taken < len(known) else choice.able[0].number

        return play(main, Choosing((), ask, Program.place)), seen

    return choose


EVENT = """
import threading

def main():
    event = threading.Event()
    threading.Thread(target=event.wait, args=(5,), name="Patient").start()
    event.set()
"""
MEETING = """
import threading

def main():
    ready, gate = threading.Condition(), threading.Barrier(2)

    def work():
        with ready:
            ready.wait(9)
        gate.wait()

    threading.Thread(target=work, name="Worker").start()
    with ready:
        ready.notify()
    gate.wait()
"""


def words(choice):
    return {one.thread: one.operation for one in choice.able}


def every_way(simulator, main):
    """How many schedules there are, found by asking alone: each choice is taken every way."""
    todo, ways = [()], 0
    while todo:
        known = todo.pop()

        def ask(choice, known=known):
            others = [one.number for one in choice.able[1:]]
            todo.extend((*choice.taken, number) for number in others)
            return choice.able[0].number

        run = simulator.run(main, Choosing(known, ask, Program.place), timeout=20)
        ways += 1
        assert run.trace[: len(known)] == known
    return ways


@pytest.mark.parametrize("name", ["race", "crossed_locks", "slot"])
def test_the_choices_are_those_of_every_schedule(simulator, loaded, name):
    """Who takes each choice every way has tried every schedule, once."""
    main = getattr(loaded, name)
    exploration = Exploration(lambda strategy: simulator.run(main, strategy, timeout=20))
    schedules = len(list(exploration))
    assert exploration.complete
    assert every_way(simulator, main) == schedules


def test_looking_changes_nothing(play, loaded):
    """A run whose choices are looked at is the same as one that only follows them."""
    for seed in range(5):
        seeded = play(loaded.prodcons, Seeded(seed))
        plain = play(loaded.prodcons, Replay(seeded.schedule))
        trace = iter(plain.trace)
        asked = play(loaded.prodcons, Choosing((), lambda _, t=trace: next(t), Program.place))
        assert asked._replace(one_clock=None) == plain._replace(one_clock=None)


def test_a_choice_says_what_each_would_do_and_where(choose, loaded):
    """The thread that has started another may go on, or the other begin."""
    _, (first, second, *_) = choose(loaded.crossed_locks, 1)
    assert words(first) == {"Main": "go on after starting One", "One": "begin"}
    assert first.current.thread == "Main"
    assert words(second) == {"Main": "go on after starting One", "One": "acquire a"}
    assert second.current.thread == "One"
    main, one = second.able
    assert (main.number, one.number) == (0, 1)
    assert main.file == one.file == programs.__file__
    assert linecache.getline(main.file, main.line).strip() == "one.start()"
    assert linecache.getline(one.file, one.line).strip() == "with first, second:"
    assert one.place == f"programs.py:{one.line}"
    assert (second.taken, second.schedule) == ((1,), "1")


def test_a_choice_says_who_holds_and_who_waits(choose, loaded):
    """One has the lock and sleeps, the second wants it, the third has not begun."""
    _, seen = choose(lambda: loaded.race(3, locked=True), 1, 1, 2)
    choice = seen[3]
    one, two, three = (f"ThreadPoolExecutor-0_{number}" for number in range(3))
    assert words(choice) == {one: "wake up", three: "begin"}
    assert choice.current is None
    assert choice.held == (("account.lock", (one,)),)
    main, second = choice.waiting
    assert (main.thread, main.operation) == ("Main", "ThreadPoolExecutor.shutdown")
    assert (second.thread, second.on, second.holders) == (two, "account.lock", (one,))


def test_points_before_and_after_an_operation_are_told_apart(choose, loaded):
    """A put that is to be made is another step than one that was made."""
    _, seen = choose(loaded.prodcons, 1, 1, 1, 1)
    told = [one.operation for choice in seen for one in choice.able if one.thread == "Producer"]
    assert "put into pipeline" in told
    assert "go on after putting into pipeline" in told


def test_a_wait_that_ends_by_its_time_is_told(choose, load):
    """As long as nobody has set the event, only the clock can end the wait for it."""
    _, seen = choose(load(source=EVENT).main, 1, 0)
    told = [words(choice).get("Patient") for choice in seen]
    assert told == ["begin", "time out: wait for event", "time out: wait for event"]
    _, seen = choose(load(source=EVENT).main, 1, 0, 0)
    assert words(seen[-1]) == {"Main": "set event", "Patient": "time out: wait for event"}


def test_every_wait_has_words(choose, load):
    """What wakes who waits for a condition or at a barrier is no second wait."""
    run, seen = choose(load(source=MEETING).main, 1, 1, 1, 0, 0, 1)
    assert (run.failure, run.deadlock) == (None, ())
    told = [words(choice).get("Worker") for choice in seen]
    assert told[:3] == ["begin", "acquire ready", "wait on ready"]
    assert "wake up: ready was notified" in told
    assert "wait at gate" in {text for choice in seen for text in words(choice).values()}
    assert ("ready", ("Worker",)) in seen[2].held


def test_who_does_not_choose_goes_straight_on(play, loaded):
    """Nobody is interrupted; but who looks again and again gives way some time."""
    straight = play(loaded.race, Choosing((), lambda _: None, Program.place))
    assert straight.trace == play(loaded.race, Replay(straight.schedule)).trace
    assert play(loaded.poll, Choosing((1, 1), lambda _: None, Program.place)).result == "seen"


def test_who_can_not_go_on_is_refused(play, loaded):
    """A number that is none of the choice's is an error of the schedule."""
    with pytest.raises(ScheduleError, match="task 7 can't run here"):
        play(loaded.race, Choosing((), lambda _: 7, Program.place))


def test_what_asking_raises_ends_the_run(play, loaded):
    """The caller gets it, and the simulator can be used again."""

    class Enough(Exception):
        pass

    def ask(choice):
        raise Enough

    with pytest.raises(Enough):
        play(loaded.race, Choosing((), ask, Program.place))
    assert play(loaded.race, Seeded(0)).result in (1, 2)
