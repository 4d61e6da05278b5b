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
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

Case = TypeVar("Case")
Found = TypeVar("Found")

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

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What was written to stderr, line by line; the last line is whole as well."""
        assert not self.err or self.err.endswith("\n"), f"torn: {self.err[-200:]!r}"
        return self.err.splitlines()

    @property
    def notes(self) -> list[str]:
        """The lines on stderr that are not the narrative's."""
        return [line for line in self.lines if not NARRATIVE.fullmatch(line)]


def script() -> tuple[str]:
    """The installed command."""
    found = shutil.which("threaddemo", path=sysconfig.get_path("scripts"))
    assert found, "threaddemo is not installed"
    return (found,)


def environment(unbuffered: bool = False, **more: str) -> dict[str, str]:
    """This environment, without what could change a run, and with what is asked for."""
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return kept | ({"PYTHONUNBUFFERED": "1"} if unbuffered else {}) | more


def shell(line: str, command: Sequence[str], program: str = "sh") -> list[str]:
    """A shell that does ``line``, in which "$@" is the command."""
    return [program, "-c", line, program, *command]


def heed_signals() -> None:
    """Let what is started from here be ended by signals, even if this process ignores some."""
    for signum in ENDING:
        if signal.getsignal(signum) == signal.SIG_IGN:
            keyboard = signum == signal.SIGINT
            signal.signal(signum, signal.default_int_handler if keyboard else signal.SIG_DFL)


@contextmanager
def started(
    command: Sequence[str],
    env: dict[str, str] | None = None,
    *,
    new_session: bool = False,
    **streams: int | IO[str],
) -> Iterator[subprocess.Popen[str]]:
    """Start a command; at the end of the block it runs no longer, whatever has happened.

    Its stdout and stderr are pipes and its stdin is empty, unless ``streams`` say otherwise.
    """
    pipes: dict[str, int | IO[str]] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        command,
        env=environment() if env is None else env,
        text=True,
        encoding="utf-8",
        start_new_session=new_session,
        cwd=DRIVERS,
        **(pipes | {"stdin": subprocess.DEVNULL} | streams),
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                if new_session:
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()


def ended(process: subprocess.Popen[str], bound: float = BOUND) -> Ended:
    """Wait for the end, and read the rest of what the process has written."""
    try:
        out, err = process.communicate(timeout=bound)
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"hangs: {process.args}") from late
    return Ended(process.returncode, out or "", err or "")


def run(
    command: Sequence[str],
    env: dict[str, str] | None = None,
    bound: float = BOUND,
    **streams: int | IO[str],
) -> Ended:
    """Run a command to its end."""
    with started(command, env, **streams) as process:
        return ended(process, bound)


def on_two(do: Callable[[Case], Found], cases: Iterable[Case]) -> list[Found]:
    """Do it for every case, two at a time; the first that fails fails the test."""
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(do, case) for case in cases]
        try:
            return [future.result() for future in futures]
        finally:
            pool.shutdown(cancel_futures=True)


def read_until(stream: IO[str], text: str, bound: float = BOUND) -> str:
    """Read from a pipe until the text has come; what had been read with it is lost to others."""
    read, deadline = b"", time.monotonic() + bound
    while text.encode() not in read:
        ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"{text!r} does not come: {read!r}"
        part = os.read(stream.fileno(), 65536)
        assert part, f"the stream ended without {text!r}: {read!r}"
        read += part
    return read.decode()


def in_package(traceback: str) -> bool:
    """Whether a traceback names a file of the package.

    A signal can come before the package's first line, while the interpreter starts: then the
    traceback is the interpreter's, and nothing that the package does could prevent it. The
    installed command's own line that imports the package is in a file outside of it.
    """
    return re.search(r'File "[^"]*[/\\]threaddemo[/\\][^"]*\.py"', traceback) is not None
