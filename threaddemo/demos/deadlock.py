"""11. Wait for each other for ever.

Each thread takes its own lock, pauses, and then takes its neighbour's, the last one that of the
first. Once every thread has its own lock, each waits for a lock whose holder waits, too: nobody
can go on. Five threads are the dining philosophers. With --ordered each takes the lock with the
smaller number first: then there is always somebody who can go on.
"""

import logging
import threading
import time
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (
    demo.threads("threads", 2, "How many threads, each with a lock of its own.", least=2),
    demo.seconds("sleep", 0.1, "How long a thread pauses between its first lock and its second."),
    demo.flag(
        "ordered",
        "Take the locks in one order; without it, a real run is given up after 2 s by default.",
        timeout=2,
        hangs=False,
    ),
)
EXAMPLE = "threaddemo deadlock --explore"
SMOKE = demo.Smoke("--ordered --check", "--ordered --check", "--expect outcomes=2")


def run(threads: int, sleep: float, ordered: bool) -> demo.Observe:
    locks = [threading.Lock() for _ in range(threads)]
    finished: list[int] = []  # appending is atomic: counting needs no lock

    def thread_function(name: int) -> None:
        first, second = name, (name + 1) % threads  # its own, and its neighbour's
        if ordered:
            first, second = sorted((first, second))
        logging.info("Thread %s: starting", name)
        logging.debug("Thread %s about to take lock %d", name, first)
        with locks[first]:
            logging.info("Thread %s: got lock %d", name, first)
            time.sleep(sleep)
            logging.debug("Thread %s about to take lock %d", name, second)
            with locks[second]:
                logging.info("Thread %s: got lock %d, too", name, second)
                finished.append(name)
            logging.debug("Thread %s after release of lock %d", name, second)
        logging.debug("Thread %s after release of lock %d", name, first)
        logging.info("Thread %s: finishing", name)

    started = []
    for index in range(threads):
        logging.info("Main    : create and start thread %d.", index)
        x = threading.Thread(target=thread_function, args=(index,), name=f"Thread {index}")
        started.append(x)
        x.start()
    logging.info("Main    : wait for the threads to finish")

    return lambda: Outcome(len(started), len(finished))


class Outcome(NamedTuple):
    threads: int
    finished: int

    @property
    def ok(self) -> bool:
        """Every thread got both of its locks."""
        return self.finished == self.threads

    def __str__(self) -> str:
        return f"{demo.part(self.finished, self.threads, 'thread')} got both locks"
