"""A report names locks as the program does, and says who holds them."""

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Exploration, Seeded

HEAD = """
import concurrent.futures, queue, threading, time

def take(first, second):
    with first:
        time.sleep(1)
        with second:
            pass

class Account:
    def __init__(self):
        self.lock = threading.Lock()

    def transfer(self, other):
        take(self.lock, other.lock)

def start(*calls):
    for number, (target, *args) in enumerate(calls):
        threading.Thread(target=target, args=args, name="AB"[number]).start()
"""


@pytest.fixture
def reports(simulator):
    """The reports of the deadlocks of a program's main function, without their places."""

    def reports(source, explore=False, **options):
        def run(strategy):
            loaded = Program.of(HEAD + source).load(simulator.twins, PURE)
            return simulator.run(loaded.main, strategy, timeout=20, **options)

        runs = Exploration(run, max_schedules=2000) if explore else [run(Seeded(1))]
        return {
            tuple(str(blocked).partition(" at ")[0] for blocked in run.deadlock)
            for run in runs
            if run.deadlock
        }

    return reports


def crossed(one, two):
    return (
        f"A waits in Lock.acquire on {two} (held by B)",
        f"B waits in Lock.acquire on {one} (held by A)",
    )


@pytest.mark.parametrize(
    ("source", "one", "two"),
    [
        (
            "a, b = threading.Lock(), threading.Lock()\n"
            "def main(): start((take, a, b), (take, b, a))",
            *("a", "b"),
        ),
        (
            "x, y = Account(), Account()\ndef main(): start((x.transfer, y), (y.transfer, x))",
            *("x.lock", "y.lock"),
        ),
        (
            "forks = [threading.Lock() for _ in range(2)]\n"
            "def main(): start((take, *forks), (take, *forks[::-1]))",
            *("forks[0]", "forks[1]"),
        ),
        (
            "bank = {'x': Account(), 'y': Account()}\n"
            "def main():\n"
            " x, y = bank.values()\n"
            " start((x.transfer, y), (y.transfer, x))",
            *("bank['x'].lock", "bank['y'].lock"),
        ),
        (
            "class Table:\n"
            " left, right = threading.Lock(), threading.Lock()\n"
            "def main(): start((take, Table.left, Table.right), (take, Table.right, Table.left))",
            *("Table.left", "Table.right"),
        ),
    ],
)
def test_a_lock_has_the_name_of_where_it_is_kept(reports, source, one, two):
    """Not that of an argument, by which every function calls it otherwise."""
    assert reports(source) == {crossed(one, two)}


def test_mains_variables_go_before_those_of_its_threads(reports):
    """Where nothing is global."""
    source = """
def main():
    a, b = threading.Lock(), threading.Lock()
    start((take, a, b), (take, b, a))
    threading.main_thread().name
    time.sleep(0.5)
    a.acquire()
"""
    assert reports(source, explore=True) >= {
        ("Main waits in Lock.acquire on a (held by A)", *crossed("a", "b"))
    }


def test_what_threads_keep_has_a_better_name_elsewhere(reports):
    """A list of locks, each of which two threads call their own."""
    source = """
class Taker(threading.Thread):
    def __init__(self, name, left, right):
        super().__init__(name=name)
        self.left, self.right = left, right
    def run(self):
        take(self.left, self.right)

def main():
    taker = None
    forks = [threading.Lock() for _ in range(2)]
    takers = [Taker("AB"[n], forks[n], forks[n - 1]) for n in range(2)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
"""
    expected = ("Main waits in Thread.join on A", *crossed("forks[0]", "forks[1]"))
    assert reports(source) == {expected}


def test_two_locks_never_have_one_name(reports):
    """Where only the arguments are left, each has the first name that it was given."""
    source = """
def pairs(a, b): return (take, a, b), (take, b, a)
def main(): start(*pairs(threading.Lock(), threading.Lock()))
"""
    assert reports(source) == {crossed("first", "second")}
    source = """
def wait(lock):
    with lock:
        lock.acquire()
def main(): start((wait, threading.Lock()), (wait, threading.Lock()))
"""
    assert reports(source) == {
        (
            "A waits in Lock.acquire on lock (held by A)",
            "B waits in Lock.acquire on lock (2) (held by B)",
        )
    }


def test_all_holders_of_a_semaphore_are_told(reports):
    """Those that have acquired it, and not released it since."""
    source = """
seats = threading.Semaphore(2)
never = threading.Event()
def sit():
    with seats, seats:
        never.wait()
def once():
    with seats:
        never.wait()
def main():
    start((sit,), (once,))
    time.sleep(1)
    seats.acquire()
"""
    found = {line for report in reports(source, explore=True) for line in report}
    assert "Main waits in Semaphore.acquire on seats (held by A)" in found
    assert "A waits in Semaphore.acquire on seats (held by A, B)" in found
    assert "A waits in Event.wait on never" in found


def test_nobody_holds_what_was_handed_on(reports):
    """Neither a lock that another thread has released, nor an event."""
    source = """
lock, event = threading.Lock(), threading.Event()
def other():
    lock.release()
    lock.acquire()
    event.wait()
def main():
    lock.acquire()
    start((other,))
    time.sleep(1)
    lock.acquire()
"""
    report = ("Main waits in Lock.acquire on lock (held by A)", "A waits in Event.wait on event")
    assert report in reports(source, explore=True)


def test_who_has_released_a_semaphore_does_not_hold_it(reports):
    """Its own permit, or another's."""
    source = """
seats, never = threading.Semaphore(2), threading.Event()
def other():
    with seats:
        pass
    seats.release()
    never.wait()
def main():
    seats.acquire()
    seats.acquire()
    start((other,))
    seats.release()
    time.sleep(1)
    for _ in range(3):
        seats.acquire()
"""
    found = {line for report in reports(source, explore=True) for line in report}
    assert "Main waits in Semaphore.acquire on seats (held by Main)" in found
    assert not any("held by A" in line or "Main, " in line for line in found)


def test_a_conditions_lock_goes_by_its_name(reports):
    """Unless it has one of its own."""
    source = """
news, never = threading.Condition(), threading.Event()
def hold():
    with news:
        never.wait()
def main():
    start((hold,))
    time.sleep(1)
    with news:
        news.wait()
"""
    held = ("Main waits in RLock.acquire on news (held by A)", "A waits in Event.wait on never")
    waits = ("Main waits in Condition.wait on news", "A waits in Event.wait on never")
    found = reports(source, explore=True)
    assert held in found
    assert waits in found


def test_a_report_says_nothing_of_what_was_before(reports):
    """Equal ends have equal reports, whoever used the queue last."""
    source = """
items = queue.Queue()
def eat():
    items.get()
    items.get()
def main():
    start((eat,), (eat,))
    for item in range(3):
        items.put(item)
"""
    eats = "waits in Queue.get on items"
    assert reports(source, explore=True) == {(f"A {eats}",), (f"B {eats}",)}
