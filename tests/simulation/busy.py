"""Programs that look again and again whether something has happened.

They are texts after the head of `fine_runs`.
"""

from .fine_runs import catalog

#: Each with whether exploring it leaves rounds out, and all that can come of it.
BUSY = catalog(
    r"""
### while flag: cut; [1]
stop = False
def a():
    global stop
    stop = True
def b():
    while not stop: pass
    seen.append(1)
both(b, a)
### counting: cut; [1]
stop = False
def a():
    global stop
    stop = True
def b():
    n = 0
    while not stop: n += 1
    seen.append(1)
both(b, a)
### counting attr: cut; [1]
stop = False
class C: n = 0
c = C()
def a():
    global stop
    stop = True
def b():
    while not stop: c.n += 1
    seen.append(1)
both(b, a)
### sleeping: cut; [1]
stop = False
def a():
    global stop
    stop = True
def b():
    while not stop: time.sleep(0.1)
    seen.append(1)
both(b, a)
### sleeping and counting: cut; [1]
stop = False
def a():
    global stop
    time.sleep(1)
    stop = True
def b():
    n = 0
    while not stop: time.sleep(0.1); n += 1
    seen.append(1)
both(b, a)
### lock around: cut; [1]
stop = False; lock = Lock()
def a():
    global stop
    with lock: stop = True
def b():
    while True:
        with lock:
            if stop: break
    seen.append(1)
both(b, a)
### lock around and sleep: cut; [1]
stop = False; lock = Lock()
def a():
    global stop
    with lock: stop = True
def b():
    while True:
        with lock:
            if stop: break
        time.sleep(1)
    seen.append(1)
both(b, a)
### trylock: cut; [2]
lock = Lock(); n = 0
def a():
    global n
    while not lock.acquire(False): pass
    n += 1
    lock.release()
both(a, a); seen.append(n)
### trylock with else: cut; [2]
lock = Lock(); n = 0
def a():
    global n
    done = False
    while not done:
        if lock.acquire(blocking=False):
            try: n += 1; done = True
            finally: lock.release()
        else: time.sleep(0.01)
both(a, a); seen.append(n)
### is_alive: cut; [1, 2]
def a(): seen.append(1)
t = Thread(target=a); t.start()
while t.is_alive(): pass
seen.append(2)
### any alive: cut; [1, 1, 2]
def a(): seen.append(1)
ts = [Thread(target=a) for _ in range(2)]
for t in ts: t.start()
while any(t.is_alive() for t in ts): time.sleep(0.1)
seen.append(2)
### join with timeout loop: cut; [1, 2]
def a(): seen.append(1)
t = Thread(target=a); t.start()
while t.is_alive(): t.join(0.1)
seen.append(2)
### q empty: cut; [1]
q = Queue()
def a(): q.put(1)
def b():
    while q.empty(): pass
    seen.append(q.get())
both(b, a)
### q get_nowait: cut; [1]
q = Queue()
def a(): q.put(1)
def b():
    while True:
        try: seen.append(q.get_nowait()); break
        except Empty: continue
both(b, a)
### q get timeout: cut; [1]
q = Queue()
def a(): q.put(1)
def b():
    while True:
        try: seen.append(q.get(timeout=0.1)); break
        except Empty: pass
both(b, a)
### event timeouts: cut; [1]
ev = Event()
def a(): ev.set()
def b():
    while not ev.wait(0.1): pass
    seen.append(1)
both(b, a)
### event timeouts counted: cut; [1]
ev = Event()
def a(): ev.set()
def b():
    n = 0
    while not ev.wait(0.1): n += 1
    seen.append(1)
both(b, a)
### worker until event: cut; [1]
stop = Event()
def b():
    n = 0
    while not stop.is_set(): n += 1; time.sleep(0.1)
t = Thread(target=b); t.start(); time.sleep(0.5); stop.set(); t.join(); seen.append(1)
### condition polling: cut; [1]
cond = Condition(); ready = False
def a():
    global ready
    with cond: ready = True
def b():
    with cond:
        while not ready: cond.wait(0.1)
    seen.append(1)
both(b, a)
### condition proper: whole; [1]
cond = Condition(); ready = False
def a():
    global ready
    with cond: ready = True; cond.notify()
def b():
    with cond:
        while not ready: cond.wait()
    seen.append(1)
both(b, a)
### Peterson: cut; [2]
want = [False, False]; turn = 0; n = 0
def a(me=0):
    global turn, n
    want[me] = True
    turn = 1 - me
    while want[1 - me] and turn == 1 - me: pass
    n += 1
    want[me] = False
both(a, lambda: a(1)); seen.append(n)
### Peterson wrong: cut; [1]; [2]
want = [False, False]; turn = 0; n = 0
def a(me=0):
    global turn, n
    turn = 1 - me
    want[me] = True
    while want[1 - me] and turn == 1 - me: pass
    n += 1
    want[me] = False
both(a, lambda: a(1)); seen.append(n)
### counts to 5: whole; [0]; [1]; [2]; [3]; [4]; [5]
stop = False
def a():
    global stop
    stop = True
def b():
    n = 0
    while not stop and n < 5: n += 1
    seen.append(n)
both(b, a)
### counts to 5, nobody sets: whole; [5, 5]
stop = False
def b():
    n = 0
    while not stop and n < 5: n += 1
    seen.append(n)
both(b, b)
### tries 5 times with a lock: whole; ['gave up']
lock = Lock(); lock.acquire()
def b():
    for _ in range(5):
        if lock.acquire(timeout=0.1): break
    else: seen.append("gave up")
both(b)
### for 100 looks: whole; [False]; [True]
stop = False
def a():
    global stop
    stop = True
def b():
    n = 0
    for i in range(100):
        if stop: n += 1
    seen.append(n in (0, 100))
both(b, a)
### for 100 of equal: whole; [False]; [True]
stop = False
def a():
    global stop
    stop = True
def b():
    n = 0
    for i in [7] * 30:
        if stop: n += 1
    seen.append(n in (0, 30))
both(b, a)
### time: -; [1, 1]
def b():
    end = time.time() + 0.1
    while time.time() < end: pass
    seen.append(1)
both(b, b)
### time and flag: -; [1]
stop = False
def a():
    global stop
    stop = True
def b():
    end = time.time() + 0.1
    while time.time() < end and not stop: pass
    seen.append(1)
both(b, a)
### time and sleep: -; [1, 1]
def b():
    end = time.time() + 0.1
    while time.time() < end: time.sleep(0.03)
    seen.append(1)
both(b, b)
### until a random number: -; [1, 1]
def b():
    while random.random() < 0.9: pass
    seen.append(1)
both(b, b)
### nobody sets: cut; endless
stop = False
def b():
    while not stop: pass
def a(): seen.append(stop)
both(b, a)
### nobody sets, sleeps: cut; endless
stop = False
def b():
    while not stop: time.sleep(1)
def a(): seen.append(stop)
both(b, a)
### alone: cut; endless
while True: pass
### daemon round: -; [1]
def b():
    while True: pass
Thread(target=b, daemon=True).start(); seen.append(1)
### daemon ticks: -; [1]
def b():
    while True: time.sleep(1)
Thread(target=b, daemon=True).start(); time.sleep(3); seen.append(1)
### spin over several: cut; [1]
flags = [False, False]
def a(me): flags[me] = True
def b():
    while not all(flags): pass
    seen.append(1)
both(lambda: a(0), lambda: a(1), b)
### spin over events: cut; [1]
evs = [Event(), Event()]
def b():
    while not all(e.is_set() for e in evs): pass
    seen.append(1)
both(evs[0].set, evs[1].set, b)
### ping pong flags: cut; [0, 1, 0, 1]
turn = 0
def a(me):
    global turn
    for _ in range(2):
        while turn != me: pass
        seen.append(me)
        turn = 1 - me
both(lambda: a(0), lambda: a(1))
### spin lock: cut; [2]
class Spin:
    def __init__(self): self.inner = Lock(); self.taken = False
    def acquire(self):
        while True:
            with self.inner:
                if not self.taken:
                    self.taken = True
                    return
    def release(self):
        self.taken = False
s = Spin(); n = 0
def a():
    global n
    s.acquire(); n += 1; s.release()
both(a, a); seen.append(n)
### broken spin lock: cut; [1]; [2]
taken = False; n = 0
def a():
    global n, taken
    while taken: pass
    taken = True
    n += 1
    taken = False
both(a, a); seen.append(n)
### two waiters of a flag: cut; [1, 1]
stop = False
def b():
    while not stop: pass
    seen.append(1)
def a():
    global stop
    stop = True
both(b, b, a)
### itertools count: cut; [1]
import itertools
stop = False
def b():
    for i in itertools.count():
        if stop: break
    seen.append(1)
def a():
    global stop
    stop = True
both(b, a)
### iter sentinel: cut; [1]
stop = False
def b():
    for i in iter(lambda: stop, True): pass
    seen.append(1)
def a():
    global stop
    stop = True
both(b, a)
### consumer drains until done: cut; [0, 1]
q = Queue(); done = Event()
def a():
    for i in range(2): q.put(i)
    done.set()
def b():
    while not done.is_set() or not q.empty():
        try: seen.append(q.get(timeout=0.1))
        except Empty: pass
both(a, b)
### double loop: cut; ['a']
go = False; ack = False
def a():
    global go
    go = True
    while not ack: pass
    seen.append("a")
def b():
    global ack
    while not go: pass
    ack = True
both(a, b)
### wait in a method called: cut; [1]
class F:
    def __init__(self): self.flag = False
    def is_set(self): return self.flag
f = F()
def b():
    while not f.is_set(): time.sleep(0.1)
    seen.append(1)
def a(): f.flag = True
both(b, a)
### future polled: cut; [8]
pool = ThreadPoolExecutor(1)
f = pool.submit(pow, 2, 3)
while not f.done(): pass
seen.append(f.result())
### qsize polled: cut; [1]
q = Queue()
def b():
    q.get(); q.task_done()
q.put(1)
t = Thread(target=b); t.start()
while q.qsize(): time.sleep(0.1)
seen.append(1)
### gives up after 300: whole; [False]; [True]
stop = False
def a():
    global stop
    stop = True
def b():
    n = 0
    while not stop and n < 300: n += 1
    seen.append(n == 300)
both(b, a)
### nobody takes turns: cut; [2]; endless
want = [False, False]; n = 0
def a(me=0):
    global n
    want[me] = True
    while want[1 - me]: pass
    n += 1
    want[me] = False
both(a, lambda: a(1)); seen.append(n)
### equal items within one round: whole; [True]; [False]
stop = False
def a():
    global stop
    stop = True
def b():
    n, rounds = 0, 1
    while rounds:
        rounds = 0
        for _ in [7] * 30:
            if stop: n += 1
    seen.append(n in (0, 30))
both(b, a)
"""
)
