"""Recorded: Thread and Timer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


def thread(base: Any, recorder: Recorder) -> Any:
    """Thread, over that of ``base``."""

    class Thread(base.Thread):  # type: ignore[misc]
        def start(self) -> None:
            # Else it was started before, or was never made: an error.
            if "_name" in vars(self) and not recorder.knows(self):
                recorder.created(self)
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
            with recorder.waiting("wait for a thread", self):
                super().join(timeout)

    return Thread


def timer(base: Any, thread: Any, event: Any) -> Any:
    """Timer, over that of ``base``: a recorded thread, which waits for a recorded event."""

    class Timer(thread, base.Timer):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.finished = event()

    return Timer
