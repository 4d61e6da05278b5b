"""Mistakes on the command line: exit 2, one line that helps, and nothing on stdout."""

import pytest

from .processes import MODULE, environment, run

#: Arguments, and what the line must say.
MISTAKES = {
    "negative threads": (["race", "--threads", "-1"], ["--threads", "-1", "1", "10,000"]),
    "no threads": (["many", "--threads", "0"], ["--threads", "1", "10,000"]),
    "a million threads": (["many", "--threads", "1000000"], ["--threads", "1", "10,000"]),
    "half a thread": (["race", "--threads", "1.5"], ["--threads", "1.5", "10,000"]),
    "a word for threads": (["race", "--threads", "two"], ["--threads", "two", "10,000"]),
    "an empty number": (["race", "--threads", ""], ["--threads", "10,000"]),
    "a very long number": (["race", "--threads", "9" * 5000], ["--threads", "10,000"]),
    "nan threads": (["race", "--threads", "nan"], ["--threads", "10,000"]),
    "no workers": (["executor", "--workers", "0"], ["--workers", "1", "10,000"]),
    "no limit": (["semaphore", "--limit", "0"], ["--limit", "1", "10,000"]),
    "no producers": (["prodcons-lock", "--producers", "0"], ["--producers", "10,000"]),
    "negative queue": (["prodcons-queue", "--queue-size", "-5"], ["--queue-size", "0"]),
    "negative messages": (["prodcons-lock", "--messages", "-1"], ["--messages", "0"]),
    "negative sleep": (["race", "--sleep", "-0.1"], ["--sleep", "-0.1", "86,400"]),
    "sleep nan": (["race", "--sleep", "nan"], ["--sleep", "nan", "86,400"]),
    "sleep inf": (["race", "--sleep", "inf"], ["--sleep", "inf", "86,400"]),
    "sleep -inf": (["race", "--sleep", "-inf"], ["--sleep", "86,400"]),
    "sleep 1e300": (["race", "--sleep", "1e300"], ["--sleep", "1e300", "86,400"]),
    "sleep 86400.1": (["race", "--sleep", "86400.1"], ["--sleep", "86,400"]),
    "a word for sleep": (["race", "--sleep", "long"], ["--sleep", "long", "86,400"]),
    "timeout 0": (["race", "--timeout", "0"], ["--timeout", "0", "86,400"]),
    "timeout nan": (["race", "--timeout", "nan"], ["--timeout", "nan", "86,400"]),
    "timeout -1": (["race", "--timeout", "-1"], ["--timeout", "86,400"]),
    "repeat 0": (["race", "--repeat", "0"], ["--repeat", "1", "1,000,000"]),
    "repeat 1e6": (["race", "--repeat", "1e6"], ["--repeat", "1,000,000"]),
    "a level": (["race", "--log-level", "loud"], ["--log-level", "loud"]),
    "a format": (["race", "--format", "xml"], ["--format", "xml", "json"]),
    "a log format": (["race", "--log-format", "json"], ["--log-format", "jsonl"]),
    "a colour": (["race", "--color", "red"], ["--color", "red", "always"]),
    "no fact": (["race", "--expect", "lost"], ["--expect", "lost", "ending_value"]),
    "unknown fact": (["race", "--expect", "lots=1"], ["--expect", "lots", "ending_value"]),
    "impossible fact": (["race", "--expect", "lost=some"], ["--expect", "lost"]),
    "an empty fact": (["race", "--expect", "="], ["--expect", "ending_value"]),
    "no value": (["race", "--threads"], ["--threads"]),
    "a value too many": (["race", "--json=1"], ["--json"]),
    "an argument": (["race", "2"], ["2"]),
    "arguments": (["race", "--", "-q", "x"], ["-q"]),
    "an unknown option": (["race", "--bogus"], ["--bogus"]),
    "another demo's option": (["race", "--workers", "3"], ["--workers"]),
    "an unknown letter": (["race", "-z"], ["-z"]),
    "an option of no demo": (["--bogus"], ["--bogus"]),
    "an unknown command": (["bogus"], ["bogus"]),
    "an empty command": ([""], ["command"]),
    "a command of two lines": (["ra\nce"], ["command"]),
    "an escape": (["ra\x1b[31mce"], ["command"]),
    "a module's name": (["prodcons_lock"], ["prodcons-lock"]),
    "a file's name": (["__init__"], ["__init__"]),
    "a path": (["../demos/race"], ["race"]),
}

SUGGESTIONS = {
    "command": (["rase"], "race"),
    "command with a letter missing": (["semaphor"], "semaphore"),
    "command with an underscore": (["prodcons_queue"], "prodcons-queue"),
    "option": (["race", "--thread", "3"], "--threads"),
    "option with letters swapped": (["race", "--slepe", "3"], "--sleep"),
    "option of every demo": (["race", "--repaet", "3"], "--repeat"),
    "option of the group": (["--verison"], "--version"),
}


def mistake(args, unbuffered=False):
    """The one line that a mistake gets."""
    end = run([*MODULE, *args], environment(unbuffered))
    assert end[:2] == (2, "")
    assert len(end.lines) == 1
    line = end.lines[0]
    assert line.startswith("threaddemo")
    assert "error: " in line
    return end, line


@pytest.mark.parametrize(("args", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_gets_one_line(args, said):
    """It names the option and what it can be."""
    _, line = mistake(args)
    for part in said:
        assert part in line


@pytest.mark.parametrize(("args", "meant"), SUGGESTIONS.values(), ids=SUGGESTIONS)
def test_a_mistyped_word_gets_a_suggestion(args, meant):
    """What was probably meant comes in the same line."""
    _, line = mistake(args)
    _, asked, suggestion = line.partition(args[-1] if args[0] != "race" else args[1])
    assert asked
    assert meant in suggestion


def test_the_line_names_the_command(demo, unbuffered):
    """So that it can be told apart in the log of a script."""
    _, line = mistake([demo, "--sleep", "nan", "--bogus"], unbuffered)
    assert line.startswith(f"threaddemo {demo}: error: ")


@pytest.mark.parametrize("args", [["race", "--expect", "lots=1"]], ids=["expect"])
def test_the_line_names_the_command_for_a_fact(args):
    """Facts are read by the demo's command as well."""
    assert mistake(args)[1].startswith("threaddemo race: error: ")
