"""5. Let a pool start the threads and wait for them.

The worker threads of the ThreadPoolExecutor take the tasks in order; the end of the with block
waits until all of them are done. With fewer workers than tasks, the rest wait their turn.
"""

import concurrent.futures
import logging
import threading
import time
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (
    demo.count("threads", 3, "How many tasks the pool is given."),
    demo.threads("workers", 3, "How many worker threads the pool may have."),
    demo.seconds("sleep", 2, "How long each task works."),
)
EXAMPLE = "threaddemo executor --threads 6 --workers 2 --sleep 0.1"


def run(threads: int, workers: int, sleep: float) -> demo.Observe:
    finished: list[int] = []  # appending is atomic: counting needs no lock
    running: list[int] = []  # +1 for each start, -1 for each end

    def thread_function(name: int) -> None:
        threading.current_thread().name = f"Thread {name}"  # a worker is called after its task
        running.append(+1)
        logging.info("Thread %s: starting", name)
        time.sleep(sleep)
        logging.info("Thread %s: finishing", name)
        finished.append(name)
        running.append(-1)

    with concurrent.futures.ThreadPoolExecutor(max_workers=workers) as executor:
        results = executor.map(thread_function, range(threads))

    tasks = list(results)  # a task's exception is kept until somebody asks for its result
    return lambda: Outcome(len(tasks), workers, len(finished), tuple(finished), demo.peak(running))


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
        order = demo.listing(self.finish_order) or "none"
        return (
            f"{demo.part(self.finished, self.threads, 'task')} finished, in the order {order}; "
            f"at most {self.peak} at a time with {demo.plural(self.workers, 'worker')}"
        )
