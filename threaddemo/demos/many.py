"""4. Start several threads, and wait for each of them.

The threads start in order, but the operating system decides in which order they finish: look for
the lines that say "finishing". Main joins them in the order it started them.
"""

import logging
import threading
import time
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (
    demo.threads("threads", 3, "How many threads to start."),
    demo.seconds("sleep", 2, "How long each thread works."),
)
EXAMPLE = "threaddemo many --threads 5 --sleep 0.1"


def run(threads: int, sleep: float) -> demo.Observe:
    finished: list[int] = []  # appending is atomic: counting needs no lock

    def thread_function(name: int) -> None:
        logging.info("Thread %s: starting", name)
        time.sleep(sleep)
        logging.info("Thread %s: finishing", name)
        finished.append(name)

    started = []
    for index in range(threads):
        logging.info("Main    : create and start thread %d.", index)
        x = threading.Thread(target=thread_function, args=(index,), name=f"Thread {index}")
        started.append(x)
        x.start()

    for index, thread in enumerate(started):
        logging.info("Main    : before joining thread %d.", index)
        thread.join()
        logging.info("Main    : thread %d done", index)

    return lambda: Outcome(len(started), len(finished), tuple(finished))


class Outcome(NamedTuple):
    threads: int
    finished: int
    finish_order: tuple[int, ...]

    @property
    def ok(self) -> bool:
        """Every thread finished, once."""
        return sorted(self.finish_order) == list(range(self.threads))

    def __str__(self) -> str:
        order = demo.listing(self.finish_order) or "none"
        return f"{demo.part(self.finished, self.threads, 'thread')} finished, in the order {order}"
