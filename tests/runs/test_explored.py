"""Explorations on the command line: kinds, counts, and what is said where there are too many."""

import json

import pytest

from threaddemo.ends import Run, Tally
from threaddemo.output import result
from threaddemo.output.result import Series


def explored(invoke, *arguments):
    """The document of an exploration."""
    done = invoke(*arguments, "--explore", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_kinds_are_told(invoke):
    """Counts are those of all schedules, whatever was run."""
    document = explored(invoke, "many", "--threads", "4")
    assert (document["runs"], document["kinds"], document["complete"]) == (580_185, 24, True)
    assert sum(outcome["count"] for outcome in document["outcomes"]) == 580_185
    table = invoke("many", "--threads", "4", "--explore").stdout.splitlines()
    assert table[-1].startswith("every schedule (580,185, of 24 kinds): 24 outcomes, ")


def test_what_is_out_of_reach_is_drawn_at_random(invoke):
    """There are no shares then, and what nobody has counted has no count."""
    bounds = "race", "--threads", "3", "--max-schedules", "10"
    document = explored(invoke, *bounds)
    assert (document["kinds"], document["complete"]) == (10, False)
    assert None in [outcome["count"] for outcome in document["outcomes"]]
    head, *rows, last = invoke(*bounds, "--explore").stdout.splitlines()
    assert head.split() == ["count", "kept", "replay", "outcome"]
    assert rows[-1].split()[0] in ("yes", "no")
    assert last == (
        "not every schedule: the first 10 kinds, and 5 at random: "
        f"{len(rows)} outcomes, the promise not kept in all"
    )


def test_the_five_philosophers_are_found_stuck(invoke):
    """Among many more kinds than are run."""
    document = explored(invoke, "deadlock", "--threads", "5", "--max-schedules", "400")
    assert any(outcome["summary"].startswith("deadlock: ") for outcome in document["outcomes"])


def test_every_replay_replays(invoke):
    """It is the run with the fewest preemptions that ends so."""
    for outcome in explored(invoke, "race", "--threads", "3")["outcomes"]:
        again = invoke("race", "--threads", "3", *outcome["replay"].split(), "--json", "-q")
        assert json.loads(again.stdout)["facts"] == outcome["facts"]


def test_a_bound_on_preemptions_runs_each_schedule(invoke):
    """Whatever its kind."""
    document = explored(invoke, "fixrace", "--preemptions", "0")
    assert (document["kinds"], document["complete"]) == (None, False)
    assert document["summary"].startswith("every schedule with at most 0 preemptions (")


@pytest.mark.parametrize(
    ("weights", "row", "count", "runs"),
    [
        ((3, 4), ["7", "100.0%", "no"], 7, 7),
        ((3, None), ["more than 3", "no"], None, None),
        ((3, 0), ["3", "100.0%", "no"], 3, 3),
    ],
)
def test_what_runs_stand_for(weights, row, count, runs):
    """Where they can't be counted the table says so."""
    tally = Tally()
    for weight in weights:
        tally.add(Run(None, "deadlock: A", 0.0, "--schedule 1", weight=weight))
    series = Series(tally, "every schedule", complete=True, is_real=False, kinds=2)
    assert result.cells(series)[1][: len(row)] == row
    document = result.many(result.Request("race", {}, "explored"), series)
    assert (document["outcomes"][0]["count"], document["runs"]) == (count, runs)


def test_the_run_with_the_fewest_preemptions_stands_for_all():
    """The first one of them; also where outcomes are grouped by some of their facts."""
    tally = Tally()
    for replay, preemptions in (("a", 2), ("b", 1), ("c", 1)):
        tally.add(Run(None, "deadlock: A", 0.0, replay, preemptions=preemptions))
    tally.add(Run(None, "deadlock: B", 0.0, "d"))
    assert [group.first.replay for group in tally.groups] == ["b", "d"]
    assert [group.first.replay for group in tally.by(["lost"])] == ["d"]


def test_what_needs_a_late_sleeper_is_marked(invoke):
    """A timer that is cancelled long before its time fires only if who cancels it is late."""
    command = ["timer", "--cancel", "--explore"]
    found = json.loads(invoke(*command, "--json").stdout)["outcomes"]
    late = {one["facts"]["fired"]: one["late"] for one in found}
    assert late == {0: False, 1: True}
    marked = [line for line in invoke(*command).stdout.splitlines() if "only if" in line]
    assert [line.endswith("fired once; it was cancelled too late; only if a sleeper is late")
            for line in marked] == [True]  # fmt: skip


@pytest.mark.parametrize("bound", [["--max-schedules", "2"], ["--preemptions", "100"]])
def test_what_was_not_tried_by_kinds_to_the_end_is_not_marked(invoke, bound):
    """There may be a punctual schedule among the others."""
    document = json.loads(invoke("timer", "--cancel", "--explore", "--json", *bound).stdout)
    assert {one["late"] for one in document["outcomes"]} == {None}
