"""7. Lose no update: the same program with a lock.

The lock is held from reading to writing. Only one thread at a time can hold it, so no thread
reads the value while another one is between its reading and its writing. --debug shows every step
of it.
"""

import concurrent.futures
import logging
import threading
import time

from threaddemo import demo

OPTIONS = (
    demo.threads("threads", 2, "How many threads update the value, once each."),
    demo.seconds("sleep", 0.1, "How long a thread pauses between reading and writing."),
)
EXAMPLE = "threaddemo fixrace --debug"


class FakeDatabase:
    def __init__(self) -> None:
        self.value = 0
        self._lock = threading.Lock()  # held by whoever reads, changes and writes the value

    def locked_update(self, name: int, sleep: float) -> None:
        threading.current_thread().name = f"Thread {name}"
        logging.info("Thread %s: starting update", name)
        logging.debug("Thread %s about to lock", name)
        with self._lock:
            logging.debug("Thread %s has lock", name)
            local_copy = self.value
            local_copy += 1
            time.sleep(sleep)
            self.value = local_copy
            logging.debug("Thread %s about to release lock", name)
        logging.debug("Thread %s after release", name)
        logging.info("Thread %s: finishing update", name)


def run(threads: int, sleep: float) -> demo.Observe:
    database = FakeDatabase()

    starting_value = database.value
    logging.info("Testing locked update. Starting value is %d.", starting_value)
    with concurrent.futures.ThreadPoolExecutor(max_workers=threads) as executor:
        updates = [
            executor.submit(database.locked_update, index, sleep) for index in range(threads)
        ]
    for update in updates:
        update.result()  # an exception is kept until somebody asks for the result
    ending_value = database.value
    logging.info("Testing locked update. Ending value is %d.", ending_value)

    return lambda: Outcome.of(len(updates), starting_value, ending_value)


Outcome = demo.Updates
