"""The demo deadlock: threads that wait for each other's locks."""

import json
import re

import pytest

from threaddemo.demo import patience
from threaddemo.demos import deadlock

STEPS = [
    r"Thread {}: starting",
    r"Thread {} about to take lock \d+",
    r"Thread {}: got lock \d+",
    r"Thread {} about to take lock \d+",
    r"Thread {}: got lock \d+, too",
    r"Thread {} after release of lock \d+",
    r"Thread {} after release of lock \d+",
    r"Thread {}: finishing",
]
STUCK = re.compile(r"Thread (\d) waits in `with locks\[second\]:` at deadlock\.py:\d+")


def said_by(index, messages):
    """The lines of one thread."""
    return [line for line in messages if re.match(rf"Thread {index}[: ]", line)]


def locks_of(messages):
    """The locks that a thread got, in order."""
    found = [re.search(r": got lock (\d+)", message) for message in messages]
    return [int(match[1]) for match in found if match]


def test_each_has_one_lock_and_waits_for_the_other(run_process):
    """A run that hangs is given up, and says where each thread waits."""
    result = run_process("deadlock", "--sleep", "0.2", "--timeout", "0.8")
    assert (result.returncode, result.stdout) == (124, "")
    assert sorted(STUCK.findall(result.stderr)) == ["0", "1"]
    assert "Thread 0: got lock 0\n" in result.stderr
    assert "Thread 1: got lock 1\n" in result.stderr
    assert "too" not in result.stderr


def test_a_real_run_is_given_up_by_default(by_default):
    """It takes two seconds where nobody says otherwise."""
    result = by_default("deadlock")
    assert result.returncode == 124
    assert "gave up after 2 s" in result.stderr


@pytest.mark.parametrize(("ordered", "seconds"), [(False, 2), (True, None)], ids=["not", "ordered"])
def test_only_without_an_order_may_it_hang(ordered, seconds):
    """The default time-out is that of the runs that need one."""
    assert patience(deadlock.OPTIONS, {"threads": 2, "sleep": 0.1, "ordered": ordered}) == seconds


def test_in_one_order_everybody_gets_both(run_process, lines):
    """The threads of the defaults, with --ordered: the first lock of both is the same."""
    result = run_process("deadlock", "--ordered", "--json", "--check")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"threads": 2, "sleep": 0.1, "ordered": True}
    assert document["facts"] == {"threads": 2, "finished": 2}
    assert document["summary"] == "2 of 2 threads got both locks"
    messages = lines(result.stderr)
    assert [locks_of(said_by(index, messages)) for index in range(2)] == [[0, 1], [0, 1]]


@pytest.mark.parametrize("sleep", ["0", "0.01"], ids="sleep {}".format)
@pytest.mark.parametrize("threads", [2, 3, 5, 50], ids="{} threads".format)
def test_any_number_in_order(invoke, lines, threads, sleep):
    """Each thread takes its own lock and its neighbour's, the smaller number first."""
    options = ["--threads", str(threads), "--sleep", sleep, "--ordered", "--debug", "--check"]
    result = invoke("deadlock", *options)
    assert result.exit_code == 0
    messages = lines(result.stderr)
    for index in range(threads):
        said = said_by(index, messages)
        assert len(said) == len(STEPS)
        for line, step in zip(said, STEPS, strict=True):
            assert re.fullmatch(step.format(index), line)
        assert locks_of(said) == sorted([index, (index + 1) % threads])


def test_one_thread_can_not_wait_for_another(invoke):
    """There are two at least."""
    assert invoke("deadlock", "--threads", "1").exit_code == 2


@pytest.mark.parametrize(("order", "stuck", "runs"), [([], 224, 4543), (["--ordered"], 0, 2051)])
def test_every_schedule(invoke, order, stuck, runs):
    """So many of them end in a deadlock; in one order none does."""
    result = invoke("deadlock", "--explore", *order, "--json")
    document = json.loads(result.stdout)
    assert document["complete"] is True
    assert sum(outcome["count"] for outcome in document["outcomes"]) == runs
    deadlocks = [outcome for outcome in document["outcomes"] if outcome["facts"] is None]
    assert sum(outcome["count"] for outcome in deadlocks) == stuck
    for outcome in deadlocks:
        assert "Thread 0 waits in Lock.acquire" in outcome["summary"]
        assert "Thread 1 waits in Lock.acquire" in outcome["summary"]
    rest = [outcome["facts"] for outcome in document["outcomes"] if outcome["facts"]]
    assert rest == [{"threads": 2, "finished": 2}]


def test_five_philosophers(invoke):
    """Each holds one lock and waits for the next: all are named."""
    result = invoke("deadlock", "--threads", "5", "--seed", "1", "-q")
    assert result.exit_code == 1
    for index in range(5):
        assert f"Thread {index} waits in Lock.acquire" in result.stdout


def test_a_thread_without_its_second_lock_is_not_counted(invoke, changed):
    """The facts are observed: who leaves with one lock has not finished."""
    changed(
        "deadlock",
        (
            "            with locks[second]:",
            "            if name == 0: return\n            if True:",
        ),
    )
    result = invoke("deadlock", "--sleep", "0", "--check", "--expect", "finished=1")
    assert result.exit_code == 1
    assert result.stdout == "1 of 2 threads got both locks\n"
    assert ": expected " not in result.stderr
