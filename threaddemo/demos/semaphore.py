"""10. Share a few connections among many threads.

A semaphore counts the free connections. Acquiring it takes one, and waits while there is none;
releasing it gives one back. So there are never more threads inside than connections.
"""

import concurrent.futures
import logging
import threading
import time
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (
    demo.threads("threads", 5, "How many threads want a connection.", explored=4),
    demo.count("limit", 2, "How many connections there are."),
    demo.seconds("sleep", 0.1, "How long a thread keeps its connection."),
)
EXAMPLE = "threaddemo semaphore --threads 8 --limit 3 --debug"


class ConnectionPool:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.in_use: list[int] = []  # +1 and -1; appending is atomic: counting needs no lock
        self.served: list[int] = []
        self._semaphore = threading.Semaphore(limit)

    def use(self, name: int, sleep: float) -> None:
        threading.current_thread().name = f"Thread {name}"
        logging.info("Thread %s: waiting for a connection", name)
        logging.debug("Thread %s about to acquire semaphore", name)
        with self._semaphore:
            logging.debug("Thread %s has semaphore", name)
            self.in_use.append(+1)
            in_use = sum(self.in_use)
            logging.info("Thread %s: got a connection (%d of %d in use)", name, in_use, self.limit)
            time.sleep(sleep)
            logging.info("Thread %s: returning the connection", name)
            self.in_use.append(-1)
            self.served.append(name)
            logging.debug("Thread %s about to release semaphore", name)
        logging.debug("Thread %s after release", name)


def run(threads: int, limit: int, sleep: float) -> demo.Observe:
    pool = ConnectionPool(limit)

    logging.info("Main    : create and start %d threads for %d connections", threads, limit)
    with concurrent.futures.ThreadPoolExecutor(max_workers=threads) as executor:
        clients = [executor.submit(pool.use, index, sleep) for index in range(threads)]
    for client in clients:
        client.result()  # an exception is kept until somebody asks for the result
    logging.info("Main    : all done")

    return lambda: Outcome(len(clients), limit, demo.peak(pool.in_use), len(pool.served))


class Outcome(NamedTuple):
    threads: int
    limit: int
    peak: int
    finished: int

    @property
    def ok(self) -> bool:
        """Never more threads inside than the limit, and every thread got its turn."""
        return self.peak <= self.limit and self.finished == self.threads

    def __str__(self) -> str:
        return (
            f"{demo.part(self.finished, self.threads, 'thread')} got a connection, "
            f"at most {self.peak} of {self.limit} in use at a time"
        )
