"""Every schedule, most of them not run: one of each kind.

Two schedules are of one kind if one becomes the other by swapping neighbouring steps of two threads
that have nothing to do with each other. Nobody can tell them apart: they have the same facts. So it
is enough to run one of each kind, and to count the others (see `counting`).

The search goes depth first, as plain exploration does, but comes back only where it matters: to the
steps that a later one races with, which depends on them and might have come first (dynamic
partial-order reduction: Flanagan and Godefroid, POPL 2005). There, a thread is tried that leads to
where the later step comes first; or every thread, where it is not clear which ones do. Sleep sets
(Godefroid 1996) see to it that this leads to few kinds twice: a thread whose step was tried before
sleeps as long as what others do has nothing to do with it.

What is tried in a state is enough if every way to go on begins with one of these steps, or could:
they are a source set (Abdulla, Aronis, Jonsson, Sagonas, POPL 2014). The theory supposes that a
step touches the same whenever it is taken, and keeps nobody from going on. Ours may look elsewhere
if others come first, and acquire locks. So of what has come before the later step, only that counts
which it depends on: that much comes before it also where the earlier step does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Generic, NamedTuple, TypeVar, cast

from threaddemo.simulation.counting import Counter
from threaddemo.simulation.footprints import Footprint, Key, NotReducible, Recorder
from threaddemo.simulation.lateness import is_punctual
from threaddemo.simulation.orders import Order, bits
from threaddemo.simulation.pinning import one_cpu
from threaddemo.simulation.sampling import samplers
from threaddemo.simulation.scheduler import (
    Scheduler,
    Strategy,
    Task,
    Waking,
    always,
    never,
    parts_of,
)

R = TypeVar("R")
OTHERWISE = "the program did not do the same when it was run again"


class Redundant(Exception):
    """All that could go on sleeps: what would follow is of a kind that was run before."""


@dataclass(frozen=True)
class Kind(Generic[R]):
    """One run of a kind."""

    run: R
    weight: int | None
    """How many schedules it stands for; None if it was not counted, or drawn at random."""
    preemptions: int
    punctual: bool = True
    """Whether in one of them sleepers wake in the order of their deadlines, as far as is known."""


class _Wait(NamedTuple):
    """The variables whose change may end a wait: of any of them, or it takes one of each."""

    keys: frozenset[Key]
    for_all: bool


NOTHING = _Wait(frozenset(), False)


class _Node:
    """A state on the path, and the step that was taken there."""

    __slots__ = (
        *("done", "enabled", "footprint", "quiet", "sleep", "task", "todo", "verb", "verified"),
        "wait",
    )

    def __init__(self, enabled: frozenset[int], sleep: dict[int, Footprint], task: int) -> None:
        self.enabled = enabled
        self.sleep = sleep
        self.task = task
        self.todo = {task}
        self.done: dict[int, Footprint] = {}

    def begin(self, verb: str, wait: _Wait) -> None:
        """A step is taken that was not taken before."""
        self.verb, self.wait = verb, wait
        self.footprint = Footprint()
        self.quiet = False  # whether hearing it is of no consequence to what is heard later
        self.verified = False  # whether it touched the same when it was taken again


class _Path(Strategy):
    """One run: the known steps first, then straight on, past what sleeps.

    To hear a step takes longer than to take it. What is known of a step need not be heard again,
    unless objects were found there that got their names so, or calls began that go on. But each
    step is heard twice, to see that the program does the same when it is run again.
    """

    every_step = True
    step_limit = 10_000

    def __init__(self, nodes: list[_Node], known: int, order: Order) -> None:
        self.nodes, self.known, self.order = nodes, known, order
        self.depth = 0
        self.preemptions = 0
        self.over = False
        self.live: set[int] = set()
        self.left: list[tuple[int, Footprint, _Wait]] = []
        self.wakings: list[Waking] = []

    def begin(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.recorder: Recorder = Recorder(lambda: scheduler.current.number or 0)

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        if self.depth:
            self._close()
        go_on = self._follow if self.depth < self.known else self._take
        task = go_on(enabled, current)
        self.depth += 1
        self.preemptions += current is not None and task is not current
        return task

    def finish(self, failed: bool) -> None:
        if self.depth <= self.known:
            raise NotReducible(OTHERWISE)
        if failed:
            self.recorder.everything()  # no other step was taken after it
        self._close()
        self._leave(self.scheduler.live)
        self.wakings = self.scheduler.wakings
        self.over = True

    def _follow(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Take a step as in the last run."""
        node = self.nodes[self.depth]
        task = next((task for task in enabled if task.number == node.task), None)
        if task is None or task.verb != node.verb or len(enabled) != len(node.enabled):
            raise NotReducible(OTHERWISE)
        if node.quiet and node.verified:
            self.scheduler.recorder = None
            if not self.depth:
                self.recorder.cut()  # what the start of Main has touched
        else:
            self._hear(task)
        return task

    def _take(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Take a step that was not taken before."""
        able = {task.number or 0: task for task in enabled}
        if self.depth > self.known:
            self._check(able)
        self.live = {task.number or 0 for task in self.scheduler.live}
        if self.depth == len(self.nodes):
            self.nodes.append(self._reach(able, current))
        node = self.nodes[self.depth]
        if node.enabled != able.keys():
            raise NotReducible(OTHERWISE)
        task = able[node.task]
        node.begin(task.verb, self._wait(task))
        self._hear(task)
        return task

    def _hear(self, task: Task) -> None:
        """Listen to the step that begins."""
        self.scheduler.recorder = self.recorder
        if task.thread.daemon:
            self.recorder.read("run", "end")  # which would have cut it off
        self.recorder.resume(task.number or 0, self.depth)

    def _close(self) -> None:
        """Note what the step touched that is over."""
        node, recorder = self.nodes[self.depth - 1], self.recorder
        if self.depth > self.known:
            node.quiet = recorder.settle(node.task)
            node.footprint = recorder.cut()
            self.order.append(node.task, node.footprint)
        elif not (node.quiet and node.verified):
            recorder.settle(node.task)
            if recorder.cut() != node.footprint:
                raise NotReducible("the program did not touch the same when it was run again")
            node.verified = True

    def _reach(self, able: dict[int, Task], current: Task | None) -> _Node:
        """A new state: who sleeps there, and who goes on."""
        sleep: dict[int, Footprint] = {}
        if self.nodes:
            above = self.nodes[-1]
            asleep = above.sleep | above.done
            sleep = {
                number: footprint
                for number, footprint in asleep.items()
                if number != above.task and not footprint.depends_on(above.footprint)
            }
        awake = [number for number in able if number not in sleep]
        if not awake:
            self._leave([task for task in self.scheduler.live if task.number not in able])
            raise Redundant
        if current is not None and current.number in awake:
            number = current.number or 0
        else:  # sleepers last: the others come to where they wait, and need not be tried before
            number = next((one for one in awake if able[one].ready()), awake[0])
        return _Node(frozenset(able), sleep, number)

    def _check(self, able: dict[int, Task]) -> None:
        """See that whose waiting ended, or began, in a step waits for what the step has changed."""
        taken = self.nodes[self.depth - 1]
        changed = taken.footprint.writes | taken.footprint.adds
        turned = (able.keys() ^ taken.enabled) & self.live - {taken.task}
        if not turned or taken.footprint.everything:
            return
        for task in self.scheduler.live:
            if task.number in turned and not changed & self._wait(task).keys:
                raise NotReducible(f"{task.verb} waits for what was changed without a note")

    def _leave(self, tasks: Iterable[Task]) -> None:
        """Note what tasks wait for that the end of the run keeps from going on."""
        self.left = [(task.number or 0, self._awaited(task), self._wait(task)) for task in tasks]

    def _wait(self, task: Task) -> _Wait:
        """What the next step of a task waits for, as it is announced."""
        parts = parts_of(task.target)
        if not parts:
            return NOTHING
        keys = filter(None, map(self.recorder.known, parts))
        return _Wait(frozenset(keys), getattr(task.target, "_needs_all", False))

    def _awaited(self, task: Task) -> Footprint:
        """What the next step of a task touches at least."""
        awaited = Footprint()
        parts = parts_of(task.target)
        keys = {key for part in parts if (key := self.recorder.known(part))}
        (awaited.reads if task.look else awaited.writes).update(keys)
        awaited.everything = not parts and task.ready not in (always, never)
        if task.thread.daemon:
            awaited.reads.add(("run", "end"))
        return awaited


class Kinds(Generic[R]):
    """One schedule of each kind; iterating yields a `Kind` for each, with what `run_one` returns.

    Where there are more runs to make than `max_runs`, half as many schedules are drawn at random
    besides. These come last, and stand for none but themselves.

    Args:
        run_one: runs an instrumented program under a strategy.
        max_runs: how many runs there may be, but for those at random.
    """

    def __init__(self, run_one: Callable[[Strategy], R], max_runs: int = 30_000) -> None:
        self.run_one, self.max_runs = run_one, max_runs
        self._begin()

    def _begin(self) -> None:
        self.kinds = 0  #: how many kinds were found
        self.schedules = 0  #: how many schedules they stand for
        self.exact = True  #: whether these were all counted; else there are more
        self.redundant = 0  #: how many runs were given up, or of a kind that was known
        self.exhausted = False  #: whether there are no other kinds
        self.sampled = 0  #: how many schedules were drawn at random
        self._nodes: list[_Node] = []
        self._order = Order()
        self._counter = Counter()

    @property
    def complete(self) -> bool:
        """Whether every schedule was run, or is of a kind of which one was."""
        return self.exhausted

    @property
    def runs(self) -> int:
        """How many runs were made, but for those at random."""
        return self.kinds + self.redundant

    def __iter__(self) -> Iterator[Kind[R]]:
        self._begin()
        with one_cpu():
            while not self.exhausted and self.runs < self.max_runs:
                found = self._run()
                self._advance()
                if found is not None:
                    yield found
            most = 0 if self.exhausted else self.max_runs // 2
            for strategy in islice(samplers(), most):
                run = self.run_one(strategy)
                self.sampled += 1
                yield Kind(run, None, strategy.preemptions)

    def _run(self) -> Kind[R] | None:
        known = max(0, len(self._nodes) - 1)
        path = _Path(self._nodes, known, self._order)
        run = None
        with suppress(Redundant):
            run = self.run_one(path)
        self._races(path, known)
        self._counter.follow(self._order, known)
        if not path.over or self._counter.recognize(self._order):
            self.redundant += 1
            return None
        weight = self._counter.count(self._order) if self.exact else None
        self.kinds += 1
        self.exact &= weight is not None
        self.schedules += weight or 1
        punctual = is_punctual(path.wakings, path.depth, self._order.precedes)
        return Kind(cast(R, run), weight, path.preemptions, punctual)

    def _races(self, path: _Path, known: int) -> None:
        """Come back to where a step was taken that a later one might have come before."""
        order = self._order
        for step in range(known, len(order.tasks)):
            if dependent := order.direct[step] & ~order.program_past(step):
                self._race(step, dependent)
        for task, awaited, wait in path.left:
            dependent = order.dependent(awaited) & ~order.last_past(task)
            for earlier in bits(dependent):
                self._wake(earlier, task, order.last(task), len(order.tasks), wait)

    def _race(self, step: int, dependent: int) -> None:
        """Come back to the earlier steps that a step depends on and might have come before.

        Where others are between the two that depend on both, it is enough to come back to these,
        from there to others, and so on. Unless the task had to wait in between: what made it wait,
        and what ended that, as the acquire and the release of a lock, can't be told apart then.
        """
        order, nodes = self._order, self._nodes
        task, before, wait = order.tasks[step], order.before[step], nodes[step].wait
        waited = step
        while waited > before and task in nodes[waited].enabled:
            waited -= 1
        nearest = order.maximal(dependent)
        for earlier in bits(dependent):
            if before < earlier and task not in nodes[earlier].enabled:
                self._wake(earlier, task, before, step, wait)
            elif earlier in nearest:
                self._reverse(earlier, step)
            elif earlier < waited > before:
                nodes[earlier].todo |= nodes[earlier].enabled

    def _reverse(self, earlier: int, step: int) -> None:
        """See that a step is tried before an earlier one, and what it depends on before that."""
        order, node = self._order, self._nodes[earlier]
        needed = order.past[step] >> earlier + 1 << earlier + 1
        firsts = {order.tasks[one] for one in bits(needed) if not order.past[one] & needed}
        firsts = firsts or {order.tasks[step]}
        if not firsts <= node.enabled:
            node.todo |= node.enabled
        elif firsts.isdisjoint(node.todo) and firsts.isdisjoint(node.sleep):
            node.todo.add(min(firsts))

    def _wake(self, earlier: int, task: int, before: int, until: int, wait: _Wait) -> None:
        """Try everybody where a task has to wait, unless the step that is taken there ends that.

        Args:
            earlier: a step that the task's next one depends on, or would, if it were taken.
            task: who waits.
            before: the step of the task before, or -1.
            until: where in the run the next one comes.
            wait: what it waits for.
        """
        node = self._nodes[earlier]
        waits = before < earlier and task not in node.enabled
        if not (waits and self._is_needed(earlier, until, wait)):
            node.todo |= node.enabled

    def _is_needed(self, step: int, until: int, wait: _Wait) -> bool:
        """Whether a wait goes on as long as a step, and all that comes after it, are not taken."""
        changed = wait.keys & self._nodes[step].footprint.changes
        for other in range(step + 1, until):
            if not self._order.past[other] >> step & 1:
                theirs = wait.keys & self._nodes[other].footprint.changes
                changed -= theirs if wait.for_all else changed if theirs else set()
        return bool(changed)

    def _advance(self) -> None:
        """Go back to the last state with somebody to try."""
        nodes = self._nodes
        del nodes[len(self._order.tasks) :]
        while nodes:
            node = nodes[-1]
            node.done[node.task] = node.footprint
            left = node.todo - node.done.keys() - node.sleep.keys()
            if left:
                node.task = min(left)
                break
            nodes.pop()
        self.exhausted = not nodes
        self._order.truncate(max(0, len(nodes) - 1))
