"""1. Start a thread, and go on without waiting for it.

Main says it is done while the thread still sleeps. The program ends only when the thread has
ended all the same: the interpreter waits for every thread that is not a daemon. Compare with
daemon and join: each differs from this demo by one line.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from threaddemo.demo import plural, seconds

OPTIONS = (seconds("sleep", 2, "How long the thread works."),)
EXAMPLE = "threaddemo single --sleep 0.5"


class Outcome(NamedTuple):
    threads: int
    finished: int
    main_waited: bool

    @property
    def ok(self) -> bool:
        """Every thread finished."""
        return self.finished == self.threads

    def __str__(self) -> str:
        waited = "main waited for it" if self.main_waited else "main did not wait for it"
        return f"{self.finished} of {plural(self.threads, 'thread')} finished; {waited}"


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
    x = Thread(target=thread_function, args=(1, sleep, finished), name="Thread 1")
    logging.info("Main    : before running thread")
    x.start()
    logging.info("Main    : wait for the thread to finish")
    # x.join()
    logging.info("Main    : all done")

    threads, main_waited = [x], x.waited_for
    return lambda: Outcome(len(threads), len(finished), main_waited)
