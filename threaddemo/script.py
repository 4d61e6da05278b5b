"""A Python script: what is known of it before it runs, and the facts of its run."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import filterfalse
from types import CodeType
from typing import TYPE_CHECKING, Any, ClassVar

from threaddemo import bindings
from threaddemo.demo import Parameter, spelled

if TYPE_CHECKING:
    from threaddemo.program import Program

#: The facts of every script; a global variable of the same name is none.
FACTS = ("end", "error", "exit", "output")
#: What a script is held to; not a docstring, which -OO leaves out.
PROMISE = "Every thread ends, and no error is left unhandled."
#: Besides the facts: all that was printed, as it came out.
TEXT = "text"
LONGEST_LINE = 200  #: characters of what was printed last, in the summary
FORM = ("OPTIONS", "Outcome")  #: what makes a file a demo, besides a function run


class Ended:
    """The facts of one run of a script, and whether it kept the promise of every script.

    Args:
        end: "finished", "error", "deadlock" or "endless".
        error: the errors that left its threads, in one line.
        exit: what Main gave to ``sys.exit``.
        output: what each thread printed, by its name.
        names: the global variables that are facts.
        text: what all of them printed, as it came out; it makes no two outcomes differ.
        told: in words who waits for what, in a deadlock, or who goes round without an end.
        logged: what each thread has logged, the messages alone. That is no fact, since a log may
            say anything, but runs that differ in it have not ended alike.
    """

    #: The names that a fact can be asked for by; a script's own are known before it runs.
    _fields: ClassVar[tuple[str, ...]] = FACTS
    #: What they can be, each: of a script's own that is anything.
    KINDS: ClassVar[dict[str, Any]] = dict.fromkeys(FACTS, object)
    #: What outcomes can be grouped by that is no fact.
    BESIDES: ClassVar[tuple[str, ...]] = (TEXT,)

    def __init__(  # noqa: PLR0913 - all but the first are named
        self,
        end: str,
        *,
        error: str | None = None,
        exit: int | str | None = None,
        output: Mapping[str, str] | None = None,
        names: Mapping[str, Any] | None = None,
        text: str = "",
        told: str = "",
        logged: Mapping[str, str] | None = None,
    ) -> None:
        own = {name: value for name, value in (names or {}).items() if name not in (*FACTS, TEXT)}
        self._facts = {
            "end": end,
            "error": error,
            "exit": exit,
            "output": dict(output or {}),
            **dict(sorted(own.items())),
        }
        self._key = repr(sorted((name, repr(self[name])) for name in own if name != "output"))
        self._key += repr((end, error, exit, sorted(self["output"].items()), told))
        lines = (line for text in (logged or {}).values() for line in text.splitlines())
        self._key += repr(sorted(lines))  # which pool's thread has logged it is of no interest
        self.text = text
        self._told = told
        self._logged = dict(logged or {})

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ended) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def _asdict(self) -> dict[str, Any]:
        return dict(self._facts)

    def _is_ok(self) -> bool:
        return bool(self["end"] == "finished")

    ok = property(_is_ok, doc=PROMISE)

    def __str__(self) -> str:
        how = f"{self['end']}: {self._told}" if self._told else ""
        if self["error"]:
            how += f"{'; ' if how else ''}error: {self['error']}"
        how = how or str(self["end"])
        if self["exit"] is not None:
            how += f", exit {spelled(self['exit'])}"
        last = ""
        main = self["output"].get("Main", "")
        for did, text in (("logged", self._logged.get("Main", "")), ("printed", main)):
            if lines := [line.strip() for line in text.splitlines() if line.strip()]:
                last = f"; Main {did} last: {_short(lines[-1])}"
        return _printable(how + last)

    @staticmethod
    def apart(outcomes: Sequence[Ended]) -> list[str]:
        """What tells outcomes apart that say the same, each in words: where they differ most."""
        aspects = [outcome._aspects() for outcome in outcomes]
        names = dict.fromkeys(name for one in aspects for name in one)
        values = {name: [one.get(name, "nothing") for one in aspects] for name in names}
        name = max(values, key=lambda name: len(set(values[name])), default=None)
        if name is None or len(set(values[name])) == 1:
            return ["" for _ in outcomes]
        return [_printable(f"; {name} {_short(value)}") for value in values[name]]

    def _aspects(self) -> dict[str, str]:
        """All that outcomes can differ in: facts, and lines that were printed and logged."""
        own = {
            f"{name} is": spelled(value) for name, value in self._facts.items() if name not in FACTS
        }
        for did, texts in (("printed", self["output"]), ("logged", self._logged)):
            for thread, text in texts.items():
                for number, line in enumerate(text.splitlines()):
                    own[f"{thread} {did} as line {number + 1}:"] = line
        return own


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."


class Unreadable(ValueError):
    """A file that is no script; the message says why."""


class Script:
    """A script, read and compiled.

    Args:
        file: its path as it was given.
        args: the rest of its ``sys.argv``.

    Raises:
        Unreadable: it isn't there, or isn't Python.
    """

    OPTIONS: tuple[Parameter, ...] = ()
    #: Options that are not for its real runs, each with why.
    LACKS: ClassVar[dict[str, str]] = {
        "timeline": "only a run on the simulator is drawn; --seed 1 asks for one",
        "export": "only a run on the simulator is drawn; --seed 1 asks for one",
        "explain": "only a run on the simulator is told; --seed 1 asks for one",
    }

    def __init__(self, file: str, args: Sequence[str] = ()) -> None:
        self.given = file
        self.args = tuple(args)
        self.__file__ = os.path.abspath(file)
        self.__name__ = os.path.basename(file)
        self.source = _read(file)
        with _refused(self.given):
            tree = ast.parse(self.source, self.__file__)
            self.code: CodeType = compile(tree, self.__file__, "exec", dont_inherit=True)
        names = bindings.variables(tree)
        self.Outcome: type[Ended] = _outcome(sorted(filterfalse(_is_pythons, names)))
        #: Whether it is in the form of a demo; found out without running it.
        self.is_demo = "run" in bindings.functions(tree) and names.union(
            bindings.classes(tree)
        ).issuperset(FORM)

    def program(self, name: str = "__main__") -> Program:
        """The script as a program, to be loaded on any modules, with what lies beside it.

        Args:
            name: what the module is to be called.
        """
        from threaddemo.program import FileProgram  # which real runs have no need of

        return FileProgram(name, self.code, os.path.dirname(self.__file__))

    def load(self) -> Any:
        """The demo that the file is; its code is run for that.

        Raises:
            TypeError: it lacks something.
            Exception: what its code raises.
        """
        program = self.program(os.path.splitext(self.__name__)[0])
        demo: Any = program.load({})
        is_tuple = isinstance(demo.OPTIONS, tuple)
        if not is_tuple or not all(isinstance(one, Parameter) for one in demo.OPTIONS):
            raise TypeError("its OPTIONS are no tuple of parameters")
        if not hasattr(demo.Outcome, "_fields") or not hasattr(demo.Outcome, "ok"):
            raise TypeError("its Outcome has no facts, or no promise")
        demo.__program__ = program  # a name that no demo has of its own
        vars(demo).setdefault("EXAMPLE", f"threaddemo run {self.given}")
        return demo

    @property
    def params(self) -> dict[str, Any]:
        """What it is run with, as the result says it."""
        return {"file": self.given, "args": list(self.args)}


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        raise Unreadable(f"{file} can't be read: {error.strerror}.") from None
    except ValueError:  # a null in the name
        raise Unreadable(f"{file!r} is no name of a file.") from None


@contextmanager
def _refused(file: str) -> Iterator[None]:
    """Within the block what is wrong with the source is an error about the file."""
    try:
        yield
    except SyntaxError as error:
        place = f"{file}:{error.lineno}" if error.lineno else file
        if (error.msg or "").startswith("(unicode error)"):
            raise Unreadable(f"{place} is not UTF-8, and no coding line says what else.") from None
        raise Unreadable(f"{place}: {type(error).__name__}: {error.msg}.") from None
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{file} is not Python: {error or type(error).__name__}.") from None


def _is_pythons(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _outcome(names: Iterable[str]) -> type[Ended]:
    """The outcome of a script with such global variables, each of them of any kind."""
    fields = (*FACTS, *(name for name in names if name not in (*FACTS, TEXT)))
    return type("Outcome", (Ended,), {"_fields": fields, "KINDS": dict.fromkeys(fields, object)})


def by_name(pieces: Iterable[tuple[str, int, str]]) -> dict[str, str]:
    """What each thread printed, whoever was first.

    Args:
        pieces: a thread's name, a number that it has for itself, and what it printed, in order.
            Threads of one name are one fact, in which none of them is the first.
    """
    texts: dict[tuple[str, int], list[str]] = {}
    for name, number, text in pieces:
        texts.setdefault((name, number), []).append(text)
    alike: dict[str, list[str]] = {}
    for (name, _), parts in texts.items():
        alike.setdefault(name, []).append("".join(parts))
    return {name: "".join(sorted(alike[name])) for name in sorted(alike)}
