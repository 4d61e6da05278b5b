"""Small programs, each with the verdict that it must get, which stands in its first lines."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "programs" / "verdicts"

KEY_ERROR = "error: Main failed: KeyError: 'no such thing' (main_fails_first.py:12)"
GONE = "error: Main failed: AttributeError: 'Thread' object has no attribute 'isAlive'"
FALLEN = "error: Faller failed: ValueError: down I go (thread_fails.py:6); Main printed last: main"
LAST = "finished; Main printed last: "

#: Of each program: how each of its outcomes begins, and whether there are no others.
VERDICTS = {
    "unlocked_counter": ({f"{LAST}hits {total}" for total in range(2, 7)}, True),
    "main_fails_first": ({KEY_ERROR}, True),
    "thread_fails": ({FALLEN}, True),
    "waits_for_a_flag": ({"finished"}, False),
    "looks_for_an_ident": ({f"{LAST}ident: True True"}, True),
    "asks_for_what_is_gone": ({GONE}, True),
    "notified_too_early": ({"finished", "deadlock: Main waits in Thread.join on Reader"}, True),
    "long_but_ends": ({f"{LAST}steps 6000"}, False),
    "pool_keeps_an_error": ({f"{LAST}still so: too light"}, True),
    "pulsed_event": ({"finished", "deadlock: Main waits in Thread.join on Guest"}, True),
    "ring_beside_a_clock": (
        {
            "deadlock: East waits in Lock.acquire on fork (held by West)",
            "endless: Ticker goes round `while True:` at ring_beside_a_clock.py:16",
        },
        False,
    ),
    "short_before_long": ({f"{LAST}brief lengthy", f"{LAST}lengthy brief"}, True),
    "pool_of_one_asks_itself": (
        {"finished", "deadlock: ThreadPoolExecutor-0_0 waits in Future.result on answer"},
        True,
    ),
    "cancelled_or_not": (
        {f"{LAST}{two}" for two in ("True False", "False False", "False True")},
        True,
    ),
    "torn_line": ({"finished"}, True),
}


@pytest.fixture(scope="module")
def known():
    """The documents that were made so far."""
    return {}


@pytest.fixture
def explored(invoke, known):
    """The document of one of the programs, explored; each is made once."""

    def explore(*asked):
        if asked not in known:
            known[asked] = document(*asked)
        return known[asked]

    def document(name, *args):
        bounds = "--max-schedules", "700"
        return json.loads(
            invoke("run", str(FOLDER / f"{name}.py"), "--explore", "--json", *bounds, *args).stdout
        )

    return explore


def test_every_program_has_a_verdict():
    assert VERDICTS.keys() == {path.stem for path in FOLDER.glob("*.py")}
    assert all(path.read_text("utf-8").startswith("# ") for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdict(explored, name):
    beginnings, complete = VERDICTS[name]
    document = explored(name)
    found = {outcome["summary"] for outcome in document["outcomes"]}
    for beginning in beginnings:
        assert any(summary.startswith(beginning) for summary in found), beginning
    assert not [summary for summary in found if not summary.startswith(tuple(beginnings))]
    assert document["complete"] is bool(complete)


@pytest.mark.parametrize("name", VERDICTS)
def test_what_is_found_can_be_replayed(explored, invoke, name):
    """Each outcome comes again, by its schedule, with the same facts."""
    for outcome in explored(name)["outcomes"]:
        again = invoke("run", str(FOLDER / f"{name}.py"), *outcome["replay"].split(), "--json")
        document = json.loads(again.stdout)
        assert document["facts"] == outcome["facts"]
        assert document["summary"].partition(":")[0] == outcome["summary"].partition(":")[0]
        assert again.exit_code == (0 if outcome["ok"] else 1)


def test_what_takes_a_late_sleeper_is_marked(explored):
    outcomes = explored("short_before_long")["outcomes"]
    late = {one["summary"].removeprefix(LAST): one["late"] for one in outcomes}
    assert late == {"brief lengthy": False, "lengthy brief": True}
    for name, (_, complete) in VERDICTS.items():
        if complete and name != "short_before_long":
            assert not any(one["late"] for one in explored(name)["outcomes"]), name


def test_a_line_is_torn_in_some_schedules(explored):
    texts = {
        outcome["facts"]["text"] for outcome in explored("torn_line", "--by", "text")["outcomes"]
    }
    assert {"left\nright\n", "right\nleft\n", "leftright\n\n"} <= texts


def test_races_are_told_where_there_are_some(explored):
    for name in VERDICTS:
        races = {race["variable"] for race in explored(name)["races"]}
        assert races == {"unlocked_counter": {"hits"}, "waits_for_a_flag": {"busy"}}.get(
            name, set()
        )


def test_what_is_endless_is_not_said_to_be_whole(explored):
    document = explored("ring_beside_a_clock")
    endless = next(one for one in document["outcomes"] if one["facts"]["end"] == "endless")
    assert (document["complete"], endless["count"], endless["ok"]) == (False, None, False)


@pytest.mark.parametrize("name", VERDICTS)
def test_who_draws_a_run_does_not_change_it(invoke, name):
    """The recording twins are points where the simulated ones are, and nowhere else."""
    for seed in "12":
        command = "run", str(FOLDER / f"{name}.py"), "--seed", seed, "--json", "-q"
        plain, drawn = (json.loads(invoke(*command, *more).stdout) for more in ((), ["--explain"]))
        assert drawn.pop("steps")
        assert plain | {"steps": None} == drawn | {"steps": None}


def test_who_draws_what_goes_through_futures_does_not_change_it(invoke, tmp_path):
    """What the recording twins go through is touched where the program calls them."""
    file = tmp_path / "program.py"
    file.write_text(
        "import threading, time\n"
        "from concurrent.futures import ThreadPoolExecutor, as_completed, wait\n"
        "futures = []\n"
        "def feed():\n"
        "    for _ in range(2): futures.append(pool.submit(time.sleep, 0))\n"
        "def look():\n"
        "    print(len(wait(futures).done), sum(1 for _ in as_completed(futures)))\n"
        "with ThreadPoolExecutor(2) as pool:\n"
        "    threads = [threading.Thread(target=one) for one in (feed, look)]\n"
        "    for one in threads: one.start()\n"
        "    for one in threads: one.join()\n",
        encoding="utf-8",
    )
    for seed in range(1, 7):
        command = "run", str(file), "--seed", str(seed), "--json", "-q"
        plain, drawn = (json.loads(invoke(*command, *more).stdout) for more in ((), ["--explain"]))
        assert drawn.pop("steps")
        assert plain | {"steps": None} == drawn | {"steps": None}
