"""--step: whoever runs a demo chooses who goes next; the words are the same from a pipe."""

import json
import re

import lessons
import pytest
from click.testing import CliRunner

from threaddemo.cli import cli

REPLAY = re.compile(r"^threaddemo ([a-z-]+): --schedule (\S+) shows this run again$", re.M)
LOG = re.compile(r"^\d\d:\d\d:\d\d: (.*)$", re.M)
PROMPT = "who goes next? "


@pytest.fixture
def step():
    """Run a command with --step, its answers being lines of stdin."""

    def step(command, *answers):
        text = "".join(f"{answer}\n" for answer in answers)
        words = [*command.split(), "--step"]
        return CliRunner().invoke(
            cli, words, input=text, prog_name="threaddemo", catch_exceptions=False
        )

    return step


def log(stderr):
    return LOG.findall(stderr)


def choices(stderr):
    """What each question offers: the rows by number."""
    parts = re.split(r"^-- choice \d+\n", stderr, flags=re.M)[1:]
    return [dict(re.findall(r"^ +(\d+)  (.+)$", part, re.M)) for part in parts]


def test_the_run_is_the_one_that_was_chosen(step, invoke):
    """One thread at a time: no update is lost; the schedule at the end shows the same run."""
    result = step("race", "1", "1", "2")
    assert result.exit_code == 0
    assert result.stdout.endswith(" 0 updates lost\n")
    demo, schedule = REPLAY.findall(result.stderr)[0]
    assert (demo, schedule) == ("race", "1x2")
    again = invoke("race", "--schedule", schedule)
    assert again.stdout == result.stdout
    assert log(again.stderr) == log(result.stderr)


def test_a_question_says_what_there_is_to_choose_from(step):
    """Who can go on, with what, where; who was running; who holds and who waits for what."""
    result = step("fixrace", "1", "1", "2", "r")
    *_, third, fourth = choices(result.stderr)
    assert set(third) == {"1", "2"}
    assert re.fullmatch(r"Thread 0 +wake up +fixrace\.py:\d+", third["1"])
    assert re.fullmatch(r"\S+ +begin", third["2"])
    assert re.search(r"acquire database\._lock +fixrace\.py:\d+$", fourth["2"])
    assert "was running" in fourth["1"]
    assert "      database._lock is held by Thread 0\n" in result.stderr
    assert re.search(r"^      Main waits in ThreadPoolExecutor\.shutdown", result.stderr, re.M)


def test_every_demo_can_be_stepped_through(step, invoke, simulated):
    """It runs on as it would by the schedule that it tells of, and says the same."""
    own = " ".join(lessons.words(lessons.settings(simulated, size=2)))
    result = step(f"{simulated} {own}", *["", "r"] * 2, "r")
    assert result.exit_code in (0, 1)
    found = REPLAY.findall(result.stderr)
    if not found:
        assert PROMPT not in result.stderr
        return
    again = invoke(simulated, *own.split(), "--schedule", found[0][1])
    assert (again.exit_code, again.stdout) == (result.exit_code, result.stdout)
    assert log(again.stderr) == log(result.stderr)


def test_enter_lets_the_current_one_go_on(step):
    """The number in the question's brackets, which is the first one's where none was running."""
    result = step("deadlock", "1", *[""] * 20)
    assert "who goes next? [1] \n" in result.stderr
    assert REPLAY.findall(result.stderr)[0][1].startswith("1x2.0x2")


def test_a_deadlock_can_be_reached_by_hand(step):
    """It ends as any simulated run that does, and says who waits for whom."""
    result = step("deadlock", "1", "1", "0", "2", "2", "1", "r")
    assert result.exit_code == 1
    assert result.stdout.startswith("deadlock: ")
    assert "Thread 1 waits in Lock.acquire on locks[0] (held by Thread 0)" in result.stdout


def test_a_step_back_repeats_the_shorter_run(step, invoke):
    """What was narrated before is not told again; it is said how much is no longer true."""
    result = step("race", "1", "2", "u", "u", "2", "2")
    assert REPLAY.findall(result.stderr)[0][1] == "2x2"
    assert result.stdout.endswith(" 0 updates lost\n")
    back = [line for line in result.stderr.splitlines() if "taken back" in line]
    assert back == [
        "  taken back: the step of 2, and 1 line of the log with it",
        "  taken back: the step of 1, and 1 line of the log with it",
    ]
    told, rest = log(result.stderr), log(invoke("race", "--schedule", "2x2").stderr)
    assert told == [rest[0], *(f"Thread {one}: starting update" for one in (0, 1)), *rest[1:]]


def test_a_step_back_takes_everything_back(step):
    """Picture and facts are those of the run that was chosen last."""
    chosen = step("race --timeline --quiet", "1", "2", "u", "1", "2")
    direct = step("race --timeline --quiet", "1", "1", "2")
    assert chosen.stdout == direct.stdout
    assert "W1" in chosen.stdout


def test_there_is_no_step_before_the_first(step):
    """It is said, and asked again."""
    result = step("race", "u", "r")
    assert result.exit_code == 0
    assert "this is the first choice, there is no step to take back; type 1, 2, " in result.stderr


@pytest.mark.parametrize("word", ["x", "3", "0", "99999999", "-1", "1.5", "1 2", "quit", "\x1b[2J"])
def test_what_is_no_answer_is_asked_again(step, word):
    """And what would be one is said; no byte of it acts on a terminal."""
    result = step("race", word, "1", "1", "2")
    assert REPLAY.findall(result.stderr)[0][1] == "1x2"
    line = next(line for line in result.stderr.splitlines() if "; type " in line)
    assert line.endswith("; type 1, 2, Enter for 1, r to run on, or q to leave")
    assert "\x1b" not in line


def test_nobody_is_asked_for_ever(step):
    """A hundred lines that are no answers are enough."""
    result = step("race", *["y"] * 1000)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.count(PROMPT) == 100
    assert result.stderr.splitlines()[-1] == (
        "threaddemo race: error: 100 lines in a row are no answers, at choice 1"
    )


def test_to_run_on_is_to_be_asked_no_more(step):
    """Whoever goes on does so as long as possible."""
    result = step("race", "1", "r")
    assert result.stderr.count(PROMPT) == 2
    assert REPLAY.findall(result.stderr)[0][1].startswith("1")


def test_leaving_says_how_far_it_came(step):
    """There is no result, and nothing failed."""
    result = step("race", "1", "2", "q")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("threaddemo race: left at choice 3, after the schedule 1.2\n")


@pytest.mark.parametrize("held_to", ["--check", "--expect lost=1"])
def test_who_leaves_has_kept_nothing(step, held_to):
    """What a run is held to needs its end."""
    assert step(f"race {held_to}", "q").exit_code == 1


def test_the_end_of_the_answers_is_an_error(step):
    """It says how far the run came."""
    result = step("race", "1", "2")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.endswith(
        "threaddemo race: error: the answers end at choice 3, after the schedule 1.2\n"
    )


def test_where_there_is_no_choice_nobody_is_asked(step, changed):
    """So no answer is needed."""
    changed("single", ("    x.start()\n", "    x.run()\n"))
    result = step("single --sleep 0")
    assert PROMPT not in result.stderr
    assert "--schedule - shows this run again" in result.stderr


def test_the_document_has_the_schedule(step):
    """It is that of a simulated run, and questions are no part of it."""
    document = json.loads(step("race --json", "1", "1", "2").stdout)
    assert (document["mode"], document["seed"], document["schedule"]) == ("simulated", None, "1x2")
    assert document["facts"]["lost"] == 0


def test_a_run_is_held_to_what_was_asked(step):
    """As any other."""
    assert step("race --check", "1", "1", "2").exit_code == 0
    assert step("race --check", "1", "2", "r").exit_code == 1


@pytest.mark.parametrize(
    "other",
    [
        *("--seed 1", "--schedule 1x2", "--explore", "--repeat 2", "--vary threads=1,2"),
        *("--timeout 5", "--log-format jsonl"),
    ],
)
def test_what_does_not_go_with_it(step, other):
    """One line names both, and nothing runs; nobody is hurried who thinks."""
    result = step(f"race {other}", "r")
    flag = other if "format" in other else other.split()[0]
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"threaddemo race: error: --step and {flag} exclude each other.\n"


def test_who_can_not_be_simulated_can_not_be_stepped_through(step, tmp_path):
    """It is said why."""
    assert "gil runs for real only" in step("gil", "r").stderr
    file = tmp_path / "mine.py"
    file.write_text(lessons.source("race"), encoding="utf-8")
    assert "1x2 shows this run again" in step(f"run {file} --coarse", "1", "1").stderr


def test_a_fine_run_can_be_stepped_through(step, invoke):
    """At shared memory, too: who is about to read or write what."""
    result = step("race --fine", "0", "0", "0", "1", "r")
    assert re.search(
        r"^ +1  Thread 0 +read value +race\.py:\d+  \(was running\)$", result.stderr, re.M
    )
    found = re.search(r": (--fine --schedule \S+) shows this run again\n", result.stderr)
    again = invoke("race", *found[1].split())
    assert again.stdout == result.stdout
    assert log(again.stderr) == log(result.stderr)


def test_many_threads_are_not_all_listed(step):
    """Their numbers are."""
    result = step("many --threads 60", *[""] * 40, "q")
    rows = re.split(r"^-- choice \d+\n", result.stderr, flags=re.M)
    assert max(part.count("\n") for part in rows) < 60
    assert step("many --threads 60", *["0"] * 60, "59", "60", "q").exit_code == 0


def test_a_program_that_does_not_repeat_itself_is_found_out(step, changed, shared, monkeypatch):
    """A step back that leads elsewhere is no step back."""
    shared.runs = []
    changed(
        "race",
        ("    database = FakeDatabase()\n", "    database = FakeDatabase()\n    runs.append(1)\n"),
        ("        time.sleep(sleep)\n", "        time.sleep(sleep) if len(runs) < 2 else None\n"),
        first="from shared import runs",
    )
    monkeypatch.setattr("threaddemo.program.Importer._permit", lambda *_: None)
    result = step("race --threads 3", "1", "1", "2", "u", "r")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "the same choices have led elsewhere this time: " in result.stderr
