"""Random command lines: no traceback, no unknown exit code, no run without an end."""

import signal
import threading
from collections import Counter
from contextlib import contextmanager, suppress

import pytest
from click.testing import CliRunner

from threaddemo.cli import cli

from . import processes
from .fuzzing import Fuzz, check
from .processes import MODULE, environment

TIMED_OUT = 124


@contextmanager
def bounded(seconds):
    """Fail if the block takes longer."""

    def late(signum, frame):
        raise AssertionError("hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def wait_for_threads(but):
    """Wait until those that a run has left behind, and that still start others, have ended."""
    while left := set(threading.enumerate()) - but:
        for thread in left:
            with suppress(RuntimeError):  # it is just being started
                thread.join(processes.BOUND)


@pytest.mark.parametrize("seed", range(1))
def test_random_command_lines(seed):
    """Good and bad ones in one process; one after the other leaves nothing for the next."""
    fuzz, codes = Fuzz(seed, hanging=False), Counter()
    before = set(threading.enumerate())
    for _ in range(500):
        line = fuzz.line()
        try:
            with bounded(processes.BOUND):
                result = CliRunner().invoke(
                    cli, line.args, prog_name="threaddemo", env=line.variables
                )
            assert result.exception is None or isinstance(result.exception, SystemExit)
            check(result.exit_code, result.stdout, result.stderr)
            if result.exit_code == TIMED_OUT:  # what was given up must not meddle with the next
                wait_for_threads(before)
        except AssertionError as error:
            raise AssertionError(f"threaddemo {line.args} {line.variables}: {error}") from error
        codes[result.exit_code] += 1
    assert codes[0] > 150
    assert codes[2] > 50


def as_a_process(case):
    """Run a command line as a process, bounded; the naive shutdown may hang until then."""
    number, line = case
    args = [word.replace("\udcff", "?") for word in line.args]
    if "--" not in args and not any(arg.startswith("--timeout") for arg in args[2:]):
        args.append("--timeout=2")
    end = processes.run([*MODULE, *args], environment(bool(number % 2), **line.variables))
    try:
        check(*end)
    except AssertionError as error:
        raise AssertionError(f"threaddemo {args} {line.variables}: {error}") from error
    return end.returncode


def test_random_command_lines_as_processes():
    """The naive shutdown among them."""
    fuzz = Fuzz(99, hanging=True)
    processes.on_two(as_a_process, enumerate(fuzz.line() for _ in range(24)))
