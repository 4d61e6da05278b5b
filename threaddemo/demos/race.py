"""6. Lose an update: threads change one value without a lock.

Each thread reads the value, adds one, and writes the sum back. The pause in between makes sure
that the others read the old value meanwhile: their updates overwrite each other, and some are
lost. fixrace is the same program with a lock.
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
EXAMPLE = "threaddemo race --threads 3 --expect lost=2"
SMOKE = demo.Smoke("--expect lost=1", "--expect lost=1", "--expect outcomes=2")


class FakeDatabase:
    def __init__(self) -> None:
        self.value = 0

    def update(self, name: int, sleep: float) -> None:
        threading.current_thread().name = f"Thread {name}"
        logging.info("Thread %s: starting update", name)
        local_copy = self.value
        local_copy += 1
        time.sleep(sleep)
        self.value = local_copy
        logging.info("Thread %s: finishing update", name)


def run(threads: int, sleep: float) -> demo.Observe:
    database = FakeDatabase()

    starting_value = database.value
    logging.info("Testing unlocked update. Starting value is %d.", starting_value)
    with concurrent.futures.ThreadPoolExecutor(max_workers=threads) as executor:
        updates = [executor.submit(database.update, index, sleep) for index in range(threads)]
    for update in updates:
        update.result()  # an exception is kept until somebody asks for the result
    ending_value = database.value
    logging.info("Testing unlocked update. Ending value is %d.", ending_value)

    return lambda: Outcome.of(len(updates), starting_value, ending_value)


Outcome = demo.Updates
