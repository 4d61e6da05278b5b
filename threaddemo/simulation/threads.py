"""The twins of threads: Thread, Timer, and the functions of `threading` about them.

Since a task is never interrupted between two announcements, no operation here and in the modules
beside this one needs more than "announce, then do". What is done is mostly left to the real class:
by then it has nothing to wait for.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from threaddemo.simulation.scheduler import Scheduler, Task, Unwound
from threaddemo.simulation.twins import Simulated, heard
from threaddemo.simulation.world import Uncaught

#: The number of the simulated process. Its threads are numbered on from there, Main being first.
PROCESS = 1000


class Thread(Simulated):
    """A thread: a task that calls `run()`."""

    _real = threading.Thread

    def __init__(
        self,
        group: None = None,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        assert group is None, "group argument must be None for now"
        self._target, self._args = target, args
        self._kwargs = self._scheduler.made({}) if kwargs is None else kwargs
        self.name = name or self._default_name()
        # A daemon's children are daemons.
        self._daemon = self._scheduler.current.thread.daemon if daemon is None else daemon
        self._task = Task(self)

    def _default_name(self) -> str:
        self._scheduler.shares("thread names")
        name = f"Thread-{next(self._scheduler.world.thread_names)}"
        function = getattr(self._target, "__name__", None)
        return f"{name} ({function})" if function else name

    @heard
    def run(self) -> None:
        """Do what the thread is for; a subclass may override it."""
        try:
            if self._target is not None:
                args = self._scheduler.iterate(self._args)
                kwargs = self._kwargs
                if self._task is not self._scheduler.main:  # which is given none
                    kwargs = self._scheduler.glance(kwargs)
                self._scheduler.call(self._target, *args, **kwargs)
        finally:  # as the real one, so that it keeps nothing alive
            self._writes()
            del self._target, self._args, self._kwargs

    @heard
    def start(self) -> None:
        """Let the thread begin; the starting one may be interrupted right after."""
        if "_task" not in self.__dict__:
            raise RuntimeError("thread.__init__() not called")
        self._act("Thread.start")
        self._writes("started")
        if self._task.number is not None:
            raise RuntimeError("threads can only be started once")
        self._scheduler.start(self._task)
        self._yield("Thread.start")

    @heard
    def join(self, timeout: float | None = None) -> None:
        if "_task" not in self.__dict__:
            raise RuntimeError("Thread.__init__() not called")
        self._reads("started")
        if self._task.number is None:
            raise RuntimeError("cannot join thread before it is started")
        if self._task is self._scheduler.current:
            raise RuntimeError("cannot join current thread")
        self._announce("Thread.join", self._has_ended, timeout, look=True)

    def _has_ended(self) -> bool:
        return not self._task.alive

    @heard
    def is_alive(self) -> bool:
        self._look("Thread.is_alive")
        return self._task.alive

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: object) -> None:
        self._name = str(name)

    @property
    def ident(self) -> int | None:
        number = self._task.number
        return None if number is None else PROCESS + number

    native_id = ident

    @property
    def daemon(self) -> bool:
        return self._daemon

    @daemon.setter
    def daemon(self, daemon: bool) -> None:
        if self._task.number is not None:
            raise RuntimeError("cannot set daemon status of active thread")
        self._daemon = daemon

    # These work on the attributes, and warn that they are deprecated.
    getName, setName = threading.Thread.getName, threading.Thread.setName  # noqa: N815
    isDaemon, setDaemon = threading.Thread.isDaemon, threading.Thread.setDaemon  # noqa: N815

    def __repr__(self) -> str:
        self._reads()
        number = self._task.number
        kind = "_MainThread" if self._task is self._scheduler.main else type(self).__name__
        state = "initial" if number is None else "started" if self._task.alive else "stopped"
        daemon = " daemon" if self._daemon else ""
        return f"<{kind}({self.name}, {state}{daemon}{'' if number is None else f' {self.ident}'})>"

    # What the scheduler calls.

    def _bootstrap(self) -> None:
        """Live the thread's life; what leaves it ends the run, or else this thread alone."""
        try:
            self._live()
            self._finish()
        finally:
            if self._task is self._scheduler.main:
                self._scheduler.shares("closing")
                self._scheduler.world.closing = True

    def _live(self) -> None:
        try:
            if self._task is self._scheduler.main and self._scheduler.world.closing:
                _call_exits(self._scheduler)
            else:
                self._scheduler.call(self.run)
        except Unwound:
            raise
        except BaseException as error:
            if self._scheduler.world.strict:
                raise
            if not self._scheduler.killing:
                _uncaught(self, error)

    def _finish(self) -> None:
        """Come to the end: what was done last may be noticed before that is."""
        self._act("Thread.end")
        self._scheduler.current.acted = False


def _call_exits(scheduler: Scheduler) -> None:
    """Call what `atexit` was given, the last first; one that fails does not keep the others."""
    world = scheduler.world
    if scheduler.points is not None:
        scheduler.points.outlive()
    while world.exits:
        try:
            scheduler.call(world.exits.pop())
        except Exception as error:
            if world.strict:
                raise
            scheduler.shares("errors")
            world.uncaught(Uncaught(scheduler.main.thread.name, error))


def _uncaught(thread: Thread, error: BaseException) -> None:
    """Note what has left a thread, and tell the program's own excepthook."""
    world, is_main = thread._scheduler.world, thread._task is thread._scheduler.main
    if isinstance(error, SystemExit):
        if is_main:
            world.exit = error.code
        return
    thread._scheduler.shares("errors")
    hook = thread._kin["hook"](is_main)
    world.uncaught(Uncaught(thread.name, error, hook is not None))
    if hook is None:
        return
    details = type(error), error, error.__traceback__
    told = details if is_main else (threading.ExceptHookArgs((*details, thread)),)
    try:
        thread._scheduler.call(hook, *told)
    except Exception as another:
        thread._scheduler.shares("errors")
        world.uncaught(Uncaught(thread.name, another))


def excepthook(args: threading.ExceptHookArgs, /) -> None:
    """What `threading.excepthook` is until the program sets its own: errors are noted anyway."""


class Timer(Thread):
    """A thread that calls a function after a while, unless it is cancelled before."""

    def __init__(
        self,
        interval: float,
        function: Callable[..., object],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.interval, self.function = interval, function
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}
        self.finished = self._kin["Event"]()

    @heard
    def cancel(self) -> None:
        self.finished.set()

    @heard
    def run(self) -> None:
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            self._reads()
            args = self._scheduler.iterate(self.args)
            kwargs = self._scheduler.glance(self.kwargs)
            self._scheduler.call(self.function, *args, **kwargs)
        self.finished.set()


def functions(scheduler: Scheduler) -> dict[str, Any]:
    """The functions of `threading` that are about threads."""

    @heard
    def current_thread() -> Thread:
        thread: Thread = scheduler.current.thread
        return thread

    def alive() -> list[Thread]:
        scheduler.pass_by("threading.enumerate")
        if scheduler.points is not None:
            scheduler.points.count()
        # Main stays in the list when it has ended; a pool's worker is there between two calls.
        tasks = {scheduler.main, *scheduler.live}
        tasks.update(worker._task for pool in scheduler.world.pools for worker in pool._waiting())
        return [task.thread for task in sorted(tasks, key=lambda task: task.number or 0)]

    def old(name: str, new: str, function: Callable[[], Any]) -> Callable[[], Any]:
        def deprecated() -> Any:
            text = f"{name}() is deprecated, use {new}() instead"
            warnings.warn(text, DeprecationWarning, stacklevel=2)
            return function()

        return deprecated

    def stack_size(size: int = 0, /) -> int:
        return 0

    @heard
    def main_thread() -> Any:
        return scheduler.main.thread

    @heard
    def get_ident() -> int | None:
        return current_thread().ident

    return {
        "current_thread": current_thread,
        "currentThread": old("currentThread", "current_thread", current_thread),
        "main_thread": main_thread,
        "enumerate": alive,
        "active_count": lambda: len(alive()),
        "activeCount": old("activeCount", "active_count", lambda: len(alive())),
        "get_ident": get_ident,
        "get_native_id": get_ident,
        "stack_size": stack_size,
        "TIMEOUT_MAX": threading.TIMEOUT_MAX,
        "ExceptHookArgs": threading.ExceptHookArgs,
    }
