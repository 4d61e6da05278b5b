"""What has no twin ends the run; what Python itself lacks is an AttributeError, as ever."""

import inspect

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, NotSimulated, Seeded, Simulator
from threaddemo.simulation.twins import gap

from .conftest import REAL

ANSWERS = [
    "getattr(threading, 'settrace', None)",
    "hasattr(threading, 'settrace')",
    "try:\n  threading.settrace\n except Exception: pass",
    "try:\n  threading.settrace\n except BaseException: pass",
    "try:\n  threading.settrace\n except: pass",
    "try:\n  threading.settrace\n finally: pass",
    "try:\n  from threading import settrace\n except ImportError: pass",
    "import contextlib\n with contextlib.suppress(BaseException): threading.settrace",
    "while True:\n  try: threading.settrace\n  except BaseException: pass",
]


def program(source, simulator):
    return Program.of(source).load(simulator.twins, PURE)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("strict", [True, False])
def test_a_gap_ends_the_run(simulator, answer, strict):
    """Whatever the program does with exceptions."""
    source = f"import threading\ndef main():\n {answer}\n print('never')"
    main = program(source, simulator).main
    with pytest.raises(NotSimulated, match=r"^threading\.settrace is not simulated$") as caught:
        simulator.run(main, Seeded(0), timeout=20, strict=strict)
    assert caught.value.file == "program.py"
    assert caught.value.line == (4 if "\n" in answer else 3)
    assert simulator.run(lambda: lambda: 1, Seeded(0), timeout=20).result == 1


def test_a_gap_in_a_thread_ends_the_run(simulator, capsys):
    """Also in a call that a future would keep."""
    source = """
import threading, concurrent.futures
def work():
    threading.settrace(print)
def thread():
    threading.Thread(target=work).start()
    threading.Event().wait()
def pool():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        print(pool.submit(work).exception())
"""
    loaded = program(source, simulator)
    for main in (loaded.thread, loaded.pool):
        with pytest.raises(NotSimulated) as caught:
            simulator.run(main, Seeded(0), timeout=20, strict=False)
        assert caught.value.line == 4
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["socket", "asyncio", "multiprocessing", "signal"])
def test_a_module_without_a_twin_ends_the_run(simulator, name):
    """It may be imported late, and the program be ready to do without it."""
    source = f"def main():\n try: import {name}\n except BaseException: return lambda: 'without'"
    main = program(source, simulator).main
    with pytest.raises(NotSimulated, match=f"^{name} is not simulated$") as caught:
        simulator.run(main, Seeded(0), timeout=20)
    assert caught.value.line == 2


def test_a_gap_while_a_program_is_loaded_is_raised(simulator):
    """There is no run to end; the error is no Exception, so few would catch it."""
    for source in ("import socket", "try: import socket\nexcept Exception: pass"):
        with pytest.raises(NotSimulated, match=r"^socket is not simulated$"):
            program(source, simulator)
    with pytest.raises(NotSimulated, match=r"^it is not simulated$"):
        gap("it")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("threading.Thread().isAlive", "'Thread' object has no attribute 'isAlive'"),
        ("Worker().missing", "'Worker' object has no attribute 'missing'"),
        ("threading.Lock().release_all", "'Lock' object has no attribute 'release_all'"),
        ("queue.Queue().length", "'Queue' object has no attribute 'length'"),
        ("threading.local().x", "'local' object has no attribute 'x'"),
        ("threading.Thead", "module 'threading' has no attribute 'Thead'"),
        ("time.clock", "module 'time' has no attribute 'clock'"),
        ("os.__path__", "module 'os' has no attribute '__path__'"),
        ("threading.Lock().__len__", "'Lock' object has no attribute '__len__'"),
    ],
)
def test_what_python_lacks_is_an_attribute_error(simulator, source, text):
    """It is the program's mistake, or its way to ask."""
    body = f"""
import threading, queue, time, os
class Worker(threading.Thread): pass
def main():
    try: {source}
    except AttributeError as error: return lambda: str(error)
"""
    loaded = program(body.replace("return lambda: str(error)", "text = str(error)"), simulator)
    del loaded
    main = program(
        body.replace(
            "as error: return lambda: str(error)",
            "as error:\n        text = str(error)\n        return lambda: text",
        ),
        simulator,
    ).main
    assert simulator.run(main, Seeded(0), timeout=20).result == text


def test_what_python_lacks_cannot_be_imported(simulator):
    """That is an ImportError."""
    with pytest.raises(ImportError, match="Thead"):
        program("from threading import Thead", simulator)


#: What the twins have from the real classes, having looked: none of it waits for anything, but by
#: way of what the twin has itself.
HARMLESS = {
    "Thread": set(),
    "Timer": set(),
    "Condition": {"notify_all", "notifyAll"},
    "Semaphore": set(),
    "BoundedSemaphore": set(),
    "Event": {"isSet"},
    "Barrier": {"parties", "n_waiting", "broken"},
    "Queue": {"put_nowait", "get_nowait"},
    "LifoQueue": {"put_nowait", "get_nowait"},
    "PriorityQueue": {"put_nowait", "get_nowait"},
    "SimpleQueue": set(),
    "Future": set(),
    "ThreadPoolExecutor": set(),
    "local": set(),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_every_method_of_the_real_class_has_been_thought_of(name):
    """A method that a later Python adds must not be the real one, unseen."""
    with Simulator() as simulator:
        twins = [twin for twin in simulator.twins.values() if name in vars(twin)]
        twin = vars(twins[0])[name]
        modules = [module for module in vars(REAL).values() if hasattr(module, name)]
        real = getattr(modules[0], name)
        own = {
            attribute
            for cls in inspect.getmro(twin)
            if cls.__module__.startswith("threaddemo")
            for attribute in vars(cls)
        }
        missing = {attribute for attribute in dir(real) if not attribute.startswith("_")} - own
        assert missing <= HARMLESS[name]


@pytest.mark.parametrize("module", ["threading", "queue", "time", "concurrent.futures", "random"])
def test_every_public_function_is_a_twin_or_a_gap(module):
    """Nothing of a real module comes through, but what is passed on by name."""
    with Simulator() as simulator:
        twin = simulator.twins[module]
        for name in dir(twin._real):
            if name.startswith("_") or inspect.ismodule(getattr(twin._real, name)):
                continue
            try:
                getattr(twin, name)
            except NotSimulated as error:
                assert str(error) == f"{module}.{name} is not simulated"  # noqa: PT017
