"""The demo fixrace: with a lock, no update is lost."""

import json

import pytest

FIRST = "Testing locked update. Starting value is 0."
UPDATE = [
    "Thread {}: starting update",
    "Thread {} about to lock",
    "Thread {} has lock",
    "Thread {} about to release lock",
    "Thread {} after release",
    "Thread {}: finishing update",
]


def check(messages, threads, in_turn):
    """Each thread's steps in the tutorial's order, and never two threads inside."""
    last = f"Testing locked update. Ending value is {threads}."
    assert (messages[0], messages[-1]) == (FIRST, last)
    assert len(messages) == 2 + 6 * threads
    for index in range(threads):
        in_turn(messages, [step.format(index) for step in UPDATE])
    inside = [
        message for message in messages if message.endswith((" has lock", "about to release lock"))
    ]
    for acquired, released in zip(inside[::2], inside[1::2], strict=True):
        assert acquired.endswith(" has lock")
        assert released == acquired.replace("has lock", "about to release lock")


def test_defaults(run_process, lines, in_turn):
    """The value ends as 2: the program works."""
    result = run_process("fixrace", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"threads": 2, "sleep": 0.1}
    facts = {"threads": 2, "starting_value": 0, "ending_value": 2, "expected": 2, "lost": 0}
    assert document["facts"] == facts
    assert document["ok"] is True
    messages = lines(result.stderr)
    last = "Testing locked update. Ending value is 2."
    assert (messages[0], messages[-1], len(messages)) == (FIRST, last, 6)
    for index in range(2):
        in_turn(messages, [UPDATE[0].format(index), UPDATE[-1].format(index)])


def test_debug_shows_every_step(run_process, lines, in_turn):
    """The tutorial's transcript, whichever thread is first: the other one waits for the lock."""
    result = run_process("fixrace", "--debug", "--sleep", "0.5")
    assert result.returncode == 0
    assert result.stdout == "2 threads took the value from 0 to 2, expected 2: 0 updates lost\n"
    messages = lines(result.stderr)
    check(messages, 2, in_turn)
    winner = next(message for message in messages if message.endswith("has lock"))[7]
    first, second = ("0", "1") if winner == "0" else ("1", "0")
    waits = [
        f"Thread {first} has lock",
        f"Thread {first} about to release lock",
        f"Thread {second} has lock",
        f"Thread {second} about to release lock",
    ]
    in_turn(messages, waits)
    # The second one has come to the lock while the first one holds it.
    in_turn(messages, [f"Thread {second} about to lock", f"Thread {first} about to release lock"])


@pytest.mark.parametrize("sleep", ["0", "0.01"], ids="sleep {}".format)
@pytest.mark.parametrize("threads", [1, 2, 3, 20], ids="{} threads".format)
def test_any_number_of_threads(invoke, lines, in_turn, threads, sleep):
    """No update is lost, and no two threads are inside at once."""
    result = invoke("fixrace", "--threads", str(threads), "--sleep", sleep, "--check", "--debug")
    assert result.exit_code == 0
    check(lines(result.stderr), threads, in_turn)


def test_a_thousand_threads(invoke):
    """A thousand threads, a thousand updates."""
    result = invoke("fixrace", "--threads", "1000", "--sleep", "0", "-q", "--check")
    assert (result.exit_code, result.stderr) == (0, "")
    words = "1000 threads took the value from 0 to 1000, expected 1000: 0 updates lost\n"
    assert result.stdout == words


def test_without_its_lock_it_loses_updates(invoke, changed):
    """The facts are observed: take the lock away and an update is lost."""
    changed(
        "fixrace",
        ("threading.Lock()", "contextlib.nullcontext()"),
        ("time.sleep(sleep)", "MEETING.wait(30)"),
        first="import contextlib\nMEETING = threading.Barrier(2)",
    )
    result = invoke("fixrace", "--check", "--expect", "lost=1", "--expect", "ending_value=1")
    assert result.exit_code == 1
    assert result.stdout == "2 threads took the value from 0 to 1, expected 2: 1 update lost\n"
    assert ": expected " not in result.stderr


def test_with_its_lock_the_threads_cannot_meet_inside(invoke, changed):
    """With the lock the same meeting never takes place: whoever is inside is there alone."""
    changed(
        "fixrace",
        ("time.sleep(sleep)", "alone(sleep)"),
        first="""
MEETING = threading.Barrier(2)

def alone(sleep):
    try:
        MEETING.wait(sleep)
    except threading.BrokenBarrierError:
        MEETING.reset()
""",
    )
    result = invoke("fixrace", "--sleep", "0.05", "--check")
    assert result.exit_code == 0
