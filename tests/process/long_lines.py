"""A driver, not a test: threads that log long lines through the narrative, all at once.

python long_lines.py THREADS LINES LENGTH text|jsonl
"""

import logging
import sys
import threading

from threaddemo.output import streams
from threaddemo.output.narrative import Narrative, narrated


def log(name, lines, length, together):
    """Log lines, each of one letter and as long as asked for."""
    together.wait()
    for line in range(lines):
        logging.info("<%d %d %s>", name, line, chr(97 + name % 26) * length)


def main(threads, lines, length, form):
    """Start the threads and wait for them; then say so on stdout."""
    narrative = Narrative(form, color=False)
    narrative.begin()
    together = threading.Barrier(threads)
    with narrated(narrative, "INFO"):
        workers = [
            threading.Thread(target=log, args=(name, lines, length, together))
            for name in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    if narrative.error:
        raise narrative.error
    streams.write("stdout", "done\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), sys.argv[4])
