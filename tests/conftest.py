"""What the tests share: how to run a demo, how to break one, and what no test may leave behind."""

import importlib
import logging
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from threaddemo import demos

#: A short run of each demo, in the order of the lessons.
QUICK = {
    "single": ["--sleep", "0.01"],
    "daemon": ["--sleep", "0.2"],
    "join": ["--sleep", "0.01"],
    "many": ["--sleep", "0.01"],
    "executor": ["--sleep", "0.01"],
    "race": ["--sleep", "0.1"],
    "fixrace": ["--sleep", "0.01"],
    "prodcons-lock": ["--messages", "3"],
    "prodcons-queue": ["--messages", "3", "--sleep", "0.01"],
    "semaphore": ["--sleep", "0.01"],
}

BOUND = 60  #: seconds that anything here may take before it counts as hanging
VARIABLE = re.compile(r"_?THREADDEMO_|(NO|FORCE)_COLOR$|CLICOLOR|COLUMNS$|PYTHONUNBUFFERED$")
hanging: list[threading.Thread] = []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a ``demo`` is run for each of the ten."""
    if "demo" in metafunc.fixturenames:
        metafunc.parametrize("demo", list(QUICK))


def pytest_unconfigure() -> None:
    """Threads that hang would keep the interpreter from ending; their test has failed already."""
    if hanging:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the developer's shell sets an option of a test's demo."""
    for name in filter(VARIABLE.match, list(os.environ)):
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
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
def quick() -> dict[str, list[str]]:
    """The options that make a run of each demo short."""
    return QUICK


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """Run the command line in this process; a run that hangs is given up, and its test fails."""

    def run(*args: str, env: dict[str, str | None] | None = None) -> Result:
        from threaddemo.cli import cli

        bounded: dict[str, str | None] = {"THREADDEMO_TIMEOUT": str(BOUND)}
        return CliRunner().invoke(
            cli, args, env=bounded | (env or {}), prog_name="threaddemo", catch_exceptions=False
        )

    return run


@pytest.fixture
def run_process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``python -m threaddemo`` as a process of its own, in an empty directory."""

    def run(
        *args: str, env: dict[str, str] | None = None, timeout: float = BOUND
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "threaddemo", *args],
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
            check=False,
        )

    return run


@pytest.fixture
def copied_package(tmp_path: Path) -> Path:
    """A copy of the package to be changed, for processes with its folder on ``PYTHONPATH``."""
    copy = tmp_path / "copy" / "threaddemo"
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(Path(demos.__file__).parents[1], copy, ignore=ignored)


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Put a demo with a changed source in the place of the demo: pairs of old and new text."""

    def change(demo: str, *pairs: tuple[str, str], first: str = "") -> None:
        file = f"{demo.replace('-', '_')}.py"
        source = (Path(demos.__file__).parent / file).read_text(encoding="utf-8")
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
def shared(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The module ``shared``: what a changed demo imports from it outlives the demo's runs."""
    module = types.ModuleType("shared")
    monkeypatch.setitem(sys.modules, "shared", module)
    return module


@pytest.fixture
def lines() -> Callable[[str], list[str]]:
    """The messages of a narrative, in order; each line must have the tutorial's format."""

    def read(stderr: str) -> list[str]:
        messages = []
        for line in stderr.splitlines():
            match = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d: (.+)", line)
            assert match, f"not HH:MM:SS: message: {line!r}"
            messages.append(match[2])
        return messages

    return read


@pytest.fixture
def in_turn() -> Callable[[list[str], list[str]], None]:
    """Check that some lines come once each and in this order, with any others in between."""

    def check(messages: list[str], expected: list[str]) -> None:
        wanted = set(expected)
        assert [message for message in messages if message in wanted] == expected

    return check


@pytest.fixture
def function_source() -> Callable[[str, str], list[str]]:
    """The lines of one function of a demo's source, the empty ones left out."""

    def read(demo: str, function: str) -> list[str]:
        import inspect

        module: Any = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
        found = module
        for name in function.split("."):
            found = getattr(found, name)
        return [line for line in inspect.getsource(found).splitlines() if line.strip()]

    return read
