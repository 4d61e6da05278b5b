"""Programs whose accesses are all ordered, each by another means: none has a race.

They are texts after the head of `fine_runs`.
"""

from .fine_runs import catalog

#: By what orders them.
GUARDED = catalog(
    r"""
### start and join
total = 0
def a():
    global total
    total += 1
t = Thread(target=a); total += 1; t.start(); t.join(); total += 1; seen.append(total)
### join with timeout that ended
total = 0
def a():
    global total
    total += 1
t = Thread(target=a); t.start(); t.join(5)
if not t.is_alive(): total += 1
### Lock
total = 0; lock = Lock()
def a():
    global total
    with lock: total += 1
both(a, a); seen.append(total)
### Lock acquire release
total = 0; lock = Lock()
def a():
    global total
    lock.acquire()
    try: total += 1
    finally: lock.release()
both(a, a); seen.append(total)
### trylock
total = 0; lock = Lock()
def a():
    global total
    if lock.acquire(blocking=False):
        total += 1
        lock.release()
both(a, a); seen.append(total)
### lock timeout
total = 0; lock = Lock()
def a():
    global total
    if lock.acquire(timeout=1):
        total += 1
        time.sleep(2)
        lock.release()
both(a, a); seen.append(total)
### RLock
total = 0; lock = RLock()
def inc():
    global total
    with lock: total += 1
def a():
    with lock:
        inc(); inc()
both(a, a); seen.append(total)
### Lock handed over
total = 0; lock = Lock(); lock.acquire()
def a():
    global total
    total += 1
    lock.release()
def b():
    global total
    lock.acquire()
    total += 1
both(a, b); seen.append(total)
### Condition
items = []; cond = Condition(); last = None
def a():
    global last
    with cond:
        last = 7
        items.append(1); cond.notify()
def b():
    with cond:
        while not items: cond.wait()
        seen.append(items.pop())
    seen.append(last)
both(a, b)
### Condition wait_for
ready = False; cond = Condition(Lock())
def a():
    global ready
    with cond:
        ready = True; cond.notify_all()
def b():
    with cond:
        cond.wait_for(lambda: ready)
    seen.append(ready)
both(a, b)
### Condition wait_for timeout
ready = False; cond = Condition()
def a():
    global ready
    with cond:
        ready = True; cond.notify_all()
def b():
    with cond:
        seen.append(cond.wait_for(lambda: ready, 1))
both(a, b)
### Semaphore 1
total = 0; sem = Semaphore(1)
def a():
    global total
    with sem: total += 1
both(a, a); seen.append(total)
### BoundedSemaphore 1
total = 0; sem = BoundedSemaphore()
def a():
    global total
    with sem: total += 1
both(a, a); seen.append(total)
### Semaphore signal
value = 0; sem = Semaphore(0)
def a():
    global value
    value = 1; sem.release()
def b():
    sem.acquire(); seen.append(value)
both(a, b)
### Event
value = 0; ev = Event()
def a():
    global value
    value = 1; ev.set()
def b():
    ev.wait(); seen.append(value)
both(a, b)
### Event is_set
value = 0; ev = Event()
def a():
    global value
    value = 1; ev.set()
def b():
    if ev.is_set(): seen.append(value)
both(a, b)
### Event wait timeout
value = 0; ev = Event()
def a():
    global value
    value = 1; ev.set()
def b():
    if ev.wait(1): seen.append(value)
both(a, b)
### Event polling
value = 0; ev = Event()
def a():
    global value
    value = 1; ev.set()
def b():
    while not ev.is_set(): pass
    seen.append(value)
both(a, b)
### Event cleared
value = 0; ev = Event()
def a():
    global value
    value = 1; ev.set(); ev.clear()
def b():
    ev.wait(1)
    if ev.is_set(): seen.append(value)
both(a, b)
### Barrier
x = y = 0; bar = Barrier(2)
def a():
    global x
    x = 1; bar.wait(); seen.append(y)
def b():
    global y
    y = 1; bar.wait(); seen.append(x)
both(a, b)
### Barrier rounds
x = [0, 0]; bar = Barrier(2)
def a(me=0):
    for r in range(2):
        x[me] = r; bar.wait(); y = x[1 - me]; bar.wait()
both(a, lambda: a(1))
### Barrier action
x = 0; total = 0
def action():
    global total
    total = x + 1
bar = Barrier(2, action)
def a():
    global x
    x = 1; bar.wait(); seen.append(total)
def b():
    bar.wait(); seen.append(total)
both(a, b)
### Queue
value = 0; q = Queue()
def a():
    global value
    value = 1; q.put(1)
def b():
    q.get(); seen.append(value)
both(a, b)
### Queue bounded back
value = 0; q = Queue(1)
def a():
    global value
    q.put(1); q.put(2); value = 1
def b():
    global value
    value = 2
    q.get(); q.get()
both(a, b)
### Queue join
value = 0; q = Queue()
def b():
    global value
    while True:
        item = q.get()
        value += item
        q.task_done()
Thread(target=b, daemon=True).start()
q.put(1); q.put(2); q.join(); seen.append(value)
### Queue empty
value = 0; q = Queue()
def a():
    global value
    value = 1; q.put(1)
def b():
    if not q.empty(): seen.append(value)
both(a, b)
### LifoQueue
value = 0; q = LifoQueue()
def a():
    global value
    value = 1; q.put(1)
def b():
    q.get(); seen.append(value)
both(a, b)
### PriorityQueue
value = 0; q = PriorityQueue()
def a():
    global value
    value = 1; q.put((1, "a"))
def b():
    q.get(); seen.append(value)
both(a, b)
### SimpleQueue
value = 0; q = SimpleQueue()
def a():
    global value
    value = 1; q.put(1)
def b():
    q.get(); seen.append(value)
both(a, b)
### future result
total = 0
def a():
    global total
    total += 1
pool = ThreadPoolExecutor(1)
f = pool.submit(a); f.result(); total += 1; seen.append(total)
### future exception
total = 0
def a():
    global total
    total += 1
    1 / 0
pool = ThreadPoolExecutor(1)
f = pool.submit(a); f.exception(); total += 1; seen.append(total)
### future done
total = 0
def a():
    global total
    total += 1
pool = ThreadPoolExecutor(1)
f = pool.submit(a)
if f.done(): total += 1
### pool with
total = 0; results = {}
def a(me):
    results[me] = me
with ThreadPoolExecutor(2) as pool:
    pool.submit(a, 0); pool.submit(a, 1)
seen.append(sorted(results.items()))
### pool of one
total = 0
def a():
    global total
    total += 1
with ThreadPoolExecutor(1) as pool:
    for _ in range(3): pool.submit(a)
seen.append(total)
### pool handed in
class Box: pass
def a(box):
    box.v += 1; return box
with ThreadPoolExecutor(2) as pool:
    b1 = Box(); b1.v = 0
    b2 = Box(); b2.v = 0
    seen.append([b.v for b in pool.map(a, [b1, b2])])
### wait
total = 0
def a():
    global total
    total += 1
pool = ThreadPoolExecutor(1)
fs = [pool.submit(a), pool.submit(a)]
wait(fs); seen.append(total)
### as_completed
slots = [0, 0]
def a(me):
    slots[me] = 1; return me
with ThreadPoolExecutor(2) as pool:
    for f in as_completed([pool.submit(a, 0), pool.submit(a, 1)]):
        seen.append(slots[f.result()])
### callback
total = 0
def a():
    global total
    total += 1
def done(f):
    global total
    total += 1
pool = ThreadPoolExecutor(1)
f = pool.submit(a); f.add_done_callback(done); pool.shutdown(); seen.append(total)
### callbacks of one worker, reused
total = 0
def a():
    global total
    total += 1
pool = ThreadPoolExecutor(2)
for _ in range(3):
    pool.submit(a).result()
seen.append(total)
### manual future
value = 0; f = Future()
def a():
    global value
    value = 1; f.set_result(1)
def b():
    f.result(); seen.append(value)
both(a, b)
### Timer
value = 1
def a():
    global value
    value += 1
t = Timer(1, a); t.start(); t.join(); seen.append(value)
### Timer cancelled
value = 1
def a():
    global value
    value += 1
t = Timer(1, a); t.start(); t.cancel(); t.join(); seen.append(value)
### local
mine = local()
def a():
    mine.x = 0
    mine.x += 1
    seen.append(mine.x)
both(a, a)
### local subclass
class Mine(local):
    def __init__(self): self.x = 0
mine = Mine()
def a():
    mine.x += 1
    mine.y = [mine.x]
both(a, a); seen.append(mine.x)
### atexit
value = 0
def a():
    global value
    value += 1
def bye():
    global value
    value += 1
atexit.register(bye)
t = Thread(target=a); t.start(); t.join()
### atexit unjoined
value = 0
def a():
    global value
    value += 1
def bye():
    global value
    value += 1
atexit.register(bye)
t = Thread(target=a); t.start()
### is_alive
value = 0
def a():
    global value
    value = 1
t = Thread(target=a); t.start()
while t.is_alive(): time.sleep(0.1)
seen.append(value)
### is_alive once
value = 0
def a():
    global value
    value = 1
t = Thread(target=a); t.start()
if not t.is_alive(): seen.append(value)
### active_count
value = 0
def a():
    global value
    value = 1
t = Thread(target=a); t.start()
while active_count() > 1: time.sleep(0.1)
seen.append(value)
### enumerate
import threading
value = 0
def a():
    global value
    value = 1
t = Thread(target=a); t.start()
for t in threading.enumerate():
    if t is not main_thread(): t.join()
seen.append(value)
### thread subclass
class T(Thread):
    def __init__(self):
        super().__init__(); self.result = None
    def run(self):
        self.result = 5
t = T(); t.start(); t.join(); seen.append(t.result)
### thread per key
out = {}
def a(me): out[me] = me; out[me] += 1
both(lambda: a(0), lambda: a(1)); seen.append(sorted(out.items()))
### negative index
out = [0, 0]
def a(): out[0] += 1
def b(): out[-1] += 1
both(a, b); seen.append(out)
### list append
out = []
def a(): out.append(1)
both(a, a); seen.append(out)
### locked check then act
d = {}; lock = Lock()
def a():
    with lock:
        if 1 not in d: d[1] = 0
        d[1] += 1
both(a, a); seen.append(d)
### double checked with lock each
inst = None; lock = Lock()
def get():
    global inst
    with lock:
        if inst is None: inst = object()
        return inst
def a(): seen.append(get() is get())
both(a, a)
### excepthook
import threading as T
value = 0
def hook(args):
    global value
    value += 1
T.excepthook = hook
def a(): raise ValueError(1)
t = Thread(target=a); t.start(); t.join(); value += 1; seen.append(value)
### initializer
value = 0
def init():
    global value
    value += 1
def a(): return value
with ThreadPoolExecutor(1, initializer=init) as pool:
    seen.append(pool.submit(a).result())
### shutdown wait False then result
value = 0
def a():
    global value
    value += 1
pool = ThreadPoolExecutor(1)
f = pool.submit(a); pool.shutdown(wait=False); f.result(); value += 1; seen.append(value)
### submit from worker
value = 0
def a():
    global value
    value += 1
    return pool.submit(b)
def b():
    global value
    value += 1
pool = ThreadPoolExecutor(2)
f = pool.submit(a); f.result().result(); value += 1; seen.append(value)
### generator under lock
lock = Lock()
def gen():
    n = 0
    while True:
        n += 1
        yield n
g = gen()
def a():
    with lock: seen.append(next(g))
both(a, a)
### reader writer by semaphores
v = 0; readers = 0; mutex = Lock(); room = Lock()
def reader():
    global readers
    with mutex:
        readers += 1
        if readers == 1: room.acquire()
    seen.append(v)
    with mutex:
        readers -= 1
        if readers == 0: room.release()
def writer():
    global v
    with room: v += 1
both(reader, writer, reader)
### ping pong
a_turn = Semaphore(1); b_turn = Semaphore(0); v = 0
def a():
    global v
    for _ in range(2):
        a_turn.acquire(); v += 1; b_turn.release()
def b():
    global v
    for _ in range(2):
        b_turn.acquire(); v *= 2; a_turn.release()
both(a, b); seen.append(v)
### lock decorator
lock = Lock()
def locked(f):
    @functools.wraps(f)
    def g(*a, **k):
        with lock: return f(*a, **k)
    return g
n = 0
@locked
def a():
    global n
    n += 1
both(a, a); seen.append(n)
### contextmanager
import contextlib
lock = Lock(); n = 0
@contextlib.contextmanager
def guard():
    lock.acquire()
    try: yield
    finally: lock.release()
def a():
    global n
    with guard(): n += 1
both(a, a); seen.append(n)
### ExitStack
import contextlib
lock = Lock(); n = 0
def a():
    global n
    with contextlib.ExitStack() as st:
        st.enter_context(lock); n += 1
both(a, a); seen.append(n)
### two locks in a with
l1 = Lock(); l2 = Lock(); n = 0
def a():
    global n
    with l1, l2: n += 1
both(a, a); seen.append(n)
### thread args
def a(box): box[0] += 1
box = [0]
t = Thread(target=a, args=(box,)); t.start(); t.join(); seen.append(box)
### daemon with queue
q = Queue(); done = Queue(); n = 0
def a():
    global n
    while True:
        q.get(); n += 1; done.put(1)
Thread(target=a, daemon=True).start()
q.put(1); done.get(); n += 1; seen.append(n)
### a lock in an object
class Account:
    def __init__(self): self._lock = Lock(); self.balance = 0
    def deposit(self, n):
        with self._lock: self.balance += n
acc = Account()
both(lambda: acc.deposit(1), lambda: acc.deposit(2)); seen.append(acc.balance)
"""
)
