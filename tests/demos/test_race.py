"""The demo race: without a lock, updates are lost."""

import json

import pytest

FIRST = "Testing unlocked update. Starting value is 0."
MEETING = "MEETING = threading.Barrier({})"


def check(messages: list[str], threads: int, ending_value: int, in_turn) -> None:
    """The tutorial's lines: one of main's first and one last, each thread's in order between."""
    last = f"Testing unlocked update. Ending value is {ending_value}."
    assert (messages[0], messages[-1]) == (FIRST, last)
    assert len(messages) == 2 + 2 * threads
    for index in range(threads):
        in_turn(messages, [f"Thread {index}: starting update", f"Thread {index}: finishing update"])


def test_defaults(run_process, lines, in_turn):
    """Both threads read 0, so both write 1: that is the lesson, and no failure."""
    result = run_process("race", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"threads": 2, "sleep": 0.1}
    facts = {"threads": 2, "starting_value": 0, "ending_value": 1, "expected": 2, "lost": 1}
    assert document["facts"] == facts
    assert document["ok"] is False
    messages = lines(result.stderr)
    check(messages, 2, 1, in_turn)
    assert sorted(messages[1:3]) == ["Thread 0: starting update", "Thread 1: starting update"]


@pytest.mark.parametrize("sleep", ["0", "0.01"], ids="sleep {}".format)
@pytest.mark.parametrize("threads", [1, 2, 3, 20], ids="{} threads".format)
def test_any_number_of_threads(invoke, lines, in_turn, threads, sleep):
    """Whatever is lost, what is left and what is lost add up."""
    result = invoke("race", "--threads", str(threads), "--sleep", sleep, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    facts = document["facts"]
    assert (facts["threads"], facts["starting_value"], facts["expected"]) == (threads, 0, threads)
    assert facts["ending_value"] + facts["lost"] == threads
    assert 0 <= facts["lost"] < threads
    assert document["ok"] is (facts["lost"] == 0)
    check(lines(result.stderr), threads, facts["ending_value"], in_turn)


def test_a_thousand_threads(invoke):
    """A thousand threads, of which one at least gets its update in."""
    result = invoke("race", "--threads", "1000", "--sleep", "0", "-q", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    facts = json.loads(result.stdout)["facts"]
    assert facts["ending_value"] + facts["lost"] == facts["expected"] == 1000
    assert facts["ending_value"] >= 1


@pytest.mark.parametrize("threads", [2, 3, 5], ids="{} threads".format)
def test_threads_that_all_read_first_leave_one_update(invoke, changed, threads):
    """When everybody has read before anybody writes, all updates but one are lost."""
    changed("race", ("time.sleep(sleep)", "MEETING.wait(30)"), first=MEETING.format(threads))
    result = invoke("race", "--threads", str(threads), "--check", "--expect", f"lost={threads - 1}")
    assert result.exit_code == 1
    assert ": expected " not in result.stderr
    assert 'threaddemo race: the promise "No update is lost" was not kept: ' in result.stderr


def test_threads_one_after_the_other_lose_nothing(invoke, changed):
    """The loss is observed: without the overlap there is none."""
    changed("race", ("max_workers=threads", "max_workers=1"))
    result = invoke("race", "--threads", "3", "--sleep", "0", "--check")
    assert result.exit_code == 0
    assert result.stdout == "3 threads took the value from 0 to 3, expected 3: 0 updates lost\n"


def test_the_lock_is_the_difference_to_fixrace(function_source):
    """Take the lock and its DEBUG lines out of fixrace's source, and race's is left."""

    def unlocked(source: list[str]) -> str:
        kept = []
        for line in source:
            if "_lock" not in line.replace("locked_update", "") and "logging.debug" not in line:
                kept.append(line.replace("locked", "unlocked").replace("unlocked_", ""))
        return without_layout(kept)

    def without_layout(source: list[str]) -> str:
        return "".join("".join(source).split())

    for part in ("FakeDatabase", "run"):
        race, fixrace = function_source("race", part), function_source("fixrace", part)
        assert unlocked(fixrace) == without_layout(race)
    assert function_source("race", "FakeDatabase") != function_source("fixrace", "FakeDatabase")
