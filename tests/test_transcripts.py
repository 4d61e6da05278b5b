"""The tutorial's printed transcripts, each replayed line for line.

Times and random values aside, and in the wording of its listings where its transcripts differ.
"""

import json
import re

import pytest

SINGLE = """
Main    : before creating thread
Main    : before running thread
Thread 1: starting
Main    : wait for the thread to finish
Main    : all done
Thread 1: finishing
"""
DAEMON = """
Main    : before creating thread
Main    : before running thread
Thread 1: starting
Main    : wait for the thread to finish
Main    : all done
"""
MANY = """
Main    : create and start thread 0.
Thread 0: starting
Main    : create and start thread 1.
Thread 1: starting
Main    : create and start thread 2.
Thread 2: starting
Main    : before joining thread 0.
Thread 2: finishing
Thread 1: finishing
Thread 0: finishing
Main    : thread 0 done
Main    : before joining thread 1.
Main    : thread 1 done
Main    : before joining thread 2.
Main    : thread 2 done
"""
EXECUTOR = """
Thread 0: starting
Thread 1: starting
Thread 2: starting
Thread 1: finishing
Thread 0: finishing
Thread 2: finishing
"""
FIXRACE = """
Testing locked update. Starting value is 0.
Thread 0: starting update
Thread 1: starting update
Thread 0: finishing update
Thread 1: finishing update
Testing locked update. Ending value is 2.
"""
FIXRACE_DEBUG = """
Testing locked update. Starting value is 0.
Thread 0: starting update
Thread 0 about to lock
Thread 0 has lock
Thread 1: starting update
Thread 1 about to lock
Thread 0 about to release lock
Thread 0 after release
Thread 0: finishing update
Thread 1 has lock
Thread 1 about to release lock
Thread 1 after release
Thread 1: finishing update
Testing locked update. Ending value is 2.
"""
PRODCONS_LOCK = """
Producer got message: 43
Producer got message: 45
Consumer storing message: 43
Producer got message: 86
Consumer storing message: 45
Producer got message: 40
Consumer storing message: 86
Producer got message: 62
Consumer storing message: 40
Producer got message: 15
Consumer storing message: 62
Producer got message: 16
Consumer storing message: 15
Producer got message: 61
Consumer storing message: 16
Producer got message: 73
Consumer storing message: 61
Producer got message: 22
Consumer storing message: 73
Consumer storing message: 22
"""
PRODCONS_QUEUE_BEGINNING = """
Producer got message: 32
Producer got message: 51
Producer got message: 25
Producer got message: 94
Producer got message: 29
Consumer storing message: 32  (queue size=3)
Producer got message: 96
Consumer storing message: 51  (queue size=3)
Producer got message: 6
Consumer storing message: 25  (queue size=3)
Producer got message: 31
"""
PRODCONS_QUEUE_END = """
Producer got message: 80
Consumer storing message: 94  (queue size=6)
Producer got message: 33
Consumer storing message: 20  (queue size=6)
Producer got message: 48
Consumer storing message: 31  (queue size=6)
Producer got message: 52
Consumer storing message: 98  (queue size=6)
Main: about to set event
Producer got message: 13
Consumer storing message: 59  (queue size=6)
Producer received EXIT event. Exiting
Consumer storing message: 75  (queue size=6)
Consumer storing message: 97  (queue size=5)
Consumer storing message: 80  (queue size=4)
Consumer storing message: 33  (queue size=3)
Consumer storing message: 48  (queue size=2)
Consumer storing message: 52  (queue size=1)
Consumer storing message: 13  (queue size=0)
Consumer received EXIT event. Exiting
"""
QUEUE_SCHEDULE = (
    "1x9.2x2.1x2.2.1x2.2.1x8.2.1x2.2.1x2.2.1x2.2.0x2.1x2.2.1x3.0x3"  # the longest of them
)


def lines(text):
    """The lines of a log, without times and random values."""
    text = re.sub(r"^\d\d:\d\d:\d\d: ", "", text, flags=re.MULTILINE)
    return re.sub(r"message: \d+", "message: N", text).strip().splitlines()


@pytest.fixture
def replayed(invoke):
    """The lines of a replay's log."""

    def replay(arguments):
        result = invoke(*arguments.split())
        assert result.exit_code == 0, result.stderr
        return lines(result.stderr)

    return replay


@pytest.mark.parametrize(
    ("transcript", "arguments"),
    [
        pytest.param(SINGLE, "single --seed 2", id="single"),
        pytest.param(DAEMON, "daemon --seed 2", id="daemon"),
        pytest.param(MANY, "many --schedule 1.0.2.0.3.0.3.2", id="many"),
        pytest.param(EXECUTOR, "executor --seed 4", id="executor"),
        pytest.param(FIXRACE, "fixrace --seed 1", id="fixrace"),
        pytest.param(FIXRACE_DEBUG, "fixrace --seed 1 --debug", id="fixrace with every step"),
        pytest.param(
            PRODCONS_LOCK,
            "prodcons-lock --messages 10 --schedule 1x3.2.1.2.1.2.1.2.1.2.1.2.1.2.1.2.1.2.1.2.1",
            id="prodcons-lock",
        ),
    ],
)
def test_a_transcript_of_the_tutorial_is_replayed(replayed, transcript, arguments):
    """The seed or the schedule gives the tutorial's own lines, in its own order."""
    assert replayed(arguments) == lines(transcript)


def test_the_beginning_and_the_end_of_the_queue_transcript_are_replayed(replayed):
    """One schedule has the first eleven and the last twenty lines; the rest the tutorial cut."""
    log = replayed(f"prodcons-queue --messages 15 --schedule {QUEUE_SCHEDULE}")
    assert log[:11] == lines(PRODCONS_QUEUE_BEGINNING)
    assert log[-20:] == lines(PRODCONS_QUEUE_END)


@pytest.mark.parametrize(("command", "order"), [("many", [2, 1, 0]), ("executor", [1, 0, 2])])
def test_the_finishing_order_of_the_tutorial_has_an_early_seed(invoke, command, order):
    """Among the first 100 seeds there is one in which the threads finish as the tutorial's do."""
    document = json.loads(invoke(command, "--seed", "0", "--repeat", "100", "--json").stdout)
    assert order in [outcome["facts"]["finish_order"] for outcome in document["outcomes"]]
