"""Whatever a program keeps in its module, each run begins with it as it was at first."""

import json
import sys
from functools import partial

import pytest

from threaddemo.program import Program
from threaddemo.runs.copies import Copies

#: Ways to count the runs; ``state()`` is 1 in the first one, and so in each that starts afresh.
STATES = {
    "a counter": """
COUNT = 0
def state():
    global COUNT
    COUNT += 1
    return COUNT
""",
    "a name that is new": """
def state():
    global COUNT
    COUNT = globals().get("COUNT", 0) + 1
    return COUNT
""",
    "a name that is gone": """
FIRST = True
def state():
    return 1 if globals().pop("FIRST", False) else 2
""",
    "a list": """
SEEN = []
def state():
    SEEN.append(1)
    return len(SEEN)
""",
    "a list in a tuple": """
SEEN = (0, ([],))
def state():
    SEEN[1][0].append(1)
    return len(SEEN[1][0])
""",
    "a dictionary": """
SEEN = {"runs": 0}
def state():
    SEEN["runs"] += 1
    return SEEN["runs"]
""",
    "an iterator": """
import itertools
RUNS = itertools.count(1)
def state():
    return next(RUNS)
""",
    "an object": """
class Box:
    runs = 0
BOX = Box()
def state():
    BOX.runs += 1
    return BOX.runs
""",
    "a lock": """
LOCK = threading.Lock()
def state():
    return 1 if LOCK.acquire(blocking=False) else 2
""",
    "a class's attribute": """
class Box:
    runs = 0
def state():
    Box.runs += 1
    return Box.runs
""",
    "a class's attribute that is new": """
class Box:
    pass
def state():
    Box.runs = getattr(Box, "runs", 0) + 1
    return Box.runs
""",
    "an attribute of a class in a class": """
class Box:
    class Inner:
        runs = 0
def state():
    Box.Inner.runs += 1
    return Box.Inner.runs
""",
    "a class's list": """
class Box:
    seen = []
def state():
    Box.seen.append(1)
    return len(Box.seen)
""",
    "a function's attribute": """
def state():
    state.runs += 1
    return state.runs
state.runs = 0
""",
    "a method's attribute": """
class Box:
    def open(self):
        Box.open.runs = getattr(Box.open, "runs", 0) + 1
        return Box.open.runs
def state():
    return Box().open()
""",
    "a default": """
def state(seen=[]):
    seen.append(1)
    return len(seen)
""",
    "a keyword's default": """
def state(*, seen=[]):
    seen.append(1)
    return len(seen)
""",
    "a static method's default": """
class Box:
    @staticmethod
    def open(seen=[]):
        seen.append(1)
        return len(seen)
def state():
    return Box.open()
""",
    "a class method's default": """
class Box:
    @classmethod
    def open(cls, seen=[]):
        seen.append(1)
        return len(seen)
def state():
    return Box.open()
""",
    "a closure's number": """
def counter():
    runs = 0
    def count():
        nonlocal runs
        runs += 1
        return runs
    return count
state = counter()
""",
    "a closure's list": """
def counter():
    seen = []
    def count():
        seen.append(1)
        return len(seen)
    return count
state = counter()
""",
    "a property's closure": """
def counter():
    runs = 0
    def count(self):
        nonlocal runs
        runs += 1
        return runs
    return property(count)
class Box:
    runs = counter()
def state():
    return Box().runs
""",
    "a cache": """
import functools
@functools.cache
def seen():
    return []
def state():
    seen().append(1)
    return len(seen())
""",
}
KINDS = pytest.mark.parametrize("state", STATES.values(), ids=STATES)


@KINDS
@pytest.mark.parametrize(
    "mode",
    [["--seed", "1", "--repeat", "3"], ["--seed", "2"], ["--explore"], ["--repeat", "3"], []],
    ids=lambda mode: " ".join(mode) or "real",
)
def test_every_run_is_the_first(invoke, changed, state, mode):
    """For real, from a seed and under every schedule: no run knows how many were before it."""
    start = ("        self.value = 0\n", "        self.value = state()\n")
    changed("fixrace", start, first=f"import threading\n{state}")
    result = invoke("fixrace", "--threads", "2", "--sleep", "0", "-q", "--json", *mode)
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    found = [outcome["facts"] for outcome in document["outcomes"] or [document]]
    assert [facts["starting_value"] for facts in found] == [1]


@pytest.fixture
def copies():
    """The copies of a text."""
    return lambda source: Copies(partial(Program.of(source).load, {}))


@KINDS
def test_what_may_have_changed_is_loaded_again(copies, state):
    """So that the runs are alike."""
    afresh = copies(f"import threading\n{state}")
    assert [afresh.fresh().state() for _ in range(3)] == [1, 1, 1]


def test_what_cannot_have_changed_is_not_loaded_again(copies):
    """Loading takes longer than many a run: constants, functions and classes stay as they are."""
    source = """
import threading
from typing import NamedTuple
WORDS = ("one", 2, 3.0, None, frozenset({1}))
class Facts(NamedTuple):
    lost: int = 0
    @property
    def ok(self):
        return self.lost == 0
class Account:
    def __init__(self):
        self.value = 0
    @staticmethod
    def open(name="one", *, limit=2):
        return Account()
def run():
    account = Account.open()
    account.value += 1
    return lambda: Facts(account.value)
"""
    kept = copies(source)
    first = kept.fresh()
    assert first.run()() == (1,)
    assert kept.fresh() is first


@pytest.fixture
def packaged(tmp_path, monkeypatch):
    """Copies of a program with a module beside it, from their sources."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))

    def packaged(program, beside):
        (package / "beside.py").write_text(beside, encoding="utf-8")
        (package / "program.py").write_text(program, encoding="utf-8")
        return Copies(partial(Program.named("package.program").load, {}))

    yield packaged
    for name in [name for name in sys.modules if name.partition(".")[0] == "package"]:
        del sys.modules[name]


#: Programs that ask a module beside them for its ``state()``.
ASKING = {
    "its function": "from .beside import state\ndef run():\n    return state()",
    "it": "from . import beside\ndef run():\n    return beside.state()",
    "its full name": "import package.beside\ndef run():\n    return package.beside.state()",
    "in the run": "def run():\n    from .beside import state\n    return state()",
}


@pytest.mark.parametrize("beside", STATES.values(), ids=STATES)
@pytest.mark.parametrize("program", ASKING.values(), ids=ASKING)
def test_what_lies_beside_a_program_is_loaded_again_with_it(packaged, program, beside):
    """State in a module of the same folder is the program's, however it comes by it."""
    afresh = packaged(program, f"import threading\n{beside}")
    assert [afresh.fresh().run() for _ in range(3)] == [1, 1, 1]


def test_without_state_beside_it_the_module_is_kept(packaged):
    """Code and constants of a neighbour are no reason to load anything again."""
    kept = packaged(ASKING["it"], "LIMIT = 7\ndef state():\n    return LIMIT\n")
    first = kept.fresh()
    assert first.run() == 7
    assert kept.fresh() is first
