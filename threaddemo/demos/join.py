"""3. Start a thread, and wait until it has finished.

join() makes main pause at that line until the thread is done, so main's last words come last.
Compare with single: one line differs.
"""

import logging
import threading
import time

from threaddemo import demo

OPTIONS = (demo.seconds("sleep", 2, "How long the thread works."),)
EXAMPLE = "threaddemo join --sleep 0.5"


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
    x.join()
    logging.info("Main    : all done")

    main_last = not x.is_alive()
    return lambda: Outcome.of([x], main_last)


class Outcome(demo.Ended):
    @property
    def ok(self) -> bool:
        """Every thread finished, and main was done last."""
        return self.finished == self.threads and self.main_last
