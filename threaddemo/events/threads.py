"""Recorded: Thread and Timer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


def thread(base: Any, recorder: Recorder) -> Any:
    """Thread, over that of ``base``."""

    class Thread(base.Thread):  # type: ignore[misc]
        recorded_as = "thread"

        def start(self) -> None:
            # Else it was started before, or was never made: an error.
            if "_name" in vars(self) and not recorder.knows(self):
                recorder.things.bind(self, recorder.starts("start", recorder.created(self)))
                self._record_run()
            super().start()

        def _record_run(self) -> None:
            """Note its run, also if a subclass has its own; a mere call of that is none."""
            run: Callable[[], None] = self.run

            def recorded_run() -> None:
                del self.__dict__["run"]
                with recorder.working():
                    run()

            self.__dict__["run"] = recorded_run

        def join(self, timeout: float | None = None) -> None:
            if recorder.is_told or not recorder.knows(self) or not self.is_alive():
                super().join(timeout)
            else:
                with recorder.waiting(self):
                    super().join(timeout)
            if timeout is None:  # else it may go on
                recorder.joined(self)

    return Thread


def timer(base: Any, recorder: Recorder, thread: Any, event: Any) -> Any:
    """Timer, over that of ``base``: a recorded thread, which waits for a recorded event."""

    class Finished(event):  # type: ignore[misc]
        """Set to cancel a timer; that it sets it itself in the end is of no interest."""

        def __init__(self, timer: Any) -> None:
            super().__init__()
            self._timer = timer

        def set(self) -> None:
            if recorder.is_current(self._timer):
                super(event, self).set()
            else:
                super().set()

    class Timer(thread, base.Timer):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.finished = Finished(self)

    return Timer
