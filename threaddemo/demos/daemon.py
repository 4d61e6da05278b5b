"""2. Start a daemon thread: nobody waits for it.

When main has ended, the program does not wait for daemon threads but stops them where they stand:
the line that says the thread is finishing never comes. Compare with single: one line differs.
"""

import logging
import threading
import time
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (demo.seconds("sleep", 2, "How long the thread works."),)
EXAMPLE = "threaddemo daemon --sleep 0.5"


def run(sleep: float) -> demo.Observe:
    def thread_function(name: int) -> None:
        logging.info("Thread %s: starting", name)
        time.sleep(sleep)
        logging.info("Thread %s: finishing", name)

    logging.info("Main    : before creating thread")
    x = threading.Thread(target=thread_function, args=(1,), name="Thread 1", daemon=True)
    logging.info("Main    : before running thread")
    x.start()
    logging.info("Main    : wait for the thread to finish")
    # x.join()
    logging.info("Main    : all done")

    main_last = not x.is_alive()
    return lambda: Outcome.of([x], main_last)


class Outcome(NamedTuple):
    threads: int
    finished: int
    abandoned: int
    main_last: bool

    @property
    def ok(self) -> bool:
        """Every thread finished or was abandoned."""
        return self.finished + self.abandoned == self.threads

    def __str__(self) -> str:
        finished = f"{demo.part(self.finished, self.threads, 'thread')} finished"
        when = "last" if self.main_last else "first"
        return f"{finished}, {self.abandoned} abandoned; main was done {when}"

    @classmethod
    def of(cls, threads: list[threading.Thread], main_last: bool) -> "Outcome":
        # One look at each: a daemon thread may still finish while the facts are read.
        alive = [thread.is_alive() for thread in threads]
        return cls(len(threads), alive.count(False), alive.count(True), main_last)
