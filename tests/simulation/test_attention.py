"""Long loops: of a thread that comes to many points the rest is not heard, and nothing wrong."""

import json

import pytest

from threaddemo.simulation import attention

from .random_programs import compare, report, sketch

COUNT = """
import threading
total = 0

def add():
    global total
    for _ in range(3000):
        total += 1

threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""

SPIN = """
import threading
done = False
looks = total = 0

def work():
    global total, done
    for _ in range(3000):
        total += 1
    done = True

def watch():
    global total, looks
    while not done:
        total += 0
        for _ in range(2000):
            looks += 1
            if done:
                break

threads = [threading.Thread(target=one) for one in (work, watch)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@pytest.fixture
def run(invoke, tmp_path):
    """The document of a text's run as a script, and what stderr says of it."""
    file = tmp_path / "program.py"

    def call(source, *args):
        file.write_text(source, encoding="utf-8")
        end = invoke("run", str(file), "--json", "-q", "--timeout", "100", *args)
        return json.loads(end.stdout), end.stderr

    return call


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_long_loop_comes_to_its_end_and_loses_updates(run, seed):
    """The first rounds are interrupted, and it is said that there is more to be found."""
    document, said = run(COUNT, "--seed", seed)
    assert document["facts"]["end"] == "finished"
    assert 3000 <= document["facts"]["total"] < 6000
    assert "race: total " in said
    assert "note: of loops with thousands of rounds only the first ones are heard" in said
    assert document["elapsed"] < 5  # a step is a millisecond: most were no points


def test_a_loop_of_some_hundreds_is_heard_to_its_end(run):
    document, said = run(COUNT.replace("3000", "400"), "--seed", "1")
    assert document["elapsed"] > 1.6
    assert "only the first ones" not in said


def test_an_exploration_of_long_loops_is_not_complete(run):
    document, said = run(COUNT.replace("3000", "1200"), "--explore", "--max-schedules", "40")
    assert document["complete"] is False
    assert len(document["outcomes"]) > 1
    assert "only the first ones are heard" in said


def test_all_kinds_of_what_is_heard_are_not_all_there_are(run, monkeypatch):
    monkeypatch.setattr(attention, "MOST_POINTS", 2)
    document, _ = run(COUNT.replace("3000", "2"), "--explore")
    assert document["complete"] is False
    assert document["summary"].startswith(
        "every schedule but those that interrupt long loops late ("
    )
    assert {outcome["facts"]["total"] for outcome in document["outcomes"]} >= {3, 4}


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_busy_loop_beside_a_long_one_ends(run, seed):
    """Each round of a `while` loop is heard again."""
    document, _ = run(SPIN, "--seed", seed)
    assert document["facts"]["end"] == "finished"
    assert document["facts"]["done"] is True


@pytest.mark.parametrize("source", [COUNT, SPIN])
def test_who_draws_a_run_does_not_change_it(run, source):
    """Whoever wants to see all accesses is told of them, in the same schedule."""
    for seed in "123":
        plain, _ = run(source, "--seed", seed)
        drawn, _ = run(source, "--seed", seed, "--explain")
        assert drawn.pop("steps")
        assert plain | {"steps": None} == drawn | {"steps": None}


@pytest.mark.parametrize("most", [1, 3])
def test_random_programs_have_the_same_outcomes_as_often(monkeypatch, most):
    """Whatever is not heard, kinds and plain enumeration agree on what comes of it."""
    monkeypatch.setattr(attention, "MOST_POINTS", most)
    for seed in range(12):
        program = sketch(seed)
        found = compare(program.source(), 60, strict=program.strict, fine=True)
        assert found is None or found.agrees, report(program, 60, fine=True)
