"""What goes wrong in a script: the errors that leave its threads, and those that futures keep."""

from __future__ import annotations

import os
import sys
import threading
from collections import namedtuple
from functools import partial
from itertools import count

from threaddemo.child.printing import narrative_name, thread_name

TYPE_CHECKING = False  # as in typing, whose import takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType, TracebackType
    from typing import Any

KEEPER = "concurrent.futures._base"


class Error(namedtuple("Error", "thread type message file line")):
    """An exception that left a thread, or that a future keeps, in words.

    The file is where it left the program, seen from the script's folder; empty if that is unknown.
    """

    __slots__ = ()

    def __str__(self) -> str:
        message = f": {self.message}" if self.message else ""
        place = f" ({self.file}:{self.line})" if self.file else ""
        return f"{self.thread} failed: {self.type}{message}{place}"


class Places:
    """Tells the program's own lines from those of Python and of what is installed.

    Args:
        folder: the script's.
    """

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, "")
        self._foreign = (os.path.dirname(os.__file__), os.path.dirname(__file__), "<")

    def owns(self, frame: FrameType) -> bool:
        """Whether a frame is the program's."""
        file = frame.f_code.co_filename
        return not file.startswith(self._foreign) and "-packages" not in file

    def short(self, file: str) -> str:
        """A file's path as it is told."""
        return file.removeprefix(self._folder)

    def innermost(self, frame: FrameType | None) -> FrameType | None:
        """The program's frame nearest to a thread's innermost one."""
        while frame is not None and not self.owns(frame):
            frame = frame.f_back
        return frame

    def of(self, traceback: TracebackType | None) -> tuple[str, int]:
        """File and line of the program at which an error left it."""
        file, line, owned = "", 0, False
        while traceback is not None:
            frame = traceback.tb_frame
            if (mine := self.owns(frame)) or not owned:
                file, line, owned = self.short(frame.f_code.co_filename), traceback.tb_lineno, mine
            traceback = traceback.tb_next
        return file, line

    def told(self, thread: str, kind: type, error: BaseException | None, traceback: Any) -> Error:
        """An exception in words, also one that has none."""
        try:
            message = "" if error is None else " ".join(str(error).split())
        except Exception as another:
            message = f"(its text raises {type(another).__name__})"
        return Error(thread, kind.__name__, message, *self.of(traceback))


class Failures:
    """Hears of the script's errors.

    Args:
        places: knows the program's lines.
        tell: is told of each error that leaves a thread, in words and as type, error, traceback.
    """

    def __init__(self, places: Places, tell: Callable[[Error, Any], None]) -> None:
        self.kept: dict[int, Error] = {}
        self._places = places
        self._tell = tell
        self._numbers = count()

    def listen(self) -> None:
        """Hear of them from now on, as long as the script has no hook of its own."""
        sys.excepthook = self.left
        threading.excepthook = self._thread_left
        sys.unraisablehook = self._unraisable
        sys.meta_path.insert(0, _Finder(self._watch))

    def left(self, kind: type, error: BaseException | None, traceback: Any) -> None:
        """An exception has left this thread."""
        self._tell(
            self._places.told(thread_name(), kind, error, traceback), (kind, error, traceback)
        )

    def _thread_left(self, args: threading.ExceptHookArgs, /) -> None:
        if args.exc_type is SystemExit:
            return
        name = narrative_name(args.thread.name) if args.thread else thread_name()
        self._tell(self._places.told(name, *args[:3]), args[:3])

    def _unraisable(self, unraisable: Any, /) -> None:
        """A thread of the module _thread has no other hook; all else is Python's to tell."""
        if "thread started" in (unraisable.err_msg or ""):
            self.left(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)
        else:
            sys.__unraisablehook__(unraisable)

    def _watch(self, module: ModuleType) -> None:
        """Have futures say that they keep an exception, and that somebody has asked for it."""
        future: Any = vars(module)["Future"]
        kept, numbers = self.kept, self._numbers
        keep, result, exception = future.set_exception, future.result, future.exception

        def set_exception(self: Any, error: Any) -> None:
            if error is not None:
                self._kept_as = number = next(numbers)
                kept[number] = tell(thread_name(), type(error), error, error.__traceback__)
            keep(self, error)

        def asked(original: Any) -> Any:
            def ask(self: Any, timeout: float | None = None) -> Any:
                try:
                    return original(self, timeout)
                finally:
                    if self.done():
                        kept.pop(getattr(self, "_kept_as", -1), None)

            return _named_as(original, ask)

        tell = self._places.told
        future.set_exception = _named_as(keep, set_exception)
        future.result, future.exception = asked(result), asked(exception)


def _named_as(original: Any, function: Any) -> Any:
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(function, name, getattr(original, name))
    return function


class _Finder:
    """Finds one module as the others do, and has it watched once it is loaded."""

    def __init__(self, watch: Callable[[ModuleType], None]) -> None:
        self._watch = watch

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != KEEPER:
            return None
        sys.meta_path.remove(self)
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path)
        spec: Any = next(filter(None, found), None)
        if spec is not None:
            spec.loader.exec_module = partial(self._load, spec.loader.exec_module)
        return spec

    def _load(self, execute: Callable[[ModuleType], None], module: ModuleType) -> None:
        execute(module)
        self._watch(module)


def whereabouts(places: Places) -> list[tuple[str, bool, bool, str, int, str]]:
    """Of each thread: its name, whether it is Main, whether it has begun, file, line, function.

    Where it is in none of the program's lines, the file is empty.
    """
    innermost = sys._current_frames()
    threads: list[threading.Thread] = list(threading._active.values())  # type: ignore[attr-defined]
    found = []
    for thread in threads:
        frame = innermost.get(thread.ident or 0)
        place = places.innermost(frame)
        file, line, function = "", 0, ""
        if place is not None:
            file, line = place.f_code.co_filename, place.f_lineno
            function = place.f_code.co_name
        is_main = thread is threading.main_thread()
        found.append(
            (narrative_name(thread.name), is_main, frame is not None, file, line, function)
        )
    return found
