"""The events of a run as data: every demo's document fits its schema, and is true."""

import json
from itertools import pairwise

import lessons
import pytest

STATES = {
    *("not begun", "ready", "running", "sleeping", "waiting", "ended", "abandoned", "stuck"),
}
STANDING = {"create", "begin", "run", "ready", "sleep", "wait", "end", "abandoned", "stuck"}
DEEDS = {
    *("take", "release", "read", "write", "put", "get", "set", "clear", "notify"),
    *("start", "join", "submit"),
}
KINDS = {
    *("lock", "rlock", "semaphore", "queue", "event", "condition", "barrier"),
    *("thread", "pool", "future", "variable"),
}
LOCKS = {"lock", "rlock", "semaphore"}
TOP = {
    *("schema", "version", "demo", "params", "mode", "seed", "schedule", "ok", "summary", "facts"),
    *("elapsed", "races", "deadlock", "left_out", "sources", "objects", "threads", "events"),
    "output",
}


@pytest.fixture
def exported(invoke, tmp_path):
    """Run a command, and read the document that it has written."""

    def export(*words):
        file = tmp_path / "run.json"
        result = invoke(*words, "--export", str(file))
        document = json.loads(file.read_text("utf-8"))
        fits(document)
        assert document["summary"] in result.stdout or result.exit_code == 124
        return document

    return export


def fits(document):
    """Hold a document to its schema."""
    assert document.keys() == TOP
    assert document["schema"] == 1
    assert document["mode"] in ("real", "simulated")
    for name in ("objects", "threads"):
        assert [one["id"] for one in document[name]] == list(range(len(document[name])))
    assert [event["n"] for event in document["events"]] == list(range(len(document["events"])))
    for source in document["sources"]:
        assert source.keys() == {"name", "text"}
    for thing in document["objects"]:
        assert thing.keys() == {"id", "kind", "name", "thread"}
        assert thing["kind"] in KINDS
        assert thing["name"]
    of_threads = [one["name"] for one in document["objects"] if one["thread"] is None]
    assert len(set(of_threads)) == len(of_threads)
    fit_events(document)
    fit_threads(document)
    for line in document["output"]:
        assert line.keys() == {"after", "t", "thread", "level", "text", "ends"}
        assert line["ends"]
        assert -1 <= line["after"] < len(document["events"])


def fit_events(document):
    """Hold the events to the schema: times do not go back, what is referred to is there."""
    before = 0.0
    for event in document["events"]:
        assert list(event) == [
            *("n", "t", "thread", "do", "object", "value", "depth", "source", "line", "preempts"),
            "loses",
        ]
        assert event["do"] in STANDING | DEEDS
        assert before <= event["t"]
        before = event["t"]
        assert 0 <= event["thread"] < len(document["threads"])
        if event["line"] is not None:
            lines = document["sources"][event["source"]]["text"].splitlines()
            assert lines[event["line"] - 1].strip()
        if event["do"] in DEEDS | {"wait"}:
            assert document["objects"][event["object"]]["name"]
        assert (event["depth"] is None) == (event["do"] not in ("put", "get"))
        assert event["preempts"] != event["thread"]


def fit_threads(document):
    """Hold the threads' states to the schema: without a gap, to the end of the run."""
    end = document["events"][-1]["t"]
    for thread in document["threads"]:
        assert thread.keys() == {"id", "name", "daemon", "states"}
        states = thread["states"]
        assert states[-1]["to"] == end
        for state, following in pairwise(states):
            assert state["to"] == following["from"]
        for state in states:
            assert state.keys() == {"from", "to", "state", "for", "holds"}
            assert state["state"] in STATES
            if state["state"] == "waiting":
                assert state["for"] is not None
            assert {document["objects"][held]["kind"] for held in state["holds"]} <= LOCKS


def names(document, what, key="name"):
    """The names of the objects with which something is done."""
    return {document["objects"][e["object"]][key] for e in document["events"] if e["do"] == what}


def test_the_document_of_every_demo_fits_the_schema(exported, quick, demo):
    """For real nobody can tell who is ready, or interrupted."""
    document = exported(demo, *quick[demo], "-q")
    assert document["demo"] == demo
    assert document["threads"][0]["name"] == "Main"
    assert document["output"] or lessons.is_silent(demo)  # also where it is not shown
    assert "ready" not in {event["do"] for event in document["events"]}
    assert not [event for event in document["events"] if event["preempts"] is not None]


def test_the_document_of_every_simulated_demo_fits_the_schema(exported, quick, simulated):
    """From a seed."""
    document = exported(simulated, *quick[simulated], "-q", "--seed", "1")
    assert (document["mode"], document["seed"]) == ("simulated", 1)


def test_a_lost_update_can_be_seen(exported):
    """Both read 0, both write 1; each with its line."""
    document = exported("race", "--seed", "1")
    (value,) = [one for one in document["objects"] if one["kind"] == "variable"]
    assert value["name"] == "value"
    accesses = [e for e in document["events"] if e["object"] == value["id"] and e["thread"] > 0]
    assert [(e["do"], e["value"]) for e in accesses] == [
        ("read", "0"),
        ("read", "0"),
        ("write", "1"),
        ("write", "1"),
    ]
    lines = document["sources"][0]["text"].splitlines()
    assert {lines[e["line"] - 1].strip() for e in accesses} == {
        "local_copy = self.value",
        "self.value = local_copy",
    }


def test_names_are_the_programs_own(exported):
    """Of attributes, of items, of variables."""
    assert names(exported("fixrace", "--seed", "1"), "take") == {"_lock"}
    assert names(exported("deadlock", "--seed", "1"), "take") == {"locks[0]", "locks[1]"}
    assert names(exported("semaphore", "--seed", "1"), "take") == {"_semaphore"}
    document = exported("prodcons-queue", "--messages", "3", "--seed", "1")
    assert (names(document, "put"), names(document, "set")) == ({"pipeline"}, {"event"})
    document = exported("prodcons-lock", "--messages", "3", "--seed", "1")
    assert names(document, "take") == {"producer_lock", "consumer_lock"}


def test_the_depth_is_that_of_messages(exported):
    """The sentinel has its name, and does not count."""
    document = exported("prodcons-queue", "--messages", "2", "--seed", "1")
    moves = [e for e in document["events"] if e["depth"] is not None]
    assert [e["depth"] for e in moves if e["value"] == "SENTINEL"] == [0, 0]
    assert max(e["depth"] for e in moves) == document["facts"]["deepest_queue"]


@pytest.mark.parametrize("what", ["begin", "run"])
def test_a_preemption_is_noted(exported, what):
    """Of who could have gone on, and is ready since then; whether it is by one that begins."""
    found = []
    for seed in range(1, 11):
        document = exported("fixrace", "--threads=4", "--seed", str(seed), "-q")
        at = {}
        for event in document["events"]:
            if event["preempts"] is not None:
                assert at[event["preempts"]] == "ready"
                found.append(event["do"])
            if event["do"] in STANDING:
                at[event["thread"]] = event["do"]
    assert what in found


@pytest.mark.parametrize("seed", range(8))
def test_a_thread_waits_only_while_it_has_to(exported, seed):
    """And is ready otherwise, whatever the schedule; at each time there is one that runs, or none.

    The state of things is known from the events alone.
    """
    document = exported("prodcons-queue", "--messages=6", "--queue-size=2", "--seed", str(seed))
    depth, is_set, at = 0, False, {}
    events = document["events"]
    for event, following in zip(events, [*events[1:], None], strict=True):
        if event["do"] in STANDING:
            at[event["thread"]] = event
        elif event["do"] in ("put", "get"):
            depth = event["depth"]
        is_set |= event["do"] == "set"
        if following and following["t"] == event["t"]:
            continue
        running = [e for e in at.values() if e["do"] in ("begin", "run")]
        assert len(running) <= 1
        for wait in [e for e in at.values() if e["do"] == "wait"]:
            kind = document["objects"][wait["object"]]["kind"]
            assert not (kind == "event" and is_set)
            assert not (kind == "queue" and wait["value"] == "put" and depth < 2)
            assert not (kind == "queue" and wait["value"] == "get" and depth > 0)


def test_a_run_that_is_given_up_has_its_document(invoke, changed, tmp_path):
    """With --json, too: what was known of it, and who was stuck."""
    loop = "    while True: time.sleep(0)\n    return lambda"
    changed("deadlock", ("    return lambda", loop))
    file = tmp_path / "run.json"
    words = ["deadlock", "--seed=1", "--timeout=0.5", "-q", "--json"]
    result = invoke(*words, "--export", str(file))
    assert result.exit_code == 124
    document, told = json.loads(file.read_text("utf-8")), json.loads(result.stdout)
    fits(document)
    assert told["summary"] == document["summary"]
    assert told["summary"].startswith("hung: ")
    assert (told["ok"], told["facts"]) == (False, None)
    stuck = [one for one in document["threads"] if one["states"][-1]["state"] == "stuck"]
    assert [one["name"] for one in stuck] == ["Thread 0", "Thread 1"]
    found = {document["objects"][one["states"][-1]["for"]]["name"] for one in stuck}
    assert found == {"locks[0]", "locks[1]"}
