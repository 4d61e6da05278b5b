"""Runs on the simulator, seen from the command line."""

import re

import lessons
import pytest


@pytest.mark.parametrize("mode", [["--seed", "1"], ["--explore", "--max-schedules", "1"]], ids=len)
def test_a_demo_is_simulated_or_says_why_not(invoke, quick, demo, mode):
    """Never the real thing silently: a result, or one line; exit 2 if the demo says so itself."""
    result = invoke(demo, *quick[demo], "-q", *mode)
    if result.exit_code == (2 if lessons.real_only(demo) else 3):
        assert result.stdout == ""
        assert re.fullmatch(rf"threaddemo {demo}: error: .+\n", result.stderr)
    else:
        assert result.exit_code in {0, 1}
        assert result.stdout
        assert result.stderr == ""


@pytest.mark.parametrize(
    "change",
    [
        ("import logging\n", "import logging\nimport socket\n"),
        ("    x.join()", "    import socket"),
    ],
    ids=["at the top", "in a function"],
)
def test_what_has_no_twin_is_named(invoke, changed, change):
    """Wherever it is asked for."""
    changed("join", change)
    result = invoke("join", "--seed", "1", "-q")
    assert (result.exit_code, result.stdout) == (3, "")
    assert re.fullmatch(r"threaddemo join: error: .*socket.*\n", result.stderr)


POLLING = ("    x.join()\n", "    while x.is_alive():\n        time.sleep(0.001)\n")


def test_a_run_without_an_end_is_said_to_have_none(invoke, changed):
    """A loop that waits for nothing in particular is given up after some steps."""
    changed("join", POLLING)
    result = invoke("join", "--explore", "-q", "--sleep", "86400")
    assert result.exit_code == 3
    assert result.stdout.endswith("not every schedule: the first 0 kinds: none has ended\n")
    assert result.stderr == "threaddemo join: error: the run has not ended after 10,000 steps\n"


@pytest.mark.parametrize("mode", [["--seed", "1"], ["--seed", "1", "--repeat", "3"]], ids=len)
def test_a_daemon_that_is_left_behind_has_no_say(invoke, changed, lines, mode):
    """What it does when it is ended is no part of the narrative, as it would be none for real."""
    sleep = "        time.sleep(sleep)\n"
    guarded = f"        try:\n    {sleep}        finally:\n            logging.info('never')\n"
    changed("daemon", (sleep, guarded))
    result = invoke("daemon", *mode, "--log-level", "info")
    assert result.exit_code == 0
    assert "Main    : all done" in lines(result.stderr)
    assert "never" not in lines(result.stderr)


def test_a_time_out_ends_a_simulated_run(invoke, changed):
    """It is real time that counts, and every thread is told of."""
    changed("join", POLLING)
    result = invoke("join", "--seed", "1", "-q", "--sleep", "86400", "--timeout", "0.02")
    assert (result.exit_code, result.stdout) == (124, "")
    main, thread, last = result.stderr.splitlines()
    assert re.match(r"threaddemo join: Main (is running|waits in .+) at join\.py:\d+", main)
    assert re.match(r"threaddemo join: Thread 1 waits in .+ at join\.py:\d+", thread)
    assert last == "threaddemo join: timeout: gave up after 0.02 s"
