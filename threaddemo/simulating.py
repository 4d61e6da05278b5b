"""One simulated run of a demo: its unchanged module, loaded a second time on simulated twins."""

from functools import partial
from types import TracebackType
from typing import Any

from threaddemo.narrative import Narrative
from threaddemo.outcome import Demo
from threaddemo.recording import Recorder
from threaddemo.running import CannotSimulate, Run, TimedOut, WorkerFailed
from threaddemo.simulation import EndlessRun, NotSimulated, RunTimeout, Simulator, Strategy


class Stage:
    """Where one demo with one set of parameters is run, any number of times.

    Args:
        timeout: seconds, real ones, until a run is given up.
        record: note what the threads do; ``recorder`` has it then.

    Raises:
        CannotSimulate: the demo imports what has no simulated twin.
    """

    def __init__(
        self, demo: Demo, params: dict[str, Any], timeout: float | None, record: bool
    ) -> None:
        self._simulator = Simulator()
        self._timeout = timeout
        self.recorder = Recorder(self._simulator.twins, self._now) if record else None
        try:
            if self.recorder:
                run = self.recorder.load(demo.__name__)
            else:
                run = self._simulator.load(demo.__name__).run
        except NotSimulated as gap:
            raise CannotSimulate(str(gap)) from gap
        self._main = partial(run, **params)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._simulator.close()

    def run(self, strategy: Strategy, narrative: Narrative, seed: int | None = None) -> Run:
        """Run the demo once; a deadlock is a run without an outcome.

        ``seed`` is that of the demo's random numbers and of the run's replay.

        Raises:
            WorkerFailed, CannotSimulate, TimedOut, streams.WriteError, ScheduleError.
        """
        narrative.begin(self._virtual)
        if self.recorder:
            self.recorder.begin()
        try:
            done = self._simulator.run(self._main, strategy, seed=seed or 0, timeout=self._timeout)
        except RunTimeout as late:
            raise TimedOut(self._timeout or 0, [str(thread) for thread in late.blocked]) from None
        except EndlessRun as endless:
            raise CannotSimulate(str(endless)) from endless
        if narrative.error:
            raise narrative.error
        if done.failure:
            if isinstance(done.failure.error, NotSimulated):
                raise CannotSimulate(str(done.failure.error))
            raise WorkerFailed(done.failure.thread, done.failure.error)
        summary = str(done.result)
        if done.deadlock:
            summary = "deadlock: " + "; ".join(map(str, done.deadlock))
        replay = f"--schedule {done.schedule}" if seed is None else f"--seed {seed}"
        return Run(done.result, summary, done.elapsed, replay)

    def _virtual(self) -> tuple[float, str] | None:
        """Virtual time and thread of a log record; threads that are being ended have no say."""
        if self._simulator.killing:
            return None
        return self._simulator.now, self._simulator.thread_name

    def _now(self) -> float | None:
        return None if self._simulator.killing else self._simulator.now
