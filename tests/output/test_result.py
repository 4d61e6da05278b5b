"""The result on stdout: a line, a table, or a document that is the same for everything."""

import json
import math

import pytest

import threaddemo
from threaddemo.ends import Run, Tally
from threaddemo.output import result
from threaddemo.output.result import Request

KEYS = [
    *("schema", "version", "demo", "params", "mode", "seed", "schedule", "ok", "summary", "facts"),
    *("elapsed", "races", "steps", "deadlock", "runs", "kinds", "complete", "outcomes"),
]
NEVER = {"seed", "schedule", "races", "steps", "deadlock", "kinds", "complete"}
MODES = {
    "real": ([], NEVER | {"runs", "outcomes"}),
    "repeated": (["--repeat", "2"], NEVER | {"facts"}),
}


def refuse(constant):
    """NaN and Infinity are no JSON."""
    raise AssertionError(constant)


@pytest.fixture
def document(invoke, quick, demo):
    """The document of a demo's run."""

    def read(*arguments):
        ended = invoke(demo, *quick[demo], "-q", "--json", *arguments)
        assert (ended.exit_code, ended.stderr) == (0, "")
        assert ended.stdout.count("\n") == 1
        found = json.loads(ended.stdout, parse_constant=refuse)
        return found

    return read


@pytest.mark.parametrize("mode", list(MODES))
def test_one_schema_for_all(document, demo, mode):
    """The same keys for every demo and mode, null where they have nothing to say."""
    arguments, unused = MODES[mode]
    found = document(*arguments)
    assert list(found) == KEYS
    assert (found["schema"], found["version"]) == (2, threaddemo.__version__)
    assert (found["demo"], found["mode"]) == (demo, "real")
    assert {key for key in KEYS if found[key] is None} == unused
    assert isinstance(found["ok"], bool)
    assert isinstance(found["summary"], str)
    assert isinstance(found["elapsed"], float)
    assert 0 <= found["elapsed"] < math.inf


def run(replay=None, summary="fine", **more):
    """A run without facts."""
    return Run(None, summary, 0.1234567, replay, **more)


def series(*runs, **more):
    """A series of runs."""
    tally = Tally()
    for one in runs:
        tally.add(one)
    return result.Series(tally, f"{len(runs)} runs", **more)


def test_a_run_without_facts():
    """A deadlock has facts null, is not ok, and says as data who waits in what."""
    request = Request("race", {"threads": 2}, "simulated", seed=3, schedule="1.2")
    waits = {"thread": "Main", "operation": "Lock.acquire"}
    found = result.one(request, run(summary="deadlock: Main waits", deadlock=(waits,)))
    assert list(found) == KEYS
    assert (found["facts"], found["ok"], found["deadlock"]) == (None, False, [waits])
    assert (found["seed"], found["schedule"], found["mode"]) == (3, "1.2", "simulated")
    assert found["summary"] == "deadlock: Main waits"


RUNS = (
    run("--seed 0", "short"),
    run("--seed 1", "a longer summary of many words"),
    run("--seed 2", "short"),
)


def test_a_table_shows_how_to_see_an_outcome_again():
    """The replay is a column of its own, where there is one."""
    assert result.table(result.cells(series(*RUNS, is_real=False))).splitlines() == [
        "count  share  kept  replay    outcome",
        "    2  66.7%  no    --seed 0  short",
        "    1  33.3%  no    --seed 1  a longer summary of many words",
    ]


def test_a_real_series_shows_how_long_a_run_took():
    """The median, where nobody can see the run again."""
    assert result.table(result.cells(series(*RUNS))).splitlines() == [
        "count  share  kept  elapsed  outcome",
        "    2  66.7%  no    0.123    short",
        "    1  33.3%  no    0.123    a longer summary of many words",
    ]


def test_a_share_of_an_exploration_is_one_of_schedules():
    """Not of runs: how likely they are nobody knows."""
    explored = series(*RUNS, is_real=False, complete=True)
    assert result.cells(explored)[0][:2] == ["count", "of schedules"]


@pytest.mark.parametrize(
    ("punctual", "kinds", "complete", "late"),
    [
        (False, 1, True, True),
        (True, 1, True, False),
        (False, 1, False, None),
        (False, None, True, None),
        (False, None, None, None),
    ],
)
def test_what_takes_a_late_sleeper(punctual, kinds, complete, late):
    """It is said where every schedule is of a kind that was tried; else there may be another."""
    one = run("--schedule 1.2", "stuck")._replace(punctual=punctual)
    explored = series(one, is_real=False, kinds=kinds, complete=complete)
    told = "stuck; only if a sleeper is late" if late else "stuck"
    assert result.cells(explored)[1][-1] == told
    (outcome,) = result.many(Request("race", {}, "explored"), explored)["outcomes"]
    assert outcome["late"] is late


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (70, ["    1  33.3%  no    0.123    a longer summary of many words and more"]),
        (67, ["    1  33.3%  no    0.123    a longer summary of many words and",
              "                             more"]),
        (50, ["    1  33.3%  no    0.123", "    a longer summary of many words and more"]),
        (20, ["    1  33.3%  no    0.123", "    a longer", "    summary of", "    many words",
              "    and more"]),
        (1, ["    1  33.3%  no    0.123", "    a", "    longer", "    summary", "    of",
             "    many", "    words", "    and", "    more"]),
    ],
)  # fmt: skip
def test_a_table_fits_the_terminal(width, lines):
    """A long outcome goes on in an indented line, never torn within a word."""
    long = series(*RUNS[::2], run(summary="a longer summary of many words and more"))
    assert result.table(result.cells(long), width=width).splitlines()[-len(lines) :] == lines


def test_a_wide_table_is_not_slow():
    """Thousands of outcomes are a matter of a moment, not of minutes."""
    many = series(*(run(summary=f"outcome {number}") for number in range(8000)))
    assert result.table(result.cells(many)).count("\n") == 8001


def test_a_series_as_a_document():
    """Its own keys say how many runs there were, and whether they were all there are."""
    explored = series(run("--schedule 1.2", "stuck"), complete=True, is_real=False)
    found = result.many(Request("race", {}, "explored"), explored)
    assert list(found) == KEYS
    assert (found["runs"], found["complete"], found["facts"]) == (1, True, None)
    assert found["outcomes"] == [
        {
            "facts": None, "ok": False, "summary": "stuck", "count": 1, "elapsed": None,
            "replay": "--schedule 1.2", "late": None,
        }
    ]  # fmt: skip


def test_what_json_cannot_say_is_refused():
    """Never NaN or Infinity, not even by mistake."""
    with pytest.raises(ValueError, match="JSON compliant"):
        result.as_json(result.one(Request("race", {"sleep": math.nan}, "real"), run()))
