"""5. Let a pool start the threads and wait for them.

The worker threads of the ThreadPoolExecutor take the tasks in order; the end of the with block
waits until all of them are done. With fewer workers than tasks, the rest wait their turn.
"""

import concurrent.futures
import logging
import threading
import time
from collections.abc import Callable
from itertools import repeat
from typing import NamedTuple

from threaddemo import demo
from threaddemo.demo import listing, peak, plural

OPTIONS = (
    demo.count("threads", 3, "How many tasks the pool is given."),
    demo.threads("workers", 3, "How many worker threads the pool may have."),
    demo.seconds("sleep", 2, "How long each task works."),
)
EXAMPLE = "threaddemo executor --threads 6 --workers 2 --sleep 0.1"


class Outcome(NamedTuple):
    threads: int
    workers: int
    finished: int
    finish_order: tuple[int, ...]
    peak: int

    @property
    def ok(self) -> bool:
        """Every task finished, once, never more at a time than there are workers."""
        once = sorted(self.finish_order) == list(range(self.threads))
        return once and self.peak <= self.workers

    def __str__(self) -> str:
        order = listing(self.finish_order) or "none"
        return (
            f"{self.finished} of {plural(self.threads, 'task')} finished, in the order {order}; "
            f"at most {self.peak} at a time with {plural(self.workers, 'worker')}"
        )


def thread_function(name: int, sleep: float, finished: list[int], running: list[int]) -> None:
    threading.current_thread().name = f"Thread {name}"  # a worker is called after its task
    running.append(+1)  # appending is atomic: counting needs no lock
    logging.info("Thread %s: starting", name)
    time.sleep(sleep)
    logging.info("Thread %s: finishing", name)
    finished.append(name)
    running.append(-1)


def run(threads: int, workers: int, sleep: float) -> Callable[[], Outcome]:
    finished: list[int] = []
    running: list[int] = []

    with concurrent.futures.ThreadPoolExecutor(max_workers=workers) as executor:
        results = executor.map(
            thread_function, range(threads), repeat(sleep), repeat(finished), repeat(running)
        )

    tasks = list(results)  # a task's exception is raised here, or nobody would hear of it
    return lambda: Outcome(len(tasks), workers, len(finished), tuple(finished), peak(running))
