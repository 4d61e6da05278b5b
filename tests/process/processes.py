"""Processes of threaddemo: how to start one, to wait for it, and never to wait for ever."""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

BOUND = 60.0  #: seconds after which whatever is waited for counts as hanging
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MODULE = (sys.executable, "-m", "threaddemo")
DRIVERS = Path(__file__).parent
NARRATIVE = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d: .+")
OURS = re.compile(
    r"\b(?:THREADDEMO|_THREADDEMO|PYTHON(?!PATH)|COMP_|(?:NO|FORCE)_COLOR|CLICOLOR|COLUMNS)"
)


class Ended(NamedTuple):
    """What is left of a process."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def lines(self):
        """What was written to stderr, line by line; the last line is whole as well."""
        assert not self.stderr or self.stderr.endswith("\n"), f"torn: {self.stderr[-200:]!r}"
        return self.stderr.splitlines()

    @property
    def notes(self):
        """The lines on stderr that are not the narrative's."""
        return [line for line in self.lines if not NARRATIVE.fullmatch(line)]


def script():
    """The installed command."""
    found = shutil.which("threaddemo", path=sysconfig.get_path("scripts"))
    assert found, "threaddemo is not installed"
    return (found,)


def environment(unbuffered=False, **more):
    """This environment, without what could change a run, and with what is asked for."""
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return kept | ({"PYTHONUNBUFFERED": "1"} if unbuffered else {}) | more


def shell(line, command, program="sh"):
    """A shell that does ``line``, in which "$@" is the command."""
    return [program, "-c", line, program, *command]


def heed_signals():
    """Let what is started from here be ended by signals, even if this process ignores some."""
    for signum in ENDING:
        if signal.getsignal(signum) == signal.SIG_IGN:
            keyboard = signum == signal.SIGINT
            signal.signal(signum, signal.default_int_handler if keyboard else signal.SIG_DFL)


@contextmanager
def started(command, env=None, *, new_session=False, cwd=DRIVERS, **streams):
    """Start a command; at the end of the block it runs no longer, whatever has happened.

    Its stdout and stderr are pipes and its stdin is empty, unless ``streams`` say otherwise.
    """
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        command,
        env=environment() if env is None else env,
        text=True,
        encoding="utf-8",
        start_new_session=new_session,
        cwd=cwd,
        **(pipes | {"stdin": subprocess.DEVNULL} | streams),
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                if new_session:
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()


def ended(process, bound=BOUND):
    """Wait for the end, and read the rest of what the process has written."""
    try:
        out, err = process.communicate(timeout=bound)
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"hangs: {process.args}") from late
    return Ended(process.returncode, out or "", err or "")


def run(command, env=None, bound=BOUND, **how):
    """Run a command to its end; ``how`` is as for ``started``."""
    with started(command, env, **how) as process:
        return ended(process, bound)


def on_a_terminal(command, env, name="stderr"):
    """Run a command to its end, a terminal as one of its streams: what it shows is that stream's.

    Nobody reads the other one meanwhile, so it has to be short.
    """
    ours, its = os.openpty()
    with started(command, env, **{name: its}) as process:
        os.close(its)
        shown = b""
        with suppress(OSError):  # Linux's way to say that nobody is at the other end any more
            while part := os.read(ours, 65536):
                shown += part
        end = ended(process)
    os.close(ours)
    return end._replace(**{name: shown.decode()})


def on_two(do, cases):
    """Do it for every case, two at a time; the first that fails fails the test."""
    return at_once(do, cases, 2)


def at_once(do, cases, most):
    """The same for what mostly waits: so many at a time."""
    with ThreadPoolExecutor(most) as pool:
        futures = [pool.submit(do, case) for case in cases]
        try:
            return [future.result() for future in futures]
        finally:
            pool.shutdown(cancel_futures=True)


def read_until(stream, text, bound=BOUND):
    """Read from a pipe until the text has come; what had been read with it is lost to others."""
    read, deadline = b"", time.monotonic() + bound
    while text.encode() not in read:
        ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"{text!r} does not come: {read!r}"
        part = os.read(stream.fileno(), 65536)
        assert part, f"the stream ended without {text!r}: {read!r}"
        read += part
    return read.decode()


def fill(descriptor):
    """Fill a pipe, so that whoever writes to it next has to wait."""
    os.set_blocking(descriptor, False)
    try:
        for size in (65536, 1):
            while True:
                try:
                    os.write(descriptor, b"x" * size)
                except BlockingIOError:
                    break
    finally:
        os.set_blocking(descriptor, True)


def wait_until(holds, bound=BOUND):
    """Wait until something holds that another process brings about."""
    deadline = time.monotonic() + bound
    while not holds():
        assert time.monotonic() < deadline, "it does not come to be"
        time.sleep(0.01)


def in_package(traceback):
    """Whether a traceback names a file of the package.

    A signal can come before the package's first line, while the interpreter starts: then the
    traceback is the interpreter's, and nothing that the package does could prevent it. The
    installed command's own line that imports the package is in a file outside of it.
    """
    return re.search(r'File "[^"]*[/\\]threaddemo[/\\][^"]*\.py"', traceback) is not None
