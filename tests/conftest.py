"""What the tests share: how to run a demo, how to break one, and what no test may leave behind."""

import importlib
import inspect
import logging
import os
import re
import shutil
import sys
import threading
import time
import types

import lessons
import pytest
from click.testing import CliRunner
from process import processes

from threaddemo import demos

BOUND = processes.BOUND
FAILED = 3  #: the exit code of what can't be run
hanging = []


def pytest_generate_tests(metafunc):
    """A test that asks for a ``demo`` is run for each that there is."""
    if "demo" in metafunc.fixturenames:
        metafunc.parametrize("demo", lessons.NAMES)


def pytest_unconfigure():
    """Threads that hang would keep the interpreter from ending; their test has failed already."""
    if hanging:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


@pytest.fixture(autouse=True, scope="session")
def _heed_signals():
    processes.heed_signals()


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    """No variable of the developer's shell sets an option of a test's demo."""
    for name in os.environ.keys() - processes.environment().keys():
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _nothing_left_behind():
    """No thread outlives its test, and logging and the hooks are as they were before it."""
    threads = set(threading.enumerate())
    root = logging.getLogger()
    before = (list(root.handlers), root.level, threading.excepthook, threading.Thread.start)
    yield
    after = (list(root.handlers), root.level, threading.excepthook, threading.Thread.start)
    assert after == before
    deadline = time.monotonic() + BOUND
    while (left := set(threading.enumerate()) - threads) and time.monotonic() < deadline:
        for thread in left:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
            else:
                time.sleep(0.001)  # it is about to be started
    hanging.extend(left)
    assert not left, f"threads outlive the test: {', '.join(thread.name for thread in left)}"


@pytest.fixture
def module(demo):
    """The module of the demo."""
    return lessons.module(demo)


@pytest.fixture
def quick():
    """The options that make a run of each demo short."""
    return {demo: lessons.words(lessons.short(demo)) for demo in lessons.NAMES}


@pytest.fixture
def simulated(invoke, quick, demo):
    """The name of the demo, which the simulator has twins for; without, its test is skipped.

    Nobody is let off lightly: what a demo without twins gets instead has tests of its own.
    """
    if lessons.real_only(demo):
        pytest.skip(f"{demo} says that it can't be simulated")
    if invoke(demo, *quick[demo], "--seed", "0", "-q").exit_code == FAILED:
        pytest.skip(f"{demo} can't be simulated")
    return demo


@pytest.fixture
def invoke():
    """Run the command line in this process; a run that hangs is given up, and its test fails."""

    def run(*args, env=None):
        from threaddemo.cli import cli

        bounded = {"THREADDEMO_TIMEOUT": str(BOUND)}
        return CliRunner().invoke(
            cli, args, env=bounded | (env or {}), prog_name="threaddemo", catch_exceptions=False
        )

    return run


@pytest.fixture
def run_process(tmp_path):
    """Run ``python -m threaddemo`` as a process of its own, in an empty directory."""

    def run(*args, env=None, timeout=BOUND):
        command = [*processes.MODULE, *args]
        return processes.run(command, processes.environment(**env or {}), timeout, cwd=tmp_path)

    return run


@pytest.fixture
def copied_package(tmp_path):
    """A copy of the package to be changed, for processes with its folder on ``PYTHONPATH``."""
    copy = tmp_path / "copy" / "threaddemo"
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(lessons.FOLDER.parent, copy, ignore=ignored)


@pytest.fixture
def changed(monkeypatch, tmp_path):
    """Put a demo with a changed source in the place of the demo: pairs of old and new text."""

    def change(demo, *pairs, first=""):
        file, source = lessons.file(demo).name, lessons.source(demo)
        for old, new in pairs:
            assert source.count(old) == 1, f"{old!r} is not once in {demo}"
            source = source.replace(old, new)
        start = source.index("\nOPTIONS")
        (tmp_path / file).write_text(f"{source[:start]}\n{first}\n{source[start:]}", "utf-8")
        monkeypatch.setattr(demos, "__path__", [str(tmp_path), *demos.__path__])
        monkeypatch.delitem(sys.modules, f"{demos.__name__}.{file[:-3]}", raising=False)
        importlib.invalidate_caches()

    yield change
    for name in [name for name in sys.modules if name.startswith(f"{demos.__name__}.")]:
        del sys.modules[name]  # the next test has the demos themselves


@pytest.fixture
def shared(monkeypatch):
    """The module ``shared``: what a changed demo imports from it outlives the demo's runs."""
    module = types.ModuleType("shared")
    monkeypatch.setitem(sys.modules, "shared", module)
    return module


@pytest.fixture
def lines():
    """The messages of a narrative, in order; each line must have the tutorial's format."""

    def read(stderr):
        messages = []
        for line in stderr.splitlines():
            match = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d: (.+)", line)
            assert match, f"not HH:MM:SS: message: {line!r}"
            messages.append(match[2])
        return messages

    return read


@pytest.fixture
def in_turn():
    """Check that some lines come once each and in this order, with any others in between."""

    def check(messages, expected):
        wanted = set(expected)
        assert [message for message in messages if message in wanted] == expected

    return check


@pytest.fixture
def function_source():
    """The lines of one function of a demo's source, the empty ones left out."""

    def read(demo, function):
        found = lessons.module(demo)
        for name in function.split("."):
            found = getattr(found, name)
        return [line for line in inspect.getsource(found).splitlines() if line.strip()]

    return read
