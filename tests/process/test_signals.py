"""INT, TERM and HUP end the process by themselves, whatever its threads are doing."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from . import processes
from .processes import DRIVERS, ENDING, MODULE, ended, environment, read_until, run, shell, started

SIGNALS = pytest.mark.parametrize("signum", ENDING, ids=[signum.name for signum in ENDING])

#: Runs that would take long, and the line of the narrative after which they are in the middle.
BUSY = {
    "sleeping": (["single", "--sleep", "60"], "Main    : all done"),
    "joining": (["join", "--sleep", "60"], "Main    : wait for the thread to finish"),
    "daemon's main": (["prodcons-queue", "--sleep", "60"], "Producer got message"),
    "pool waiting": (["executor", "--sleep", "60"], "Thread 2: starting"),
    "waiting for a lock": (["fixrace", "--debug", "--sleep", "60"], "about to lock\n"),
    "many threads": (["many", "--threads", "300", "--sleep", "60"], "before joining thread 0"),
    "deadlock": (
        [
            *("prodcons-queue", "--naive", "--sleep", "0.05", "--produce-sleep", "0.1"),
            *("--timeout", "50", "--consumers", "2"),
        ],
        "Producer received EXIT event",
    ),
}
STATED = pytest.mark.parametrize(("args", "line"), BUSY.values(), ids=BUSY)


@SIGNALS
@STATED
def test_a_signal_ends_a_run_at_once(args, line, signum):
    """The process dies by the signal, silently, while its threads sleep or wait for ever."""
    with started([*MODULE, *args], environment(unbuffered=signum == signal.SIGTERM)) as process:
        read_until(process.stderr, line)
        process.send_signal(signum)
        end = ended(process)
    assert end.returncode == -signum
    assert end.stdout == ""
    assert end.notes == []


@SIGNALS
def test_a_signal_ends_the_installed_command(signum):
    """The installed command is no different from ``python -m``."""
    with started([*processes.script(), "join", "--sleep", "60"]) as process:
        read_until(process.stderr, "wait for")
        process.send_signal(signum)
        assert ended(process)[:2] == (-signum, "")


@SIGNALS
def test_a_series_shows_its_table_so_far_and_dies_by_the_signal(signum, unbuffered):
    """What has been found is not lost, and the exit is the signal's all the same."""
    args = ["single", "--sleep", "0.01", "--repeat", "100000", "--log-level", "info"]
    with started([*MODULE, *args], environment(unbuffered)) as process:
        for _ in range(3):
            read_until(process.stderr, "finishing")
        process.send_signal(signum)
        end = ended(process)
    assert end.returncode == -signum
    assert end.notes == []
    shown = re.search(r"^the first ([\d,]+) of 100,000 runs", end.stdout, re.MULTILINE)
    assert shown
    assert int(shown[1]) >= 2
    assert end.stdout.endswith("\n")


def test_a_series_in_json_is_a_whole_document_after_a_signal(unbuffered):
    """A script can read what the series found until the signal came."""
    args = ["single", "--sleep", "0.01", "--repeat", "100000", "--log-level", "info", "--json"]
    with started([*MODULE, *args], environment(unbuffered)) as process:
        read_until(process.stderr, "finishing")
        process.send_signal(signal.SIGTERM)
        end = ended(process)
    assert end.returncode == -signal.SIGTERM
    document = json.loads(end.stdout)
    assert document["runs"] == sum(outcome["count"] for outcome in document["outcomes"])


@SIGNALS
def test_a_series_whose_run_hangs_dies_by_the_signal(signum, unbuffered):
    """The run that the signal interrupts sleeps for a minute; nobody waits for it."""
    args = ["executor", "--sleep", "60", "--repeat", "3", "--log-level", "info"]
    with started([*MODULE, *args], environment(unbuffered)) as process:
        read_until(process.stderr, "Thread 2: starting")
        process.send_signal(signum)
        end = ended(process)
    assert end.returncode == -signum
    assert "the first 0 of 3 runs" in end.stdout


@pytest.mark.parametrize("runs", [1, 3], ids=["only run", "last run"])
def test_a_signal_at_the_end_of_the_last_run_is_obeyed(runs, unbuffered):
    """The table is complete, and the shell's loop around the command stops all the same."""
    driver = [sys.executable, str(DRIVERS / "last_moment.py"), str(runs)]
    args = ["single", "--sleep", "0", "--repeat", str(runs)]
    end = run([*driver, *args], environment(unbuffered))
    assert end.returncode == -signal.SIGINT
    assert f"{runs}" in end.stdout.splitlines()[-1]


def test_a_second_signal_ends_a_series_that_can_not_write_its_table(unbuffered):
    """The first signal asks for the table, which nobody reads; the second does not wait."""
    read_end, write_end = os.pipe()
    processes.fill(write_end)
    args = ["single", "--sleep", "0.01", "--repeat", "100000", "--log-level", "info"]
    command = [sys.executable, str(DRIVERS / "impatient.py"), *args]
    try:
        with started(command, environment(unbuffered), stdout=write_end) as process:
            read_until(process.stderr, "finishing")
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert ended(process).returncode == -signal.SIGTERM
    finally:
        os.close(read_end)
        os.close(write_end)


def test_a_table_is_written_however_slowly_it_is_read():
    """The series has stopped, so nothing limits its last word but a second signal."""
    args = ["single", "--sleep", "0.01", "--repeat", "100000", "--log-level", "info", "--json"]

    def one(signum):
        read_end, write_end = os.pipe()
        processes.fill(write_end)
        with (
            open(read_end, encoding="utf-8") as stdout,
            started([*MODULE, *args], stdout=write_end) as process,
        ):
            os.close(write_end)
            read_until(process.stderr, "finishing")
            process.send_signal(signum)
            time.sleep(0.5)  # longer than the series has to stop
            assert process.poll() is None
            text = stdout.read()
            assert ended(process).returncode == -signum
        document = json.loads(text[text.index("{") :])
        assert document["runs"] == sum(outcome["count"] for outcome in document["outcomes"]) > 0

    processes.at_once(one, ENDING, 3)


@pytest.mark.parametrize("series", [[], ["--repeat", "2"]], ids=["run", "series"])
@SIGNALS
def test_an_ignored_signal_stays_ignored(signum, series):
    """What was told to ignore a signal runs to its end."""
    args = ["single", "--sleep", "0.15", "--log-level", "info", *series]
    line = f'trap "" {signum.name[3:]}; exec "$@"'
    with started(shell(line, [*MODULE, *args])) as process:
        read_until(process.stderr, "Main    : all done")
        process.send_signal(signum)
        end = ended(process)
    assert end.returncode == 0
    assert "main was done first" in end.stdout


def test_nohup_lets_a_series_run_on():
    """Nohup means what it says, and another signal still ends the series."""
    args = ["single", "--sleep", "0.01", "--repeat", "100000", "--log-level", "info"]
    with started(["nohup", *MODULE, *args]) as process:
        read_until(process.stderr, "finishing")
        process.send_signal(signal.SIGHUP)
        for _ in range(3):
            read_until(process.stderr, "finishing")
        process.send_signal(signal.SIGTERM)
        assert ended(process).returncode == -signal.SIGTERM


@pytest.mark.parametrize(
    "args",
    [["join", "--sleep", "60"], ["join", "--sleep", "60", "--repeat", "9", "--log-level", "info"]],
    ids=["run", "series"],
)
def test_ctrl_c_stops_the_shells_loop_around_it(args):
    """A terminal sends the signal to shell and command; the shell goes by how the command died."""
    loop = 'for turn in 1 2 3; do "$@"; echo "turn $turn over"; done'
    command = shell(loop, [*MODULE, *args], program="bash")
    with started(command, new_session=True) as process:
        read_until(process.stderr, "wait for the thread to finish")
        os.killpg(process.pid, signal.SIGINT)
        end = ended(process)
    assert "over" not in end.stdout
    assert end.returncode == -signal.SIGINT


def child_of(process):
    """The process that a shell or another command has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("the system does not tell which process started which")
    return int(children.read_text(encoding="ascii"))


CODES = pytest.mark.parametrize(
    ("signum", "code"), list(zip(ENDING, (130, 143, 129), strict=True)), ids=("INT", "TERM", "HUP")
)


@CODES
def test_a_shell_sees_the_code_of_the_signal(signum, code):
    """130, 143 and 129, as of any other command."""
    command = shell('"$@"; echo "code $?"', [*MODULE, "join", "--sleep", "60"])
    with started(command, new_session=True) as process:
        read_until(process.stderr, "wait for the thread to finish")
        os.kill(child_of(process), signum)
        assert f"code {code}\n" in ended(process).stdout


def moments(number):
    """Random moments of a start-up and a run, in seconds, and a signal for each."""
    chance = random.Random(3)
    return [(chance.uniform(0.0, 0.2), ENDING[index % 3]) for index in range(number)]


@pytest.mark.parametrize("args", [["many"], ["many", "--repeat", "2"]], ids=["run", "series"])
def test_a_signal_at_a_random_moment_ends_it_with_one_line_at_most(args):
    """From the first instruction to the last, none of the package's own code is in a traceback."""

    def one(case):
        moment, signum = case
        with started([*MODULE, *args], environment(moment > 0.1)) as process:
            time.sleep(moment)
            process.send_signal(signum)
            end = ended(process)
        if signum == signal.SIGINT and "KeyboardInterrupt" in end.stderr:
            # Before the package's first line it is the interpreter that has the last word.
            assert not processes.in_package(end.stderr), (moment, end)
            return
        assert end.returncode == -signum, (moment, end)
        assert len(end.notes) <= 1, (moment, end)

    processes.on_two(one, moments(24))


def process_one():
    """The prefix of a command that makes it process 1 of its own space of process numbers."""
    for prefix in (
        ["unshare", "--pid", "--fork", "--kill-child"],
        ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"],
    ):
        try:
            if run([*prefix, "true"]).returncode == 0:
                return prefix
        except OSError:
            break
    pytest.skip("no permission to start a process 1")


@pytest.mark.parametrize("series", [[], ["--repeat", "3"]], ids=["run", "series"])
@CODES
def test_as_process_1_it_obeys(signum, code, series):
    """The kernel shields the first process of a container from signals that it does not handle."""
    args = ["join", "--sleep", "60", "--log-level", "info", *series]
    with started([*process_one(), *MODULE, *args]) as process:
        read_until(process.stderr, "wait for the thread")
        os.kill(child_of(process), signum)
        end = ended(process)
    assert end.returncode == code
    assert end.notes == []


def test_a_reader_that_leaves_process_1_ends_it():
    """The kernel shields process 1 from SIGPIPE as well."""
    args = ["many", "--threads", "300", "--sleep", "0"]
    with started([*process_one(), *MODULE, *args], stderr=subprocess.STDOUT) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(processes.BOUND) == 141
