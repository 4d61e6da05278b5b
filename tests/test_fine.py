"""Fine runs on the command line: their schedules replay, their races are told and counted."""

import json
import re

import pytest

COUNT = """\
import threading
total = 0
def add():
    global total
    total += 1
threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
LATE = """\
import threading
go, late = threading.Event(), 0
def a():
    global late
    if go.is_set():
        late += 1
def b():
    global late
    go.set()
    late += 1
threads = [threading.Thread(target=one) for one in (a, b)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.fixture
def script(run_process, tmp_path):
    """Run a text as a script."""

    def script(source, *args):
        (tmp_path / "script.py").write_text(source, encoding="utf-8")
        return run_process("run", "script.py", *args)

    return script


def facts(end):
    """The facts of a run's document."""
    return json.loads(end.stdout)["facts"]


@pytest.mark.parametrize("source", [COUNT, LATE], ids=["count", "late"])
def test_each_schedule_of_a_table_shows_its_outcome_again(script, source):
    table = json.loads(script(source, "--explore", "--json", "-q").stdout)
    assert len(table["outcomes"]) == 2
    for outcome in table["outcomes"]:
        assert facts(script(source, *outcome["replay"].split(), "--json", "-q")) == outcome["facts"]


@pytest.mark.parametrize("lesson", ["race", "fixrace", "semaphore"])
def test_so_do_those_of_demos(run_process, lesson):
    options = ["--threads", "2", "--json", "-q"]
    explored = run_process(lesson, *options, "--fine", "--explore", "--max-schedules", "300")
    for outcome in json.loads(explored.stdout)["outcomes"]:
        words = outcome["replay"].split()
        assert words[0] == "--fine"
        assert facts(run_process(lesson, *options, *words)) == outcome["facts"]


@pytest.mark.parametrize("schedule", ["0+", "0+x", "0+9", "0+total.9", "0+9.total+"])
def test_a_place_that_is_none_is_one_clear_line(script, schedule):
    end = script(COUNT, "--schedule", schedule)
    assert (end.returncode, end.stdout) == (2, "")
    [line] = end.stderr.splitlines()
    assert "is not a line and a name, like 9.total" in line


def test_races_are_counted_and_told(script):
    end = script(COUNT, "--explore", "--json", "-q", "--expect", "races=0")
    assert end.returncode == 1
    assert [race["variable"] for race in json.loads(end.stdout)["races"]] == ["total"]
    assert re.search("^race: total written by .* nothing orders them$", end.stderr, re.MULTILINE)
    assert "expected races=0, got 1" in end.stderr


@pytest.mark.parametrize("mode", [["--timeout", "20"], ["--explore", "--coarse"]])
def test_where_no_race_can_be_told_none_is_expected(script, mode):
    assert json.loads(script(COUNT, *mode, "--json", "-q").stdout)["races"] is None
    end = script(COUNT, *mode, "--expect", "races=0")
    assert (end.returncode, end.stdout) == (2, "")


BUSY = """\
import threading
done = False
def wait():
    while not done:
        pass
def set_it():
    global done
    done = True
threads = [threading.Thread(target=one) for one in (wait, set_it)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("end", ["done = True", "pass"])
def test_rounds_that_are_left_out_are_told(script, end):
    """What never ends is called so; what does is not, and yet not every schedule was tried."""
    source = BUSY.replace("    done = True", f"    {end}")
    document = json.loads(script(source, "--explore", "--json", "-q").stdout)
    [outcome] = document["outcomes"]
    assert outcome["facts"]["end"] == ("finished" if "done" in end else "endless")
    assert document["complete"] is False
