"""--timeout gives up on a run, says where every thread is, and exits 124."""

import json
import re
from pathlib import Path

from threaddemo import demos

from .processes import MODULE, at_once, environment, run

LINE = re.compile(r"threaddemo [a-z-]+: (?:error: )?(.+?) waits in `(.+)` at (.+?):(\d+)")
DONE = re.compile(r"threaddemo [a-z-]+: (?:error: )?(Main) is done, and waits for the other .+")
BRIEF = ("has not begun", "is about to begin or to end", "has ended")
ELSE = re.compile(rf"threaddemo [a-z-]+: (?:error: )?(.+?) ({'|'.join(BRIEF)})")


def report(end, demo, limit):
    """What is said of each thread: the statement it waits in, the file and the line, if any."""
    assert end.returncode == 124
    assert end.notes, end
    *threads, last = end.notes
    assert re.fullmatch(rf"threaddemo {demo}: .*gave up after {re.escape(limit)} s", last), last
    assert end.lines[-1] == last
    places = {}
    for line in threads:
        if match := LINE.fullmatch(line):
            places[match[1]] = (match[2], match[3], int(match[4]))
        else:
            match = DONE.fullmatch(line) or ELSE.fullmatch(line)
            assert match, line
            places[match[1]] = ("", match[2] if match.re is ELSE else "", 0)
    assert len(places) == len(threads), "a thread is named twice"
    return places


def has_ended(places):
    """The threads of which a report says so."""
    return [name for name, (_, told, _) in places.items() if told == "has ended"]


def test_each_thread_of_a_deadlock_is_named(unbuffered):
    """Name, what it waits in, and the line of the demo's own source."""
    args = ["prodcons-queue", "--naive", "--sleep", "0.05", "--produce-sleep", "0.1"]
    args += ["--consumers", "2", "--timeout", "1", "-q"]
    for _ in range(5):
        end = run([*MODULE, *args], environment(unbuffered))
        if end.returncode != 0:  # it need not hang
            break
    places = report(end, "prodcons-queue", "1")
    assert "Main" in places
    assert any(name.startswith("Consumer") for name in places)
    source = Path(demos.__file__).with_name("prodcons_queue.py").read_text(encoding="utf-8")
    for statement, file, line in places.values():
        assert file.endswith("prodcons_queue.py")
        assert source.splitlines()[line - 1].strip() == statement


SLEEPERS = [
    (["single", "--sleep", "60"], {"Main", "Thread 1"}),
    (["join", "--sleep", "60"], {"Main", "Thread 1"}),
    (["many", "--threads", "9", "--sleep", "60"], {"Main", *(f"Thread {n}" for n in range(9))}),
    (["executor", "--sleep", "60"], {"Main", "Thread 0", "Thread 1", "Thread 2"}),
    (["fixrace", "--sleep", "60"], {"Main", "Thread 0", "Thread 1"}),
    (["prodcons-lock", "--produce-sleep", "60"], {"Main", "Producer", "Consumer"}),
    (["prodcons-queue", "--consume-sleep", "60"], {"Main", "Producer", "Consumer"}),
    (
        ["semaphore", "--threads", "3", "--limit", "1", "--sleep", "60"],
        {"Main", "Thread 0", "Thread 1", "Thread 2"},
    ),
]


def test_every_thread_is_named():
    """By the narrative's name, whatever it waits for."""

    def one(case):
        args, threads = case
        end = run([*MODULE, *args, "--timeout", "0.5"])
        assert end.stdout == ""
        places = report(end, args[0], "0.5")
        assert places.keys() == threads
        assert not has_ended(places)

    at_once(one, SLEEPERS, 4)


def test_a_series_counts_the_runs_that_hang(unbuffered):
    """It goes on after each of them."""
    args = ["prodcons-queue", "--naive", "--sleep", "0.02", "--produce-sleep", "0.03"]
    args += ["--consumers", "2", "--repeat", "5", "--timeout", "0.2"]
    end = run([*MODULE, *args], environment(unbuffered))
    assert end.returncode == 124
    assert re.search(r"^5 runs: \d+ outcomes?, the promise broken in ", end.stdout, re.MULTILINE)
    hung = sum(int(line.split()[0]) for line in end.stdout.splitlines() if "  hung: " in line)
    said = f"threaddemo prodcons-queue: timeout: {hung} of 5 runs hung: gave up after 0.2 s each"
    assert end.notes == [said]


def test_a_series_in_json_is_one_document(unbuffered):
    """Even if every run hung."""
    args = ["join", "--sleep", "60", "--repeat", "3", "--timeout", "0.2", "--json"]
    end = run([*MODULE, *args], environment(unbuffered))
    assert end.returncode == 124
    document = json.loads(end.stdout)
    (hung,) = document["outcomes"]
    assert (document["runs"], hung["count"], hung["facts"], hung["ok"]) == (3, 3, None, False)
    assert hung["summary"].startswith("hung: ")


def test_a_limit_that_is_not_reached_changes_nothing(unbuffered):
    """It is a limit and no pause."""
    end = run([*MODULE, "join", "--sleep", "0", "--timeout", "50"], environment(unbuffered))
    assert end.returncode == 0
    assert end.notes == []


def test_thousands_of_threads_are_named():
    """It takes no time that grows with the square of their number; and of none that it has ended.

    All of them sleep, or are still to begin.
    """
    args = ["many", "--threads", "3000", "--sleep", "300", "--timeout", "1", "-q"]
    places = report(run([*MODULE, *args]), "many", "1")
    assert "Main" in places
    assert not has_ended(places)
