"""The result on stdout: a line, a table, or a document that is the same for everything."""

import json
import math

import pytest

import threaddemo
from threaddemo.ends import Run, Tally
from threaddemo.output.result import Request, many, one

KEYS = [
    "schema",
    "version",
    "demo",
    "params",
    "mode",
    "seed",
    "schedule",
    "ok",
    "summary",
    "facts",
    "elapsed",
    "runs",
    "complete",
    "outcomes",
]
MODES = {
    "real": ([], {"seed", "schedule", "runs", "complete", "outcomes"}),
    "repeated": (["--repeat", "2"], {"seed", "schedule", "facts", "complete"}),
}


def refuse(constant):
    """NaN and Infinity are no JSON."""
    raise AssertionError(constant)


@pytest.fixture
def document(invoke, quick, demo):
    """The document of a demo's run."""

    def read(*arguments):
        result = invoke(demo, *quick[demo], "-q", "--json", *arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.count("\n") == 1
        found = json.loads(result.stdout, parse_constant=refuse)
        return found

    return read


@pytest.mark.parametrize("mode", list(MODES))
def test_one_schema_for_all(document, demo, mode):
    """The same keys for every demo and mode, null where they have nothing to say."""
    arguments, unused = MODES[mode]
    found = document(*arguments)
    assert list(found) == KEYS
    assert (found["schema"], found["version"]) == (1, threaddemo.__version__)
    assert (found["demo"], found["mode"]) == (demo, "real")
    assert {key for key in KEYS if found[key] is None} == unused
    assert isinstance(found["ok"], bool)
    assert isinstance(found["summary"], str)
    assert isinstance(found["elapsed"], float)
    assert 0 <= found["elapsed"] < math.inf


def run(replay=None, summary="fine"):
    """A run without facts."""
    return Run(None, summary, 0.1234567, replay)


def test_a_run_without_facts():
    """A deadlock has facts null, and is not ok."""
    request = Request("race", {"threads": 2}, "simulated", seed=3, schedule="1.2")
    found = json.loads(one(request, run(summary="deadlock: Main waits"), "json"))
    assert list(found) == KEYS
    assert (found["facts"], found["ok"]) == (None, False)
    assert (found["seed"], found["schedule"], found["mode"]) == (3, "1.2", "simulated")
    assert found["summary"] == "deadlock: Main waits"
    assert one(request, run(summary="deadlock: Main waits"), "text") == "deadlock: Main waits\n"


def test_a_table_shows_how_to_see_an_outcome_again():
    """The replay is a column of its own, where there is one."""
    request, tally = Request("race", {}, "simulated"), Tally()
    tally.add(run("--seed 0", "short"))
    tally.add(run("--seed 1", "a longer summary"))
    tally.add(run("--seed 2", "short"))
    assert many(request, tally, "3 runs", None, "text").splitlines() == [
        "count  share  kept  replay    outcome",
        "    2  66.7%  no    --seed 0  short",
        "    1  33.3%  no    --seed 1  a longer summary",
        "3 runs: 2 outcomes, the promise broken in 3",
    ]


def test_a_series_as_a_document():
    """Its own keys say how many runs there were, and whether they were all there are."""
    request, tally = Request("race", {}, "explored"), Tally()
    tally.add(run("--schedule 1.2", "stuck"))
    found = json.loads(many(request, tally, "every schedule (1)", True, "json"))
    assert list(found) == KEYS
    assert (found["runs"], found["complete"], found["facts"]) == (1, True, None)
    assert found["outcomes"] == [
        {"facts": None, "ok": False, "summary": "stuck", "count": 1, "replay": "--schedule 1.2"}
    ]


def test_what_json_cannot_say_is_refused():
    """Never NaN or Infinity, not even by mistake."""
    with pytest.raises(ValueError, match="JSON compliant"):
        one(Request("race", {"sleep": math.nan}, "real"), run(), "json")
