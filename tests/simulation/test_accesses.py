"""Each way to change something is seen where each way to look at it is."""

import pytest

from .random_programs import HEAD, compare

#: What one thread does, and what another one notes.
PAIRS = {
    "a global": ("bump()", "look()"),
    "a rebound global": ("bind(7)", "look()"),
    "a global read by its module": ("bind(7)", "here()"),
    "a closure's variable": ("set_n(3)", "n"),
    "an augmented closure's variable": ("add_n(slow(3))", "n"),
    "a loop's variable": ("loop()", "n"),
    "a comprehension's walrus": ("[(n := v) for v in range(5)] if False else walrus()", "n"),
    "an attribute": ("s.x = 5", "s.x"),
    "a new attribute": ("s.new = 5", "hasattr(s, 'new')"),
    "a deleted attribute": ("del s.x", "getattr(s, 'x', None)"),
    "setattr": ("setattr(s, 'x', 5)", "s.x"),
    "object.__setattr__": ("object.__setattr__(s, 'x', 5)", "s.x"),
    "a namespace": ("s.__dict__['x'] = 5", "s.x"),
    "a namespace that is read": ("s.x = 5", "vars(s)['x']"),
    "a class's attribute": ("Base.total = 5", "s.total"),
    "a class's attribute in a subclass": ("Shared.total = 5", "s.total"),
    "an attribute that hides the class's": ("s.total = 5", "s.total"),
    "a class's attribute by super": ("Base.total = 5", "s.upper()"),
    "a property": ("s.x = 5", "s.double"),
    "a cached property": ("s.x = 5", "s.cached"),
    "a replaced method": ("Shared.quick = lambda self, by: 'other'", "s.quick(0)"),
    "a method of its own": ("s.quick = lambda by: 'own'", "s.quick(0)"),
    "a slot": ("slotted.v = 5", "slotted.v"),
    "a dataclass's equality": ("point.a = 1", "point == Point(1, [])"),
    "a dataclass's repr": ("point.b.append(1)", "repr(point)"),
    "a namespace object": ("space.v = 5", "space.v"),
    "a namespace object's repr": ("space.v = 5", "repr(space)"),
    "an own equality": ("s.x = 5", "s == 5"),
    "an own length": ("s.items.append(1)", "bool(s)"),
    "an item": ("table['k'] = 5", "table['k']"),
    "an augmented item": ("table['k'] += 5", "table['k']"),
    "an item among targets": ("table['k'], s.x = 5, 6", "(table['k'], s.x)"),
    "a target of a loop": ("for_item()", "table['k']"),
    "a deleted item": ("del table['k']", "table.get('k')"),
    "a slice": ("xs[:] = [5]", "xs[0]"),
    "a method that changes": ("xs.append(5)", "len(xs)"),
    "a method by its class": ("list.append(xs, 5)", "len(xs)"),
    "a method that was kept": ("append(5)", "len(xs)"),
    "a method in map": ("list(map(xs.append, [1]))", "len(xs)"),
    "sorting": ("xs.sort()", "xs[0]"),
    "a heap": ("heapq.heappush(xs, 0)", "xs[0]"),
    "shuffling": ("random.shuffle(xs)", "tuple(xs)"),
    "an augmented list": ("grow()", "len(xs)"),
    "iteration": ("xs.append(5)", "[v for v in xs]"),
    "unpacking": ("xs[0] = 5", "spread(*xs)"),
    "unpacking into names": ("xs[0] = 5", "first()"),
    "unpacking names": ("table.update(z=1)", "sorted({**table})"),
    "keywords": ("table.update(z=1)", "keywords(**table)"),
    "in": ("xs.append(5)", "5 in xs"),
    "not in": ("xs.append(5)", "5 not in xs"),
    "comparison": ("xs.append(5)", "xs == [3, 1, 2, 5]"),
    "chained comparison": ("xs.append(5)", "[] < xs < [3, 1, 2, 4]"),
    "addition": ("xs.append(5)", "xs + [1]"),
    "truth": ("xs.clear()", "1 if xs else 0"),
    "and": ("xs.clear()", "xs and 1"),
    "not": ("xs.clear()", "not xs"),
    "formatting": ("xs.append(5)", "f'{xs}'"),
    "old formatting": ("xs.append(5)", "'%s' % xs"),
    "a nested list": ("xs.append(5)", "str([[xs]])"),
    "builtins": ("xs.append(5)", "(sum(xs), max(xs), sorted(xs), tuple(xs), list(xs))"),
    "views": (
        "table.update(z=1)",
        "(len(table.keys()), list(table.values()), 'z' in table.keys())",
    ),
    "joining": ("words.append('b')", "' '.join(words)"),
    "a match": ("table.update(k=5)", "matched()"),
    "a match of a class's attributes": ("Shared.total = 5", "matched_class()"),
    "a match of attributes": ("s.x = 5", "matched_object()"),
    "json": ("xs.append(5)", "json.dumps(xs)"),
    "copying": ("s.items.append(5)", "copy.deepcopy(s.items)"),
    "copying an object": ("s.x = 5", "copy.copy(point_of(s)).a"),
    "an iterator": ("next(numbers)", "next(numbers)"),
    "a generator": ("ask(walker)", "ask(walker)"),
    "an iterator of a list": ("xs.insert(0, 9)", "next(over)"),
    "zip": ("xs.insert(0, 9)", "next(pairs)"),
    "a subclass of list": ("stack.append(5)", "len(stack)"),
    "a default dictionary": ("counts['k'] += 1", "dict(counts)"),
    "a deque": ("line.append(5)", "line[-1]"),
    "a cache": ("remembered.cache_clear()", "remembered.cache_info().hits, remembered(1)"),
    "a function's attribute": ("ask.calls = 1", "getattr(ask, 'calls', 0)"),
    "a default": ("default(5)", "default()"),
    "exec": ("exec('xs.append(5)', {'xs': xs})", "len(xs)"),
    "globals": ("globals().update(G=5)", "look()"),
    "a thread's name": ("other.name = 'X'", "other.name"),
    "is_alive": ("time.sleep(1)", "other.is_alive()"),
    "a random number": ("random.random()", "random.random()"),
    "the state of random": ("random.seed(1)", "random.random()"),
    "the length of a queue": ("q.put(1)", "q.qsize()"),
    "what is in a queue": ("q.put(1)", "list(q.queue)"),
    "a queue by an attribute": ("q.put(1)", "q.most"),
    "full": ("q.put(1)", "q.full()"),
    "unfinished tasks": ("q.put(1)", "q.unfinished_tasks"),
    "locked": ("lock2.acquire()", "lock2.locked()"),
    "a semaphore's value": ("sem.acquire()", "sem._value"),
    "clear": ("e.clear()", "e._flag"),
    "done": ("pass", "fut.done()"),
    "cancel": ("fut.cancel()", "fut.cancelled()"),
    "a submitted method": ("pool.submit(xs.append, 5).result()", "len(xs)"),
    "a submitted function of C": ("xs.append(5)", "pool.submit(len, xs).result()"),
    "a mapped list": ("xs.append(5)", "list(pool.map(abs, xs))"),
    "a thread's target": ("threading.Thread(target=xs.append, args=(5,)).start()", "len(xs)"),
    "names of threads": ("threading.Thread()", "threading.Thread().name"),
    "numbers of pools": (
        "concurrent.futures.ThreadPoolExecutor(1)",
        "concurrent.futures.ThreadPoolExecutor(1)._thread_name_prefix",
    ),
}

PROGRAM = """
import copy, heapq, json, types
Base.slow_quick = Shared.quick
class Shared(Shared):
    def upper(self):
        return super().total
    @functools.cached_property
    def cached(self):
        return self.x
def bump():
    global G
    G += 1
def bind(value):
    global G
    G = value
def look():
    return G
def here():
    import math
    return G
def slow_look():
    return slow(G)
def spread(*values):
    return values
def keywords(**values):
    return sorted(values)
def ask(generator):
    try:
        return next(generator)
    except ValueError as error:
        return str(error)
def default(value=None, kept=[]):
    if value:
        kept.append(value)
    return len(kept)
def point_of(s):
    return Point(s.x)
def run():
    global G
    G, Base.total, Shared.total, ask.calls = 0, 0, 0, 0
    del Shared.total
    Shared.quick = Base.slow_quick
    remembered.cache_clear()
    default.__defaults__[1].clear()
    s, point, slotted, xs, table, words = Shared(), Point(), Slotted(), [3, 1, 2], {"k": 1}, ["a"]
    stack, counts, line, n, append = Stack(), defaultdict(int), deque([1]), 0, xs.append
    numbers, walker, over, pairs = iter([1, 2, 3]), counting([1, 2, 3]), iter(xs), zip(xs, xs)
    q, e, sem, lock2, seen = Box(1), threading.Event(), threading.Semaphore(), threading.Lock(), []
    space = types.SimpleNamespace(v=1)
    e.set()
    random.seed(0)
    pool = concurrent.futures.ThreadPoolExecutor(1)
    fut = FUTURE
    def set_n(value):
        nonlocal n
        n = value
    def add_n(value):
        nonlocal n
        n += value
    def loop():
        nonlocal n
        for n in range(3):
            pass
    def walrus():
        nonlocal n
        return [n := v for v in range(5)]
    def for_item():
        for table["k"] in range(3):
            pass
    def grow():
        nonlocal xs
        xs += [5]
    def first():
        a, *b = xs
        return a
    def matched():
        match table:
            case {"k": 5}:
                return "five"
        return "other"
    def matched_object():
        match s:
            case Shared(x=5):
                return "five"
        return "other"
    def matched_class():
        match [s]:
            case [Shared(total=5)]:
                return "five"
        return "other"
    def change():
        time.sleep(1)
        CHANGE
    def watch():
        time.sleep(1)
        try:
            seen.append(LOOK)
        except Exception as error:
            seen.append(repr(error))
    other = threading.Thread(target=change, name="W")
    watcher = threading.Thread(target=watch)
    other.start()
    watcher.start()
    other.join()
    watcher.join()
    return lambda: repr((seen, xs, table, G, n, getattr(s, 'x', None)))
"""


@pytest.mark.parametrize(("change", "look"), PAIRS.values(), ids=PAIRS)
def test_a_change_is_seen_by_who_looks(change, look):
    """Both orders are explored where it matters, and every outcome is counted as often as it is."""
    source = HEAD + PROGRAM.replace("CHANGE", change).replace("LOOK", look)
    source = source.replace("FUTURE", "pool.submit(slow, 1)" if "fut." in look else "None")
    found = compare(source, 4_000, replay=True)
    assert found is not None
    assert not found.problem
    assert found.complete
    assert found.by_kinds == found.plain
    assert not any(isinstance(one, tuple) and one[0] == "failure" for one in found.plain)
