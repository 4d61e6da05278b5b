"""Closed, full and broken streams: one line where there is a stream to say it, and an exit code."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from . import processes
from .processes import MODULE, environment, run, shell, started

RACE = ["race", "--sleep", "0.01"]
NO_SPACE = "threaddemo: error: stdout: write error: No space left on device\n"

full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("series", [[], ["--repeat", "3"]], ids=["run", "series"])
@full
def test_a_full_disk_for_the_result(form, series, unbuffered):
    """The run was for nothing: exit 3, and one line says why."""
    args = [*RACE, "-q", "--format", form, *series]
    end = run(shell('"$@" >/dev/full', [*MODULE, *args]), environment(unbuffered))
    assert end == (3, "", NO_SPACE)


@pytest.mark.parametrize("words", [["--help"], ["race", "--help"], ["--version"]], ids=" ".join)
@full
def test_a_full_disk_for_the_help(words, unbuffered):
    """Help and version are output as any other."""
    end = run(shell('"$@" >/dev/full', [*MODULE, *words]), environment(unbuffered))
    assert end == (3, "", NO_SPACE)


@pytest.mark.parametrize("shape", ["bash_source", "bash_complete", "zsh_complete", "fish_complete"])
@full
def test_a_full_disk_for_the_completion(shape):
    """Completion's output is output as well; nothing of a traceback gets into a shell."""
    word = "r" if shape.startswith("fish") else "1"  # fish gives the word, the others its number
    env = environment(_THREADDEMO_COMPLETE=shape, COMP_WORDS="threaddemo r", COMP_CWORD=word)
    end = run(shell('"$@" >/dev/full', processes.script()), env)
    assert end == (3, "", NO_SPACE)


@full
def test_a_full_disk_for_the_narrative(unbuffered):
    """Nobody is left to be told; the result is not pretended, and a long run is not waited for."""
    args = ["many", "--sleep", "60"]
    end = run(shell('"$@" 2>/dev/full', [*MODULE, *args]), environment(unbuffered))
    assert end == (3, "", "")


@full
def test_a_full_disk_that_is_never_written_to(unbuffered):
    """A quiet run has nothing to write to stderr, so that is no error."""
    end = run(shell('"$@" 2>/dev/full', [*MODULE, *RACE, "-q"]), environment(unbuffered))
    assert (end.returncode, end.stdout.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    ("args", "codes"),
    [
        (["race", "--threads", "0"], {2}),
        (["race", "-q", "--seed", "1", "--check"], {1}),
        ([], {2, 3}),
        (["join", "-q", "--sleep", "60", "--timeout", "0.1"], {124}),
    ],
    ids=["usage error", "broken promise", "bare command", "timeout"],
)
@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"], ids=["full", "closed"])
@full
def test_an_error_that_nobody_can_be_told_of_has_its_exit_code(
    redirection, args, codes, unbuffered
):
    """The exit code still tells what it would have told."""
    end = run(shell(f'"$@" {redirection}', [*MODULE, *args]), environment(unbuffered))
    assert end.returncode in codes
    assert end.stderr == ""


@pytest.mark.parametrize("words", [RACE, ["--help"], ["--version"]], ids=["run", "help", "version"])
def test_a_closed_stdout(words, unbuffered):
    """Exit 3 and one line; what would have come on the way to the result may come before it."""
    end = run(shell('"$@" >&-', [*MODULE, *words]), environment(unbuffered))
    assert end.returncode == 3
    assert end.stdout == ""
    assert len(end.notes) == 1
    assert end.lines[-1].startswith("threaddemo: error: stdout: write error: ")


def test_a_closed_stderr(unbuffered):
    """A narrative that can't be written is a failure, and no result follows it."""
    assert run(shell('"$@" 2>&-', [*MODULE, *RACE]), environment(unbuffered)) == (3, "", "")


def test_a_closed_stderr_that_is_never_written_to(unbuffered):
    """A quiet run has nothing to say there."""
    end = run(shell('"$@" 2>&-', [*MODULE, *RACE, "-q"]), environment(unbuffered))
    assert (end.returncode, end.stdout.count("\n")) == (0, 1)


@pytest.mark.parametrize("redirection", [">&- 2>&-", "<&- >&- 2>&-"], ids=["both", "all three"])
def test_all_streams_closed(redirection, unbuffered, tmp_path):
    """No file that the process opens by itself is taken for a stream and written to."""
    command = shell(f'"$@" {redirection}', [*MODULE, *RACE, "-q"])
    assert run(command, environment(unbuffered)).returncode == 3


@full
def test_both_streams_full(unbuffered):
    """As if the narrative alone could not be written."""
    command = shell('"$@" >/dev/full 2>&1', [*MODULE, *RACE])
    assert run(command, environment(unbuffered)).returncode == 3


@pytest.mark.parametrize(
    "args",
    [["many", "--threads", "100", "--sleep", "0"], ["prodcons-queue", "--sleep", "60"]],
    ids=["short", "endless"],
)
def test_head_takes_one_line_of_the_narrative(args, unbuffered):
    """``2>&1 | head -1``: the reader has what it wanted, and that is no error worth a word."""
    pipe = subprocess.STDOUT
    with started([*MODULE, *args], environment(unbuffered), stderr=pipe) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(processes.BOUND) == -signal.SIGPIPE


def test_a_shell_sees_141(unbuffered):
    """The code that every other command has at the head of such a pipe."""
    line = '"$@" 2>&1 | head -1; echo "codes ${PIPESTATUS[*]}"'
    args = ["many", "--threads", "200", "--sleep", "0.001"]
    end = run(shell(line, [*MODULE, *args], program="bash"), environment(unbuffered))
    narrated, codes = end.stdout.splitlines()
    assert processes.NARRATIVE.fullmatch(narrated)
    assert codes == "codes 141 0"
    assert end.stderr == ""


@pytest.mark.parametrize(
    "args",
    [["race", "-q"], ["race", "--repeat", "2", "--json"], ["--help"], ["many", "--help"]],
    ids=" ".join,
)
def test_a_reader_of_the_result_that_has_left(args, unbuffered):
    """Nothing on stderr, and death by SIGPIPE."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        end = run([*MODULE, *args], environment(unbuffered), stdout=write_end)
    finally:
        os.close(write_end)
    assert end == (-signal.SIGPIPE, "", "")


@pytest.mark.parametrize("redirection", ["", "<&-"], ids=["pipe", "closed"])
def test_stdin_is_never_read(redirection, unbuffered):
    """A loop that reads a list of demos from stdin keeps the rest of its list."""
    line = f'"$@" {redirection}; cat'
    command = shell(line, [*MODULE, *RACE, "-q"])
    with started(command, environment(unbuffered), stdin=subprocess.PIPE) as process:
        out, err = process.communicate("the rest\n", timeout=processes.BOUND)
    assert out.splitlines()[1:] == ["the rest"]
    assert err == ""


def test_an_open_stdin_is_not_waited_for(command):
    """It ends while its stdin has neither a line nor an end."""
    with started([*command, *RACE, "-q"], stdin=subprocess.PIPE) as process:
        assert process.wait(processes.BOUND) == 0


def test_the_result_alone_is_on_stdout(unbuffered):
    """So that a script can take it as it is."""
    end = run([*MODULE, *RACE, "--json", "--debug"], environment(unbuffered))
    assert end.returncode == 0
    assert json.loads(end.stdout)["demo"] == "race"
    assert end.notes == []
