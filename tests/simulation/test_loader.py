"""A program gets the twins by its own import statements, and nothing else."""

import concurrent.futures
import threading

import pytest

from threaddemo.simulation import NotSimulated, load, load_source

from . import programs


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
def test_every_form_of_import_gets_the_twin(simulator, source):
    """Also one inside a function, whenever it is executed."""
    assert (
        load_source(source, simulator.twins).x
        is simulator.twins["concurrent.futures"].ThreadPoolExecutor
    )


@pytest.mark.parametrize(
    "module",
    [
        "asyncio",
        "multiprocessing",
        "subprocess",
        "socket",
        "signal",
        "os",
        "_thread",
        "logging.handlers",
    ],
)
def test_other_modules_are_refused_by_name(simulator, module):
    """Whatever could start threads, wait or ask the machine has no twin, and says so."""
    for source in (f"import {module}", f"from {module} import anything"):
        with pytest.raises(NotSimulated, match=f"^{module} is not simulated$"):
            load_source(source, simulator.twins)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import threading; threading.Condition()", "threading.Condition"),
        ("from threading import Condition", "threading.Condition"),
        ("import time; time.sleep_ns(1)", "time.sleep_ns"),
        ("from queue import LifoQueue", "queue.LifoQueue"),
        ("import queue; queue.Queue().shutdown()", "Queue.shutdown"),
        ("from logging import handlers", "logging.handlers"),
        ("from logging import threading", "logging.threading"),
        ("import threading; threading.Thread().ident", "Thread.ident"),
        ("import random; random.SystemRandom()", "random.SystemRandom"),
        ("from concurrent.futures import as_completed", "concurrent.futures.as_completed"),
        ("from concurrent import interpreters", "concurrent.interpreters"),
    ],
)
def test_what_a_twin_lacks_is_named(simulator, source, name):
    """Never the real thing silently, nor a bare ImportError."""
    with pytest.raises(NotSimulated, match=f"^{name} is not simulated$"):
        load_source(source, simulator.twins)


def test_pure_modules_are_the_real_ones(simulator):
    """What neither waits nor starts threads passes through."""
    source = (
        "import logging\nfrom typing import Any\nfrom math import pi\nfrom collections import abc"
    )
    assert load_source(source, simulator.twins).logging.getLogger("x")


def test_any_twins_will_do():
    """The loader knows no simulator: real modules, or others on them, serve as well."""
    twins = {"threading": threading, "concurrent.futures": concurrent.futures}
    source = "from threading import Condition\nfrom concurrent import futures"
    loaded = load_source(source, twins)
    assert loaded.Condition is threading.Condition
    assert loaded.futures is concurrent.futures


def test_modules_load_independently(simulator):
    """Each load is a module of its own, with the file and the name of the first."""
    one, two = simulator.load(programs.__name__), load(programs.__name__, simulator.twins)
    assert one.Pipeline is not two.Pipeline
    assert one.__file__ == programs.__file__
    assert one.__name__ == programs.__name__
    assert issubclass(one.Pipeline, simulator.twins["queue"].Queue)


def test_a_module_that_does_not_exist(simulator):
    """The error is the one of an import."""
    with pytest.raises(ModuleNotFoundError, match="no_such_program"):
        simulator.load("no_such_program")
