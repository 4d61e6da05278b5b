"""The queues: the same bodies run on the real ones and on the simulated ones."""

import queue
import sys

import pytest

from threaddemo.simulation import Seeded

from .conftest import outcome

KINDS = ["Queue", "LifoQueue", "PriorityQueue"]
#: The real queues can be shut down since Python 3.13, the simulated ones always.
SHUT_DOWN = sys.version_info >= (3, 13)


@pytest.mark.parametrize("kind", [*KINDS, "SimpleQueue"])
def test_the_order_of_each_kind(run, kind):
    """First in, last in, or least, first out."""

    def body(m):
        items = getattr(m.queue, kind)()
        for item in (3, 1, 2):
            items.put(item)
        facts = items.qsize(), items.empty()
        return facts, [items.get(), items.get_nowait(), items.get(False)], items.empty()

    order = {"LifoQueue": [2, 1, 3], "PriorityQueue": [1, 2, 3]}.get(kind, [3, 1, 2])
    assert run(body) == ((3, False), order, True)


def test_simple_queue(run):
    """It takes everything at once, and counts nothing else."""

    def body(m):
        items = m.queue.SimpleQueue()
        items.put(1, False, timeout=-1)
        items.put_nowait(2)
        got = [items.get(), items.get(timeout=1)]
        errors = [outcome(items.get, False), outcome(items.get_nowait)]
        errors += [outcome(items.get, timeout=0.01), outcome(items.get, timeout=-1)]
        lacks = [hasattr(items, name) for name in ("join", "task_done", "full", "maxsize")]
        return got, errors, lacks, isinstance(items, m.queue.Queue)

    got, errors, lacks, is_queue = run(body)
    assert (got, lacks, is_queue) == ([1, 2], [False] * 4, False)
    assert errors[:3] == [(queue.Empty, "")] * 3
    assert errors[3] == (ValueError, "'timeout' must be a non-negative number")


def test_a_simple_queue_hands_its_items_to_who_waits(run):
    """A get waits for its item."""

    def body(m):
        items, got = m.queue.SimpleQueue(), []

        def take():
            got.append(items.get(timeout=10))

        threads = [m.threading.Thread(target=take) for _ in range(2)]
        for thread in threads:
            thread.start()
        items.put(1)
        items.put(2)
        for thread in threads:
            thread.join(10)
        return sorted(got)

    assert run(body) == [1, 2]


@pytest.mark.parametrize("kind", KINDS)
def test_a_queue_that_is_shut_down(simulator, modules, kind):
    """What is in can still be got; then, and at each put, there is an error."""
    compared = [modules.queue, queue] if SHUT_DOWN else [modules.queue]

    def main():
        answers = []
        for module in compared:
            items = getattr(module, kind)(2)
            items.put(1)
            items.shutdown()
            facts = [items.get(), items.is_shutdown, items.qsize()]
            for call in (items.get, items.get_nowait, lambda items=items: items.put(1)):
                with pytest.raises(module.ShutDown):
                    call()
            answers.append(facts)
        return lambda: answers

    assert simulator.run(main, Seeded(0), timeout=20).result == [[1, True, 0]] * len(compared)


def test_a_shutdown_at_once_empties_the_queue_and_releases_all(simulator, modules):
    """Who waits for an item, for room, or for the end of the work, goes on."""

    def once(body, seed):
        def main():
            value = body(modules)
            return lambda: value

        return simulator.run(main, Seeded(seed), timeout=20).result

    def body(m):
        full, empty = m.queue.Queue(1), m.queue.Queue()
        full.put(1)
        ends = []

        def get():
            with pytest.raises(m.queue.ShutDown):
                empty.get()
            ends.append("get")

        def join():
            full.join()
            ends.append("join")

        def put():
            with pytest.raises(m.queue.ShutDown):
                full.put(2)
            ends.append("put")

        threads = [m.threading.Thread(target=target) for target in (get, join, put)]
        for thread in threads:
            thread.start()
        empty.shutdown()
        full.shutdown(immediate=True)
        for thread in threads:
            thread.join()
        return tuple(sorted(ends)), full.qsize(), full.unfinished_tasks

    for seed in range(50):
        assert once(body, seed) == (("get", "join", "put"), 0, 0)


def test_the_error_is_the_same_on_every_python(simulator, modules):
    """Where Python has none, the simulated modules have one of that name."""
    assert modules.queue.ShutDown.__name__ == "ShutDown"
    assert modules.queue.ShutDown is getattr(queue, "ShutDown", modules.queue.ShutDown)


def test_a_queue_can_be_emptied_under_its_mutex(run):
    """The recipe that programs use, with the queue's own lock and conditions."""

    def body(m):
        items = m.queue.Queue()
        items.put(1)
        items.put(2)
        with items.mutex:
            items.queue.clear()
            items.unfinished_tasks = 0
            items.all_tasks_done.notify_all()
            items.not_full.notify()
        items.join()
        return items.qsize(), items.empty(), items.mutex.locked()

    assert run(body) == (0, True, False)


def test_who_holds_the_mutex_keeps_others_out(outcomes):
    """A put waits for it, and a look at the size by its holder waits for ever."""

    def body(m):
        items, log = m.queue.Queue(), []

        def put():
            items.put("item")
            log.append("put")

        thread = m.threading.Thread(target=put)
        with items.mutex:
            thread.start()
            m.time.sleep(1)
            log.append(len(items.queue))
        thread.join()
        return tuple(log)

    assert outcomes(body) == {(0, "put")}

    def stuck(m):
        items = m.queue.Queue()
        with items.mutex:
            items.qsize()

    assert outcomes(stuck) == {"deadlock"}


def test_code_of_the_program_inside_a_queue_may_wait(outcomes):
    """Items that compare themselves under a lock: meanwhile nobody else gets into the queue."""

    def body(m):
        lock = m.threading.Lock()

        class Job:
            def __init__(self, rank):
                self.rank = rank

            def __lt__(self, other):
                with lock:
                    return self.rank < other.rank

        items = m.queue.PriorityQueue()
        items.put(Job(2))
        thread = m.threading.Thread(target=lambda: items.put(Job(1)))
        thread.start()
        first = items.get().rank
        thread.join()
        return first, items.get().rank

    assert outcomes(body) == {(1, 2), (2, 1)}


def test_a_put_hands_nothing_over(outcomes):
    """Who was waiting may find that another was faster."""

    def body(m):
        items, got = m.queue.Queue(), []

        def take():
            got.append(items.get())

        thread = m.threading.Thread(target=take)
        thread.start()
        items.put("item")
        mine = outcome(items.get_nowait)
        if mine != "item":
            mine = "nothing"
        else:
            items.put("another")
        thread.join()
        return mine, got[0]

    assert outcomes(body) == {("item", "another"), ("nothing", "item")}


def test_a_shutdown_ends_the_wait_for_room(outcomes):
    """Though the queue stays full."""

    def body(m):
        items = m.queue.Queue(1)
        items.put(1)

        def put():
            with pytest.raises(m.queue.ShutDown):
                items.put(2)

        thread = m.threading.Thread(target=put)
        thread.start()
        items.shutdown()
        thread.join()
        return items.qsize()

    assert outcomes(body) == {1}
