"""The demo single: main does not wait, the program does."""

import json

MAIN = [
    "Main    : before creating thread",
    "Main    : before running thread",
    "Main    : wait for the thread to finish",
    "Main    : all done",
]
THREAD = ["Thread 1: starting", "Thread 1: finishing"]


def test_defaults(run_process, lines, in_turn):
    """The process outlives main's last line: the thread's comes after it."""
    result = run_process("single", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"sleep": 2.0}
    assert document["facts"] == {"threads": 1, "finished": 1, "main_waited": False}
    assert document["ok"] is True
    messages = lines(result.stderr)
    assert sorted(messages) == sorted(MAIN + THREAD)
    in_turn(messages, [*MAIN, "Thread 1: finishing"])
    in_turn(messages, ["Main    : before running thread", *THREAD])


def test_without_a_pause(invoke, lines, in_turn):
    """Main and the thread each keep their own order when there is nothing to wait for."""
    result = invoke("single", "--sleep", "0", "--check")
    assert result.exit_code == 0
    assert result.stdout == "1 of 1 thread finished; main did not wait for it\n"
    messages = lines(result.stderr)
    in_turn(messages, MAIN)
    in_turn(messages, ["Main    : before running thread", *THREAD])


def test_a_thread_that_never_starts_has_not_finished(invoke, changed):
    """The facts are observed: without its start the thread does not finish."""
    changed("single", ("    x.start()\n", ""))
    result = invoke("single", "--sleep", "0", "--check")
    assert result.exit_code == 1
    assert result.stdout == "0 of 1 thread finished; main did not wait for it\n"


def test_with_the_line_uncommented_main_waits(invoke, changed):
    """Whether main waited is observed: the tutorial's one line changes it."""
    changed("single", ("    # x.join()", "    x.join()"))
    result = invoke("single", "--sleep", "0")
    assert result.stdout == "1 of 1 thread finished; main waited for it\n"


def test_main_that_gives_up_waiting_has_not_waited(invoke, changed):
    """A join that ends before the thread does is no waiting for the thread."""
    changed("single", ("    # x.join()", "    x.join(0)"))
    result = invoke("single", "--sleep", "0.5", "--expect", "main_waited=false")
    assert result.exit_code == 0
