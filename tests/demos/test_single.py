"""The demo single: main does not wait, the program does."""

import json

MAIN = [
    "Main    : before creating thread",
    "Main    : before running thread",
    "Main    : wait for the thread to finish",
    "Main    : all done",
]
THREAD = ["Thread 1: starting", "Thread 1: finishing"]


def test_defaults(by_default, lines, in_turn):
    """The process outlives main's last line: the thread's comes after it."""
    result = by_default("single")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"sleep": 2.0}
    assert document["facts"] == {"threads": 1, "finished": 1, "main_last": False}
    assert document["ok"] is True
    messages = lines(result.stderr)
    assert sorted(messages) == sorted(MAIN + THREAD)
    in_turn(messages, [*MAIN, "Thread 1: finishing"])
    in_turn(messages, ["Main    : before running thread", *THREAD])


def test_without_a_pause(invoke, lines, in_turn):
    """Main and the thread each keep their own order when there is nothing to wait for."""
    result = invoke("single", "--sleep", "0", "--check")
    assert result.exit_code == 0
    assert result.stdout in [
        f"1 of 1 thread finished; main was done {when}\n" for when in ("first", "last")
    ]
    messages = lines(result.stderr)
    in_turn(messages, MAIN)
    in_turn(messages, ["Main    : before running thread", *THREAD])


def test_a_thread_that_is_alive_has_not_finished(invoke, changed):
    """The facts are observed: a thread that nobody waits for is alive when they are read."""
    changed("single", ("args=(1,),", "args=(1,), daemon=True,"))
    result = invoke("single", "--sleep", "0.5", "--check")
    assert result.exit_code == 1
    assert result.stdout == "0 of 1 thread finished; main was done first\n"


def test_with_the_line_uncommented_main_is_last(invoke, changed):
    """Who was done last is observed: the tutorial's one line changes it."""
    changed("single", ("    # x.join()", "    x.join()"))
    result = invoke("single", "--sleep", "0")
    assert result.stdout == "1 of 1 thread finished; main was done last\n"


def test_main_that_gives_up_waiting_is_first(invoke, changed):
    """A join that ends before the thread does makes main no later."""
    changed("single", ("    # x.join()", "    x.join(0)"))
    result = invoke("single", "--sleep", "0.5", "--expect", "main_last=false")
    assert result.exit_code == 0


def test_main_is_last_under_one_schedule_of_three(invoke):
    """The thread may be faster than main's way from starting it to its last line."""
    result = invoke("single", "--explore", "--json")
    outcomes = json.loads(result.stdout)["outcomes"]
    counts = {outcome["facts"]["main_last"]: outcome["count"] for outcome in outcomes}
    assert counts == {False: 2, True: 1}
