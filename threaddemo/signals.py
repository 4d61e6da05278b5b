"""INT, TERM and HUP: how they end the process, and how a series of runs gets to say its last word.

A single run needs no handler: the process dies by the signal's default action, whatever its
threads are doing. A series has a table to show first, so it collects the signal and stops early.
"""

import os
import signal
import sys
import threading
from types import FrameType

ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
PATIENCE = 0.12  #: seconds that a series has to stop
LAST_WORDS = 2.0  #: seconds that it has where a script is to have its last words, too


class Interrupted(Exception):
    """A signal came; ``signum`` is its number."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


def use_defaults() -> None:
    """Let each ending signal act as the system means it to, a broken pipe's too.

    Signals that were ignored at the start (nohup) stay ignored. The kernel shields process 1, as
    in a container, from default actions: there a handler ends the process.
    """
    for signum in ENDING:
        if signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, _exit if os.getpid() == 1 else signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):  # Python itself ignores it at the start
        signal.signal(signal.SIGPIPE, _exit if os.getpid() == 1 else signal.SIG_DFL)


def die(signum: int) -> None:
    """End by the signal itself: a shell's loop stops at that, at an exit code it does not."""
    if os.getpid() == 1 or sys.platform == "win32":
        os._exit(128 + signum)
    signal.signal(signum, signal.SIG_DFL)
    os.kill(os.getpid(), signum)


def _exit(signum: int, frame: FrameType | None) -> None:
    os._exit(128 + signum)


class Collector:
    """Within its with block the first ending signal is noted, and the second ends the process.

    So does a timer, if what the first one interrupted has not ``stopped`` in time.

    Args:
        patience: seconds until then.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._signum = 0
        self._before: dict[int, object] = {}

    def check(self) -> None:
        """Raise Interrupted if a signal has come."""
        if self._signum:
            raise Interrupted(self._signum)

    def stopped(self) -> None:
        """Let what is to be said last take its time: the series has stopped, no timer is needed."""
        if self._signum and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)

    def __enter__(self) -> "Collector":
        if threading.current_thread() is threading.main_thread():
            for signum in ENDING:
                if signal.getsignal(signum) != signal.SIG_IGN:
                    self._before[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(self, *exc_info: object) -> None:
        if not self._signum:
            for signum, handler in self._before.items():
                signal.signal(signum, handler)  # type: ignore[arg-type]

    def _note(self, signum: int, frame: FrameType | None) -> None:
        if self._signum:
            die(signum)
        self._signum = signum
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, lambda *_: die(signum))
            signal.setitimer(signal.ITIMER_REAL, self._patience)
