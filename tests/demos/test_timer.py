"""The demo timer: a function that is called later, or not at all."""

import json

import pytest

MAIN = [
    "Main    : before creating timer",
    "Main    : before starting timer",
    "Main    : wait for the timer to finish",
    "Main    : all done",
]
CANCEL = "Main    : before cancelling timer"
FIRING = "Timer   : firing"


def test_defaults(by_default, lines, in_turn):
    """The timer fires while main waits for it."""
    result = by_default("timer")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"delay": 1.0, "cancel": False}
    assert document["facts"] == {"fired": 1, "cancelled": False, "early": False}
    assert document["summary"] == "the timer fired once"
    messages = lines(result.stderr)
    assert sorted(messages) == sorted([*MAIN, FIRING])
    in_turn(messages, MAIN)
    in_turn(messages, [*MAIN[:2], FIRING, MAIN[-1]])


def test_cancelled_in_time(invoke, lines):
    """A timer that is cancelled while it waits never fires, and its wait is over."""
    result = invoke("timer", "--delay", "30", "--cancel", "--seed", "1", "--json", "--check")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["facts"] == {"fired": 0, "cancelled": True, "early": False}
    assert document["summary"] == "the timer never fired; it was cancelled in time"
    assert lines(result.stderr) == [*MAIN[:2], CANCEL, *MAIN[2:]]
    assert document["elapsed"] < 30  # virtual


def test_cancelled_for_real(invoke, lines):
    """As on the simulator."""
    result = invoke("timer", "--delay", "1", "--cancel", "--check")
    assert result.exit_code == 0
    assert result.stdout == "the timer never fired; it was cancelled in time\n"
    assert lines(result.stderr) == [*MAIN[:2], CANCEL, *MAIN[2:]]


def test_no_delay_at_all(invoke):
    """It fires all the same, and a cancel may come too late."""
    assert invoke("timer", "--delay", "0", "--check", "--expect", "fired=1").exit_code == 0
    assert invoke("timer", "--delay", "0", "--cancel", "--check").exit_code == 0


def test_cancelled_too_late(invoke, changed):
    """Nothing calls back what was called: it fired, and that breaks no promise."""
    changed("timer", ("time.sleep(delay / 2)", "timer.join()"))
    result = invoke("timer", "--delay", "0.01", "--cancel", "--check")
    assert result.exit_code == 0
    assert result.stdout == "the timer fired once; it was cancelled too late\n"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            ("threading.Timer(delay,", "threading.Timer(delay / 100,"),
            "the timer fired once, before its delay was over",
        ),
        (
            ("fired.append(time.monotonic())", "fired.extend(2 * [time.monotonic() + 1])"),
            "the timer fired 2 times",
        ),
        (("    timer.start()", "    timer.cancel(); timer.start()"), "the timer never fired"),
    ],
    ids=["early", "twice", "never"],
)
def test_what_is_broken_is_seen(invoke, changed, change, text):
    """The facts are observed: a timer that is early, or fires twice, or not, is found out."""
    changed("timer", change)
    result = invoke("timer", "--delay", "0.5", "--check")
    assert result.exit_code == 1
    assert result.stdout == f"{text}\n"


@pytest.mark.parametrize(
    ("options", "fired"), [([], [1]), (["--cancel"], [0, 1])], ids=["fires", "cancelled"]
)
def test_every_schedule(invoke, options, fired):
    """Who cancels races with the timer; under no schedule does it fire early, or twice."""
    document = json.loads(invoke("timer", *options, "--explore", "--json", "--check").stdout)
    assert (document["complete"], document["ok"]) == (True, True)
    assert sorted(outcome["facts"]["fired"] for outcome in document["outcomes"]) == fired
    assert not any(outcome["facts"]["early"] for outcome in document["outcomes"])
