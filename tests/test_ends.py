"""A series of runs: outcomes counted, the next run untouched by the last."""

import json
import re
import threading
from typing import NamedTuple

import pytest

from threaddemo import ends
from threaddemo.ends import Run, Tally


class Facts(NamedTuple):
    """One fact is enough."""

    lost: int

    @property
    def ok(self):
        """Nothing is lost."""
        return self.lost == 0

    def __str__(self):
        return f"{self.lost} lost"


def tally(*losses):
    """A series of runs with these losses; a word is a deadlock."""
    counted = Tally()
    for number, loss in enumerate(losses):
        outcome = Facts(loss) if isinstance(loss, int) else None
        counted.add(Run(outcome, str(outcome or loss), 0.5, f"--seed {number}"))
    return counted


def counts(counted):
    """The outcomes with their counts."""
    return [(group.first.summary, group.count) for group in counted.groups]


def test_equal_facts_are_one_outcome():
    """The most frequent one comes first."""
    assert counts(tally(0, 1, 1, 0, 1)) == [("1 lost", 3), ("0 lost", 2)]


def test_the_first_run_stands_for_its_outcome():
    """So the replay is that of the first run with these facts."""
    assert [group.first.replay for group in tally(1, 0, 1, 0, 0).groups] == ["--seed 1", "--seed 0"]


def test_as_many_of_each_stay_in_the_order_they_came():
    """The table does not depend on anything but the runs."""
    assert counts(tally(2, 0, 1)) == [("2 lost", 1), ("0 lost", 1), ("1 lost", 1)]


def test_deadlocks_are_told_apart_by_what_they_say():
    """They have no facts."""
    assert counts(tally("one waits", 0, "two wait", "one waits")) == [
        ("one waits", 2),
        ("0 lost", 1),
        ("two wait", 1),
    ]


@pytest.mark.parametrize(
    ("losses", "ok", "summary"),
    [
        ((0, 0), True, "2 runs: 1 outcome, the promise kept in all"),
        ((0, 1, 1), False, "3 runs: 2 outcomes, the promise broken in 2"),
        ((0, "stuck"), False, "2 runs: 2 outcomes, the promise broken in 1"),
    ],
    ids=["kept", "broken", "deadlock"],
)
def test_the_summary(losses, ok, summary):
    """It is in the words of one line."""
    counted = tally(*losses)
    assert counted.ok is ok
    assert counted.summary(f"{counted.runs} runs") == summary
    assert counted.elapsed == pytest.approx(0.5 * len(losses))


def test_every_demo_in_a_table(invoke, quick, demo):
    """A series of each demo is a table on stdout, and nothing on stderr."""
    result = invoke(demo, *quick[demo], "--repeat", "3")
    assert (result.exit_code, result.stderr) == (0, "")
    head, *rows, summary = result.stdout.splitlines()
    assert head.split() == ["count", "share", "kept", "elapsed", "outcome"]
    assert sum(int(row.split()[0]) for row in rows) == 3
    assert summary.startswith("3 runs: ")


def test_the_outcomes_as_json(invoke):
    """A list of outcomes with facts, counts and no replay, and facts of no single run."""
    result = invoke("race", "--sleep", "0", "--repeat", "40", "--json")
    document = json.loads(result.stdout)
    assert (document["runs"], document["facts"], document["complete"]) == (40, None, None)
    outcomes = document["outcomes"]
    assert sum(outcome["count"] for outcome in outcomes) == 40
    for outcome in outcomes:
        assert list(outcome) == [*("facts", "ok", "summary", "count", "elapsed", "replay", "late")]
        assert outcome["replay"] is None
        assert outcome["ok"] is (outcome["facts"]["lost"] == 0)
    assert len({outcome["summary"] for outcome in outcomes}) == len(outcomes)
    assert document["ok"] is all(outcome["ok"] for outcome in outcomes)
    assert [o["count"] for o in outcomes] == sorted((o["count"] for o in outcomes), reverse=True)


def test_a_table_of_different_outcomes(invoke, changed, shared):
    """Counts and shares are those of the runs, the most frequent outcome first."""
    shared.following = [1, 0, 1, 1, 5, 1, 0, 1]
    changed(
        "fixrace",
        ("            local_copy += 1\n", "            local_copy += shared.following.pop()\n"),
        first="import shared",
    )
    result = invoke("fixrace", "--threads", "1", "--sleep", "0", "--repeat", "8")
    took = "1 thread took the value from 0 to {}, expected 1: {} lost"
    assert re.sub(r"  0\.\d{3}    ", "  ", result.stdout).splitlines() == [
        "count  share  kept  elapsed  outcome",
        f"    5  62.5%  yes   {took.format(1, '0 updates')}",
        f"    2  25.0%  no    {took.format(0, '1 update')}",
        f"    1  12.5%  no    {took.format(5, '-4 updates')}",
        "8 runs: 3 outcomes, the promise broken in 3",
    ]


@pytest.mark.parametrize("option", ["--log-level=info", "--log-level=debug", "--debug"])
def test_the_narrative_of_a_series_is_off_unless_asked_for(invoke, lines, option):
    """Then it is that of all the runs, one after the other."""
    result = invoke("fixrace", "--sleep", "0", "--repeat", "3", option)
    messages = lines(result.stderr)
    firsts = [n for n, line in enumerate(messages) if "Starting value" in line]
    lasts = [n for n, line in enumerate(messages) if "Ending value" in line]
    assert len(firsts) == len(lasts) == 3
    assert firsts == [0, lasts[0] + 1, lasts[1] + 1]


def test_a_series_goes_on_after_a_run_that_hangs(invoke, changed, shared):
    """It is an outcome like the others; the exit code at the end is that of a time-out."""
    held, opened = threading.Event(), threading.Event()
    opened.set()
    shared.gates = [opened, held, opened]
    changed(
        "fixrace",
        ("            time.sleep(sleep)", "            shared.gates.pop().wait(30)"),
        first="import shared",
    )
    try:
        result = invoke("fixrace", "--threads", "1", "--repeat", "3", "--timeout", "0.5")
    finally:
        held.set()
    assert result.exit_code == 124
    _, kept, hung, last = result.stdout.splitlines()
    assert kept.split()[:3] == ["2", "66.7%", "yes"]
    assert hung.split()[:3] == ["1", "33.3%", "no"]
    assert re.search(r"  hung: .*Thread 0 waits in `shared\.gates\.pop\(\)", hung)
    assert last == "3 runs: 2 outcomes, the promise broken in 1"
    line = "threaddemo fixrace: timeout: 1 of 3 runs hung: gave up after 0.5 s each\n"
    assert result.stderr == line


def test_outcomes_by_some_of_their_facts():
    """What differs in others is one; runs without facts are told apart by their kind."""

    class Pair(NamedTuple):
        one: int
        two: int
        ok: bool = True

    counted = Tally()
    for one, two in ((1, 1), (1, 2), (2, 1), (1, 3)):
        counted.add(Run(Pair(one, two), f"{one} {two}", 1.0))
    for text in ("deadlock: A", "deadlock: B", "hung: A"):
        counted.add(Run(None, text, 1.0))
    assert [(group.first.outcome, group.count, group.kept) for group in counted.by(["one"])] == [
        ((1, 1, True), 3, 3),
        (None, 2, 0),
        ((2, 1, True), 1, 1),
        (None, 1, 0),
    ]
    assert [group.first.summary for group in counted.by(["one"])][1::2] == ["deadlock", "hung"]


def test_more_outcomes_than_can_be_told_apart(monkeypatch):
    """The runs of any others are counted together, and so it says; nothing is lost."""
    monkeypatch.setattr(ends, "MOST_OUTCOMES", 3)
    counted = tally(0, 1, 2, 3, 4, 1, 5)
    assert counts(counted) == [(ends.OTHER, 3), ("1 lost", 2), ("0 lost", 1), ("2 lost", 1)]
    assert (counted.runs, counted.ok) == (7, False)
    assert counted.summary("7 runs") == "7 runs: 4 outcomes, the promise broken in 6"
