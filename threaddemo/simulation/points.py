"""The points of shared memory: where a fine run may be interrupted, besides at primitives.

That is before each access of a variable that threads contend for: more than one of them uses it, at
least one writes, and nothing orders what they do (see `races`). Anything else may be swapped with
what other threads do at the same time and nobody would know: a program without data races behaves
as if its threads took turns at its primitives alone (Adve and Hill 1990). Where the variables are
accessed is found out before anything is counted. One that turns out later to be contended for makes
new sites, and an exploration begins again with these.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Collection
from enum import Enum
from functools import partial
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from threaddemo.simulation.attention import Attention
from threaddemo.simulation.footprints import Key, Recorder
from threaddemo.simulation.patience import GOING_ROUND, ROUNDS, Changes, Extent, Going, Loop
from threaddemo.simulation.races import Races, Site
from threaddemo.simulation.sampling import Walk
from threaddemo.simulation.strategies import Seeded
from threaddemo.simulation.twins import Simulated

if TYPE_CHECKING:
    from threaddemo.simulation.scheduler import Scheduler, Strategy

#: How many runs at random look for sites.
SURVEYS = 4
#: How many steps of each are looked at.
SURVEYED = 5_000
#: Where frames of the library may hold a lock while they call the program.
LOCKING = frozenset(["logging", "functools"])
SCALARS = (int, float, str, bytes, bool, type(None))
SEQUENCES = (list, deque, bytearray)
#: Where the frames of twins are, and of those that record them.
TWINS = frozenset([__package__, f"{__name__.partition('.')[0]}.events"])


class Shared(NamedTuple):
    """An access of a variable that threads contend for."""

    owner: object
    name: str
    shown: str
    """The variable in words."""
    change: bool
    site: Site
    read: Callable[[], object]
    """Its value now."""


class Points:
    """What a fine run knows of its accesses.

    Args:
        scheduler: whose run it is.
        sites: where a run may be interrupted.
    """

    def __init__(self, scheduler: Scheduler, sites: Collection[Site]) -> None:
        self._scheduler = scheduler
        self._sites = sites
        self.races = Races()
        #: What names variables, where no strategy wants to hear of them.
        self.recorder = Recorder(lambda: scheduler.current.number or 0)
        #: Hears of each access at a site, when it has been made.
        self.listener: Callable[[Shared], object] | None = None
        self._untold: Shared | None = None
        self._names: dict[Key, str] = {}  # of containers
        self.attention = Attention()
        self.gave_way = False  #: whether a busy loop has had to wait for others
        self.stuck: set[Any] = set()  #: the tasks that go round for ever
        self._going: dict[Any, Going] = {}
        self._changes = Changes()
        self._loops: dict[Any, Loop] = {}
        self._site = Site("", 0, "")

    @property
    def is_deaf(self) -> bool:
        """Whether the program does what can't be heard, such as `exec`."""
        return self._ears.deaf

    @property
    def _ears(self) -> Recorder:
        """What hears the steps of this run that are heard."""
        return self._scheduler.strategy.recorder or self.recorder

    def attend(self) -> None:
        """The current thread goes on: it is heard, or else may touch everything."""
        is_heard = self.attention.hears(self._task)
        if not is_heard:
            self._ears.everything()
        # Who draws the run is told of all accesses.
        self._scheduler.recorder = self._ears if is_heard or self.listener is not None else None

    # What the program's text says.

    def reach(self, name: str, change: bool) -> FrameType:
        """A name, or what a container holds, is about to be accessed: maybe after others."""
        frame = self.come(name)
        if not self.attention.hears(self._task):
            return frame
        site = self._site
        if (site in self._sites or self._is_inside()) and not _is_locking(frame):
            verb = "write" if change else "read"
            self._scheduler.announce(f"{verb} {name}" if name else "access")
            self._site = site  # others have been elsewhere
            if self.attention.count(self._task):
                self._turn_away()
        else:
            self._scheduler.go_round()
        return frame

    def _turn_away(self) -> None:
        """The current thread begins to be unheard, or to be heard again."""
        self._ears.open.pop(self._task.number or 0, None)
        self._loop.forget()
        self.attend()

    def resume(self) -> None:
        """The current thread goes on: maybe within calls, of which a strategy may keep track."""
        if self._scheduler.strategy.recorder is None:
            number = self._task.number or 0
            self.recorder.cut()
            self.recorder.settle(number)
            self.recorder.resume(number, self._scheduler.steps)

    def _is_inside(self) -> bool:
        """Whether a call that threads contend for goes on, which has called the program back."""
        return any(
            Site(frame.f_code.co_filename, frame.f_lineno, "") in self._sites
            for frame, touched in self._ears.open.get(self._task.number or 0, ())
            if touched and any(change for _, _, change in touched)
        )

    def come(self, name: str) -> FrameType:
        """Here is an access, of a name or of what a container holds."""
        self._tell()
        frame = _program(sys._getframe(1))
        self._site = Site(frame.f_code.co_filename, frame.f_lineno, name)
        return frame

    def note(self, owner: object, name: str | None, change: bool, told: str = "") -> None:
        """A variable is accessed right now; `told` in words, if it can be raced for."""
        self._access(owner, name, change, told)
        if told and name is not None and self.listener is not None and self._site in self._sites:
            frame = _program(sys._getframe(1))
            self._untold = Shared(
                owner, name, told, change, self._site, _reader(owner, name, frame)
            )

    def access_item(self, owner: object, index: object, change: bool) -> None:
        """An item of a container is about to be accessed: maybe after others."""
        frame = self.reach("", change)
        if isinstance(owner, SEQUENCES) and type(index) is int and index < 0:
            index += len(owner)
        identity = self._identity(index)
        self._access(owner, None, change, is_item=identity is not None)
        if identity is not None:
            key = self._key(owner, None)
            if key not in self._names:
                self._names[key] = _name_of(owner, frame)
            told = f"{self._names[key]}[{_shown(index)}]"
            if self.attention.hears(self._task):
                self.races.access(self._task, (key, *identity), self._site, change, shown=told)
            if self.listener is not None and self._site in self._sites:
                read = partial(_item, owner, index)
                self._untold = Shared(owner, f"[{_shown(index)}]", told, change, self._site, read)

    def _identity(self, index: Any) -> tuple[object, ...] | None:
        """What tells an index or a key from others; None if only the program can tell them."""
        if isinstance(index, SCALARS):
            return (index,)
        compared: object = type(index).__eq__
        if compared is tuple.__eq__:
            parts = tuple(map(self._identity, index))
            return None if None in parts else parts
        is_itself = compared in (object.__eq__, Simulated.__eq__)
        return self._key(index, None) if is_itself else None

    def _tell(self) -> None:
        """Tell of the last access, which has been made by now."""
        if self._untold is not None and self.listener is not None:
            untold, self._untold = self._untold, None
            self.listener(untold)

    def _access(
        self, owner: object, name: str | None, change: bool, told: str = "", is_item: bool = False
    ) -> None:
        if not self.attention.hears(self._task):
            return
        key = self._key(owner, name)
        self.races.access(self._task, key, self._site, change, is_item=is_item, shown=told)
        if change and self.races.is_private(key):
            self._loop.keep(key[0])
        else:
            self._heed(key, change, self._site in self._sites)

    @property
    def _task(self) -> Any:
        return self._scheduler.current

    def _key(self, owner: object, name: str | None) -> Key:
        return self._ears.named(owner), name

    # What primitives say.

    def learn(self, thing: object) -> None:
        """The current thread looks at a primitive."""
        self.races.learn(self._task.number or 0, thing)
        self._heed(self._key(thing, None), False)

    def tell(self, thing: object, is_change: bool = True) -> None:
        """The current thread changes a primitive; maybe in a way that comes to nothing in time."""
        self._tell()
        self.races.tell(self._task.number or 0, thing)
        self._change(self._key(thing, None))
        if is_change:
            self._loop.forget()

    def end(self, thread: object) -> None:
        """The current thread ends."""
        self.tell(thread)
        self.races.tell(self._task.number or 0, self._scheduler.world)
        if not self._task.thread.daemon:
            self.races.tell(self._task.number or 0, self._scheduler.world.exits)

    def count(self) -> None:
        """The current thread sees who is left, and so who has ended."""
        self.races.learn(self._task.number or 0, self._scheduler.world)

    def outlive(self) -> None:
        """The current thread goes on when all but daemons have ended."""
        self.races.learn(self._task.number or 0, self._scheduler.world.exits)

    def hold(self, lock: object, more: int) -> None:
        """The current thread has acquired a lock, or will release it."""
        self._loop.hold(self._key(lock, None), more)

    def turn(self) -> None:
        """The current thread reads what is never the same."""
        self._loop.turn()

    # Busy loops.

    def round(self, code: CodeType, extent: Extent) -> None:
        """The current thread begins a round of a loop that may have no end."""
        if self.attention.regain(self._task):
            self._turn_away()
        self._loop.round(code, extent)

    def arrive(self, verb: str) -> None:
        """The current thread comes to an operation: it gives way if it but goes round."""
        self._tell()
        if verb == GOING_ROUND:
            return
        loop = self._loop
        moment = self._ears.moment
        own = self._task.thread.daemon  # whose loops nobody waits for, whatever they look at
        going = loop.arrive(_program(sys._getframe(1)), verb, moment, own)
        if going is None:
            return
        self.gave_way = True
        self._going[self._task] = going
        self._scheduler.announce(GOING_ROUND, going, going.ready)
        del self._going[self._task]
        if (recorder := self._scheduler.recorder) is not None:
            recorder.step.reads |= going.keys

    def relieve(self) -> bool:
        """Nobody else can take a step: let those go on that give way; whether there are any."""
        for task, going in self._going.items():
            going.relieved = True
            if self._loops[task].repeated > ROUNDS:
                self.stuck.add(task)
        if self._going:
            self._ears.everything()  # all of this comes before what follows
        return bool(self._going)

    @property
    def _loop(self) -> Loop:
        task = self._task
        if task not in self._loops:
            self._loops[task] = Loop(self._changes, task)
        return self._loops[task]

    def _heed(self, key: Key, change: bool, is_contended: bool = True) -> None:
        if change:
            self._change(key)
            self._loop.forget()
        else:
            self._loop.look(key, is_contended)

    def _change(self, key: Key) -> None:
        self._changes.note(key, self._task)


def survey(
    run: Callable[[Strategy, frozenset[Site]], Collection[Site]], sites: Collection[Site] = ()
) -> frozenset[Site]:
    """The sites of a program, as far as a few runs show them: the same ones every time.

    Args:
        run: makes a run with such points, and returns the sites that it has shown.
        sites: those that are known.
    """
    found = frozenset(sites)
    while True:
        known = found
        for strategy in (Seeded(0), *map(Walk, range(SURVEYS))):
            strategy.step_limit = strategy.enough = SURVEYED
            found |= frozenset(run(strategy, found))
        if found == known:
            return found


def _reader(owner: object, name: str, frame: FrameType) -> Callable[[], object]:
    """What reads a variable: a global one, one of a function around, or an attribute."""
    if isinstance(owner, str):
        if name in frame.f_globals:
            return partial(frame.f_globals.get, name)
        return lambda: frame.f_locals.get(name, "?")
    return lambda: getattr(owner, "__dict__", {}).get(name, "?")


def _item(owner: Any, index: object) -> object:
    """An item as the built-in container has it."""
    try:
        base: Any = next(base for base in (dict, list) if isinstance(owner, base))
        return base.__getitem__(owner, index)
    except (StopIteration, LookupError):
        return "?"


def _name_of(owner: object, frame: FrameType) -> str:
    """What the program calls a container, at the first place where an item of it is accessed."""
    for names in (frame.f_locals, frame.f_globals):
        for name, value in list(names.items()):
            if value is owner:
                return name
    for value in list(frame.f_locals.values()):
        for name, part in list(getattr(value, "__dict__", {}).items()):
            if part is owner:
                return f"{type(value).__name__}.{name}"
    return f"a {type(owner).__name__}"


def _program(frame: FrameType) -> FrameType:
    """The innermost frame that is the program's."""
    while frame.f_globals.get("__package__") in TWINS and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _is_locking(frame: FrameType | None) -> bool:
    """Whether a frame was called by what may hold a lock of the real thing meanwhile."""
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] in LOCKING:
            return True
        frame = frame.f_back
    return False


def _shown(index: Any) -> str:
    """An index or a key in words; the program's own are not asked for any."""
    if isinstance(index, Enum):
        return f"{type(index).__name__}.{index.name}"
    if isinstance(index, tuple):
        return ", ".join(map(_shown, index)) or "()"
    return repr(index) if isinstance(index, SCALARS) else f"a {type(index).__name__}"
