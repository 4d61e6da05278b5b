"""Heeds who started this process, in a thread that the script does not see.

The script's main thread may be blocked for ever; this one waits for nothing else. While the script
forks it is not there: of forks among threads Python warns, which would be none of the script's.
"""

from __future__ import annotations

import _thread
import os
import select
import sys
import time

TYPE_CHECKING = False  # as in typing, whose import takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Callable

TASKS = "/proc/self/task"  #: a folder with an entry for each thread, where there is such a thing
PATIENCE = 0.05  #: seconds that the system may take to forget a thread that has ended


class Watch:
    """Waits for a byte through a pipe, and for the pipe's end.

    Args:
        control: the pipe's descriptor.
        asked: called for each byte.
        alone: called when nobody is left at the other end.
    """

    def __init__(
        self, control: int, asked: Callable[[], object], alone: Callable[[], object]
    ) -> None:
        self._control, self._asked, self._alone = control, asked, alone
        self._ended = _thread.allocate_lock()
        self._wake, self._waker = os.pipe()
        self._is_mine = True
        if hasattr(os, "register_at_fork") and sys.version_info >= (3, 12):
            hooks = {"after_in_parent": self.begin, "after_in_child": self._leave}
            os.register_at_fork(before=self._pause, **hooks)

    def begin(self) -> None:
        """Watch from now on."""
        if self._is_mine:
            self._ended.acquire()
            begun = _thread.allocate_lock()
            begun.acquire()
            _thread.start_new_thread(self._run, (begun,))
            # A short script may be over before the thread has begun; Python 3.10 crashes then.
            begun.acquire()

    def _run(self, begun: _thread.LockType) -> None:
        begun.release()
        try:
            while self._wake not in self._ready():
                if not os.read(self._control, 1):
                    self._alone()
                self._asked()
            os.read(self._wake, 1)
        except OSError:
            pass  # the script has closed it
        finally:
            self._ended.release()

    def _ready(self) -> list[int]:
        return select.select([self._control, self._wake], [], [])[0]

    def _pause(self) -> None:
        """End the thread, and wait until the system knows it no more."""
        if not self._is_mine:
            return
        before = _threads()
        try:
            os.write(self._waker, b"!")
        except OSError:
            return  # the script has closed it, and what is there is there
        with self._ended:
            deadline = time.monotonic() + PATIENCE
            while _threads() >= before > 1 and time.monotonic() < deadline:
                time.sleep(0.0001)

    def _leave(self) -> None:
        """In a forked process there is nobody to be heeded."""
        self._is_mine = False


def _threads() -> int:
    try:
        return len(os.listdir(TASKS))
    except OSError:
        return 0
