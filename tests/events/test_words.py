"""The words of a run are held to its events: nothing is said that has not happened."""

import re
import time
from collections import Counter

import losses
import pytest
from losses import LOSS

from threaddemo.events import folding, notes
from threaddemo.events.recorder import Recorder
from threaddemo.events.steps import steps
from threaddemo.events.twins import REAL
from threaddemo.events.vocabulary import STATES
from threaddemo.program import Program
from threaddemo.simulation import Choosing, Exploration, Seeded, Simulator

RACE = """
import threading, time

class Account:
    def __init__(self):
        self.value = 0

def work(account):
    copy = account.value
    time.sleep(0.1)
    account.value = copy + 1

def run(threads=2):
    account = Account()
    workers = [
        threading.Thread(target=work, args=(account,), name=f"T{number}")
        for number in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    lost = threads - vars(account)["value"]
    return lambda: lost
"""
LOCKS = """
import threading

def work(locks, first):
    for lock in locks[first:] + locks[:first]:
        lock.acquire()
    for lock in locks:
        lock.release()

def run():
    locks = [threading.Lock() for _ in range(3)]
    for number in range(3):
        threading.Thread(target=work, args=(locks, number), name=f"T{number}").start()
    return lambda: None
"""


class Recorded:
    """Runs of a program on one simulator, each with its notes."""

    def __init__(self, source, **params):
        self.simulator = Simulator(Program.place)
        self._params = params
        self._recorder = Recorder(self.simulator.twins, self._now, is_told=True)
        self.simulator.listener = self._recorder.stands
        self._module = self._recorder.load(Program.of(source))

    def _now(self):
        return None if self.simulator.killing else self.simulator.now

    def run(self, strategy):
        self._recorder.begin()
        self.done = self.simulator.run(
            lambda: self._module.run(**self._params), strategy, timeout=20
        )
        self._recorder.close(stuck=bool(self.done.deadlock))
        self.notes = list(self._recorder.notes)
        self.steps = steps(self.notes, in_order=True, left_out=self._recorder.notes.left_out)
        return self


@pytest.fixture
def recorded():
    """Record a program's ``run``."""
    made = []

    def recorded(source, **params):
        made.append(Recorded(source, **params))
        return made[-1]

    yield recorded
    for one in made:
        one.simulator.close()


def lost(steps):
    """How many updates the words say are lost in the end."""
    return losses.lost(step.text for step in steps)


def chosen(*names):
    """A strategy: at each choice the next of these threads goes on, after the last one all do."""
    left = list(names)

    def ask(choice):
        if not left:
            return None
        able = {one.thread: one.number for one in choice.able}
        return able[left.pop(0)]

    return Choosing((), ask, Program.place)


def texts(run):
    return [step.text for step in run.steps]


class Wild(Seeded):
    """Anybody who can may go on, whatever the time."""

    free_time = True
    stay = 0.0


def test_as_many_updates_are_told_as_lost_as_are_lost(recorded):
    """Under every schedule of two threads."""
    race = recorded(RACE)
    exploration = Exploration(lambda strategy: race.run(strategy).done)
    found = Counter()
    for done in exploration:
        assert lost(race.steps) == done.result
        found[done.result] += 1
    assert exploration.complete
    assert set(found) == {0, 1}


@pytest.mark.parametrize("threads", [3, 4])
def test_it_is_so_with_more_threads(recorded, threads):
    """Under schedules drawn at random; some updates come back."""
    race = recorded(RACE, threads=threads)
    found = set()
    for seed in range(150):
        run = race.run(Wild(seed))
        assert lost(run.steps) == run.done.result
        found.add(run.done.result)
    assert found == set(range(threads))


def test_an_update_that_is_lost(recorded):
    """Who has written what is overwritten, by whom, with what."""
    run = recorded(RACE).run(chosen("Main", "Main", "T0", "T1", "T0", "T1"))
    told = [step.text for step in run.steps if step.thread != "Main"]
    assert told == [
        "T0 begins",
        "T0 reads value 0",
        "T0 sleeps 0.1 s",
        "T1 begins",
        "T1 reads value 0",
        "T1 sleeps 0.1 s",
        "T0 writes value 1",
        "T0 ends",
        "T1 overwrites value 1, written by T0, with 1: an update is lost",
        "T1 ends",
    ]


def test_an_update_can_come_back(recorded):
    """T2 has seen that of T0, which T1 has overwritten."""
    order = ("Main", "Main", "Main", "T0", "T1", "T0", "T2", "T1", "T2")
    run = recorded(RACE, threads=3).run(chosen(*order))
    assert run.done.result == 1
    assert [step.text for step in run.steps if LOSS.search(step.text)] == [
        "T1 overwrites value 1, written by T0, with 1: an update is lost",
        "T2 overwrites value 1, written by T1, with 2: an update is lost, "
        "and one that was lost is back",
    ]


@pytest.mark.parametrize("seed", range(30))
def test_a_wait_names_who_holds_what_is_waited_for(recorded, seed):
    """The simulator's own report of a deadlock says the same, and holders are never invented."""
    run = recorded(LOCKS).run(Seeded(seed))
    stuck = {step.thread: step for step in run.steps if step.verb == "stuck"}
    assert set(stuck) == {one.thread for one in run.done.deadlock}
    for one in run.done.deadlock:
        step = stuck[one.thread]
        held = f"waits for {step.object}, held by {', '.join(one.holders)}"
        assert step.text == f"{one.thread} is stuck: it {held}"
        assert (step.file, step.line) == (one.file, one.line)
    holders = {}
    for step in run.steps:
        if step.verb == "take":
            assert holders.setdefault(step.object, step.thread) == step.thread
        elif step.verb == "release":
            assert holders.pop(step.object) == step.thread
        elif step.verb == "wait":
            assert step.text == (
                f"{step.thread} waits for {step.object}, held by {holders[step.object]}"
            )


@pytest.mark.parametrize("seed", range(20))
def test_every_preemption_is_told_and_no_other(recorded, seed):
    """Where the one that was running could have gone on, and another was chosen."""
    seeded = recorded(RACE, threads=3).run(Seeded(seed))
    trace = iter(seeded.done.trace)
    expected = []

    def ask(choice):
        number = next(trace)
        chosen = next(one.thread for one in choice.able if one.number == number)
        if choice.current and choice.current.number != number:
            expected.append((chosen, choice.current.thread))
        return number

    run = recorded(RACE, threads=3).run(Choosing((), ask, Program.place))
    told = [(step.thread, step.preempts) for step in run.steps if step.preempts]
    assert told == expected
    for step in run.steps:
        if step.preempts:
            assert step.text.startswith(f"{step.thread} preempts {step.preempts}, and ")


def test_what_is_done_is_told_as_often_as_it_was_done(recorded):
    """Of each verb there are as many events as the notes have, where nothing is folded."""
    for seed in range(10):
        run = recorded(LOCKS).run(Seeded(seed))
        told = Counter(step.verb for step in run.steps)
        noted = Counter(note.what for note in run.notes if note.what not in STATES)
        del noted["start"]
        for verb in noted:
            assert told[verb] == noted[verb], verb


def program(body, more=""):
    return f"import threading, queue, time\n{more}\ndef run():\n{body}\n    return lambda: None\n"


def test_what_is_written_unseen_makes_the_words_careful(recorded):
    """Of a variable that changes where nobody notes it, no update is called lost."""
    source = RACE.replace(
        "    time.sleep(0.1)\n", "    vars(account)['value'] = 7\n    time.sleep(0.1)\n"
    ).replace("account.value = copy + 1", "copy = account.value\n    account.value = copy + 1")
    race = recorded(source)
    for seed in range(20):
        race.run(Seeded(seed))
        assert not lost(race.steps)


def test_what_is_written_and_has_no_value_to_be_shown_counts(recorded):
    """A list in a variable that was a number is what is overwritten next."""
    source = (
        RACE.replace("account.value = copy + 1", "account.value = [] if copy else 1")
        .replace("return lambda: lost", "return lambda: 0")
        .replace('lost = threads - vars(account)["value"]', "")
    )
    run = recorded(source).run(chosen("T0", "T0", "T1", "T1"))
    assert "T1 writes value list" in texts(run)


def test_a_release_of_what_another_has_taken_is_told(recorded):
    """Any thread may release a lock."""
    source = program(
        """
    lock = threading.Lock()
    lock.acquire()
    threading.Thread(target=lock.release, name="Other").start()
    lock.acquire()"""
    )
    told = texts(recorded(source).run(chosen("Main", "Other")))
    assert told[:5] == [
        "Main takes lock",
        "Main starts Other",
        "Main waits for lock, held by Main",
        "Other begins",
        "Other releases lock, which Main had taken",
    ]
    assert set(told[5:]) == {"Other ends", "Main takes lock", "Main ends"}


def test_who_has_a_permit_is_known(recorded):
    """Of several holders the one that releases it has it no more."""
    source = program(
        """
    permits = threading.Semaphore(2)
    def work(number):
        permits.acquire()
        time.sleep(number)
        permits.release()
        time.sleep(20)
    for number in (1, 10):
        threading.Thread(target=work, args=(number,), name=f"T{number}").start()
    time.sleep(5)
    permits.acquire()
    permits.acquire()"""
    )
    told = texts(recorded(source).run(Seeded(1)))
    assert "Main waits for a permit of permits, held by T10 and Main" in told


def test_items_that_nobody_has_put_are_not_counted(recorded):
    """What is in the queue then is not known."""
    source = program(
        """
    items = queue.Queue()
    items.put(1)
    items.queue.append(2)
    for _ in range(2):
        items.get()
        time.sleep(1)"""
    )
    told = texts(recorded(source).run(Seeded(1)))
    assert told[0] == "Main puts 1 into items (1 in it)"
    assert [one for one in told if "gets" in one] == [
        "Main gets 1 from items",
        "Main gets 2 from items",
    ]


def test_every_kind_of_wait_has_words(recorded):
    """What is waited for is told, and that a wait is over where nothing else shows it."""
    source = program(
        """
    event, items, full = threading.Event(), queue.Queue(), queue.Queue(1)
    ready, gate, permits = threading.Condition(), threading.Barrier(2), threading.Semaphore(0)
    full.put("first")
    def work():
        event.wait()
        items.get()
        full.put("second")
        with ready:
            ready.wait()
        gate.wait()
        permits.acquire()
    worker = threading.Thread(target=work, name="Worker")
    worker.start()
    time.sleep(1)
    event.set()
    time.sleep(1)
    items.put(None)
    time.sleep(1)
    full.get()
    time.sleep(1)
    with ready:
        ready.notify()
    time.sleep(1)
    gate.wait()
    time.sleep(1)
    worker.join(1)
    permits.release()"""
    )
    run = recorded(source).run(Seeded(1))
    assert [step.text for step in run.steps if step.verb == "wait"] == [
        "Worker waits for event to be set",
        "Worker waits for an item in items",
        "Worker waits for room in full, which has 1 in it",
        "Worker waits for ready to be notified",
        "Worker waits at gate",
        "Worker waits for a permit of permits",
        "Main waits for Worker to end",
    ]
    told = texts(run)
    for sentence in (
        "Main sets event",
        "Main puts None into items (1 in it)",
        "Worker gets None from items (0 in it)",
        "Main gets 'first' from full (0 in it)",
        "Main notifies ready, and wakes 1",
        "Main ends the wait at gate",
        "Worker takes a permit of permits",
    ):
        assert sentence in told, sentence
    assert told.count("Worker goes on") == 2  # after the event, and at the barrier


def test_equal_steps_are_one_line(recorded):
    """And a hundred rounds are one more."""
    source = program(
        """
    lock, items = threading.Lock(), queue.Queue()
    for number in range(100):
        items.put(number)
    for number in range(100):
        with lock:
            items.get()
    for _ in range(100):
        time.sleep(1)"""
    )
    run = recorded(source).run(Seeded(1))
    assert [str(step).partition(" (")[0] for step in run.steps] == [
        "1. Main puts 0, 1, 2, ... and 99",
        "2. Main takes lock",
        "3. Main gets 0 from items",
        "4. Main releases lock",
        "5. steps 2 to 4 again, 99 times, with other values",
        "6. Main sleeps 1 s, 100 times",
        "7. Main ends",
    ]
    assert (run.steps[0].times, len(run.steps[0].value)) == (100, 100)
    assert run.steps[4].times == 99


def test_rounds_of_other_threads_are_told_with_their_names(recorded):
    """Each once, and nobody who took a part in the first round."""
    race = recorded(RACE, threads=8)
    run = race.run(Seeded(3))
    again = [step for step in run.steps if step.verb == "again"]
    for step in again:
        first, last = map(int, re.match(r"steps? (\d+)(?: to (\d+))?", step.text).groups(default=0))
        last = last or first
        names = {one.thread for one in run.steps[first - 1 : last]}
        assert not any(re.search(rf"with .*\b{name}\b", step.text) for name in names)


def test_rounds_can_be_unfolded(recorded):
    """Told again as often as it is said, it is the same list: nothing is lost, nothing is new."""
    for seed in range(10):
        run = recorded(RACE, threads=9).run(Seeded(seed))
        forms = []
        for step in run.steps:
            if step.verb == "again":
                match = re.match(r"steps? (\d+)(?: to (\d+))?", step.text)
                first, last = int(match[1]), int(match[2] or match[1])
                forms += [one.verb for one in run.steps[first - 1 : last]] * step.times
            else:
                forms += [step.verb] * (step.times if step.verb in folding.MANY else 1)
        noted = Counter(note.what for note in run.notes)
        told = Counter(forms)
        noted["begin"] -= 1  # Main's
        for verb in ("start", "begin", "read", "write", "sleep", "end", "join"):
            assert told[verb] == noted[verb], (seed, verb)


def test_what_was_left_out_is_said(recorded, monkeypatch):
    """And nothing is said of what may have happened there."""
    monkeypatch.setattr(notes, "MOST", 20)
    source = program(
        """
    lock = threading.Lock()
    lock.acquire()
    for number in range(100):
        time.sleep(number)
    lock.release()"""
    )
    run = recorded(source).run(Seeded(1))
    left = [step for step in run.steps if step.verb == "left out"]
    assert len(left) == 1
    assert left[0].text == f"({left[0].times} events are left out here)"
    assert left[0].times > 100
    assert texts(run)[-2:] == ["Main releases lock", "Main ends"]


def test_threads_of_one_name_are_told_apart(recorded):
    """The second one has a stroke."""
    source = program(
        """
    for _ in range(2):
        threading.Thread(target=time.sleep, args=(1,), name="Twin").start()"""
    )
    run = recorded(source).run(Seeded(1))
    assert {step.thread for step in run.steps} == {"Main", "Twin", "Twin'"}


def test_who_is_abandoned_and_who_never_began(recorded):
    """A daemon's end is not one of its own."""
    source = program(
        """
    threading.Thread(target=time.sleep, args=(9,), name="Sleeper", daemon=True).start()
    threading.Thread(target=time.sleep, args=(9,), name="Late", daemon=True).start()"""
    )
    told = texts(recorded(source).run(chosen("Sleeper", "Main", "Main")))
    assert told[-2:] == ["Sleeper is abandoned: the run ends without it", "Late never begins"]


def for_real(source, **params):
    recorder = Recorder(REAL, time.monotonic)
    result = recorder.load(Program.of(source)).run(**params)()
    return result, steps(list(recorder.notes), in_order=False)


def test_a_real_run_is_told_as_far_as_it_is_known():
    """Both have read before either wrote: the values show it. Nobody is said to be preempted."""
    result, told = for_real(RACE)
    assert result == 1
    losses = [step.text for step in told if LOSS.search(step.text)]
    assert len(losses) == 1
    assert re.fullmatch(
        r"(T[01]) writes value 1, having read 0 before (?!\1)T[01] wrote 1: an update is lost",
        losses[0],
    )
    assert not any(step.preempts for step in told)


def test_a_real_run_never_says_too_much():
    """Of threads that take turns no update is lost, whatever the order of the notes."""
    source = (
        RACE.replace(
            "def work(account):\n", "LOCK = threading.Lock()\n\ndef work(account):\n  with LOCK:\n"
        )
        .replace("    copy =", "    copy =")
        .replace("time.sleep(0.1)", "time.sleep(0.0001)")
    )
    for _ in range(5):
        result, told = for_real(source, threads=3)
        assert result == 0
        assert not lost(told)
