"""14. Compute with threads, and with processes.

Of the threads of one process only the one that holds the global interpreter lock (GIL) gets on:
threads that compute use one CPU together, however many they are. Each process has a lock of its
own, so processes use as many CPUs as there are. A Python that was built without a GIL lets threads
do the same; the demo says which one this is.
"""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (
    demo.count("tasks", 2, "How many threads, and then how many processes.", most=100),
    demo.count("work", 2, "How many million steps each of them computes."),
)
EXAMPLE = "threaddemo gil --tasks 4"
REAL_ONLY = "it measures what the CPUs of this machine do"

#: What compute does, for a Python of its own. Its dots are how it learns that nobody waits for it.
PROGRAM = """
import sys, time
for million in range(int(sys.argv[1])):
    for step in range(1_000_000):
        pass
    print(end=".", flush=True)
print("", time.process_time())
"""


def compute(work: int) -> float:
    """Compute, and return the seconds of CPU time that this thread has taken."""
    for _million in range(work):
        for _step in range(1_000_000):
            pass
    return time.thread_time()


def compute_in_process(work: int) -> float:
    """Wait for a process that computes, and return the seconds of CPU time that it has taken."""
    command = [sys.executable, "-IS", "-c", PROGRAM, str(work)]
    done = subprocess.run(
        command,
        check=True,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a process that is interrupted has nothing to say
    )
    return float(done.stdout.split()[-1])


def cpus_used(kind: str, tasks: int, computing: Callable[[], float]) -> float:
    """Compute in so many threads at once; return how many CPUs that used: CPU time / elapsed."""
    cpu_times: list[float] = []  # appending is atomic: counting needs no lock

    def thread_function(name: int) -> None:
        logging.info("%s %s: starting", kind, name)
        cpu_times.append(computing())
        logging.info("%s %s: finishing", kind, name)

    began = time.perf_counter()
    threads = []
    for index in range(tasks):
        x = threading.Thread(target=thread_function, args=(index,), name=f"{kind} {index}")
        threads.append(x)
        x.start()
    for thread in threads:
        thread.join()
    return round(sum(cpu_times) / (time.perf_counter() - began), 1)


def run(tasks: int, work: int) -> demo.Observe:
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()  # before 3.13 there is one in any case
    logging.info("Main    : this Python has %s GIL", "a" if gil else "no")

    logging.info("Main    : compute with threads")
    cpus_threads = cpus_used("Thread", tasks, lambda: compute(work))
    logging.info("Main    : compute with processes")
    cpus_processes = cpus_used("Process", tasks, lambda: compute_in_process(work))
    logging.info("Main    : all done")

    return lambda: Outcome(tasks, gil, cpus_threads, cpus_processes)


ONE_CPU = 1.1  #: as clocks measure it


class Outcome(NamedTuple):
    tasks: int
    gil: bool
    cpus_threads: float
    cpus_processes: float

    @property
    def ok(self) -> bool:
        """With a GIL, threads use at most one CPU at a time."""
        return not self.gil or self.cpus_threads <= ONE_CPU

    def __str__(self) -> str:
        tasks, gil = demo.plural(self.tasks, "task"), "a" if self.gil else "no"
        used = f"{self.cpus_threads} CPUs as threads, {self.cpus_processes} as processes"
        return f"{tasks} used {used}; this Python has {gil} GIL"
