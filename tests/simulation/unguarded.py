"""Programs in which nothing orders some accesses, each by another means or of another kind.

They are texts after the head of `fine_runs`.
"""

from .fine_runs import catalog

#: By what is wrong: what is raced for, and all that can come of it.
UNGUARDED = catalog(
    r"""
### plain global: total; [1]; [2]
total = 0
def a():
    global total
    total += 1
both(a, a); seen.append(total)
### global assigned: total; [1]; [2]
total = 0
def a():
    global total
    total = total + 1
both(a, a); seen.append(total)
### no join: total; [0]; [1]
total = 0
def a():
    global total
    total = 1
t = Thread(target=a); t.start(); seen.append(total); t.join()
### after start: total; [0]; [1]
total = 0
def a(): seen.append(total)
t = Thread(target=a); t.start(); total = 1; t.join()
### join times out: total; [0]; [1]
total = 0
def a():
    global total
    time.sleep(1)
    total += 1
t = Thread(target=a); t.start(); t.join(0.5); seen.append(total)
### two locks: total; [1]; [2]
total = 0; l1 = Lock(); l2 = Lock()
def a():
    global total
    with l1: total += 1
def b():
    global total
    with l2: total += 1
both(a, b); seen.append(total)
### lock made by each: total; [1]; [2]
total = 0
def a():
    global total
    with Lock(): total += 1
both(a, a); seen.append(total)
### lock around read alone: total; [1]; [2]
total = 0; lock = Lock()
def a():
    global total
    with lock: copy = total
    total = copy + 1
both(a, a); seen.append(total)
### trylock ignored: total; [1]; [2]
total = 0; lock = Lock()
def a():
    global total
    got = lock.acquire(False)
    total += 1
    if got: lock.release()
both(a, a); seen.append(total)
### lock timeout ignored: total; [1]; [2]
total = 0; lock = Lock()
def a():
    global total
    got = lock.acquire(timeout=0.1)
    total += 1
    if got: lock.release()
both(a, a); seen.append(total)
### RLock of each: total; [1]; [2]
total = 0
class C:
    def __init__(self): self.lock = RLock()
    def inc(self):
        global total
        with self.lock: total += 1
both(C().inc, C().inc); seen.append(total)
### semaphore 2: total; [1]; [2]
total = 0; sem = Semaphore(2)
def a():
    global total
    with sem: total += 1
both(a, a); seen.append(total)
### event set too early: value; [0]; [1]
value = 0; ev = Event()
def a():
    global value
    ev.set(); value = 1
def b():
    ev.wait(); seen.append(value)
both(a, b)
### event wait ignored: value; [0]; [1]
value = 0; ev = Event()
def a():
    global value
    value = 1; ev.set()
def b():
    ev.wait(0.1); seen.append(value)
both(a, b)
### condition notified outside: ready; [1]
ready = False; cond = Condition()
def a():
    global ready
    ready = True
    with cond: cond.notify()
def b():
    with cond:
        if not ready: cond.wait(1)
    seen.append(1)
both(a, b)
### barrier before: x; [1]; [2]
x = 0; bar = Barrier(2)
def a():
    global x
    bar.wait(); x += 1
both(a, a); seen.append(x)
### queue after: value; [0]; [1]
value = 0; q = Queue()
def a():
    global value
    q.put(1); value = 1
def b():
    q.get(); seen.append(value)
both(a, b)
### queue handed over but kept: Box.v; [1]; [2]
class Box: pass
q = Queue()
def a():
    box = Box(); box.v = 1; q.put(box); box.v = 2
def b(): seen.append(q.get().v)
both(a, b)
### simple queue after: value; [0]; [1]
value = 0; q = SimpleQueue()
def a():
    global value
    q.put(1); value = 1
def b():
    q.get(); seen.append(value)
both(a, b)
### two consumers: value; [1]; [2]; [3]
value = 0; q = Queue()
q.put(1); q.put(2)
def b():
    global value
    value += q.get()
both(b, b); seen.append(value)
### future not asked: total; [1]; [2]
total = 0
def a():
    global total
    total += 1
pool = ThreadPoolExecutor(1)
f = pool.submit(a); total += 1; f.result(); seen.append(total)
### pool of two: total; [1]; [2]
total = 0
def a():
    global total
    total += 1
with ThreadPoolExecutor(2) as pool:
    pool.submit(a); pool.submit(a)
seen.append(total)
### pool map: total; [1]; [2]; [3]
total = 0
def a(n):
    global total
    total += n
with ThreadPoolExecutor(2) as pool: list(pool.map(a, [1, 2]))
seen.append(total)
### wait for the first: total; [1]; [2]
total = 0
def a():
    global total
    total += 1
pool = ThreadPoolExecutor(2)
wait([pool.submit(a), pool.submit(a)], return_when=FIRST_COMPLETED); seen.append(total)
### first as completed: slots[0] & slots[1]; [1]; [2]
slots = [0, 0]
def a(me):
    slots[me] = 1
with ThreadPoolExecutor(2) as pool:
    f = next(as_completed([pool.submit(a, 0), pool.submit(a, 1)]))
    seen.append(slots[0] + slots[1])
### callback in another: total; [1]; [2]
total = 0
def done(f):
    global total
    total += 1
def a():
    pass
pool = ThreadPoolExecutor(1)
f = pool.submit(a); f.add_done_callback(done); total += 1; pool.shutdown(); seen.append(total)
### shutdown without waiting: total; [0]; [1]
total = 0
def a():
    global total
    total += 1
pool = ThreadPoolExecutor(1)
pool.submit(a); pool.shutdown(wait=False); seen.append(total)
### timer: value; [1]; [2]
value = 0
def a():
    global value
    value += 1
t = Timer(1, a); t.start(); value += 1; t.join(); seen.append(value)
### atexit and a daemon: value; [0]; [1]
value = 0
def a():
    global value
    value = 1
def bye(): seen.append(value)
atexit.register(bye)
t = Thread(target=a, daemon=True); t.start()
### nonlocal: n; [1]; [2]
def outer():
    n = 0
    def a():
        nonlocal n
        n += 1
    both(a, a)
    return n
seen.append(outer())
### attribute: C.v; [1]; [2]
class C:
    def __init__(self): self.v = 0
c = C()
def a(): c.v += 1
both(a, a); seen.append(c.v)
### slots: C.v; [1]; [2]
class C:
    __slots__ = ("v",)
    def __init__(self): self.v = 0
c = C()
def a(): c.v += 1
both(a, a); seen.append(c.v)
### class attribute: C.v; [1]; [2]
class C: v = 0
def a(): C.v += 1
both(a, a); seen.append(C.v)
### inherited: C.v; [1]; [2]
class B:
    def inc(self): self.v += 1
class C(B): v = 0
c = C()
both(c.inc, c.inc); seen.append(c.v)
### inherited class attribute: B.v; [0]; [1]
class B: v = 0
class C(B): pass
def a(): B.v += 1
def b(): seen.append(C.v)
both(a, b)
### property: C._v; [1]; [2]
class C:
    def __init__(self): self._v = 0
    @property
    def v(self): return self._v
    @v.setter
    def v(self, v): self._v = v
c = C()
def a(): c.v += 1
both(a, a); seen.append(c.v)
### setattr: C.v; [1]; [2]
class C: pass
c = C(); c.v = 0
def a(): setattr(c, "v", getattr(c, "v") + 1)
both(a, a); seen.append(c.v)
### dict item: d['k']; [1]; [2]
d = {"k": 0}
def a(): d["k"] += 1
both(a, a); seen.append(d["k"])
### list item: d[0]; [[1]]; [[2]]
d = [0]
def a(): d[0] += 1
both(a, a); seen.append(d)
### list item from the end: d[0]; [[1]]; [[2]]
d = [0]
def a(): d[0] += 1
def b(): d[-1] += 1
both(a, b); seen.append(d)
### tuple key: d[1, 2]; [1]; [2]
d = {(1, 2): 0}
def a(): d[1, 2] += 1
both(a, a); seen.append(d[1, 2])
### dict get and set: d['k']; [1]; [2]
d = {}
def a(): d["k"] = d.get("k", 0) + 1
both(a, a); seen.append(d["k"])
### check then act: d['k']; [1]; [2]
d = {}
def a():
    if "k" not in d: d["k"] = []
    d["k"].append(1)
both(a, a); seen.append(len(d["k"]))
### check then pop: -; [0]; [0] and IndexError('pop from empty list')
items = [1]
def a():
    if items: items.pop()
both(a, a); seen.append(len(items))
### setdefault: -; [2]
d = {}
def a(): d.setdefault("k", []).append(1)
both(a, a); seen.append(len(d["k"]))
### read then append: -; [[0, 0]]; [[0, 1]]
items = []
def a():
    n = len(items)
    items.append(n)
both(a, a); seen.append(items)
### set add: -; [1]; [2]
items = set()
def a(me):
    if len(items) < 1: items.add(me)
both(lambda: a(1), lambda: a(2)); seen.append(len(items))
### deque: -; []; [] and IndexError('pop from an empty deque')
from collections import deque
items = deque([1])
def a():
    if items: items.popleft()
both(a, a)
### dataclass: P.x; [1]; [2]
@dataclasses.dataclass
class P:
    x: int = 0
p = P()
def a(): p.x += 1
both(a, a); seen.append(p.x)
### dataclass whole: -; ['P(x=0, y=0)']; ['P(x=1, y=0)']; ['P(x=1, y=1)']
@dataclasses.dataclass
class P:
    x: int = 0
    y: int = 0
p = P()
def a(): p.x = 1; p.y = 1
def b(): seen.append(repr(p))
both(a, b)
### generator: -; [1, 2]; [2, 1]
def gen():
    n = 0
    while True:
        n += 1
        yield n
g = gen()
def a(): seen.append(next(g))
both(a, a)
### generator interrupted: n; [1, 2]; [1] and ValueError('generator already executing'); [2, 1]
n = 0
def gen():
    global n
    while True:
        n += 1
        yield n
g = gen()
def a(): seen.append(next(g))
both(a, a)
### comprehension: n; [[0, 0]]; [[0, 1]]; [[1, 1]]
n = 0
def a():
    global n
    n = 1
def b(): seen.append([n for _ in range(2)])
both(a, b)
### f-string: n; ['00']; ['01']; ['11']
n = 0
def a():
    global n
    n = 1
def b(): seen.append(f"{n}{n}")
both(a, b)
### del: n; ['gone']; [0]
n = 0
def a():
    global n
    del n
def b(): seen.append("n" in globals() or 1)
def c():
    try: seen.append(n)
    except NameError: seen.append("gone")
both(a, c)
### walrus: n; [1]; [2]
n = 0
def a():
    global n
    if (n := n + 1) > 5: pass
both(a, a); seen.append(n)
### augmented string: s; ['a']; ['aa']
s = ""
def a():
    global s
    s += "a"
both(a, a); seen.append(s)
### augmented with call: n; [1]; [2]
n = 0
def one(): return 1
def a():
    global n
    n += one()
both(a, a); seen.append(n)
### default argument: calls[0]; [2]; [3]
def count(calls=[0]):
    calls[0] += 1
    return calls[0]
both(count, count); seen.append(count())
### late binding closures: i; [0, 1]; [1, 1]
threads = []
for i in range(2):
    t = Thread(target=lambda: seen.append(i)); t.start(); threads.append(t)
for t in threads: t.join()
seen.sort()
### late binding in a function: i; [0, 1]; [1, 1]
def go():
    threads = []
    for i in range(2):
        t = Thread(target=lambda: seen.append(i)); t.start(); threads.append(t)
    for t in threads: t.join()
go(); seen.sort()
### lazy init: inst; [1]; [2]
inst = None
def get():
    global inst
    if inst is None: inst = []
    return inst
def a(): get().append(1)
both(a, a); seen.append(len(inst))
### double checked publish: C.v & inst; [False, True]; [True, True]
inst = None; lock = Lock()
class C: pass
def get():
    global inst
    if inst is None:
        with lock:
            if inst is None:
                inst = C()
                inst.v = 1
    return inst
def a(): seen.append(hasattr(get(), "v"))
both(a, a); seen.sort()
### bank: A.balance; ['paid', 'paid']; ['paid']
class A:
    def __init__(self): self.balance = 1
    def withdraw(self):
        if self.balance >= 1:
            self.balance -= 1
            seen.append("paid")
acc = A()
both(acc.withdraw, acc.withdraw)
### tuple assignment: x & y; [(1, 1)]; [(1, 2)]; [(2, 1)]; [(2, 2)]
x, y = 1, 2
def a():
    global x, y
    x, y = y, x
def b(): seen.append((x, y))
both(a, b)
### loop variable: i; [0]; [1]; [9]
def a():
    global i
    for i in range(2): pass
i = 9
def b(): seen.append(i)
both(a, b)
### import as: math; [False]; [True]
n = math = None
def a():
    global math
    import math
def b(): seen.append(math is None)
both(a, b)
### with as: f; [1]; [None]
import contextlib
f = None
def a():
    global f
    with contextlib.nullcontext(1) as f: pass
def b(): seen.append(f)
both(a, b)
### match: n; [0]; [1]
n = 0
def a():
    global n
    match (1,):
        case (n,): pass
def b(): seen.append(n)
both(a, b)
### except as: e; ['0']; ['division by zero']; ['gone']
e = 0
def a():
    global e
    try: 1 / 0
    except ZeroDivisionError as e: pass
def b():
    try: seen.append(str(e))
    except NameError: seen.append("gone")
both(a, b)
### module attribute: extra; [1]; [2]
import string
string.extra = 0
def a(): string.extra += 1
both(a, a); seen.append(string.extra); del string.extra
### slices: -; [(0, 0)]; [(0, 1)]; [(1, 1)]
d = [0, 0]
def a(): d[:] = [1, 1]
def b(): seen.append((d[0], d[1]))
both(a, b)
### iteration while appended: -; [[1, 2, 3]]; [[1, 2]]
d = [1, 2]
def a(): d.append(3)
def b(): seen.append([x for x in d])
both(a, b)
### dict changed while iterated: d[3]; ['changed']; [[1, 2, 3]]; [[1, 2]]
d = {1: 1, 2: 2}
def a(): d[3] = 3
def b():
    try: seen.append(sorted(d[k] for k in d))
    except RuntimeError as e: seen.append("changed")
both(a, b)
### thread attribute: T.result; [5]; [None]
class T(Thread):
    def __init__(self): super().__init__(); self.result = None
    def run(self): self.result = 5
t = T(); t.start(); seen.append(t.result); t.join()
### started from two: n; [1]; [2]
n = 0
def c():
    global n
    n += 1
def a():
    t = Thread(target=c); t.start(); t.join()
both(a, a); seen.append(n)
### pool reused: n; [2]; [3]
n = 0
def a():
    global n
    n += 1
pool = ThreadPoolExecutor(2)
pool.submit(a).result()
f, g = pool.submit(a), pool.submit(a)
f.result(); g.result(); seen.append(n)
### different workers of a pool: n; [1]; [2]; [3]
n = 0
def a():
    global n
    n += 1
pool = ThreadPoolExecutor(2)
f, g = pool.submit(a), pool.submit(a)
f.result(); n += 1; g.result(); seen.append(n)
### counter in a lock each class: C.n; [1]; [2]
class C:
    n = 0
    def __init__(self): self.lock = Lock()
    def inc(self):
        with self.lock: C.n += 1
both(C().inc, C().inc); seen.append(C.n)
### starred and keywords: -; [((1, 2), ['x'])]; [((1, 2), [])]; [((1,), ['x'])]; [((1,), [])]
args = [1]; kw = {}
def f(*a, **k): seen.append((a, sorted(k)))
def a(): args.append(2); kw["x"] = 1
def b(): f(*args, **kw)
both(a, b)
### defaultdict: c['k']; [1]; [2]
from collections import defaultdict, Counter
c = Counter()
def a(): c["k"] += 1
both(a, a); seen.append(c["k"])
### global name of a class: C; [False]; [True]
class C: pass
def a():
    global C
    class C: x = 1
def b(): seen.append(hasattr(C, "x"))
both(a, b)
### global name of a function: f; [0]; [1]
def f(): return 0
def a():
    global f
    def f(): return 1
def b(): seen.append(f())
both(a, b)
### method replaced: -; [0]; [1]
class C:
    def f(self): return 0
c = C()
def a(): C.f = lambda self: 1
def b(): seen.append(c.f())
both(a, b)
### bound method called late: C.v; [1]; [2]
class C:
    def __init__(self): self.v = 0
    def __call__(self): self.v += 1
c = C()
both(c, c); seen.append(c.v)
### partial: n; [1]; [2]; [3]
n = 0
def f(k):
    global n
    n += k
both(functools.partial(f, 1), functools.partial(f, 2)); seen.append(n)
### lru_cache: n; [1, 1]; [1, 2]; [2, 2]
n = 0
@functools.lru_cache
def f(k):
    global n
    n += 1
    return n
def a(): seen.append(f(1))
both(a, a); seen.sort()
### bytearray: d[0]; [1]; [2]
d = bytearray(1)
def a(): d[0] += 1
both(a, a); seen.append(d[0])
### subclass of dict: d['k']; [1]; [2]
class D(dict): pass
d = D(k=0)
def a(): d["k"] += 1
both(a, a); seen.append(d["k"])
### own __getitem__: D.v; [1]; [2]
class D:
    def __init__(self): self.v = 0
    def __getitem__(self, k): return self.v
    def __setitem__(self, k, v): self.v = v
d = D()
def a(): d["k"] += 1
both(a, a); seen.append(d["k"])
### __getattr__: C.d['v']; [1]; [2]
class C:
    def __init__(self): object.__setattr__(self, "d", {"v": 0})
    def __getattr__(self, n): return self.d[n]
    def __setattr__(self, n, v): self.d[n] = v
c = C()
def a(): c.v += 1
both(a, a); seen.append(c.v)
### enum and named tuple: p; [1]; [2]
from typing import NamedTuple
class P(NamedTuple):
    x: int = 0
p = P()
def a():
    global p
    p = p._replace(x=p.x + 1)
both(a, a); seen.append(p.x)
### chained assignment: x & y; [(0, 0)]; [(0, 1)]; [(1, 0)]; [(1, 1)]
x = y = 0
def a():
    global x, y
    x = y = 1
def b(): seen.append((x, y))
both(a, b)
### try finally: n; [2]; [3]; [4]
n = 0
def a():
    global n
    try: n += 1
    finally: n += 1
both(a, a); seen.append(n)
### conditional expression: n; [1]; [5]
n = 0
def a():
    global n
    n = 1 if n == 0 else 5
both(a, a); seen.append(n)
### return in a lambda: n; [0]; [1]
n = 0
def a():
    global n
    n = 1
both(a, lambda: seen.append(n))
### class body: n; [0]; [1]
n = 0
def a():
    global n
    n = 1
def b():
    class C: v = n
    seen.append(C.v)
both(a, b)
### decorator that counts: calls; [1]; [2]
calls = 0
def counted(f):
    def g():
        global calls
        calls += 1
        return f()
    return g
@counted
def a(): pass
both(a, a); seen.append(calls)
### static method: C.n; [1]; [2]
class C:
    n = 0
    @staticmethod
    def inc(): C.n += 1
    @classmethod
    def two(cls): cls.n += 1
both(C.inc, C.two); seen.append(C.n)
### barrier looked at before it is reset: -; [0]; [1]; deadlock
bar = Barrier(2)
def a():
    seen.append(bar.n_waiting)
    bar.reset()
def b():
    try: bar.wait()
    except BrokenBarrierError: pass
both(a, b)
"""
)
