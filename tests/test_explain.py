"""--explain: the run in words after the result, or the first outcome that went wrong."""

import json
import re

import lessons
import losses
import pytest
from click.testing import CliRunner

from threaddemo.cli import cli

STEP = re.compile(r"\d+\. .+")
PLACE = re.compile(r" \(([\w.-]+):(\d+)\)$")


def told(stdout):
    """The result, and the sentences after it, which are numbered from 1 without a gap."""
    lines = stdout.splitlines()
    first = next((at for at, line in enumerate(lines) if STEP.fullmatch(line)), len(lines))
    sentences = lines[first:]
    assert [line.partition(".")[0] for line in sentences] == [
        str(number) for number in range(1, len(sentences) + 1)
    ]
    return lines[:first], [line.partition(" ")[2] for line in sentences]


def test_a_lost_update_is_explained(invoke):
    """Who has read what, and who overwrites whose update, and where."""
    result = invoke("race", "--schedule", "1.2.1", "--quiet", "--explain")
    head, sentences = told(result.stdout)
    assert head == ["2 threads took the value from 0 to 1, expected 2: 1 update lost"]
    source = lessons.source("race").splitlines()
    written = source.index("        self.value = local_copy") + 1
    read = source.index("        local_copy = self.value") + 1
    for sentence in (
        f"Thread 0 reads value 0 (race.py:{read})",
        f"Thread 1 reads value 0 (race.py:{read})",
        f"Thread 0 writes value 1 (race.py:{written})",
        "Thread 1 overwrites value 1, written by Thread 0, with 1: an update is lost "
        f"(race.py:{written})",
    ):
        assert sentence in sentences
    assert result.stderr == ""


def test_a_lock_that_is_waited_for_is_explained(invoke):
    """By whom, and who has it."""
    _, sentences = told(invoke("fixrace", "--seed", "1", "-q", "--explain").stdout)
    waits = [one for one in sentences if re.match(r"Thread \d waits", one)]
    assert len(waits) == 1
    assert re.match(r"Thread 1 waits for _lock, held by Thread 0 \(fixrace\.py:\d+\)$", waits[0])
    assert not any("lost" in one for one in sentences)


def test_a_deadlock_is_explained(invoke):
    """The result still comes first, and the exit code is that of the run."""
    result = invoke("deadlock", "--seed", "1", "-q", "--explain")
    head, sentences = told(result.stdout)
    assert result.exit_code == 1
    assert head[0].startswith("deadlock: ")
    assert {one.partition(" (")[0] for one in sentences if "stuck" in one} == {
        "Thread 0 is stuck: it waits for locks[1], held by Thread 1",
        "Thread 1 is stuck: it waits for locks[0], held by Thread 0",
    }


def check(demo, result):
    """Every place is a line of the demo, and the words come to an end."""
    head, sentences = told(result.stdout)
    assert head, result.stderr
    ends = ("ends", "begins", "is abandoned: the run ends without it")
    assert PLACE.sub("", sentences[-1]).endswith(ends) or any("stuck" in one for one in sentences)
    length = len(lessons.source(demo).splitlines())
    for match in filter(None, map(PLACE.search, sentences)):
        assert (match[1], int(match[2]) <= length) == (lessons.file(demo).name, True)


def test_every_demo_is_explained(invoke, demo, quick):
    """For real."""
    check(demo, invoke(demo, *quick[demo], "--quiet", "--explain"))


def test_every_demo_is_explained_from_a_seed(invoke, simulated, quick):
    """And when it is interrupted at shared memory."""
    for points in ("--coarse", "--fine"):
        words = [*quick[simulated], "--seed", "3", points, "--quiet", "--explain"]
        check(simulated, invoke(simulated, *words))


def test_the_run_is_the_same_with_and_without(invoke, simulated, quick):
    """Nothing of the result or of the log changes, nor the exit code."""
    for seed in range(3):
        words = [simulated, *quick[simulated], "--seed", str(seed)]
        plain, explained = invoke(*words), invoke(*words, "--explain")
        assert explained.stdout.startswith(plain.stdout)
        assert (explained.stderr, explained.exit_code) == (plain.stderr, plain.exit_code)


def test_the_same_seed_has_the_same_words(invoke, simulated, quick):
    """As it has the same everything."""
    words = [simulated, *quick[simulated], "--seed", "7", "--explain"]
    assert invoke(*words).stdout == invoke(*words).stdout


def test_the_steps_as_data(invoke):
    """The same sentences, with what they are made of."""
    words = ["race", "--schedule", "1.2.1", "--quiet", "--explain"]
    steps = json.loads(invoke(*words, "--json").stdout)["steps"]
    sentences = [step["text"] for step in steps]
    assert sentences == [PLACE.sub("", one) for one in told(invoke(*words).stdout)[1]]
    loss = next(step for step in steps if "lost" in step["text"])
    known = {key: loss[key] for key in ("thread", "verb", "object", "value", "preempts", "times")}
    assert known == {
        "thread": "Thread 1",
        "verb": "write",
        "object": "value",
        "value": "1",
        "preempts": None,
        "times": 1,
    }
    assert loss["file"].endswith("race.py")
    assert [step["number"] for step in steps] == list(range(1, len(steps) + 1))
    several = next(step for step in steps if step["verb"] == "submit")
    assert (several["object"], several["times"]) == (["Thread 0", "Thread 1"], 2)


def test_without_it_there_are_no_steps(invoke):
    """The key is there all the same."""
    assert json.loads(invoke("race", "--seed", "1", "-q", "--json").stdout)["steps"] is None


def test_of_an_exploration_the_first_outcome_that_is_not_ok(invoke):
    """By its shortest replay, which says the same by itself; nothing is narrated."""
    result = invoke("race", "--explore", "--explain")
    head, sentences = told(result.stdout)
    table = invoke("race", "--explore").stdout.splitlines()
    assert head[:-1] == table
    replay, _, summary = head[-1].partition(": ")
    assert replay.startswith("--schedule ")
    assert "1 update lost" in summary
    again = invoke("race", "-q", *replay.split(), "--explain")
    assert told(again.stdout) == ([summary], sentences)
    assert result.stderr == ""


def test_of_an_exploration_in_which_all_is_well(invoke):
    """That is what is said."""
    result = invoke("fixrace", "--explore", "--explain")
    assert result.stdout.splitlines()[-1] == (
        "every outcome that was found is as it should be: there is none to explain"
    )
    assert json.loads(invoke("fixrace", "--explore", "--explain", "--json").stdout)["steps"] == []


def test_of_an_exploration_by_some_facts(invoke):
    """A group of outcomes may hold both; the one that breaks the promise is explained."""
    grouped = invoke("race", "--explore", "--by", "threads", "--explain").stdout
    assert "1 update lost" in grouped.splitlines()[-18]
    assert ": an update is lost (" in grouped


def test_of_an_exploration_with_its_log(invoke):
    """The replay's log has been told before."""
    plain = invoke("race", "--explore", "--log-level", "INFO")
    explained = invoke("race", "--explore", "--log-level", "INFO", "--explain")
    assert explained.stderr == plain.stderr


def test_with_few_preemptions(invoke):
    """Another way to explore, and the same explanation."""
    result = invoke("race", "--explore", "--preemptions", "2", "--explain")
    assert ": an update is lost (" in result.stdout


def test_with_step(invoke):
    """What was chosen by hand is explained as well."""
    words = ["race", "--step", "--quiet", "--explain"]
    result = CliRunner().invoke(cli, words, input="1\n2\nu\n2\n1\n", prog_name="threaddemo")
    again = invoke("race", "--schedule", "1.2.1", "--quiet", "--explain")
    assert result.stdout == again.stdout


def test_a_failure_is_the_last_step(invoke, changed):
    """There is no result; what led to the failure is told all the same."""
    changed("race", ("        local_copy += 1\n", "        local_copy += 1 // local_copy\n"))
    result = invoke("race", "--seed", "1", "-q", "--explain")
    head, sentences = told(result.stdout)
    assert (result.exit_code, head) == (3, [])
    assert sentences[-1] == (
        "Thread 0 failed: ZeroDivisionError: integer division or modulo by zero"
    )
    assert "Thread 0 begins" in sentences


def test_a_run_that_hangs_is_explained(run_process):
    """As far as it came: who is stuck, and who has what it waits for."""
    result = run_process("deadlock", "--sleep", "0.05", "-q", "--explain", "--timeout", "0.5")
    head, sentences = told(result.stdout)
    assert (result.returncode, head) == (124, [])
    assert sum("is stuck: it waits for locks[" in one for one in sentences) == 2


@pytest.mark.parametrize("other", ["--repeat 2", "--vary sleep=0,1", "--format csv --explore"])
def test_what_does_not_go_with_it(invoke, other):
    """There is one run to explain, and lines are no table."""
    result = invoke("race", "--explain", *other.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("threaddemo race: error: --")
    assert result.stderr.endswith("exclude each other.\n")


def test_names_can_not_act_on_a_terminal(invoke, changed):
    """A thread's name is any text."""
    rename = "        x.name = '\\x1b[2J'\n"
    changed("many", ("        started.append(x)\n", f"{rename}        started.append(x)\n"))
    result = invoke("many", "--seed", "1", "-q", "--explain")
    assert "\x1b" not in result.stdout
    assert "\\x1b[2J begins" in result.stdout


COUNTER = """
import threading

total = 0

def add():
    global total
    for _ in range(2):
        total += 1

workers = [threading.Thread(target=add, name=name) for name in "AB"]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""


@pytest.fixture
def counter(tmp_path):
    """A script whose two threads add to a global variable, four times in all."""
    file = tmp_path / "counter.py"
    file.write_text(COUNTER, encoding="utf-8")
    return str(file)


def test_a_script_is_explained(invoke, counter):
    """As many updates are lost as its total lacks, whoever was interrupted."""
    found = set()
    for seed in range(60):
        words = ["run", counter, "--seed", str(seed), "--explain", "--json", "-q"]
        document = json.loads(invoke(*words).stdout)
        lost = losses.lost(step["text"] for step in document["steps"])
        assert lost == 4 - document["facts"]["total"]
        found.add(document["facts"]["total"])
    assert found == {2, 3, 4}


def test_of_an_exploration_the_first_outcome_that_was_not_expected(invoke, counter):
    """If the promise is kept."""
    result = invoke("run", counter, "--explore", "--explain", "--expect", "total=4")
    head, sentences = told(result.stdout)
    assert head[-1].startswith("--schedule ")
    assert any(": an update is lost (counter.py:9)" in one for one in sentences)
    fine = invoke("run", counter, "--explore", "--explain").stdout
    assert fine.endswith(
        "every outcome that was found is as it should be: there is none to explain\n"
    )


def test_a_real_run_of_a_script_is_not_recorded(invoke, counter):
    """It is said which are."""
    result = invoke("run", counter, "--explain")
    assert result.exit_code == 2
    assert "only a run on the simulator is told" in result.stderr
