"""2. Start a daemon thread: nobody waits for it.

When main has ended, the program does not wait for daemon threads but stops them where they stand:
the line that says the thread is finishing never comes. Compare with single: one line differs.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from threaddemo.demo import plural, seconds

OPTIONS = (seconds("sleep", 2, "How long the thread works."),)
EXAMPLE = "threaddemo daemon --sleep 0.5"


class Outcome(NamedTuple):
    threads: int
    finished: int
    abandoned: int
    main_waited: bool

    @property
    def ok(self) -> bool:
        """Main ended without waiting; every thread finished or was abandoned."""
        return not self.main_waited and self.finished + self.abandoned == self.threads

    def __str__(self) -> str:
        waited = "main waited for it" if self.main_waited else "main did not wait for it"
        finished = f"{self.finished} of {plural(self.threads, 'thread')} finished"
        return f"{finished}, {self.abandoned} abandoned; {waited}"


class Thread(threading.Thread):
    """A plain thread that notes whether somebody waited for it."""

    waited_for = False

    def join(self, timeout: float | None = None) -> None:
        super().join(timeout)
        self.waited_for = not self.is_alive()


def thread_function(name: int, sleep: float, finished: list[int]) -> None:
    logging.info("Thread %s: starting", name)
    time.sleep(sleep)
    logging.info("Thread %s: finishing", name)
    finished.append(name)  # appending is atomic: counting needs no lock


def run(sleep: float) -> Callable[[], Outcome]:
    finished: list[int] = []

    logging.info("Main    : before creating thread")
    x = Thread(target=thread_function, args=(1, sleep, finished), name="Thread 1", daemon=True)
    logging.info("Main    : before running thread")
    x.start()
    logging.info("Main    : wait for the thread to finish")
    # x.join()
    logging.info("Main    : all done")

    threads, main_waited = [x], x.waited_for
    return lambda: observe(threads, tuple(finished), main_waited)


def observe(threads: list[Thread], finished: tuple[int, ...], main_waited: bool) -> Outcome:
    """One look at the list: a daemon thread may still finish while the facts are read."""
    return Outcome(len(threads), len(finished), len(threads) - len(finished), main_waited)
