"""The tree of choices of an exploration: what it says of a schedule is what its replay shows."""

import json
import re
from importlib import import_module

import pytest

from threaddemo.program import Program
from threaddemo.runs import trees, walks
from threaddemo.simulation.schedules import encode


@pytest.fixture
def explored(invoke, tmp_path):
    """The document of an exploration, read from its page."""

    def explore(*words):
        file = tmp_path / "explored.html"
        invoke(*words, "--explore", "-q", "--export", str(file))
        text = file.read_text("utf-8")
        return json.loads(re.search(r'id="run">(.*?)</script>', text, re.S)[1])

    return explore


def node_at(tree, picks):
    """The nodes that choices lead through."""
    path = [tree["nodes"][-1]]
    for pick in picks:
        (branch,) = [row for row in path[-1]["choices"] if row[0] == pick]
        path.append(tree["nodes"][branch[-1]])
    return path


def ends(tree):
    """Every schedule that is in a tree, and where it ends."""
    waiting = [((), tree["nodes"][-1])]
    while waiting:
        picks, node = waiting.pop()
        if "outcome" in node:
            yield picks, node
        for number, *_, other in node.get("choices", ()):
            if other is not None:
                waiting.append(((*picks, number), tree["nodes"][other]))


def events_on(tree, picks):
    """The events on a path, as the document of a run has them."""
    found = []
    for node in node_at(tree, picks):
        for row in node["events"]:
            cells = dict(zip(tree["columns"], row, strict=False))
            if cells.get("loses"):
                updates, regained, ago = cells["loses"]
                over = len(found) - ago
                cells["loses"] = {"updates": updates, "regained": regained, "over": over}
            found.append(cells)
    return found


COUNTED = {
    "race": (["race"], 6),
    "fixrace": (["fixrace"], 34),
    "three": (["race", "--threads", "3"], 90),
    "prodcons-lock": (["prodcons-lock", "--messages", "1"], 58),
    "timer": (["timer"], 6),
}


@pytest.mark.parametrize("words", COUNTED.values(), ids=COUNTED)
def test_a_tree_that_is_complete_has_every_schedule(explored, words):
    """As many as the exploration counts, each once, and the outcomes as often as it counts them."""
    words, count = words
    found = explored(*words)
    tree = found["tree"]
    every = [node["outcome"] for _, node in ends(tree)]
    assert tree["complete"]
    assert len(every) == tree["schedules"] == found["runs"] == count
    for number, outcome in enumerate(found["outcomes"]):
        assert every.count(number) == outcome["count"]


REPLAYED = {
    "race": ["race"],
    "fixrace": ["fixrace", "--threads", "2"],
    "naive": ["prodcons-queue", "--naive", "--messages", "1", "--queue-size", "1"],
    "deadlock": ["deadlock"],
    "fine": ["race", "--fine"],
}


@pytest.mark.parametrize("words", REPLAYED.values(), ids=REPLAYED)
def test_what_happens_on_a_path_is_what_its_replay_shows(
    explored, invoke, tmp_path, monkeypatch, words
):
    """Events, names, words said and outcome, of schedules from all over the tree."""
    monkeypatch.setattr(walks, "MOST", 150)
    found = explored(*words)
    tree = found["tree"]
    every = sorted(picks for picks, _ in ends(tree))
    file = tmp_path / "replayed.json"
    before, after = tree["replay"]
    for picks in every[:: max(len(every) // 12, 1)]:
        replay = f"{before}{encode(picks)}{after}".removeprefix("--fine ").split()
        invoke(*words, *replay, "-q", "--export", str(file))
        replayed = json.loads(file.read_text("utf-8"))
        end = node_at(tree, picks)[-1]
        assert (end["summary"], end["ok"]) == (replayed["summary"], replayed["ok"])
        cast = tree["casts"][end["cast"]]
        assert [one["name"] for one in cast["threads"]] == [
            one["name"] for one in replayed["threads"]
        ]
        assert [one["name"] for one in cast["objects"]] == [
            one["name"] for one in replayed["objects"]
        ]
        assert found["sources"] == replayed["sources"]
        expected = [
            {name: event[name] for name in tree["columns"] if event[name] is not None}
            for event in replayed["events"]
        ]
        shown = events_on(tree, picks)
        assert [{k: v for k, v in event.items() if v is not None} for event in shown] == expected
        said = [row[-2] for node in node_at(tree, picks) for row in node.get("output", ())]
        assert said == [line["text"] for line in replayed["output"]]


def test_each_outcome_has_a_path(explored, monkeypatch):
    """Of however few schedules there is room for."""
    monkeypatch.setattr(walks, "MOST", 3)
    found = explored("prodcons-queue", "--naive", "--messages", "1", "--queue-size", "1")
    assert len(found["outcomes"]) == 3
    for number, outcome in enumerate(found["outcomes"]):
        assert node_at(found["tree"], outcome["path"])[-1]["outcome"] == number
        assert outcome["replay"].endswith(f" {encode(outcome['path'])}")


def test_a_tree_that_is_too_large_says_so_and_each_branch_of_it_ends(explored, monkeypatch):
    """What is there can be played to an end; what is missing is null."""
    monkeypatch.setattr(walks, "MOST", 20)
    tree = explored("fixrace")["tree"]
    assert not tree["complete"]
    assert tree["schedules"] == len(list(ends(tree))) == 20
    rows = [row for node in tree["nodes"] for row in node.get("choices", ())]
    assert any(row[-1] is None for row in rows)
    for node in tree["nodes"]:
        assert "outcome" in node or any(row[-1] is not None for row in node["choices"])


def test_a_tree_is_no_larger_than_it_may_be(explored, monkeypatch):
    whole = explored("fixrace")["tree"]
    monkeypatch.setattr(trees, "LARGEST", len(json.dumps(whole)) // 2)
    cut = explored("fixrace")["tree"]
    assert len(json.dumps(cut)) <= trees.LARGEST
    assert 0 < cut["schedules"] < whole["schedules"]
    assert not cut["complete"]
    assert len(list(ends(cut))) == cut["schedules"]


def test_those_with_few_preemptions_come_first(monkeypatch):
    """So what is left out, if anything, are the odd ones."""
    from threaddemo.settings import Settings

    module = import_module("threaddemo.demos.race")
    settings = Settings(**dict.fromkeys(Settings._fields))
    params = {option.keyword: option.default for option in module.OPTIONS}
    settings = settings._replace(params=params | {"threads": 3}, export=("x.html",), points="")
    made = walks.Walks(settings, Program.named(module.__name__))
    preemptions = [walk.run.preemptions for walk in made]
    assert len(preemptions) == 90
    assert made.complete


def test_a_run_without_choices_is_a_tree_of_one_node(explored):
    tree = explored("race", "--threads", "1")["tree"]
    (end,) = ends(tree)
    assert end[0] == ()
    assert tree["complete"]


def test_a_program_that_fails_on_some_schedules_has_these_as_outcomes(explored, changed):
    """An error ends a path as anything else does."""
    changed("race", ("        self.value = local_copy", "        self.value += 1 // self.value"))
    found = explored("race")
    summaries = {node["summary"] for _, node in ends(found["tree"])}
    assert summaries == {one["summary"] for one in found["outcomes"]}
    assert any(summary.startswith("error: ") for summary in summaries)


PRINTING = """import threading

def work(number):
    print("number", number)

threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
for thread in threads:
    thread.start()
"""


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "printing.py"
    file.write_text(PRINTING, "utf-8")
    return str(file)


def test_a_script_has_a_tree_as_well(explored, script, monkeypatch):
    """With its command as it is typed, its facts by which outcomes differ, and its source."""
    monkeypatch.setattr(walks, "MOST", 50)
    found = explored("run", script)
    assert found["command"] == f"run {script}"
    assert found["sources"] == [{"name": "printing.py", "text": PRINTING}]
    assert found["outcomes"][0]["facts"]["end"] == "finished"
    assert found["tree"]["schedules"] == 50


def test_pieces_of_what_is_printed_are_told_from_lines(explored, script, monkeypatch):
    """Another thread may print in between; nobody is to think that it did not."""
    monkeypatch.setattr(walks, "MOST", 200)
    tree = explored("run", script)["tree"]
    seen = set()
    for picks, _ in ends(tree):
        rows = [row for node in node_at(tree, picks) for row in node.get("output", ())]
        pieces = [(thread, text, finishes) for _, thread, _, text, finishes in rows]
        for number in range(2):
            own = [(text, finishes) for thread, text, finishes in pieces if thread == number + 1]
            printed = "".join(text + "\n" * finishes for text, finishes in own)
            assert printed == f"number {number}\n"
        seen.add(tuple(thread for thread, *_ in pieces))
    assert any(
        list(order) != sorted(order) and list(order[::-1]) != sorted(order) for order in seen
    )
