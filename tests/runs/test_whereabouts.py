"""Where threads are: before they begin, while they run, and when they have ended."""

import subprocess
import threading

from threaddemo.runs.whereabouts import whereabouts


def test_a_thread_that_has_not_begun():
    """It has no stack yet, as one that has ended has none any more."""
    thread = threading.Thread(name="Thread 7")
    assert whereabouts([thread], threading.main_thread()) == ["Thread 7 has not begun"]


def test_a_thread_that_has_ended():
    """It has a number, and nothing is left of it."""
    thread = threading.Thread(name="Thread 7")
    thread.start()
    thread.join(60)
    assert whereabouts([thread], threading.main_thread()) == ["Thread 7 has ended"]


def test_a_thread_of_the_library():
    """A timer runs none of the program's lines while it waits, but it has begun."""
    timer = threading.Timer(60, print)
    timer.name = "Timer"
    timer.start()
    try:
        while "begin" in (told := whereabouts([timer], threading.main_thread())[0]):
            assert timer.is_alive()
    finally:
        timer.cancel()
        timer.join(60)
    assert told.startswith("Timer waits in `")


def test_nobody_ends_who_sleeps_for_minutes(run_process):
    """While thousands are being started, the last one may have no stack yet."""
    result: subprocess.CompletedProcess[str] = run_process(
        "many", "--threads", "3000", "--sleep", "300", "--timeout", "0.1", "-q"
    )
    assert result.returncode == 124
    assert "gave up after 0.1 s" in result.stderr
    assert "ended" not in result.stderr
