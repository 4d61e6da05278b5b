"""Runs a script as ``__main__`` of this process, and tells who started it what comes of it.

The script is unchanged and Python is itself: signals, ``atexit``, the wait for threads at the end.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections import namedtuple

from threaddemo.child import wire
from threaddemo.child.facts import exit_code, simple
from threaddemo.child.failures import Error, Failures, Places, whereabouts
from threaddemo.child.printing import DEBUG, INFO, WARNING, Form, Stream, Writer, leave
from threaddemo.child.watch import Watch

TYPE_CHECKING = False  # as in typing, whose import takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

#: What is to be run, and how its narrative is to look: the script's absolute path; its sys.argv;
#: the first place where it looks for modules, or an empty text; its code; the least level that is
#: shown; whether who started this process writes the narrative; its colours; how a line begins
#: that tells of an error, empty if errors are not to be told here; where the narrative goes.
Task = namedtuple("Task", "file argv folder code level is_told palette label shown")


def begin(control: int, told: int) -> None:
    """Run the script that the control pipe tells of; to be called by ``__main__`` itself."""
    os.set_inheritable(control, False)
    task = Task(*wire.read(control))
    Child(task, wire.Wire(told)).run(control)


class Child:
    """One script, its process, and what is heard of them."""

    def __init__(self, task: Task, line: wire.Wire) -> None:
        os.set_inheritable(task.shown, False)
        self._task = task
        self._wire = line
        self._places = Places(os.path.dirname(task.file))
        self._failures = Failures(self._places, self._tell)
        self._exit: object = None
        self._names: list[dict[str, Any]] = []  # none in the end: what they hold ends with them
        self._is_over = False

    def run(self, control: int) -> None:
        """Run it, until its main code has ended; the rest is Python's own end."""
        form = Form(self._task.level, self._task.is_told, self._task.palette)
        self._replace("stdout", 1, INFO, form)
        self._replace("stderr", 2, WARNING, form)
        self._failures.listen()
        atexit.register(self._report)  # the first to register is the last to be called
        os._exit = self._leave  # type: ignore[assignment]
        Watch(control, self._whereabouts, lambda: leave(1)).begin()
        self._play(self._main())

    def _replace(self, name: str, descriptor: int, level: int, form: Form) -> None:
        like = getattr(sys, name)
        if like is not None:
            shown = descriptor if level >= form.level else self._task.shown
            writer = Writer(descriptor, shown, self._wire)
            stream = Stream(like, writer, level, form, self._wire)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=writer.turn.renew)

    def _main(self) -> dict[str, Any]:
        """The globals of ``__main__``, as they are when Python begins with a file."""
        from _frozen_importlib_external import SourceFileLoader

        task = self._task
        names = vars(sys.modules["__main__"])
        kept = [one for one in names.items() if one[0] in ("__builtins__", "__annotations__")]
        names.clear()
        names |= {"__name__": "__main__", "__doc__": None, "__package__": None}
        names |= {"__loader__": SourceFileLoader("__main__", task.file), "__spec__": None}
        names |= {**dict(kept), "__file__": task.file, "__cached__": None}
        sys.argv[:] = task.argv
        if task.folder:
            sys.path.insert(0, task.folder)
        return names

    def _play(self, names: dict[str, Any]) -> None:
        self._names.append(names)
        try:
            exec(self._task.code, names)
        except SystemExit as end:
            self._exit = end.code
            raise
        except BaseException as error:
            outside = error.__traceback__
            error.__traceback__ = outside and outside.tb_next
            sys.excepthook(type(error), error, error.__traceback__)
        else:
            return
        raise SystemExit(1)

    def _tell(self, error: Error, raised: Any) -> None:
        """Tell of an error that has left a thread."""
        self._flush()
        self._wire.send("error", *error)
        if not self._task.label:
            return
        if self._task.level <= DEBUG:
            import traceback

            self._show("".join(traceback.format_exception(*raised)))
        text = f"{self._task.label}{error}"
        # What a message holds must not be acted on by a terminal.
        self._show("".join(c if c.isprintable() else repr(c)[1:-1] for c in text) + "\n")

    def _show(self, text: str) -> None:
        rest = memoryview(text.encode("utf-8", "backslashreplace"))
        try:
            while rest:
                rest = rest[os.write(self._task.shown, rest) :]
        except OSError:
            pass  # nobody hears it; the exit code still tells

    def _flush(self) -> None:
        for stream in (sys.__stdout__, sys.__stderr__):
            try:
                stream.flush()  # type: ignore[union-attr]
            except (OSError, ValueError, AttributeError):
                pass  # closed by the script

    def _leave(self, status: int) -> None:
        """What ``os._exit`` is to the script: what it has printed is not lost."""
        if self._wire.is_mine:
            self._exit = status
            self._flush()
            self._report()
        leave(status)

    def _report(self) -> None:
        """Tell how it ended, the last thing that is done."""
        if not self._wire.is_mine or self._is_over:
            return
        self._is_over = True
        names = simple(self._names.pop().copy())
        kept = [tuple(error) for error in self._failures.kept.copy().values()]
        self._wire.send("report", exit_code(self._exit), names, kept)

    def _whereabouts(self) -> None:
        """Tell where the threads are."""
        self._wire.send("where", whereabouts(self._places))
        self._flush()  # which may wait for who takes what is written
