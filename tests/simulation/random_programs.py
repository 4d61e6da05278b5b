"""Random small programs, each explored both ways: every schedule, and one of each kind.

A program is a tree of statements, so that one which shows a disagreement can be shrunk: what it
says less is left out, as long as the disagreement stays.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from threaddemo.program import Program
from threaddemo.simulation import PURE, EndlessRun, Exploration, Replay, RunTimeout, Simulator
from threaddemo.simulation.instrument import instrument
from threaddemo.simulation.kinds import Kinds
from threaddemo.simulation.points import survey
from threaddemo.simulation.races import Site
from threaddemo.simulation.scheduler import Strategy

HEAD = """
from concurrent.futures import FIRST_COMPLETED as ANY, as_completed
import concurrent.futures, dataclasses, functools, queue, random, threading, time
from collections import defaultdict, deque
G = 0
TABLE = {}
class Base:
    total = 0
    def __init__(self):
        self.x = 0
        self.items = []
        self.lock = threading.Lock()
class Shared(Base):
    def bump(self, by):
        copy = self.x
        time.sleep(0.1)
        self.x = copy + by
    def quick(self, by):
        self.x += by
        return self.x
    @property
    def double(self):
        return 2 * self.x
    def __len__(self):
        return len(self.items)
    def __eq__(self, other):
        return self.x == other
@dataclasses.dataclass
class Point:
    a: int = 0
    b: list = dataclasses.field(default_factory=list)
class Slotted:
    __slots__ = ("v",)
    def __init__(self):
        self.v = 0
class Box(queue.Queue):
    def __init__(self, size):
        super().__init__(size)
        self.most = 0
    def _put(self, item):
        super()._put(item)
        self.most = max(self.most, len(self.queue))
class Stack(list):
    pass
def slow(value):
    time.sleep(0.1)
    return value
def counting(items):
    for item in items:
        time.sleep(0.1)
        yield item
@functools.lru_cache
def remembered(key):
    return slow(key) + G
class Managed:
    def __init__(self, s):
        self.s = s
    def __enter__(self):
        self.s.x += 10
        return self.s
    def __exit__(self, *exc):
        self.s.x -= 10
"""

#: Statements and how often they come, relative to each other; K is a small number.
SIMPLE = {
    **dict.fromkeys(["s.x = s.x + K", "time.sleep(0.1)"], 5),
    **dict.fromkeys(["seen.append(s.x)", "s.bump(K)", "seen.append(s.quick(K))"], 3),
    **dict.fromkeys(["s.x += slow(K)", "q.put(K)", "seen.append(q.get())", "sem.release()"], 2),
    **dict.fromkeys(
        """shared.append(K)
        shared[:] = [K]
        seen.append(len(shared))
        seen.append(sum(shared))
        seen.append(tuple(shared))
        shared.extend([K, K])
        seen.append(sorted(shared, key=slow))
        shared.sort(key=slow)
        seen.append(max(shared, default=0, key=slow))
        seen += shared
        shared += counting([K, 1])
        seen.append([v * K for v in shared])
        seen.append([v for v in counting(shared)])
        seen.append(sum(v + s.x for v in shared))
        seen.append(list(map(slow, shared)))
        seen.append(K in shared)
        seen.append(shared == [K])
        seen.append(1 < len(shared) <= K)
        seen.append([*shared, K])
        seen.append("%s" % shared)
        seen.append(f"{s.items}{shared}")
        s.items += [K]
        s.items.append(K)
        seen.append(list(s.items))
        seen.append(bool(s))
        seen.append(s == K)
        seen.append(s.double)
        table[K] = len(seen)
        table[K] = slow(K)
        seen.append(table.get(K))
        seen.append(sorted(table.items()))
        seen.append({**table, 9: 9})
        seen.append(table.pop(K, None))
        seen.append(table.setdefault(K, slow(K)))
        seen.append(list(table.keys()))
        TABLE[K] = TABLE.get(K, 0) + 1
        TABLE[K] = slow(len(TABLE))
        counts[K] += 1
        counts[K] += slow(K)
        line.append(K)
        line.appendleft(K)
        global_bump(seen)
        nonlocal_bump(seen)
        seen.append(later())
        Base.total += 1
        Base.total = slow(K)
        seen.append(Shared.total)
        seen.append(s.total)
        s.total = K
        point.a += K
        point.b.append(K)
        seen.append(repr(point))
        seen.append(point == Point(K, [K]))
        slotted.v += K
        seen.append(slotted.v)
        setattr(s, "x", K)
        seen.append(getattr(s, "x"))
        s.x, s.y = K, slow(s.x)
        table[K], s.x = s.x, K
        seen.append(s.__dict__["x"])
        seen.append(remembered(K))
        stack.append(K)
        seen.append(str(stack))
        seen.append((lambda: s.x + counter)())
        seen.append(next(numbers, None))
        seen.append(next(walker, None))
        seen.append([v for v, _ in zip(shared, counting([1, 2]))])
        seen.append(q.empty())
        seen.append(q.qsize())
        seen.append(q.full())
        seen.append(list(q.queue))
        e.set()
        e.clear()
        seen.append(e.wait())
        seen.append(e.is_set())
        seen.append(e.wait(0.5))
        sem.acquire()
        seen.append(sem.acquire(False))
        seen.append(sem.acquire(timeout=0.3))
        lock2.acquire()
        seen.append(lock2.acquire(timeout=1))
        seen.append(lock2.acquire(False))
        seen.append(lock2.locked())
        seen.append(random.randint(1, 9))
        seen.append(threading.current_thread().name)
        threading.current_thread().name = "NK"
        seen.append(other.name)
        seen.append(fut.done())
        seen.append(fut.cancel())
        seen.append(fut.result())
        seen.append(other.is_alive())
        other.join(0.2)
        seen.append(time.monotonic())
        seen.append(pool.submit(slow, K).result())
        pool.submit(shared.append, K)
        threading.Thread(target=shared.append, args=(K,)).start()
        threading.Thread(target=nonlocal_bump, args=(seen,), daemon=True).start()
        results[me] = K
        results[me] = s.x
        seen.append(results)
        del table[K]
        shared.remove(K)
        assert s.x < 3
        raise ValueError(s.x)
        q.task_done()
        q.join()
        with q.mutex: q.queue.clear()
        with q.mutex: seen.append(slow(K))
        q.shutdown()
        sq.put(K)
        seen.append(sq.get(timeout=0.3))
        seen.append(sq.qsize())
        pq.put(K)
        seen.append(pq.get(timeout=0.3))
        seen.append(pq.get(False))
        with cond: seen.append(cond.wait(0.5))
        with cond: cond.wait()
        with cond: seen.append(cond.wait_for(lambda: s.x > K, 0.5))
        with cond: seen.append(bool(cond.wait_for(lambda: shared, 1)))
        with cond: cond.notify()
        with cond: cond.notify_all()
        with cond: seen.append(cond.notify(K))
        cond.wait(0.5)
        cond.acquire()
        cond.release()
        seen.append(cond.acquire(False))
        seen.append(repr(cond))
        with guard: seen.append(guard.wait(0.5))
        with guard: guard.notify()
        guard.wait()
        guard.notify_all()
        bar.wait()
        seen.append(bar.wait())
        seen.append(bar.wait(0.5))
        seen.append(bar.n_waiting)
        seen.append(bar.broken)
        bar.abort()
        bar.reset()
        rl.acquire()
        rl.release()
        seen.append(rl.acquire(False))
        seen.append(rl.acquire(timeout=0.3))
        seen.append(repr(rl))
        seen.append(repr(lock2))
        seen.append(repr(sem))
        seen.append(repr(e))
        seen.append(repr(fut))
        seen.append(hash(lock2))
        seen.append(hash(e))
        seen.append({sem, e, rl} == {e, sem})
        timer.start()
        timer.cancel()
        timer.join(1)
        seen.append(timer.is_alive())
        timer.function = later
        late.start()
        late.join()
        late.join(0.3)
        seen.append(late.ident)
        seen.append(late.is_alive())
        late.name = "NK"
        seen.append(late.name)
        seen.append([t.name for t in threading.enumerate()])
        seen.append(threading.active_count())
        mine.v = K
        seen.append(getattr(mine, "v", None))
        manual.set_result(K)
        manual.set_exception(ValueError(K))
        seen.append(manual.cancel())
        seen.append(manual.result())
        seen.append(manual.result(0.3))
        seen.append(manual.done())
        seen.append(manual.running())
        manual.add_done_callback(shared.append)
        manual.add_done_callback(lambda f: slow(shared.append(K)))
        seen.append(len(concurrent.futures.wait([manual, fut], 0.3).done))
        seen.append(len(concurrent.futures.wait({manual, duo.submit(slow, K)}, None, ANY).done))
        seen.append([f.result() for f in as_completed([duo.submit(slow, v) for v in (K, 1)])])
        seen.append([f.done() for f in as_completed([manual, fut], 0.5)])
        seen.append(list(duo.map(slow, shared)))
        fs.append(duo.submit(slow, K))
        fs.append(duo.submit(name))
        seen.append(fs[-1].result())
        seen.append([f.result() for f in as_completed(fs)])
        duo.shutdown(False, cancel_futures=True)
        duo.shutdown()""".split("\n"),  # noqa: SIM905 - as the statements are written
        1,
    ),
}
SIMPLE = {statement.strip(): weight for statement, weight in SIMPLE.items()}
COMPOUND = {
    "with s.lock:": 4,
    "with lock2:": 3,
    "with sem:": 2,
    "with cond:": 2,
    "with guard:": 1,
    "with rl:": 2,
    "while not cond.wait(0.1) and s.x < K:": 1,
    "with Managed(s) as m:": 1,
    "if s.x > K:": 2,
    "if shared:": 1,
    "if lock2.locked():": 1,
    "if not e.is_set():": 1,
    "for _ in range(2):": 1,
    "for v in shared:": 1,
    "for v, w in list(table.items()):": 1,
    "while s.x < K:": 1,
    "try:": 2,
}
TOPICS = """s s s s.items shared shared table TABLE counts line global_bump nonlocal_bump later
    total point slotted __dict__ remembered stack numbers walker counting q q q q e e sem sem lock2
    lock2 lock2 lock lock random name fut fut other pool results slow time Thread lambda
    double cond cond cond guard guard bar bar bar rl rl rl timer timer late late manual manual duo
    duo fs fs sq pq mutex hash repr mine mine enumerate active_count as_completed""".split()  # noqa: SIM905 - a literal takes a line for each
FAILING = (
    *("del ", "shared.remove", "assert", "raise", "q.task_done", "sem.release", "q.shutdown"),
    *("sq.", "seen.append(sq", "seen.append(pq", "cond.", "guard.", "with guard: seen", "rl.rel"),
    *("bar.", "seen.append(bar", "timer.", "late.", "manual.", "seen.append(manual.", "duo."),
    *("fs.", "seen.append(fs", "seen.append([f."),
)


@dataclass(frozen=True)
class Statement:
    """A line, and the lines that belong to it."""

    text: str
    body: tuple[Statement, ...] = ()

    def lines(self, indent: str) -> Iterator[str]:
        """It as source text."""
        yield indent + self.text
        for part in self.body:
            yield from part.lines(indent + "    ")
        if self.text == "try:":
            yield f"{indent}except Exception as error:"
            yield f"{indent}    seen.append(type(error).__name__)"
        if self.text.startswith("while"):
            yield f"{indent}    s.x += 1"


@dataclass(frozen=True)
class Sketch:
    """What there is to choose in a program."""

    threads: tuple[tuple[Statement, ...], ...]
    main: tuple[Statement, ...] = ()
    size: int = 1
    permits: int = 1
    box: bool = False
    bounded: bool = False
    daemon: bool = False
    pooled: int = 0
    parties: int = 2
    action: str = "None"
    strict: bool = True
    joined: bool = True

    def source(self) -> str:
        """The program."""
        number = range(len(self.threads))
        kind = "Box" if self.box else "queue.Queue"
        semaphore = "BoundedSemaphore" if self.bounded else "Semaphore"
        lines = [
            "def run():",
            "    global G, TABLE",
            "    G, TABLE, Base.total = 0, {}, 0",
            "    remembered.cache_clear()",
            "    s, shared, table, seens = Shared(), [], {}, []",
            f"    q, e, sem = {kind}({self.size}), threading.Event(), "
            f"threading.{semaphore}({self.permits})",
            "    lock2, counter, point, slotted = threading.Lock(), 0, Point(), Slotted()",
            "    stack, counts, line = Stack(), defaultdict(int), deque(maxlen=2)",
            "    numbers, walker = iter([1, 2, 3]), counting([1, 2, 3])",
            "    cond, guard, rl = threading.Condition(), threading.Condition(lock2), "
            "threading.RLock()",
            f"    bar, sq, pq = threading.Barrier({self.parties}, {self.action}), "
            "queue.SimpleQueue(), queue.PriorityQueue()",
            "    manual, mine, fs = concurrent.futures.Future(), threading.local(), []",
            "    timer = threading.Timer(0.2, shared.append, [7])",
            "    late = threading.Thread(target=slow, args=(7,), daemon=False)",
            "    def name():",
            "        return slow(threading.current_thread().name)",
            f"    results = [None] * {len(self.threads) + 1}",
            "    def global_bump(seen):",
            "        global G",
            "        copy = G",
            "        time.sleep(0.1)",
            "        G = copy + 1",
            "    def nonlocal_bump(seen):",
            "        nonlocal counter",
            "        counter += 1",
            "        seen.append(counter)",
            "    def later():",
            "        return counter",
        ]
        for me, body in enumerate(self.threads):
            lines += [f"    def work{me}():", f"        seen, me = seens[{me}], {me}"]
            lines += [line for part in body for line in part.lines("        ")]
        names = ", ".join(f"work{me}" for me in number)
        lines += [
            f"    seens.extend([] for _ in range({len(self.threads) + 1}))",
            f"    seen, me = seens[-1], {len(self.threads)}",
            "    pool = concurrent.futures.ThreadPoolExecutor(1)",
            "    duo = concurrent.futures.ThreadPoolExecutor(2)",
            "    fut = pool.submit(len, shared)",
            f"    other = threading.Thread(target=work0, name='W0', daemon={self.daemon})",
        ]
        if self.pooled:
            lines += [
                f"    with concurrent.futures.ThreadPoolExecutor({self.pooled}) as crew:",
                f"        done = [crew.submit(w) for w in ({names},)]",
                *(line for part in self.main for line in part.lines("        ")),
            ]
        else:
            lines += [
                f"    workers = [other, *(threading.Thread(target=w) for w in ({names},)[1:])]",
                "    for worker in workers:",
                "        worker.start()",
                *(line for part in self.main for line in part.lines("    ")),
            ]
            if self.joined:
                lines += ["    for worker in workers:", "        worker.join()"]
                lines += ["    seen.append(s.x)"]
        facts = (
            "s.x, s.items, s.total, shared, table, seens, G, Base.total, counter, TABLE, point, "
        )
        facts += "stack, counts, line, slotted.v, list(q.queue), results"
        return HEAD + "\n".join([*lines, f"    return lambda: repr(({facts}))"]) + "\n"


def sketch(seed: int) -> Sketch:
    """The program of a seed."""
    chance = _Chance(seed)
    threads = chance.choice([2, 2, 2, 3])
    most = 3 if threads == 2 else 2
    return Sketch(
        threads=tuple(_body(chance, chance.randint(1, most)) for _ in range(threads)),
        main=_body(chance, chance.choice([0, 0, 1])),
        size=chance.randrange(3),
        permits=chance.randrange(3),
        box=chance.random() < 0.5,
        bounded=chance.random() < 0.3,
        daemon=chance.random() < 0.2,
        pooled=chance.randint(1, threads) if chance.random() < 0.3 else 0,
        joined=chance.random() < 0.6,
        parties=chance.choice([1, 2, 2, 2, 3]),
        action=chance.choice(["None", "None", "later", "lambda: slow(shared.append(7))"]),
        strict=chance.random() < 0.6,
    )


class _Chance(random.Random):
    """Draws statements about few things: threads that have nothing in common show nothing."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        topics = self.sample(TOPICS, 2)
        words = re.compile(rf"\b({'|'.join(topics)})\b|sleep|s\.x = s\.x")
        self.simple = {text: n for text, n in SIMPLE.items() if words.search(text)}
        self.compound = {text: n for text, n in COMPOUND.items() if words.search(text)}
        self.compound |= {"try:": 1, "for _ in range(2):": 1}


def _body(chance: _Chance, size: int, depth: int = 0) -> tuple[Statement, ...]:
    return tuple(_statement(chance, depth) for _ in range(size))


def _statement(chance: _Chance, depth: int) -> Statement:
    number = str(chance.randint(1, 3))
    if depth < 2 and chance.random() < 0.25:
        [head] = chance.choices(list(chance.compound), list(chance.compound.values()))
        return Statement(head.replace("K", number), _body(chance, chance.randint(1, 2), depth + 1))
    [text] = chance.choices(list(chance.simple), list(chance.simple.values()))
    statement = Statement(text.replace("K", number))
    if text.startswith(FAILING) and chance.random() < 0.8:
        return Statement("try:", (statement,))
    return statement


@dataclass
class Comparison:
    """What came of exploring a program both ways."""

    plain: Counter[object] = field(default_factory=Counter)
    by_kinds: Counter[object] = field(default_factory=Counter)
    complete: bool = False
    kinds: int = 0
    redundant: int = 0
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """Whether there is no difference, as far as plain enumeration got."""
        if self.problem:
            return False
        if self.complete:
            return self.plain == self.by_kinds and self.kinds <= self.plain.total()
        return self.plain.keys() <= self.by_kinds.keys()


def outcome(run: object) -> object:
    """What a run is compared by."""
    if run.failure:
        return "failure", run.failure.thread, repr(run.failure.error)
    end = tuple(map(str, run.deadlock)) or run.result
    return (end, *map(repr, run.errors + run.unasked)) if run.errors or run.unasked else end


def compare(
    source: str,
    most: int = 2_000,
    replay: bool = False,
    strict: bool = True,
    fine: bool = False,
) -> Comparison | None:
    """Explore a program both ways, as far as `most` schedules; None if it is endless."""
    sites = None
    if fine:
        with Simulator(Program.place) as simulator:
            sites = contended(simulator, heard_run(source, simulator), strict, most)
        if sites is None:
            return None
    return _compare(source, most, replay, strict, sites)


def heard_run(source: str, simulator: Simulator) -> Callable[..., object]:
    """The instrumented program's run."""
    program = Program.of(source, transform=instrument)
    return program.load(simulator.twins, PURE, simulator.helpers).run


def contended(
    simulator: Simulator, heard: Callable[..., object], strict: bool, most: int
) -> Collection[Site] | None:
    """The sites of a program that any of its kinds of schedules shows; None if it is endless."""

    def run(strategy: Strategy, sites: Collection[Site]) -> Collection[Site]:
        simulator.run(heard, strategy, timeout=30, strict=strict, sites=sites)
        return simulator.points.races.sites

    try:
        sites = survey(run)
        while True:
            more = sites.union(*(kind.run for kind in Kinds(lambda s: run(s, sites), most)))  # noqa: B023
            if more == sites:
                return sites
            sites = more
    except (EndlessRun, RunTimeout):
        return None


def _compare(
    source: str, most: int, replay: bool, strict: bool, sites: Collection[Site] | None
) -> Comparison | None:
    found = Comparison()
    with Simulator(Program.place) as simulator:
        plain = Program.of(source).load(simulator.twins, PURE).run
        if sites is not None:
            plain = heard_run(source, simulator)
        exploration = Exploration(
            lambda s: simulator.run(plain, s, timeout=30, strict=strict, sites=sites), most
        )
        try:
            for run in exploration:
                found.plain[outcome(run)] += 1
        except (EndlessRun, RunTimeout):
            return None
        found.complete = exploration.complete
        heard = heard_run(source, simulator)
        search = Kinds(
            lambda s: simulator.run(heard, s, timeout=30, strict=strict, sites=sites),
            most * (3 if found.complete else 1),
        )
        try:
            for kind in search:
                if search.sampled:
                    break
                found.by_kinds[outcome(kind.run)] += kind.weight or 0
                if replay:
                    repeated = simulator.run(
                        plain, Replay(kind.run.schedule), timeout=30, strict=strict, sites=sites
                    )
                    if outcome(repeated) != outcome(kind.run):
                        found.problem = f"{kind.run.schedule} does not replay"
        except (EndlessRun, RunTimeout):
            return None
        except Exception as error:  # such as NotReducible: a program for the shrinker, too
            found.problem = repr(error)
        found.kinds, found.redundant = search.kinds, search.redundant
        if not search.exhausted:
            found.problem = found.problem or ("too many kinds" if found.complete else "")
            found.by_kinds += found.plain  # nothing can be said
    return found


def shrink(program: Sketch, fails: Callable[[Sketch], bool]) -> Sketch:
    """The smallest program that still fails, as far as leaving out single things leads."""
    while True:  # each round makes it smaller
        for smaller in _smaller(program):
            if fails(smaller):
                program = smaller
                break
        else:
            return program


def _smaller(program: Sketch) -> Iterator[Sketch]:
    if len(program.threads) > 1:
        for me in range(len(program.threads)):
            yield replace(program, threads=program.threads[:me] + program.threads[me + 1 :])
    for me, body in enumerate(program.threads):
        for less in _less(body):
            threads = (*program.threads[:me], less, *program.threads[me + 1 :])
            yield replace(program, threads=threads)
    yield from (replace(program, main=less) for less in _less(program.main))
    plainer = {"box": False, "bounded": False, "daemon": False, "pooled": 0, "action": "None"}
    for name, value in plainer.items():
        if getattr(program, name) != value:
            yield replace(program, **{name: value})
    if program.joined:
        yield replace(program, joined=False)


def _less(body: tuple[Statement, ...]) -> Iterator[tuple[Statement, ...]]:
    """A body without one of its statements, or with one that says less."""
    for place, statement in enumerate(body):
        before, after = body[:place], body[place + 1 :]
        if len(body) > 1 or after or before:
            yield before + after
        if statement.body:
            yield before + statement.body + after
            for less in _less(statement.body):
                yield (*before, replace(statement, body=less), *after)


def report(program: Sketch, most: int, fine: bool = False) -> str:
    """The smallest program that shows the same disagreement, and what it is."""

    def fails(one: Sketch) -> bool:
        found = compare(one.source(), most, strict=one.strict, fine=fine)
        return found is not None and not found.agrees

    small = shrink(program, fails)
    found = compare(small.source(), most, strict=small.strict, fine=fine)
    assert found is not None
    both = found.plain.keys() | found.by_kinds.keys()
    different = [
        f"{found.plain[one]} or {found.by_kinds[one]} times: {one}"
        for one in both
        if found.plain[one] != found.by_kinds[one]
    ]
    body = small.source().removeprefix(HEAD)
    return "\n".join([body, found.problem, f"{found.kinds} kinds", *different])


if __name__ == "__main__":  # first seed, how many, and up to how many schedules
    first, number, most, fine = (*map(int, sys.argv[1:4]), "fine" in sys.argv)
    tally: Counter[str] = Counter()
    for seed in range(first, first + number):
        found = compare(
            sketch(seed).source(), most, replay=True, strict=sketch(seed).strict, fine=fine
        )
        if found is None:
            tally["endless"] += 1
            continue
        tally["complete" if found.complete else "cut"] += 1
        tally["schedules"] += found.plain.total()
        tally["kinds"] += found.kinds
        tally["redundant"] += found.redundant
        if not found.agrees:
            tally["WRONG"] += 1
            print(seed, report(sketch(seed), most, fine), flush=True)
    print(dict(tally))
