"""The demo semaphore: few connections, many threads."""

import json
import re

import pytest

STEPS = [
    "Thread {}: waiting for a connection",
    "Thread {} about to acquire semaphore",
    "Thread {} has semaphore",
    "Thread {}: got a connection",
    "Thread {}: returning the connection",
    "Thread {} about to release semaphore",
    "Thread {} after release",
]


def check(messages, threads, limit, steps, in_turn):
    """Each thread's steps in order; the numbers in use are never above the limit."""
    assert (messages[0][:9], messages[-1]) == ("Main    :", "Main    : all done")
    in_use = [re.search(r" \((\d+) of (\d+) in use\)$", message) for message in messages]
    numbers = [(int(match[1]), int(match[2])) for match in in_use if match]
    assert len(numbers) == threads
    assert all(1 <= number <= of == limit for number, of in numbers)
    plain = [re.sub(r" \(\d+ of \d+ in use\)$", "", message) for message in messages]
    assert len(plain) == 2 + threads * len(steps)
    for index in range(threads):
        in_turn(plain, [step.format(index) for step in steps])


def test_defaults(run_process, lines, in_turn):
    """Five threads share two connections, and both connections are used."""
    result = run_process("semaphore", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"threads": 5, "limit": 2, "sleep": 0.1}
    assert document["facts"] == {"threads": 5, "limit": 2, "peak": 2, "finished": 5}
    assert document["ok"] is True
    steps = [step for step in STEPS if ":" in step]
    check(lines(result.stderr), 5, 2, steps, in_turn)


@pytest.mark.parametrize("sleep", ["0", "0.01"], ids="sleep {}".format)
@pytest.mark.parametrize(
    "sizes",
    [(1, 1), (2, 1), (3, 3), (2, 9), (25, 4)],
    ids=["1 for 1", "2 for 1", "3 for 3", "2 for 9", "25 for 4"],
)
def test_any_number_of_threads_and_connections(invoke, lines, in_turn, sizes, sleep):
    """Every thread gets its turn, and never more at once than there are connections."""
    threads, limit = sizes
    options = ["--threads", str(threads), "--limit", str(limit), "--sleep", sleep]
    result = invoke("semaphore", *options, "--check", "--debug", "--json")
    assert result.exit_code == 0
    facts = json.loads(result.stdout)["facts"]
    assert (facts["threads"], facts["limit"], facts["finished"]) == (threads, limit, threads)
    assert 1 <= facts["peak"] <= min(threads, limit)
    check(lines(result.stderr), threads, limit, STEPS, in_turn)


def test_a_thousand_threads(invoke):
    """A thousand threads take turns at two connections."""
    result = invoke("semaphore", "--threads", "1000", "--sleep", "0", "-q", "--check", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    facts = json.loads(result.stdout)["facts"]
    assert facts["finished"] == 1000
    assert 1 <= facts["peak"] <= 2


def test_one_connection_too_many_breaks_the_promise(invoke, changed):
    """The peak is observed: a semaphore bigger than the pool is found out."""
    changed(
        "semaphore",
        ("threading.Semaphore(limit)", "threading.Semaphore(limit + 1)"),
        ("time.sleep(sleep)", "MEETING.wait(30)"),
        first="MEETING = threading.Barrier(3)",
    )
    result = invoke("semaphore", "--threads", "3", "--limit", "2", "--check", "--expect", "peak=3")
    assert result.exit_code == 1
    assert result.stdout.endswith(", at most 3 of 2 in use at a time\n")
    assert ": expected " not in result.stderr


def test_the_peak_is_what_was_used_not_what_there_is(invoke):
    """One thread uses one connection, however many there are."""
    result = invoke(
        "semaphore", "--threads", "1", "--limit", "7", "--sleep", "0", "--expect", "peak=1"
    )
    assert result.exit_code == 0


def test_a_thread_without_a_turn_is_not_counted(invoke, changed):
    """A thread that leaves without a connection breaks the promise."""
    changed(
        "semaphore",
        (
            "        with self._semaphore:",
            "        if name == 0: return\n        with self._semaphore:",
        ),
    )
    result = invoke("semaphore", "--sleep", "0", "--check", "--expect", "finished=4")
    assert result.exit_code == 1
    assert ": expected " not in result.stderr
