"""The demo barrier: nobody passes before the last one has come."""

import json

import pytest

WAITING = "Thread {}: waiting at the barrier"
PAST = "Thread {}: past the barrier"
BROKEN = "Thread {}: the barrier is broken"


def check(messages, threads, end, in_turn):
    """Each thread's lines in order, and all of them wait before the first goes on."""
    for index in range(threads):
        life = [
            f"Main    : create and start thread {index}.",
            f"Thread {index}: starting",
            WAITING.format(index),
            end.format(index),
        ]
        in_turn(messages, life)
    assert len(messages) == 4 * threads + 1
    ends = [messages.index(end.format(index)) for index in range(threads)]
    assert all(messages.index(WAITING.format(index)) < min(ends) for index in range(threads))


def test_defaults(run_process, lines, in_turn):
    """Three threads come one after the other, and go on together."""
    result = run_process("barrier", "--json", "--check")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"threads": 3, "sleep": 0.1, "missing": 0}
    assert document["facts"] == {"threads": 3, "arrived": 3, "passed": 3, "broken": False}
    assert document["summary"] == "3 of 3 threads came before the first passed, 3 passed"
    check(lines(result.stderr), 3, PAST, in_turn)


@pytest.mark.parametrize("sleep", ["0", "0.005"], ids="sleep {}".format)
@pytest.mark.parametrize("threads", [1, 2, 3, 20], ids="{} threads".format)
def test_any_number_of_threads(invoke, lines, in_turn, threads, sleep):
    """Nobody passes before the last one has come."""
    result = invoke("barrier", "--threads", str(threads), "--sleep", sleep, "--check")
    assert result.exit_code == 0
    check(lines(result.stderr), threads, PAST, in_turn)


def test_a_thousand_threads(invoke):
    """A thousand threads meet."""
    result = invoke("barrier", "--threads", "1000", "--sleep", "0", "-q", "--check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "1000 of 1000 threads came before the first passed, 1000 passed\n"


def test_one_never_comes(invoke, lines, in_turn):
    """The time-out breaks the barrier, and the others are told."""
    result = invoke("barrier", "--missing", "1", "--sleep", "0.01", "--check", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["facts"] == {"threads": 3, "arrived": 2, "passed": 0, "broken": True}
    assert document["summary"] == "2 of 3 threads came, 0 passed; the barrier broke"
    check(lines(result.stderr), 2, BROKEN, in_turn)


@pytest.mark.parametrize("missing", [3, 7])
def test_nobody_comes(invoke, lines, missing):
    """Where nobody waits, nothing breaks."""
    result = invoke("barrier", "--missing", str(missing), "--check")
    assert result.exit_code == 0
    assert result.stdout == "0 of 3 threads came, 0 passed\n"
    assert lines(result.stderr) == ["Main    : wait for the threads to finish"]


def test_who_comes_late_to_a_broken_barrier_is_told_at_once(invoke, changed, lines):
    """It is broken for everybody, also for those who were not there when it broke."""
    changed("barrier", ("sleep * threads + PATIENCE", "0.01"))
    result = invoke("barrier", "--missing", "1", "--sleep", "0.3", "--check")
    assert result.exit_code == 0
    messages = lines(result.stderr)
    assert messages.index(BROKEN.format(0)) < messages.index(WAITING.format(1))
    assert messages[-1] == BROKEN.format(1)


def test_a_barrier_that_lets_pass_too_early_breaks_the_promise(invoke, changed):
    """The facts are observed: a barrier for one keeps nobody."""
    changed("barrier", ("threading.Barrier(threads,", "threading.Barrier(1,"))
    result = invoke("barrier", "--sleep", "0.2", "--check", "--expect", "passed=3")
    assert result.exit_code == 1
    assert result.stdout == "1 of 3 threads came before the first passed, 3 passed\n"
    assert ": expected " not in result.stderr


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        (["--threads", "2"], {"threads": 2, "arrived": 2, "passed": 2, "broken": False}),
        (
            ["--threads", "3", "--missing", "1"],
            {"threads": 3, "arrived": 2, "passed": 0, "broken": True},
        ),
    ],
    ids=["all come", "one is missing"],
)
def test_every_schedule(invoke, options, facts):
    """There is one outcome, whoever comes first and whoever is told first."""
    document = json.loads(invoke("barrier", *options, "--explore", "--json", "--check").stdout)
    assert (document["complete"], document["ok"]) == (True, True)
    assert [outcome["facts"] for outcome in document["outcomes"]] == [facts]
