"""1. Start a thread, and go on without waiting for it.

Main says it is done while the thread still sleeps. The program ends only when the thread has
ended all the same: the interpreter waits for every thread that is not a daemon. Compare with
daemon and join: each differs from this demo by one line.
"""

import logging
import threading
import time

from threaddemo import demo

OPTIONS = (demo.seconds("sleep", 2, "How long the thread works."),)
EXAMPLE = "threaddemo single --sleep 0.5"


def run(sleep: float) -> demo.Observe:
    def thread_function(name: int) -> None:
        logging.info("Thread %s: starting", name)
        time.sleep(sleep)
        logging.info("Thread %s: finishing", name)

    logging.info("Main    : before creating thread")
    x = threading.Thread(target=thread_function, args=(1,), name="Thread 1")
    logging.info("Main    : before running thread")
    x.start()
    logging.info("Main    : wait for the thread to finish")
    # x.join()
    logging.info("Main    : all done")

    main_last = not x.is_alive()
    return lambda: Outcome.of([x], main_last)


class Outcome(demo.Ended):
    @property
    def ok(self) -> bool:
        """Every thread finished."""
        return self.finished == self.threads
