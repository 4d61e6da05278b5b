"""13. Let threads wait until all of them have come.

A Barrier is for a number of threads: wait() keeps each of them until the last one has called it,
and then lets all of them go on. With --missing some never come, and the others would wait for
ever. So the barrier has a time-out: it breaks, and each thread that waits is told so by an error.
"""

import logging
import threading
import time
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (
    demo.threads("threads", 3, "How many threads the barrier is for."),
    demo.seconds("sleep", 0.1, "How much later each thread comes than the one before it."),
    demo.count("missing", 0, "How many of the threads never come.", least=0),
)
EXAMPLE = "threaddemo barrier --threads 5 --missing 1"

PATIENCE = 1  #: seconds that a barrier waits for a thread which is not on its way


def run(threads: int, sleep: float, missing: int) -> demo.Observe:
    barrier = threading.Barrier(threads, timeout=sleep * threads + PATIENCE if missing else None)
    came: list[int] = []  # appending is atomic: counting needs no lock
    passed: list[int] = []  # how many had come when a thread passed
    turned_away: list[int] = []

    def thread_function(name: int) -> None:
        logging.info("Thread %s: starting", name)
        time.sleep(sleep * name)
        logging.info("Thread %s: waiting at the barrier", name)
        came.append(name)
        try:
            barrier.wait()
            passed.append(len(came))
            logging.info("Thread %s: past the barrier", name)
        except threading.BrokenBarrierError:
            turned_away.append(name)
            logging.info("Thread %s: the barrier is broken", name)

    started = []
    for index in range(threads - missing):
        logging.info("Main    : create and start thread %d.", index)
        x = threading.Thread(target=thread_function, args=(index,), name=f"Thread {index}")
        started.append(x)
        x.start()
    logging.info("Main    : wait for the threads to finish")

    return lambda: Outcome(threads, min(passed, default=len(came)), len(passed), bool(turned_away))


class Outcome(NamedTuple):
    threads: int
    arrived: int  # before the first passed, or in all if none did
    passed: int
    broken: bool

    @property
    def ok(self) -> bool:
        """No thread passed before the last had come."""
        return not self.passed or self.arrived == self.threads

    def __str__(self) -> str:
        arrived = f"{demo.part(self.arrived, self.threads, 'thread')} came"
        before = " before the first passed" if self.passed else ""
        broken = "; the barrier broke" if self.broken else ""
        return f"{arrived}{before}, {self.passed} passed{broken}"
