"""A driver, not a test: threaddemo with a worker that takes all the memory there is, and keeps it.

python hungry.py [THREADDEMO'S ARGUMENTS]
"""

import random
import threading
import time

import threaddemo.__main__ as process

KEPT = []
ALL = 4  #: the process's own thread, Main, a producer and a consumer


def everything(*args):
    """Take memory in ever smaller pieces, until there is not even a small one."""
    while threading.active_count() < ALL:  # who is started later would be the one to complain
        time.sleep(0.01)
    size = 1 << 24
    while True:
        try:
            KEPT.append(bytearray(size))
        except MemoryError:
            if size <= 1 << 9:
                raise
            size //= 2


if __name__ == "__main__":
    random.randint = everything
    process.main()
