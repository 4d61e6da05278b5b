"""--step in a process of its own: at a terminal, from pipes and files, and what can go wrong."""

import os
import signal

import pytest

from .processes import MODULE, ended, environment, read_until, run, shell, started

STEP = [*MODULE, "race", "--step"]


@pytest.fixture
def terminal():
    """A terminal, on which a command runs; what it shows can be waited for, and be typed at."""
    ours, its = os.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as stream:
        yield stream, its
    os.close(its)


def test_at_a_terminal(terminal):
    """What is typed stands behind the question, once; the result comes last but for the replay."""
    stream, its = terminal
    env = environment(NO_COLOR="1")
    with started(STEP, env, stdin=its, stdout=its, stderr=its) as process:
        shown = ""
        for word in ("1", "u", "1", ""):
            shown += read_until(stream, "] ")
            stream.write(f"{word}\n".encode())
        shown += read_until(stream, "again")
        assert ended(process).returncode == 0
    assert shown.count("who goes next? [1] 1\r\n") == 2
    assert shown.count("who goes next? [1] u\r\n") == 1
    assert "] 1\r\n1\r\n" not in shown
    result, _, last = shown.rpartition("\r\nthreaddemo race: --schedule 1x2")
    told = "2 threads took the value from 0 to 2, expected 2: 0 updates lost"
    assert result.endswith(f"\r\n\r\n{told}")
    assert last == " shows this run again\r\n"


def test_the_end_of_input_at_a_terminal(terminal):
    """The error has a line of its own."""
    stream, its = terminal
    with started(STEP, environment(), stdin=its, stdout=its, stderr=its) as process:
        read_until(stream, "] ")
        stream.write(b"\x04")
        assert read_until(stream, "choice 1\r\n").startswith("\r\nthreaddemo race: error: ")
        assert ended(process).returncode == 3


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_while_it_waits_for_an_answer(signum):
    """At once and silently, as it ends any run."""
    ours, its = os.pipe()
    with os.fdopen(its, "w"), started(STEP, environment(), stdin=ours) as process:
        os.close(ours)
        read_until(process.stderr, "] ")
        process.send_signal(signum)
        end = ended(process)
    assert (end.returncode, end.stdout, end.stderr) == (-signum, "", "")


@pytest.mark.parametrize("unbuffered", [False, True])
def test_from_a_pipe(unbuffered):
    """What is said can be read there: each answer stands behind its question."""
    command = shell("""printf '1\\n2\\n\\n' | "$@" """, [*STEP, "--quiet"])
    end = run(command, environment(unbuffered))
    assert end.returncode == 0
    assert end.stdout == "2 threads took the value from 0 to 1, expected 2: 1 update lost\n"
    asked = [line for line in end.lines if line.startswith("who goes next? ")]
    assert [line[-1] for line in asked] == ["1", "2", " "]
    assert end.lines[-1] == "threaddemo race: --schedule 1.2.1 shows this run again"


def test_answers_may_come_one_by_one():
    """Each is heeded when it comes."""
    with started(STEP, environment(), stdin=-1) as process:
        for word in ("1", "1"):
            read_until(process.stderr, "] ")
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
        assert ended(process).stdout.endswith(" 0 updates lost\n")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"$@" <&-', "stdin: read error: it is closed, at choice 1"),
        ('"$@" </dev/null', "the answers end at choice 1"),
        ('printf 1 | "$@"', "the answers end at choice 2, after the schedule 1"),
        ('"$@" </dev/zero', "100 lines in a row are no answers, at choice 1"),
        ("""printf '\\377\\n' | "$@" """, "the answers end at choice 1"),
    ],
)
def test_where_there_is_no_answer(line, told):
    """One line says so, and how far the run came."""
    end = run(shell(line, STEP))
    assert (end.returncode, end.stdout) == (3, "")
    assert end.lines[-1] == f"threaddemo race: error: {told}"
    assert "Traceback" not in end.stderr


def test_questions_that_can_not_be_written():
    """Nobody can answer what nobody has read."""
    end = run(shell('yes r | "$@" 2>/dev/full', STEP))
    assert (end.returncode, end.stdout) == (3, "")
    end = run(shell('echo r | "$@" --quiet >/dev/full', STEP))
    assert end.returncode == 3
    assert end.lines[-1] == "threaddemo: error: stdout: write error: No space left on device"


def test_without_a_choice_nothing_is_read():
    """A closed stdin is no fault where nobody is asked."""
    end = run(shell('"$@" --timeline <&-', [*MODULE, "race", "--seed", "1", "-q"]))
    assert end.returncode == 0


def test_a_variable_asks_for_it():
    """As for any other option."""
    end = run(shell('echo r | "$@"', [*MODULE, "race"]), environment(THREADDEMO_STEP="1"))
    assert end.returncode == 0
    assert "who goes next? [1] r" in end.lines
