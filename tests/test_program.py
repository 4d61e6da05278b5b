"""A program gets the twins by its own import statements, and nothing else."""

import concurrent.futures
import importlib
import sys
import threading

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, NotSimulated, Simulator


@pytest.fixture
def twins():
    with Simulator() as simulator:
        yield simulator.twins


@pytest.fixture
def load(twins):
    """Load a text on the simulator's twins."""
    return lambda source: Program.of(source).load(twins, PURE)


@pytest.mark.parametrize(
    "source",
    [
        "import concurrent.futures\nx = concurrent.futures.ThreadPoolExecutor",
        "import concurrent.futures as cf\nx = cf.ThreadPoolExecutor",
        "from concurrent import futures\nx = futures.ThreadPoolExecutor",
        "from concurrent.futures import ThreadPoolExecutor as x",
        "def f():\n  from concurrent.futures import ThreadPoolExecutor as x\n  return x\nx = f()",
    ],
)
def test_every_form_of_import_gets_the_twin(load, twins, source):
    """Also one inside a function, whenever it is executed."""
    assert load(source).x is twins["concurrent.futures"].ThreadPoolExecutor


@pytest.mark.parametrize(
    "module",
    [
        "asyncio",
        "multiprocessing",
        "subprocess",
        "socket",
        "signal",
        "_thread",
        "logging.handlers",
    ],
)
def test_other_modules_are_refused_by_name(load, module):
    """Whatever could start threads, wait or ask the machine has no twin, and says so."""
    for source in (f"import {module}", f"from {module} import anything"):
        with pytest.raises(NotSimulated, match=f"^{module} is not simulated$"):
            load(source)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import threading; threading.settrace(None)", "threading.settrace"),
        ("from threading import settrace", "threading.settrace"),
        ("from logging import handlers", "logging.handlers"),
        ("from logging import threading", "logging.threading"),
        (
            "from concurrent.futures import ProcessPoolExecutor",
            "concurrent.futures.ProcessPoolExecutor",
        ),
        ("from concurrent import interpreters", "concurrent.interpreters"),
    ],
)
def test_what_a_twin_lacks_is_named(load, source, name):
    """Never the real thing silently, nor a bare ImportError."""
    with pytest.raises(NotSimulated, match=f"^{name} is not simulated$"):
        load(source)


def test_pure_modules_are_the_real_ones(load):
    """What neither waits nor starts threads passes through."""
    source = (
        "import logging\nfrom typing import Any\nfrom math import pi\nfrom collections import abc"
    )
    assert load(source).logging.getLogger("x")


def test_any_twins_will_do():
    """The loader knows no simulator: real modules, or others on them, serve as well."""
    twins = {"threading": threading, "concurrent.futures": concurrent.futures}
    source = "from threading import Condition\nfrom concurrent import futures"
    loaded = Program.of(source).load(twins)
    assert loaded.Condition is threading.Condition
    assert loaded.futures is concurrent.futures


NAME = "threaddemo.demos.prodcons_queue"


def test_modules_load_independently(twins):
    """Each load is a module of its own, with the file and the name of the first."""
    program, first = Program.named(NAME), importlib.import_module(NAME)
    one, two = program.load(twins, PURE), program.load(twins, PURE)
    assert one.Pipeline is not two.Pipeline
    assert one.__file__ == first.__file__
    assert one.__name__ == NAME
    assert issubclass(one.Pipeline, twins["queue"].Queue)
    assert first.threading is threading


def test_a_module_that_does_not_exist():
    """The error is the one of an import."""
    with pytest.raises(ModuleNotFoundError, match="no_such_program"):
        Program.named("no_such_program")


@pytest.fixture
def neighbours(tmp_path, monkeypatch):
    """A package whose program has a module beside it."""
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").touch()
    (tmp_path / "pack" / "beside.py").write_text("import threading\nSTATE = []\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "pack"
    for name in [name for name in sys.modules if name.partition(".")[0] == "pack"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "source",
    [
        "from . import beside",
        "from .beside import threading, STATE\nfrom . import beside",
        "from pack import beside",
        "import pack.beside as beside",
    ],
)
def test_what_lies_beside_a_program_is_loaded_the_same_way(neighbours, twins, source):
    """Once for each load, on the same modules."""
    (neighbours / "program.py").write_text(source, "utf-8")
    program = Program.named("pack.program")
    one, two = program.load(twins, PURE), program.load(twins, PURE)
    assert one.beside.threading is twins["threading"]
    assert one.beside.STATE is not two.beside.STATE
    assert "pack.beside" not in sys.modules


def test_a_program_knows_its_frames(neighbours, twins):
    """Its own, and those of what lies beside it; nobody else's."""
    (neighbours / "beside.py").write_text("def call(f): return f()", "utf-8")
    (neighbours / "program.py").write_text("from .beside import call", "utf-8")
    loaded = Program.named("pack.program").load(twins, PURE)
    frame = loaded.call(sys._getframe)
    assert Program.owns(frame)
    assert not Program.owns(sys._getframe())
    inner = loaded.call(lambda: [sys._getframe()])[0]
    assert not Program.owns(inner)
    assert Program.place(inner).f_code.co_name == "call"
    assert Program.place(sys._getframe()) is None
