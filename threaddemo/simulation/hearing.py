"""What an instrumented program touches: from the places in its text to variables.

Only what can change counts, and only what is not heard elsewhere. An operator on an object of the
program's own class calls a method that is instrumented itself; on a list, it is C that reads. The
same holds for calls (see `calls`).
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from functools import partial
from itertools import islice
from types import (
    FunctionType,
    GeneratorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
)
from typing import Any

from threaddemo.simulation.calls import effect, may_call_back, reached
from threaddemo.simulation.footprints import Recorder, Touched
from threaddemo.simulation.instrument import BUILTINS, OPERATORS
from threaddemo.simulation.patience import Extent
from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.thread_local import local
from threaddemo.simulation.twins import Simulated
from threaddemo.simulation.values import (
    BOXES,
    INERT,
    PLAIN,
    Kind,
    inner_names,
    kind_of,
    label,
    names_of,
)


class Cells:
    """The variables of one call of a function that functions within share with it."""


class Slot:
    """An item that is about to be stored, where a statement has several targets."""

    def __init__(self, put: Callable[..., Any], owner: Any, index: object) -> None:
        self.put, self.owner, self.index = put, owner, index

    def __setitem__(self, _: int, value: object) -> None:
        self.put(value, self.owner, self.index)
        self.owner[self.index] = value


class Hearing:
    """The helpers of an instrumented program, which tell the recorder what is touched.

    Args:
        scheduler: has a recorder while somebody wants to hear.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._methods: dict[tuple[type, str], bool] = {}
        self._silent: set[tuple[type, str]] = set()  # methods, of which nothing is heard
        functions = {*OPERATORS.values(), "contains", "getitem", "setitem", "delitem"}
        #: Helpers by name, as builtins of the program.
        self.helpers: dict[str, Any] = {f"_{name}_": getattr(operator, name) for name in functions}
        own = [name for name in vars(Hearing) if name[0] != "_"]
        self.helpers |= {f"_{name}_": getattr(self, name) for name in own}
        self.helpers["_slice_"] = slice

    def _reach(self, name: str, change: bool) -> None:
        """Come to an access, where a fine run may be interrupted."""
        if (points := self._scheduler.points) is not None:
            points.reach(name, change)

    def _note(
        self, recorder: Recorder, owner: Any, name: str | None, change: bool, shown: str = ""
    ) -> None:
        """Note an access: of what, in words, if it can be raced for."""
        recorder.note(owner, name, change)
        if (points := self._scheduler.points) is not None:
            points.note(owner, name, change, shown)

    def _touch(self, recorder: Recorder, touched: Touched | None, name: str = "") -> None:
        """Come to what is one step, however much it touches, and note that."""
        if touched and self._scheduler.points is not None:
            self._reach(name, any(change for _, _, change in touched))
            for owner, attribute, change in touched:
                self._scheduler.points.note(owner, attribute, change)
        recorder.touch(touched)

    # Variables.

    def get(self, owner: object, name: str) -> None:
        """A name is about to be read."""
        if (recorder := self._scheduler.recorder) is not None:
            self._reach(name, False)
            self._note(recorder, owner, name, False, name)

    def set(self, owner: object, name: str, value: Any = None) -> Any:
        """A name is about to be bound."""
        if (recorder := self._scheduler.recorder) is not None:
            self._reach(name, True)
            self._note(recorder, owner, name, True, name)
        return value

    def named(self, owner: object, name: str) -> Callable[[Any], Any]:
        """A definition is about to be made: a decorator that hears when it gets its name."""
        return partial(self.set, owner, name)

    def binding(self, owner: object, name: str) -> None:
        """A statement is about to bind a name."""
        if self._scheduler.recorder is not None:
            self._reach(name, True)

    def bound(self, owner: object, name: str) -> bool:
        """A name has just been bound, in the same step: it is too late for others to come first."""
        if (recorder := self._scheduler.recorder) is not None:
            if (points := self._scheduler.points) is not None:
                points.come(name)
            self._note(recorder, owner, name, True, name)
        return True

    def cells(self) -> Cells:
        """A function begins whose variables are shared."""
        return self.made(Cells())  # type: ignore[no-any-return]

    def made(self, thing: Any) -> Any:
        """An object is new."""
        if (namer := self._scheduler.namer) is not None:
            namer.made(thing)
        return thing

    def read(self, owner: Any, name: str) -> Any:
        """An attribute is about to be read."""
        if (recorder := self._scheduler.recorder) is not None:
            if (type(owner), name) in self._silent:
                pass
            elif isinstance(owner, type):
                if not self._is_method(owner, name):
                    self._reach(name, False)
                    self._inherit(recorder, owner, name)
            elif isinstance(owner, ModuleType):
                if owner.__name__ not in LIBRARY:
                    self._reach(name, False)
                    self._note(recorder, owner.__name__, name, False, name)
            elif isinstance(owner, super) and _leads_to_method(owner, name):
                pass
            elif not self._is_method(type(owner), name):
                self._reach(name, False)
                if isinstance(owner, local):  # what it holds is the thread's own
                    self._inherit(recorder, type(owner), name)
                else:
                    self._read(recorder, owner, name)
            elif isinstance(owner, Simulated) and not callable(_found(type(owner), name)):
                self._look_into(owner, name)
            elif len(self._silent) < MOST:
                self._silent.add((type(owner), name))
        return owner

    def _read(self, recorder: Recorder, owner: Any, name: str) -> None:
        """An attribute is about to be read that is an object's own, or else one of its class."""
        if name in NAMESPACES:
            recorder.deafen()  # who has it changes variables unheard
        if isinstance(owner, super):
            owner = owner.__self__  # type: ignore[attr-defined]
        cls: Any = type(owner)
        if isinstance(owner, local):  # of which each thread has its own
            if name not in owner.__dict__:
                self._inherit(recorder, cls, name)
            return
        self._note(recorder, owner, name, False, _shown(cls, name))
        if name not in names_of(owner):
            self._inherit(recorder, owner if isinstance(owner, type) else cls, name)
            if hasattr(type(found := _found(cls, name)), "__get__") and not isinstance(
                found, SLOTS
            ):
                recorder.write(owner, name)  # such as a cached property
                recorder.opened(sys._getframe(2), [(owner, name, True)])
        if name in inner_names(cls):  # of a twin, which changes it unheard
            self._look_into(owner, name)
            if isinstance(inner := vars(owner).get(name), BOXES):
                recorder.same(inner, owner)

    def _look_into(self, twin: Simulated, name: str) -> None:
        """A property of a twin, or what it holds, is about to be read: a look like its methods."""
        scheduler = self._scheduler
        if scheduler.points is not None and twin is not scheduler.current.thread:
            scheduler.announce(f"{twin._kind}.{name}", twin, look=True)
        twin._reads()

    def _inherit(self, recorder: Recorder, cls: Any, name: str) -> None:
        """An attribute is about to be read that one of several classes may have."""
        for base in cls.__mro__:
            self._note(recorder, label(base), name, False, f"{base.__name__}.{name}")

    def write(self, owner: Any, name: str) -> Any:
        """An attribute is about to be set or deleted."""
        recorder = self._scheduler.recorder
        if recorder is not None and not isinstance(owner, local):
            self._reach(name, True)
            if isinstance(owner, ModuleType):
                self._note(recorder, owner.__name__, name, True, name)
                replaced = name in BUILTINS or owner.__name__ in LIBRARY
            else:
                cls = owner if isinstance(owner, type) else type(owner)
                if cls is owner:
                    self._note(recorder, label(cls), name, True, f"{cls.__name__}.{name}")
                elif not isinstance(owner, local):
                    self._note(recorder, owner, name, True, _shown(cls, name))
                twin = isinstance(owner, Simulated)
                if twin and (name in inner_names(cls) or isinstance(_found(cls, name), property)):
                    recorder.write(owner)
                replaced = not twin and self._is_method(cls, name)
            if replaced:
                recorder.everything()  # nobody hears when methods and builtins are looked up
                self._methods.clear()
                self._silent.clear()
        return owner

    def _is_method(self, cls: type, name: str) -> bool:
        """Whether an attribute is a class's method or property, which only `write` replaces."""
        key = cls, name
        if key not in self._methods:
            if len(self._methods) > MOST:  # each load makes other classes
                self._methods.clear()
                self._silent.clear()
            self._methods[key] = isinstance(_found(cls, name), METHODS) or cls in PLAIN
        return self._methods[key]

    # What containers hold.

    def item(self, owner: Any, index: Any) -> tuple[Any, Any]:
        """An item is about to be read."""
        self._holder(owner, index, False)
        return owner, index

    def put(self, value: Any, owner: Any, index: Any) -> tuple[Any, Any, Any]:
        """An item is about to be stored."""
        self._holder(owner, index, True)
        return owner, index, value

    def drop(self, owner: Any, index: Any) -> tuple[Any, Any]:
        """An item is about to be deleted."""
        self._holder(owner, index, True)
        return owner, index

    def slot(self, owner: Any, index: Any) -> Slot:
        """An item will be stored, as one of several targets."""
        return Slot(self.put, owner, index)

    def _holder(self, owner: Any, index: object, change: bool) -> None:
        if (recorder := self._scheduler.recorder) is not None:
            kind = kind_of(type(owner))
            if kind is Kind.BOX:
                if (points := self._scheduler.points) is not None:
                    points.access_item(owner, index, change)
                recorder.note(owner, None, change)
            elif kind in (Kind.OTHER, Kind.VIEW, Kind.STREAM):
                recorder.everything()

    def glance(self, thing: Any) -> Any:
        """An object is about to be asked for its length, or whether it is true."""
        if (recorder := self._scheduler.recorder) is not None:
            kind = kind_of(type(thing))
            if kind is Kind.BOX:
                self._touch(recorder, [(thing, None, False)])
            elif kind is Kind.VIEW or (kind is Kind.OTHER and hasattr(type(thing), "__len__")):
                recorder.everything()
        return thing

    def look(self, thing: Any) -> Any:
        """All that an object holds is about to be read, as by an operator."""
        if (recorder := self._scheduler.recorder) is not None and type(thing) not in INERT:
            self._touch(recorder, reached([thing]))
        return thing

    def pair(self, one: Any, two: Any) -> tuple[Any, Any]:
        """The operands of an operator, which looks at both in one step."""
        if (recorder := self._scheduler.recorder) is not None:
            things = [thing for thing in (one, two) if type(thing) not in INERT]
            if things:
                self._touch(recorder, reached(things))
        return one, two

    def within(self, one: Any, two: Any) -> tuple[Any, Any]:
        """The operands of `in`, in the order of `operator.contains`."""
        return self.pair(two, one)

    def augment(self, changed: Any, value: Any) -> Any:
        """An operand is about to be added, or the like, to an object in its place."""
        if (recorder := self._scheduler.recorder) is not None and type(changed) not in INERT:
            touched = reached([value, changed], [changed])
            self._touch(recorder, touched)
            recorder.opened(sys._getframe(1), touched)
        return value

    def subject(self, thing: Any) -> Any:
        """Patterns are about to look at an object, and at its attributes."""
        if (recorder := self._scheduler.recorder) is not None and type(thing) not in INERT:
            self._touch(recorder, reached([thing], inside=True))
        return thing

    def guard(self, holds: Any, thing: Any) -> Any:
        """A guard was evaluated: the next pattern may be about to look at the subject."""
        self.subject(thing)
        return holds

    # Loops.

    def iter(self, items: Any) -> Any:
        """What a loop goes through; each look for the next item is heard."""
        if self._scheduler.namer is None or type(items) in INERT:
            return items
        if kind_of(type(items)) not in (Kind.BOX, Kind.STREAM, Kind.VIEW, Kind.OTHER):
            return items
        # All of this is C, so that no frame of ours is on the way of an error.
        ticks = iter(partial(self._tick, items), None)
        return map(operator.itemgetter(1), zip(ticks, items))  # noqa: B905 - ticks never end

    def rows(self, items: Any) -> Any:
        """What a loop goes through that unpacks each item."""
        return items if self._scheduler.namer is None else map(self.glance, self.iter(items))

    def delegate(self, items: Any) -> Any:
        """What `yield from` goes through; to a generator, it hands more than requests."""
        if not isinstance(items, GeneratorType):
            return self.iter(items)
        if (recorder := self._scheduler.recorder) is not None:
            recorder.write(items)
            recorder.opened(sys._getframe(1), [(items, None, True)])
        return items

    def _tick(self, items: Any) -> bool:
        if (recorder := self._scheduler.recorder) is not None:
            touched = reached([items], deep=False)
            self._touch(recorder, touched)
            if not isinstance(items, BOXES):
                recorder.closed(sys._getframe(1))
                recorder.opened(sys._getframe(1), touched)
        return True

    def round(self, first: int, last: int, has_limit: bool) -> None:
        """A round begins of a loop that may have no end; it stands in these lines."""
        if (points := self._scheduler.points) is not None:  # who was not heard is so from now on
            points.round(sys._getframe(1).f_code, Extent(first, last, has_limit))
        if self._scheduler.recorder is not None:
            self._scheduler.go_round()

    def mentions(self, *words: str) -> None:
        """A module begins whose text has these words."""
        self._scheduler.mentioned.update(words)

    def loading(self) -> None:
        """A module is about to be imported, for which others may wait, or find it half loaded."""
        if (recorder := self._scheduler.recorder) is not None:
            recorder.everything()

    def unpack(self, items: Any, most: int) -> Any:
        """What is about to be unpacked into so many targets; -1 is any number of them."""
        if self._scheduler.namer is None or type(items) in INERT:
            return items
        if isinstance(items, (tuple, *BOXES)):
            return self.glance(items)
        # It may wait on the way: what is stored is stored after that.
        return list(self.iter(items) if most < 0 else islice(self.iter(items), most + 1))

    # Calls.

    def call(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A function is about to be called: return the call."""
        if (recorder := self._scheduler.recorder) is not None:
            if recorder.open:
                recorder.closed(sys._getframe(1))
            if id(function) in ATTRIBUTES and len(args) > 1:
                (self.read if id(function) in LOOKUPS else self.write)(args[0], str(args[1]))
            elif (touched := effect(function, args, kwargs)) != []:
                self._touch(recorder, touched)
                if may_call_back(function):
                    recorder.opened(sys._getframe(1), touched)
                if id(function) in DEAFENING:
                    recorder.deafen()
        return partial(function, *args, **kwargs)

    def decorator(self, function: Any) -> Any:
        """A function is about to be called with something new."""
        if (recorder := self._scheduler.recorder) is not None:
            self._touch(recorder, effect(function, (), {}))
        return function

    def enter(self, manager: Any) -> Any:
        """A `with` statement is about to begin."""
        if (recorder := self._scheduler.recorder) is not None:
            recorder.closed(sys._getframe(1))
            if kind_of(type(manager)) is Kind.OTHER:
                recorder.everything()
        return manager


#: Modules of which nothing is heard but that a program changes them.
LIBRARY = frozenset(sys.stdlib_module_names) | {"concurrent.futures", "collections.abc"}
#: Attributes that are the variables of something.
NAMESPACES = frozenset(
    ["__dict__", "__globals__", "__closure__", "f_locals", "f_globals", "gi_frame", "tb_frame"]
)
#: What a class's method, or property, is in its dictionary.
METHODS = (FunctionType, property, classmethod, staticmethod)
#: Descriptors of attributes that an object keeps itself.
SLOTS = (MemberDescriptorType, GetSetDescriptorType)
#: How many attributes of classes are remembered.
MOST = 10_000
LOOKUPS = frozenset(map(id, (getattr, hasattr)))
ATTRIBUTES = frozenset(map(id, (getattr, hasattr, setattr, delattr)))
#: What gives variables away to code that is not instrumented, or to names that are not seen.
DEAFENING = frozenset(map(id, (exec, eval, compile, globals, locals, vars, __import__)))


def _shown(cls: Any, name: str) -> str:
    """An object's attribute in words; none if it is code of the program that keeps it somewhere."""
    found = _found(cls, name)
    kept = isinstance(found, SLOTS) or not hasattr(type(found), "__set__")
    plain = cls.__setattr__ is object.__setattr__
    return f"{cls.__name__}.{name}" if kept and plain else ""


def _found(cls: type, name: str) -> object:
    """What a class has under a name, as it is there."""
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def _leads_to_method(above: Any, name: str) -> bool:
    """Whether what `super()` has under a name is a method of a class above."""
    if above.__self_class__ is None:  # it is bound to nothing
        return False
    line: tuple[type, ...] = above.__self_class__.__mro__
    rest = line[line.index(above.__thisclass__) + 1 :]
    found = next((vars(base)[name] for base in rest if name in vars(base)), None)
    return isinstance(found, METHODS)
