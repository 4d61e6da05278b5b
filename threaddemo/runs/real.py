"""One real run of a demo: its threads, its end, its failures, its time-out.

The demo's main code runs in a thread called Main, and this one watches: so a failure, a time-out
or a signal is heard of at once, even while Main is blocked for ever.
"""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from types import ModuleType
from typing import Any

from threaddemo.demo import Observe
from threaddemo.ends import Run, TimedOut, TooManyThreads, WorkerFailed, observed
from threaddemo.output.narrative import Narrative
from threaddemo.program import Program
from threaddemo.runs.copies import Copies
from threaddemo.runs.series import Runs
from threaddemo.runs.whereabouts import whereabouts
from threaddemo.settings import Settings

RESERVE = 4_000_000  #: bytes kept back, so that there is memory to say that there is none
POLL = 0.05  #: seconds between two looks at the clock, the narrative and the signals


class RealRuns(Runs):
    """Real runs, one after the other, each with the program as if freshly loaded."""

    def __init__(
        self,
        settings: Settings,
        program: Program,
        narrative: Narrative,
        check: Callable[[], None],
    ) -> None:
        super().__init__(settings)
        self._narrative = narrative
        self._check = check
        self._copies = Copies(partial(self._recorded if settings.is_recorded else _plain, program))

    def __iter__(self) -> Iterator[Run]:
        """Make the runs."""
        for _ in range(self.wanted):
            yield self._run()

    def _run(self) -> Run:
        """One run, also one that fails or is given up."""
        main = partial(self._copies.fresh().run, **self.settings.params)
        began = time.monotonic()
        try:
            return run_for_real(main, self._narrative, self.settings.timeout, self._check)
        except WorkerFailed as failure:
            end: dict[str, Any] = {"summary": f"error: {failure}", "failure": failure}
        except TimedOut as late:
            end = {"summary": f"hung: {'; '.join(late.threads)}", "late": late}
        if self.recorder:
            self.recorder.close(stuck="late" in end)
        return Run(None, elapsed=time.monotonic() - began, **end)

    def _recorded(self, program: Program) -> ModuleType:
        """The program on modules that note what its threads do."""
        from threaddemo.events.recorder import Recorder
        from threaddemo.events.twins import REAL

        began: float | None = None

        def clock() -> float:
            nonlocal began
            now = time.monotonic()
            if began is None:  # which is when Main begins
                began = now
            return now - began

        self.recorder = Recorder(REAL, clock)
        self._narrative.heard = self.recorder.said
        return self.recorder.load(program)


def _plain(program: Program) -> ModuleType:
    return program.load({})


def run_for_real(
    main: Callable[[], Observe],
    narrative: Narrative,
    timeout: float | None = None,
    check: Callable[[], None] = lambda: None,
) -> Run:
    """Run a demo's main code once, and wait as the interpreter does at its end.

    Args:
        main: the demo's ``run``, its arguments bound.
        narrative: where it logs; silent from the moment the run is over.
        timeout: seconds until it is given up.
        check: called every now and then; what it raises ends the wait.

    Raises:
        WorkerFailed, TooManyThreads, TimedOut, streams.WriteError.
    """
    narrative.begin()
    watch = _Watch(main, narrative)
    with watch.watched():
        return watch.wait(timeout, check)


class _Watch:
    """Watches one run: its threads, their failures, its end."""

    def __init__(self, main: Callable[[], Observe], narrative: Narrative) -> None:
        self._body = main
        self._main = threading.Thread(target=self._play, name="Main")
        self._narrative = narrative
        self._before = set(threading.enumerate())
        self._started = 0
        self._ends: list[Run | Exception] = []  # the first one counts
        self._over = threading.Lock()  # released when the run is over
        self._over.acquire()
        self._reserve = [bytes(RESERVE)]
        self._unraised: deque[Any] = deque()  # has room without asking for memory

    def wait(self, timeout: float | None, check: Callable[[], None]) -> Run:
        deadline = None if timeout is None else time.monotonic() + timeout
        with suppress(RuntimeError):  # that not even Main can start is an end as any other
            self._main.start()
        while not self._over.acquire(timeout=POLL if deadline is None else _until(deadline)):
            check()
            self._heed_unraised()
            if deadline is not None and time.monotonic() >= deadline:
                self._narrative.silence()
                raise TimedOut(timeout or 0, whereabouts(self._alive(), self._main))
            if self._narrative.error:
                break
        self._heed_unraised()
        if self._narrative.error:
            raise self._narrative.error
        if isinstance(end := self._ends[0], Exception):
            raise end
        return end

    def _play(self) -> None:
        """What Main does: the demo's code, then the interpreter's wait for its threads."""
        began = time.monotonic()
        try:
            observe = self._body()
            while others := [thread for thread in self._alive() if self._waits_for(thread)]:
                for thread in others:
                    threading.Thread.join(thread)
            self._narrative.silence()
            ended = observed(observe)._replace(elapsed=time.monotonic() - began)
        except BaseException as error:
            self._fail(error)
        else:
            self._end(ended)

    def _alive(self) -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread not in self._before]

    @staticmethod
    def _waits_for(thread: threading.Thread) -> bool:
        return not thread.daemon and thread is not threading.current_thread()

    def _end(self, end: Run | Exception) -> None:
        self._ends.append(end)
        with suppress(RuntimeError):  # it was over already
            self._over.release()

    def _fail(self, error: BaseException) -> None:
        thread = threading.current_thread()
        if thread not in self._before:  # left behind by an earlier run, it is none of ours
            self._reserve.clear()
            self._narrative.silence()
            self._end(WorkerFailed(thread.name, error))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """For the length of the run, hear of every thread's start and of every exception.

        A future keeps its task's exception until somebody asks for it, and who would ask may be
        blocked because of it; what leaves a pool's with block first waits for the pool's tasks.
        """
        with ExitStack() as stack:
            stack.enter_context(_replaced(threading, "excepthook", lambda hook: self._hook))
            stack.enter_context(_replaced(threading.Thread, "start", self._counting))
            # A method of a deque: where memory is short, no function of ours could be called.
            stack.enter_context(_replaced(sys, "unraisablehook", lambda _: self._unraised.append))
            if futures := sys.modules.get("concurrent.futures"):
                stack.enter_context(_replaced(futures.Future, "set_exception", self._hearing))
                stack.enter_context(_replaced(futures.Executor, "__exit__", self._leaving))
            yield

    def _hook(self, args: threading.ExceptHookArgs) -> None:
        self._fail(args.exc_value or args.exc_type())

    def _hearing(self, set_exception: Callable[..., None]) -> Callable[..., None]:
        def heard(future: Any, exception: BaseException) -> None:
            self._fail(exception)  # first: it frees the memory that the rest may need
            set_exception(future, exception)

        return heard

    def _leaving(self, leave: Callable[..., None]) -> Callable[..., None]:
        def left(pool: Any, kind: Any, error: BaseException | None, traceback: Any) -> None:
            if error is not None:
                self._fail(error)
            leave(pool, kind, error, traceback)

        return left

    def _heed_unraised(self) -> None:
        """Look at the exceptions that Python could raise nowhere."""
        while self._unraised:
            unraisable = self._unraised.pop()
            at_birth = "thread started" in (unraisable.err_msg or "")
            if at_birth or isinstance(unraisable.exc_value, MemoryError):
                # A thread that dies before it runs: who started it would wait for ever.
                self._limit()
            else:
                sys.__unraisablehook__(unraisable)

    def _limit(self) -> None:
        """No more threads: said now, for who wanted one may first wait for others to end."""
        self._reserve.clear()
        self._narrative.silence()
        self._end(TooManyThreads(self._started))

    def _counting(self, start: Callable[[threading.Thread], None]) -> Callable[..., None]:
        def counted(thread: threading.Thread) -> None:
            try:
                start(thread)
            except RuntimeError as error:
                if "can't start new thread" in str(error):
                    self._limit()
                raise
            self._started += thread is not self._main

        return counted


@contextmanager
def _replaced(owner: object, name: str, make: Callable[[Any], object]) -> Iterator[None]:
    """Within the block ``owner.name`` is what ``make`` makes of it."""
    original = getattr(owner, name)
    setattr(owner, name, make(original))
    try:
        yield
    finally:
        setattr(owner, name, original)


def _until(deadline: float) -> float:
    return max(0.0, min(POLL, deadline - time.monotonic()))
