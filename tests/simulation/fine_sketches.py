"""Random small scripts about shared memory, and points at each of their accesses."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter

from threaddemo.program import Program
from threaddemo.simulation import Simulator
from threaddemo.simulation.races import Site

from .fine_runs import HEAD, Script


class Everywhere:
    """All places of a program's threads, but where its own notes are taken."""

    def __contains__(self, site: Site) -> bool:
        return site.line > HEAD.count("\n") and site.name not in OWN


OWN = "mylog", "logs", "log"
DEFS = {
    "lst": "lst = [0, 1]",
    "d": 'd = {"k": 0}',
    "c": """class C:
    cls = 0
    __slots__ = ("v", "w")
    def __init__(self): self.v = 0; self.w = 0
c = C()""",
    "o": """class D:
    z = 0
    def __init__(self): self.v = 0
    @property
    def prop(self): return self.v
    @prop.setter
    def prop(self, v): self.v = v
    def inc(self): self.v += 1; return self.v
o = D()""",
    "lock": "lock = Lock()",
    "other": "other = Lock()",
    "rl": "rl = RLock()",
    "sem": "sem = Semaphore(2)",
    "one": "one = Semaphore(1)",
    "ev": "ev = Event()",
    "cond": "cond = Condition()",
    "q": "q = Queue()",
    "q1": "q1 = Queue(1)",
    "sq": "sq = SimpleQueue()",
    "bar": "bar = Barrier(2)",
    "mine": "mine = local()",
    "fut": "fut = Future()",
    "pool": "pool = ThreadPoolExecutor(2)",
    "extra": 'extra = Thread(target=lambda: bump(), name="E")',
    "bump": """def bump():
    global x
    x += 1""",
    "up": """def outer():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    return up
up = outer()""",
    "g": """def gen():
    global y
    while True:
        y += 1
        yield y
g = gen()""",
    "cached": """@functools.lru_cache
def cached(k):
    global y
    y += 1
    return y""",
    "tried": """def tried(f, *a):
    try: return f(*a)
    except Exception as e: return type(e).__name__""",
}
SETUP = "x = y = 0"
S = {  # topic: statements
    "x": [
        "x += 1",
        "x = x + 1",
        "log(x)",
        "x = 5",
        "x, y = y, x",
        "x = y = 3",
        "log((x, y))",
        "y += x",
        "log(f'{x}{y}')",
        "log([x for _ in range(2)])",
        "if x == 0: x = 1",
        "bump()",
        "(x := x + 2)",
        "for x in (7, 8): pass",
        "log(x if x else y)",
        "x += bump() or 1",
        "log((lambda: x + y)())",
    ],
    "attr": [
        "o.v += 1",
        "log(o.v)",
        "o.v = 4",
        "c.v += 1",
        "log(c.v)",
        "c.v, c.w = c.w, 2",
        "o.prop += 1",
        "log(o.prop)",
        "D.z += 1",
        "log(o.z)",
        "o.z = 9",
        "log(o.inc())",
        "setattr(o, 'v', 6)",
        "log(getattr(o, 'v'))",
        "log(hasattr(o, 'new'))",
        "o.new = 1",
        "log((o.v, c.v))",
    ],
    "items": [
        "lst[0] += 1",
        "lst[-1] += 1",
        "log(lst[1])",
        "lst.append(2)",
        "log(len(lst))",
        "log(list(lst))",
        "d['k'] += 1",
        "d['j'] = 1",
        "log(d.get('k'))",
        "log(sorted(d))",
        "if 'j' not in d: d['j'] = 0",
        "lst[:] = [8, 9]",
        "log(tuple(lst))",
        "log(lst[0] + lst[1])",
        "log([*lst])",
        "if len(lst) > 2: log(lst.pop())",
        "log(d.setdefault('j', 3))",
        "d.update(k=7)",
        "log(sum(lst))",
        "for v in lst: log(v)",
        "log(lst == [0, 1])",
        "log(tried(d.pop, 'j'))",
        "del d['k']",
    ],
    "closure": [
        "log(up())",
        "up()",
        "log(next(g))",
        "log(y)",
        "log(cached(1))",
        "y = 0",
        "mine.v = 1",
        "log(hasattr(mine, 'v'))",
    ],
    "lock": [
        "with lock: x += 1",
        "with lock: log(x)",
        "if lock.acquire(False): x += 1; lock.release()",
        "log(lock.locked())",
        "with other: x += 1",
        "x += 1",
        "lock.acquire(); x = 7; lock.release()",
        "if lock.acquire(timeout=1): log(x); lock.release()",
        "with rl: x += 2",
        "with lock: lst.append(1)",
        "log(len(lst))",
        "log(x)",
    ],
    "sem": [
        "with sem: x += 1",
        "sem.acquire(); log(x); sem.release()",
        "with one: x += 1",
        "log(sem.acquire(False))",
        "one.release()",
        "one.acquire()",
        "log(x)",
        "x = 2",
        "log(one.acquire(timeout=1))",
    ],
    "event": [
        "x = 1; ev.set()",
        "ev.wait(1); log(x)",
        "if ev.is_set(): log(x)",
        "log(ev.is_set())",
        "ev.set()",
        "ev.clear()",
        "x += 1",
        "log(ev.wait(1))",
    ],
    "cond": [
        "with cond: x = 1; cond.notify()",
        "with cond: log(cond.wait(1)); log(x)",
        "with cond: log(cond.wait_for(lambda: x, 1))",
        "x += 1",
        "with cond: cond.notify_all()",
        "log(x)",
    ],
    "queue": [
        "x = 1; q.put(x)",
        "log(tried(q.get, False))",
        "log(q.empty())",
        "log(q.qsize())",
        "q1.put(x)",
        "log(q1.get())",
        "x += 1",
        "log(x)",
        "sq.put(x)",
        "log(tried(sq.get, False))",
        "log(q1.full())",
        "q.put([]); q.task_done()",
        "q.join()",
    ],
    "thread": [
        "tried(extra.start)",
        "log(extra.is_alive())",
        "tried(extra.join)",
        "x += 1",
        "log(x)",
        "log(active_count())",
    ],
    "future": [
        "fut.set_running_or_notify_cancel()",
        "tried(fut.set_result, x)",
        "log(fut.done())",
        "log(tried(fut.result, 1))",
        "x += 1",
        "log(x)",
        "log(fut.cancel())",
        "fut.add_done_callback(lambda f: bump())",
        "log(fut.running())",
    ],
    "pool": [
        "pool.submit(bump)",
        "log(pool.submit(bump).result())",
        "x += 1",
        "log(x)",
        "log(pool.submit(bump).done())",
        "list(pool.map(log, [1]))",
        "pool.shutdown(wait=False)",
        "log(pool.submit(bump).cancel())",
    ],
    "barrier": [
        "tried(bar.wait, 1); log(x)",
        "x += 1",
        "log(bar.n_waiting)",
        "tried(bar.wait); x += 1",
        "bar.reset()",
    ],
}


def program(seed: int) -> str:
    """The program of a seed."""
    r = random.Random(seed)
    topics = r.sample(list(S), r.choice([1, 1, 2]))
    pool = [s for t in topics for s in S[t]]
    n = r.choice([2, 2, 2, 2, 3])
    bodies = [
        [r.choice(pool) for _ in range(r.choice([1, 2, 2, 3]) if n == 2 else r.choice([1, 1, 2]))]
        for _ in range(n)
    ]
    words = set(re.findall(r"[A-Za-z_0-9]+", " ".join(b for body in bodies for b in body)))
    if "extra" in words:
        words.add("bump")
    if "D" in words:
        words.add("o")
    lines = [SETUP, f"logs = [None] * {n}"] + [text for name, text in DEFS.items() if name in words]
    for t in range(n):
        lines += [
            f"def w{t}():",
            "    global x, y",
            "    mylog = []",
            "    def log(v): mylog.append(v)",
        ]
        lines += ["    " + b for b in bodies[t]] + [f"    logs[{t}] = mylog"]
    names = ", ".join(f"w{t}" for t in range(n))
    facts = (
        ["x", "y", "logs"]
        + [n for n in ("lst", "c.v", "c.w", "o.v", "o.__dict__") if n.split(".")[0] in words]
        + (["sorted(d.items())"] if "d" in words else [])
    )
    lines += [f"both({names})", f"seen.append(({', '.join(facts)}))"]
    return "\n".join(lines) + "\n"


def main(first: int, number: int, most: int) -> None:
    """Compare what comes of some programs at the points found and at each access."""
    tally: Counter[str] = Counter()
    with Simulator(Program.place, script=True) as simulator:
        for seed in range(first, first + number):
            script = Script(program(seed), simulator)
            found = script.explored(most)
            everywhere, is_all = script.by_kinds(Everywhere(), most)
            if not found.exhausted:
                tally["cut"] += 1
                continue
            tally["complete" if is_all else "in part"] += 1
            lacking = everywhere.keys() - found.outcomes.keys()
            if lacking or (is_all and everywhere.keys() != found.outcomes.keys()):
                tally["WRONG"] += 1
                print(seed, program(seed), lacking, flush=True)
    print(dict(tally))


if __name__ == "__main__":  # first seed, how many, and up to how many kinds
    main(*map(int, sys.argv[1:4]))
