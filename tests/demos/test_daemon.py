"""The demo daemon: nobody waits for the thread."""

import json
import sys
import threading
import types

import pytest

MAIN = [
    "Main    : before creating thread",
    "Main    : before running thread",
    "Main    : wait for the thread to finish",
    "Main    : all done",
]


class Late(types.ModuleType):
    """What the runs of a series share: each thread waits at a gate of its own."""

    def __init__(self, name):
        super().__init__(name)
        self.gates = []
        self.threads = []

    def wait(self):
        self.gates.append(threading.Event())
        self.gates[-1].wait(30)

    def finish_the_earlier_ones(self, thread):
        for gate, earlier in zip(self.gates, self.threads, strict=False):
            gate.set()
            earlier.join(30)
        self.threads.append(thread)


def test_defaults(run_process, lines, in_turn):
    """The line that says the thread is finishing never comes."""
    result = run_process("daemon", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"sleep": 2.0}
    facts = {"threads": 1, "finished": 0, "abandoned": 1, "main_last": False}
    assert document["facts"] == facts
    assert document["ok"] is True
    messages = lines(result.stderr)
    in_turn(messages, MAIN)
    assert sorted(messages) == sorted([*MAIN, "Thread 1: starting"])
    assert messages.index("Thread 1: starting") > messages.index(MAIN[1])


def test_the_process_does_not_wait(run_process):
    """A thread that sleeps for a day keeps nobody."""
    result = run_process("daemon", "--sleep", "86400", "--check", "-q")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "0 of 1 thread finished, 1 abandoned; main was done first\n"


@pytest.mark.parametrize("sleep", ["0", "0.0001", "0.2"])
def test_every_thread_is_counted_once(invoke, sleep):
    """However the race with the end of main goes, finished and abandoned add up."""
    result = invoke("daemon", "--sleep", sleep, "--check", "--repeat", "20", "--json")
    assert result.exit_code == 0
    for outcome in json.loads(result.stdout)["outcomes"]:
        facts = outcome["facts"]
        assert facts["finished"] + facts["abandoned"] == facts["threads"] == 1


def test_late_lines_of_a_run_never_come_in_the_next(invoke, lines):
    """The threads that a series leaves behind finish during the later runs, unheard."""
    result = invoke("daemon", "--sleep", "0.05", "--repeat", "40", "--log-level", "info")
    assert result.exit_code == 0
    messages = lines(result.stderr)
    assert messages.count("Main    : all done") == 40
    story = []
    for message in messages:
        if message == MAIN[0]:
            story = []
        assert message not in story, "a line of an earlier run"
        story.append(message)
        if message == "Thread 1: finishing":
            assert "Thread 1: starting" in story


def test_a_late_thread_is_not_heard(invoke, changed, lines, monkeypatch):
    """A thread whose run is over says nothing in the run that sees it finish."""
    late = Late("late")
    monkeypatch.setitem(sys.modules, "late", late)
    changed(
        "daemon",
        ("        time.sleep(sleep)", "        late.wait()"),
        ("    # x.join()", "    late.finish_the_earlier_ones(x)"),
        first="import late",
    )
    result = invoke("daemon", "--repeat", "5", "--log-level", "info")
    late.gates[-1].set()
    assert result.exit_code == 0
    messages = lines(result.stderr)
    assert messages.count("Main    : all done") == len(late.gates) == 5
    assert "Thread 1: finishing" not in messages


def test_main_that_waits_abandons_nobody(invoke, changed):
    """The facts are observed: with a join the thread finishes, and main is done last."""
    changed("daemon", ("    # x.join()", "    x.join()"))
    result = invoke("daemon", "--sleep", "0.01", "--check")
    assert result.exit_code == 0
    assert result.stdout == "1 of 1 thread finished, 0 abandoned; main was done last\n"


def test_without_the_flag_the_program_waits(invoke, changed):
    """It is the one argument that lets the program go: without it the thread finishes."""
    changed("daemon", (", daemon=True)", ")"))
    result = invoke("daemon", "--sleep", "0.2", "--expect", "finished=1", "--expect", "abandoned=0")
    assert result.exit_code == 0


def test_one_line_makes_the_difference_to_single(function_source):
    """What runs is single's source but for the flag."""
    single, daemon = function_source("single", "run"), function_source("daemon", "run")
    (pair,) = [pair for pair in zip(single, daemon, strict=True) if pair[0] != pair[1]]
    assert pair[1] == pair[0].removesuffix(")") + ", daemon=True)"
