"""Completion in live shells, each on a terminal of its own, as whoever types sees it."""

import os
import re
import select
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .processes import environment, script, started

BOUND = 30.0  #: seconds for a shell to answer
PROMPT = "READY>"
#: A session's first terminal is not yet the one that controls it, without which fish won't begin.
CONTROLLED = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
#: How to start a shell that reads no file of its user's, and what sets completion up.
BASH = (
    ["bash", "--norc", "--noprofile", "-i"],
    'eval "$(_THREADDEMO_COMPLETE=bash_source threaddemo)"',
)
ZSH = (
    ["zsh", "-f", "-i"],
    'autoload -Uz compinit && compinit -u -d "$HOME/dump"; '
    'eval "$(_THREADDEMO_COMPLETE=zsh_source threaddemo)"',
)
FISH = (["fish", "--no-config", "-i"], "_THREADDEMO_COMPLETE=fish_source threaddemo | source")
SHELLS = pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=pytest.mark.skipif(not shutil.which(kind), reason=f"no {kind}"))
        for kind in ("bash", "zsh", "fish")
    ],
)


class Terminal:
    """One end of a terminal; the shell has the other one.

    Args:
        descriptor: of this end.
        answered: the file that is there once a completion has been answered.
    """

    def __init__(self, descriptor: int, answered: Path) -> None:
        self._descriptor = descriptor
        self._answered = answered

    def type(self, keys: str) -> None:
        """Press some keys."""
        os.write(self._descriptor, keys.encode())

    def until(self, *words: str) -> str:
        """What comes on the screen until one of the words has come, without its colours."""
        shown, deadline = "", time.monotonic() + BOUND
        while not any(word in shown for word in words):
            left = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._descriptor], [], [], left)
            assert ready, f"none of {words} comes: {shown!r}"
            shown += _plain(os.read(self._descriptor, 65536))
        return shown

    def complete(self, line: str) -> None:
        """Type a line and a tab, and wait for the answer to the shell's question."""
        self._answered.unlink(missing_ok=True)
        self.type(f"{line}\t")
        deadline = time.monotonic() + BOUND
        while not self._answered.exists():
            assert time.monotonic() < deadline, f"nobody asks how this goes on: {line!r}"
            time.sleep(0.01)

    def rest(self) -> str:
        """What is on the screen by the time that the line is wiped out, and another one done."""
        self.type("\x15echo do''ne\r")
        return self.until("done\r")


def _plain(part: bytes) -> str:
    return re.sub(
        r"\x1b\[[\d;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[=>(]B?", "", part.decode("utf-8", "replace")
    )


@contextmanager
def live(kind: str, home: Path, *, ready: bool = True) -> Iterator[Terminal]:
    """A shell at its prompt, with completion set up unless not ``ready``."""
    arguments, setup = {"bash": BASH, "zsh": ZSH, "fish": FISH}[kind]
    command = [sys.executable, "-c", CONTROLLED, *arguments]
    (found,) = script()
    answered = home / "answered"
    wrapper = home / "bin" / "threaddemo"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\n"{found}" "$@"; code=$?; : >"{answered}"; exit $code\n', "utf-8"
    )
    wrapper.chmod(0o755)
    path = f"{wrapper.parent}:{os.environ['PATH']}"
    env = environment(
        HOME=str(home), PATH=path, TERM="xterm", PS1=PROMPT, XDG_CONFIG_HOME=str(home)
    )
    controller, terminal = os.openpty()
    try:
        with started(
            command, env, new_session=True, stdin=terminal, stdout=terminal, stderr=terminal
        ):
            os.close(terminal)
            shell = Terminal(controller, answered)
            if ready:
                shell.type(f"{setup}; echo se''t up\r")
                shell.until("set up\r")
            yield shell
    finally:
        os.close(controller)


@SHELLS
def test_words_are_completed(kind: str, tmp_path: Path) -> None:
    """The only continuation is written out, and of several all are shown."""
    with live(kind, tmp_path) as shell:
        shell.type("threaddemo sema\t")
        shell.until("semaphore")
        shell.type(" --lim\t")
        shell.until("--limit")
        shell.rest()
        shell.type("threaddemo prodcons-\t\t")
        shown = shell.until("prodcons-queue")
        assert "prodcons-lock" in shown + shell.rest()


MISTAKES = [
    "threaddemo xx --th",
    "threaddemo --debug race --th",
    "threaddemo race --threads x --sl x --th",
]


@SHELLS
def test_a_mistake_in_the_line_says_nothing(kind: str, tmp_path: Path) -> None:
    """An error would be printed over the prompt."""
    with live(kind, tmp_path) as shell:
        for line in MISTAKES:
            shell.complete(line)
            assert "rror" not in shell.rest(), line


@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh")
def test_zsh_without_compinit(tmp_path: Path) -> None:
    """The script says what is missing, and nothing else is printed."""
    with live("zsh", tmp_path, ready=False) as shell:
        shell.type(f"{ZSH[1].partition('; ')[2]}\r")
        shown = shell.rest()
        assert "completion needs this first: autoload -Uz compinit && compinit" in shown
        assert "not found" not in shown
