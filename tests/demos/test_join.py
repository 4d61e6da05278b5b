"""The demo join: main waits, so main's last words come last."""

import json

STORY = [
    "Main    : before creating thread",
    "Main    : before running thread",
    "Thread 1: starting",
    "Thread 1: finishing",
    "Main    : all done",
]


def test_defaults(run_process, lines, in_turn):
    """Main says that all is done after the thread has said that it is finishing."""
    result = run_process("join", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"sleep": 2.0}
    assert document["facts"] == {"threads": 1, "finished": 1, "main_last": True}
    assert document["ok"] is True
    messages = lines(result.stderr)
    assert sorted(messages) == sorted([*STORY, "Main    : wait for the thread to finish"])
    in_turn(messages, STORY)
    in_turn(messages, [*STORY[:2], "Main    : wait for the thread to finish", STORY[-1]])


def test_without_a_pause(invoke, lines, in_turn):
    """The order is the same when the thread has nothing to do."""
    result = invoke("join", "--sleep", "0", "--check")
    assert result.exit_code == 0
    assert result.stdout == "1 of 1 thread finished; main was done last\n"
    in_turn(lines(result.stderr), STORY)


def test_without_the_join_the_promise_is_broken(invoke, changed):
    """The facts are observed: take the join away and main is done first."""
    changed("join", ("    x.join()\n", ""))
    result = invoke("join", "--sleep", "0.2", "--check", "--expect", "main_last=true")
    assert result.exit_code == 1
    assert result.stdout == "1 of 1 thread finished; main was done first\n"
    assert 'threaddemo join: the promise "Every thread finished' in result.stderr
    assert "threaddemo join: expected main_last=true, got false" in result.stderr


def test_one_line_makes_the_difference_to_single(function_source):
    """What runs is single's source but for the line that the tutorial uncomments."""
    single, join = function_source("single", "run"), function_source("join", "run")
    pairs = [pair for pair in zip(single, join, strict=True) if pair[0] != pair[1]]
    assert pairs == [("    # x.join()", "    x.join()")]
