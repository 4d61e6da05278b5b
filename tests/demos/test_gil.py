"""The demo gil: threads that compute take turns, processes do not."""

import json
import os
import subprocess
import sys

import pytest

from threaddemo.demo import real_only
from threaddemo.demos import gil

#: What the demo asks of this Python, and an answer that a test puts in its place.
ASKED = 'getattr(sys, "_is_gil_enabled", lambda: True)()'
HAS_GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
ON_ONE_CPU = """
import os, sys
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.execv(sys.executable, [sys.executable, "-m", "threaddemo", "gil", "--json", "-q", "--check"])
"""


def story(tasks):
    """Everything that is said but for main's first words."""
    said = ["Main    : compute with threads", "Main    : compute with processes"]
    for kind in ("Thread", "Process"):
        for index in range(tasks):
            said += [f"{kind} {index}: starting", f"{kind} {index}: finishing"]
    return [*said, "Main    : all done"]


def test_defaults(run_process, lines, in_turn):
    """Two threads, then two processes; what they used is measured."""
    result = run_process("gil", "--json", "--check")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"tasks": 2, "work": 2}
    facts = document["facts"]
    assert list(facts) == ["tasks", "gil", "cpus_threads", "cpus_processes"]
    assert (facts["tasks"], facts["gil"]) == (2, HAS_GIL)
    for used in (facts["cpus_threads"], facts["cpus_processes"]):
        assert 0 <= used <= 2.1  # next to nothing, where others have all the CPUs
        assert used == round(used, 1)
    first, *messages = lines(result.stderr)
    assert first == f"Main    : this Python has {'a' if HAS_GIL else 'no'} GIL"
    assert sorted(messages) == sorted(story(2))
    for kind in ("Thread", "Process"):
        for index in range(2):
            in_turn(messages, [f"{kind} {index}: starting", f"{kind} {index}: finishing"])
    in_turn(messages, ["Thread 1: finishing", "Main    : compute with processes"])


@pytest.mark.parametrize("tasks", [1, 3], ids="{} tasks".format)
def test_any_number_of_tasks(invoke, lines, tasks):
    """Every one is started, and waited for."""
    result = invoke("gil", "--tasks", str(tasks), "--work", "1", "--check")
    assert result.exit_code == 0
    assert sorted(lines(result.stderr)[1:]) == sorted(story(tasks))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_with_one_cpu(tmp_path):
    """Processes use no more CPUs than there are."""
    command = [sys.executable, "-c", ON_ONE_CPU]
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    facts = json.loads(result.stdout)["facts"]
    assert facts["cpus_threads"] <= 1.1
    assert facts["cpus_processes"] <= 1.1


@pytest.mark.parametrize(("has_one", "code"), [(True, 1), (False, 0)], ids=["a GIL", "no GIL"])
def test_threads_that_use_many_cpus(invoke, changed, has_one, code):
    """With a GIL they break the promise; a Python without one makes none."""
    changed(
        "gil",
        ("return time.thread_time()", "return time.thread_time() + 600"),
        (ASKED, str(has_one)),
    )
    result = invoke("gil", "--work", "1", "--check", "--expect", f"gil={str(has_one).lower()}")
    assert result.exit_code == code
    assert result.stdout.endswith(f"; this Python has {'a' if has_one else 'no'} GIL\n")
    assert ": expected " not in result.stderr


def test_a_process_that_fails(run_process, invoke, changed):
    """It is one line and an exit code, as of any other worker."""
    changed("gil", ("\nimport sys, time\n", "\nimport sys, time; sys.exit(5)\n"))
    result = invoke("gil", "--tasks", "1", "--work", "1", "-q")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "Process 0 failed: CalledProcessError" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("mode", [["--seed", "1"], ["--explore"]], ids=" ".join)
def test_the_simulator_has_no_cpus(invoke, mode):
    """A simulated run could only make its numbers up."""
    result = invoke("gil", *mode)
    assert result.exit_code in (2, 3)
    assert result.stdout == ""
    assert real_only(gil)
