"""A program of every construct there is, which prints what it does."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import traceback
from collections import defaultdict, namedtuple

total = 0
log: list[int] = []
order = []


def note(word, value=None):
    order.append(word)
    return value


def traced(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        note(f"call {function.__name__}")
        return function(*args, **kwargs)

    return inner


class Meta(type):
    def __new__(mcls, name, bases, namespace, **options):
        namespace["options"] = tuple(sorted(options))
        return super().__new__(mcls, name, bases, namespace)


class Box(metaclass=Meta, size=1):
    """A box."""

    __slots__ = ("__secret", "items", "value")
    count = 0
    doubled = [n + 1 for n in (count, 2)]
    table = {"a": 1}
    table["b"] = 2
    table["a"] += 5

    def __init__(self, value=0):
        """It is made."""
        self.value = value
        self.__secret = 1
        self.items = {}
        Box.count += 1

    @property
    def double(self):
        return self.value * 2

    @double.setter
    def double(self, value):
        self.value = value // 2

    @traced
    def add(self, n: int = 1, *rest, key=None, **others) -> int:
        self.value += n
        self.__secret += 1
        self.items[n] = self.items.get(n, 0) + 1
        self.items[n] += 1
        return self.value

    @staticmethod
    def static(x):
        return x, __class__.__name__

    @classmethod
    def make(cls, *args):
        return cls(*args)

    def secret(self):
        return self.__secret

    def __enter__(self):
        self.value += 100
        return self

    def __exit__(self, *error):
        self.value -= 100
        return error[0] is KeyError

    def __repr__(self):
        return f"Box({self.value}, {self.double!r:>5}, {self.items}, {self.value=})"

    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        note(f"set {key} {value}")

    def __delitem__(self, key):
        note(f"del {key}")

    def __iadd__(self, other):
        note("iadd")
        self.value += other
        return self

    def __contains__(self, other):
        return other == self.value

    def __bool__(self):
        note("bool")
        return self.value > 0


class Sub(Box):
    def add(self, n=1):
        return super().add(n) + 1000


@dataclasses.dataclass(order=True)
class Pair:
    a: int = 0
    b: list = dataclasses.field(default_factory=list)


Point = namedtuple("Point", "x y")


def assignments():
    global total
    first, *rest = log[:] or [0, 1, 2]
    total += len(rest)
    (a, [b, c]), d = (1, (2, 3)), 4
    x = y = box = Box(5)
    box.value, box["k"], [z] = 7, 8, (9,)
    log[note("index", 0) :] = [v * total for v in range(3) if v != total]
    log[note("index", 0)] += note("value", 5)
    del log[-1], d
    box[1:2, ::3] = note("last", 0)
    box += 3
    note("box", box).value += note("amount", 1)
    for box.value, rest in [(1, 2), (3, 4)]:
        pass
    for y in range(2):
        continue
    note("else")
    with contextlib.suppress(KeyError), box as x.items:
        raise KeyError
    deep: int = 5
    box.value: int = deep
    bare: str
    table = defaultdict(list)
    table["x"] += [1]
    table["x"] *= 2
    return (
        a,
        b,
        c,
        x is box,
        y,
        z,
        first,
        rest,
        table,
        box[1:2, ..., None],
        Point(1, 2)._replace(x=3),
    )


def closures():
    n = 0
    functions = [lambda by=k: by + k for k in range(3)]

    def up(by=total):
        nonlocal n
        n += 1 + by
        return n

    class Inner:
        m = n + 10
        total = total
        both = [n for _ in range(2)]

        def get(self):
            return n

    return up(), up(1), n, [f() for f in functions], Inner.m, Inner.total, Inner.both, Inner().get()


def generators(k):
    sent = yield k
    try:
        yield from (x + total for x in log)
        yield sent
        yield from [1, 2]
    finally:
        note("closed")
    return "returned"


def delegates():
    result = yield from generators(2)
    note(result)


def conditions(box):
    out = []
    while (n := len(out)) < 3:
        out.append(n)
    chain = 0 <= len(out) < 5 > 2 != 4
    return [
        out if out and total else None,
        not out,
        box or None,
        not box,
        1 if box else 2,
        chain,
        3 in box,
        4 not in out,
        None is not out,
        [y for x in out if (y := x + 1) > 1 if y],
        {x: y for x, y in [(1, 2), [3, 4]]},
        {*out, *"ab"} - {0},
        [*out, *(v for v in out)],
        {**{"a": 1}, "b": 2},
        "%s and %d" % ("a", 2),
        -total,
        ~5,
        +1.5,
        2**3 % 5,
    ]


def matched(value):
    match value:
        case {"k": x, **rest} if x:
            return x, rest
        case Box(value=3) | Point(3, _):
            return "three"
        case [first, *others] if note("guard", False):
            return first
        case [1, (2 | 3) as second, *others]:
            return second, others
        case "a" | None:
            return "constant"
        case _:
            return total


def failing(how):
    box = Box(7)
    with box as b:
        try:
            if how == 1:
                return b.value // (total - total)
            b.nothing
        except AttributeError as error:
            note(type(error).__name__)
            raise ValueError(str(how)) from None
        else:
            note("no error")
        finally:
            note("finally")


def spread(*args, a=1, **kwargs):
    return args, a, kwargs


box = Box()
for i in range(3):
    box.add(i)
print(box, Box.count, box.secret(), order, Box.options, Box.doubled, Box.table)
print(Sub(1).add(), Sub.make(2).double, Box.static(1))
print(assignments())
print(log, total, closures())
stream = delegates()
print(next(stream), stream.send("sent"), list(stream))
print(conditions(Box(3)), conditions(Box(-1)))
for subject in ({"k": 4, "l": 5}, {"k": 0}, Box(3), Point(3, 4), [1, 2, 5], [2], "a", None, 1):
    print(matched(subject))
print(sorted([Pair(3), Pair(1)]), Pair(1) == Pair(1), sorted("bca", key=lambda z: -ord(z)))
print(
    spread(1, *[2, 3], *"x", a=4, **{"b": 5}, **dict(c=6)), f"{total:03d} {box.value=} {'x'!r:{5}}"
)
for how in 1, 2:
    try:
        failing(how)
    except (ZeroDivisionError, ValueError):
        print(traceback.format_exc())
try:
    print(undefined_name)
except NameError as error:
    print(error)
try:
    assert box.value < 0, f"value is {box.value}"
except AssertionError as error:
    print("assert", error)
print(
    Box.__doc__,
    Box.__init__.__doc__,
    Box.add.__name__,
    Box.add.__annotations__,
    assignments.__doc__,
)
print((lambda: total)(), max(box.value, total), box.items.keys() | {9}, 1 in box.items)
box.double = 20
del box["gone"], box.value
print(hasattr(box, "value"), getattr(box, "value", "none"), vars(Pair(1)), sorted(globals())[:3])
print(
    sum(x * y for x in range(4) for y in range(x) if y), [[j for j in range(k)] for k in range(3)]
)
print({k: v for k, v in zip("ab", (b.value for b in [Box(1), Box(2)]))}, eval("total + 1"), order)
