"""Lines stay whole, however many threads write them, however long they are."""

import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from .processes import DRIVERS, MODULE, NARRATIVE, ended, environment, run, started


def lines_of(process):
    """All lines that come through the one pipe of a process that ends well."""
    end = ended(process)
    assert end.returncode == 0
    assert end.stdout.endswith("\n")
    return end.stdout.splitlines()


def test_64_threads_log_whole_lines_on_the_pipe_of_the_result(unbuffered):
    """Every line of every thread comes, once, and nothing is torn; the result comes last."""
    args = ["many", "--threads", "64", "--sleep", "0"]
    pipe = subprocess.STDOUT
    with started([*MODULE, *args], environment(unbuffered), stderr=pipe) as process:
        *narrative, result = lines_of(process)
    assert result.startswith("64 of 64 threads finished")
    assert all(NARRATIVE.fullmatch(line) for line in narrative)
    assert Counter(line.partition(": ")[2] for line in narrative) == Counter(
        text
        for n in range(64)
        for text in (
            f"Main    : create and start thread {n}.",
            f"Thread {n}: starting",
            f"Thread {n}: finishing",
            f"Main    : before joining thread {n}.",
            f"Main    : thread {n} done",
        )
    )


def test_64_threads_count_their_records_without_a_gap(unbuffered):
    """In the JSON form each line is a document, and seq tells the order in which they came."""
    args = ["semaphore", "--threads", "64", "--limit", "64", "--sleep", "0", "--debug"]
    end = run([*MODULE, *args, "--log-format", "jsonl"], environment(unbuffered))
    assert end.returncode == 0
    records = [json.loads(line) for line in end.lines]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert len(records) == 2 + 64 * 7


@pytest.mark.parametrize("form", ["text", "jsonl"])
@pytest.mark.parametrize("length", [4_000, 4_097, 100_000])
def test_long_lines_are_whole(length, form, unbuffered):
    """Longer than what the system writes in one piece, and than what a pipe holds."""
    threads, lines = 16, 6
    words = [str(number) for number in (threads, lines, length)]
    command = [sys.executable, str(DRIVERS / "long_lines.py"), *words, form]
    with started(command, environment(unbuffered), stderr=subprocess.STDOUT) as process:
        *narrative, result = lines_of(process)
    assert result == "done"
    messages = [json.loads(line)["message"] if form == "jsonl" else line[10:] for line in narrative]
    found = [re.fullmatch(r"<(\d+) (\d+) (([a-p])\4*)>", message) for message in messages]
    assert all(found)
    assert Counter((int(m[1]), int(m[2]), m[4], len(m[3])) for m in found if m) == Counter(
        (thread, line, chr(97 + thread), length)
        for thread in range(threads)
        for line in range(lines)
    )


def test_a_pipe_that_does_not_block_gets_every_line(unbuffered):
    """Another user of the pipe may have set it so; what does not fit at once is waited with."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    command = [sys.executable, str(DRIVERS / "long_lines.py"), "8", "10", "20000", "text"]
    with (
        open(read_end, encoding="utf-8") as reader,
        started(command, environment(unbuffered), stdout=write_end, stderr=write_end) as process,
    ):
        os.close(write_end)
        narrative = reader.read().splitlines()
        assert ended(process).returncode == 0
    assert Counter(map(len, narrative)) == {10 + 20000 + len("<1 1 >"): 80, len("done"): 1}


def test_daemon_threads_do_not_disturb_the_end(unbuffered):
    """The thread wakes and logs while the process ends: no abort, no torn line, nothing after."""
    for index in range(10):
        args = ["daemon", "--sleep", f"{index / 10_000:f}"]
        pipe = subprocess.STDOUT
        with started([*MODULE, *args], environment(unbuffered), stderr=pipe) as process:
            *narrative, result = lines_of(process)
        assert all(NARRATIVE.fullmatch(line) for line in narrative)
        assert re.fullmatch(
            r"[01] of 1 thread finished, [01] abandoned; main was done (first|last)", result
        )


def test_daemon_threads_of_a_series_do_not_disturb_each_other(unbuffered):
    """What an earlier run's thread still logs belongs to nobody."""
    args = ["daemon", "--sleep", "0.001", "--repeat", "200", "--debug"]
    end = run([*MODULE, *args], environment(unbuffered))
    assert end.returncode == 0
    assert end.notes == []
    assert sum(line.endswith("Main    : all done") for line in end.lines) == 200
    assert sum(line.endswith("Thread 1: starting") for line in end.lines) <= 200
