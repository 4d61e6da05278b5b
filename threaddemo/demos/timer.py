"""12. Do something later, or think better of it.

A Timer is a thread that first waits, and then calls a function. Until it does it can be cancelled:
its wait ends at once, and the function is not called. With --cancel main does that when half of
the delay is over.
"""

import logging
import threading
import time
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (
    demo.seconds("delay", 1, "How long the timer waits before it fires."),
    demo.flag("cancel", "Cancel the timer when half of the delay is over."),
)
EXAMPLE = "threaddemo timer --delay 0.5 --cancel"


def run(delay: float, cancel: bool) -> demo.Observe:
    fired: list[float] = []  # when; appending is atomic: counting needs no lock
    cancelled = False

    def timer_function() -> None:
        fired.append(time.monotonic())
        logging.info("Timer   : firing")

    logging.info("Main    : before creating timer")
    timer = threading.Timer(delay, timer_function)
    timer.name = "Timer"
    logging.info("Main    : before starting timer")
    due = time.monotonic() + delay
    timer.start()
    if cancel:
        time.sleep(delay / 2)
        logging.info("Main    : before cancelling timer")
        timer.cancel()
        cancelled = True
    logging.info("Main    : wait for the timer to finish")
    timer.join()
    logging.info("Main    : all done")

    return lambda: Outcome(len(fired), cancelled, any(moment < due for moment in fired))


class Outcome(NamedTuple):
    fired: int
    cancelled: bool
    early: bool

    @property
    def ok(self) -> bool:
        """It fired once, not before its delay, or was cancelled in time and never fired."""
        return not self.early and (self.fired == 1 or (self.cancelled and not self.fired))

    def __str__(self) -> str:
        fired = {0: "never fired", 1: "fired once"}.get(self.fired, f"fired {self.fired} times")
        early = ", before its delay was over" if self.early else ""
        when = "too late" if self.fired else "in time"
        cancelled = f"; it was cancelled {when}" if self.cancelled else ""
        return f"the timer {fired}{early}{cancelled}"
