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
from threaddemo.simulation.patience import Going
from threaddemo.simulation.pinning import one_cpu
from threaddemo.simulation.sampling import Walk, samplers
from threaddemo.simulation.scheduler import (
    BRIEF,
    EXPLORED,
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
SOON = 100  #: runs after which as many schedules are drawn at random, if that is wanted
TURNS = 50  #: steps at which one that has waited in vain is given its turn
BEGINNING = 300  #: steps of a run without an end, the others of which are left as they are


class Redundant(Exception):
    """All that could go on sleeps: what would follow is of a kind that was run before."""


@dataclass(frozen=True)
class Kind(Generic[R]):
    """One run of a kind."""

    run: R
    weight: int | None
    """How many schedules it stands for; None if it was not counted, or drawn at random."""
    preemptions: int
    is_drawn: bool = False
    """Whether it was drawn at random."""
    punctual: bool = True
    """Whether in one of them no sleeper has to be late; False also if it was drawn at random."""


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
    step_limit = EXPLORED

    def __init__(
        self, nodes: list[_Node], known: int, order: Order, is_punctual: bool = False
    ) -> None:
        self.nodes, self.known, self.order = nodes, known, order
        self.is_punctual = is_punctual
        self.depth = 0
        self.preemptions = 0
        self.over = self.is_endless = False
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

    def give_up(self) -> None:
        self.is_endless = True
        self.finish(failed=True)

    def finish(self, failed: bool) -> None:
        if self.depth > self.known:
            if failed:
                self.recorder.everything()  # no other step was taken after it
            self._close()
        elif not self.is_endless:
            raise NotReducible(OTHERWISE)
        self._leave(self.scheduler.live)
        self.wakings = self.scheduler.wakings
        self.over = True

    def _follow(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Take a step as in the last run."""
        node = self.nodes[self.depth]
        task = next((task for task in enabled if task.number == node.task), None)
        if task is None or task.verb != node.verb or len(enabled) != len(node.enabled):
            raise NotReducible(OTHERWISE)
        if self._is_mute(node):
            self.scheduler.recorder = None
            if not self.depth:
                self.recorder.cut()  # what the start of Main has touched
        else:
            self._hear(task)
        return task

    def _is_mute(self, node: _Node) -> bool:
        """Whether a known step is not heard; points of shared memory have to be."""
        return node.quiet and node.verified and self.scheduler.points is None

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
        elif not self._is_mute(node):
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
            due = min(awake, key=lambda one: able[one].deadline)
            sleeper = due if self.is_punctual else awake[0]
            number = next((one for one in awake if able[one].ready()), sleeper)
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
        if isinstance(task.target, Going):
            return _Wait(task.target.keys, False)
        parts = parts_of(task.target)
        if not parts:
            return NOTHING
        keys = filter(None, map(self.recorder.known, parts))
        return _Wait(frozenset(keys), getattr(task.target, "_needs_all", False))

    def _awaited(self, task: Task) -> Footprint:
        """What the next step of a task touches at least."""
        awaited = Footprint()
        if isinstance(task.target, Going):
            awaited.reads.update(task.target.keys)
            return awaited
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
        max_steps: how many steps these may take in all, if there is a bound; half as many
            again may those at random.
        is_punctual: whether of sleepers that could wake, the one that is due first is tried first.
            Else a loop that looks every now and then has no end, where nobody else ever wakes.
        draws_soon: whether some of the schedules at random are drawn after a few runs, since who
            waits for the end of the search may not wait for so long.
    """

    def __init__(
        self,
        run_one: Callable[[Strategy], R],
        max_runs: int = 30_000,
        max_steps: int | None = None,
        is_punctual: bool = False,
        draws_soon: bool = False,
    ) -> None:
        self.run_one, self.max_runs, self.max_steps = run_one, max_runs, max_steps
        self._is_punctual, self._draws_soon = is_punctual, draws_soon
        self._step_limit: int | None = None
        self._is_brief = False
        self._begin()

    def _begin(self) -> None:
        self.kinds = 0  #: how many kinds were found
        self.schedules = 0  #: how many schedules they stand for
        self.exact = True  #: whether these were all counted; else there are more
        self.redundant = 0  #: how many runs were given up, or of a kind that was known
        self.exhausted = False  #: whether there are no other kinds
        self.endless = 0  #: how many runs were given up since they have no end
        self.steps = 0  #: how many steps all these took
        self.sampled = 0  #: how many schedules were drawn at random
        self._nodes: list[_Node] = []
        self._order = Order()
        self._counter = Counter()

    def give_up_soon(self) -> None:
        """Take it that runs mostly have no end, and need not be long to show that."""
        self._is_brief = True
        self.max_steps = self.max_steps and self.max_steps // 10

    def only_at_random(self, step_limit: int) -> None:
        """Draw all schedules at random, since runs take too many steps, though at most so many."""
        self._step_limit = step_limit
        self.max_steps = self.max_steps and self.max_steps // 2

    @property
    def complete(self) -> bool:
        """Whether every schedule was run, or is of a kind of which one was."""
        return self.exhausted and not self.endless

    @property
    def runs(self) -> int:
        """How many runs were made, but for those at random."""
        return self.kinds + self.redundant

    def __iter__(self) -> Iterator[Kind[R]]:
        self._begin()
        with one_cpu():
            strategies = samplers()
            while not self._is_over():
                if self._draws_soon and self.kinds >= SOON and not self.sampled:
                    yield from self._drawn(islice(strategies, SOON))
                found = self._run()
                self._advance()
                if found is not None:
                    yield found
            most = 0 if self.exhausted else max(self.max_runs // 2 - self.sampled, 0)
            self.steps = (self.max_steps or 0) // 2  # half as many again
            yield from self._drawn(islice(strategies, most))

    def _drawn(self, strategies: Iterable[Walk]) -> Iterator[Kind[R]]:
        """Runs of schedules at random."""
        for strategy in strategies:
            if self._is_worn_out():
                break
            strategy.step_limit = BRIEF if self._is_brief else self._step_limit or EXPLORED
            run = self.run_one(strategy)
            self.steps += strategy.steps
            if strategy.is_unfair:
                continue
            self.sampled += 1
            yield Kind(run, None, strategy.preemptions, is_drawn=True, punctual=False)

    def _is_over(self) -> bool:
        """Whether the search has come to its end, or to a bound, or can't be made."""
        is_long = self._step_limit is not None
        return self.exhausted or is_long or self.runs >= self.max_runs or self._is_worn_out()

    def _is_worn_out(self) -> bool:
        return self.max_steps is not None and self.steps >= self.max_steps

    def _run(self) -> Kind[R] | None:
        known = max(0, len(self._nodes) - 1)
        path = _Path(self._nodes, known, self._order, self._is_punctual)
        path.step_limit = BRIEF if self._is_brief else EXPLORED
        run = None
        with suppress(Redundant):
            run = self.run_one(path)
        self.steps += path.depth
        self.endless += path.is_endless
        is_unfair = path.is_endless and self._cut_short()
        self.exact &= not path.is_endless
        self._races(path, known)
        self._counter.follow(self._order, known)
        if not path.over or is_unfair or self._counter.recognize(self._order):
            self.redundant += 1
            return None
        weight = self._counter.count(self._order) if self.exact else None
        self.kinds += 1
        self.exact &= weight is not None
        self.schedules += weight or 1
        punctual = path.is_endless or is_punctual(path.wakings, self._order)
        return Kind(cast(R, run), weight, path.preemptions, punctual=punctual)

    def _cut_short(self) -> bool:
        """Keep the beginning of a run without an end; say whether it has none since it was unfair.

        Only the beginning is varied: else it would be the end of the run for ever. Where a task
        sleeps to the end, what follows if it goes on is of a kind that was run before. Where it
        has not had its turn in a long time, it gets it.
        """
        nodes, order = self._nodes, self._order
        last, half = nodes[-1], len(order.tasks) // 2
        waiting = last.enabled - last.sleep.keys()
        starved = [task for task in waiting if order.last(task) < half]
        for task in starved:
            first = order.last(task) + 1
            for node in nodes[first : min(first + TURNS, BEGINNING)]:
                node.todo |= node.enabled
        order.truncate(BEGINNING)
        return bool(starved or last.sleep)

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
