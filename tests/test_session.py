"""From options to runs, results and exit codes."""

import json
import os
import re
import subprocess
import sys
import threading
import time

import pytest


@pytest.mark.parametrize("form", [["--format", "text"], ["--json"]], ids=["text", "json"])
def test_a_kept_promise(invoke, quick, demo, form):
    """All demos but race keep theirs, with short sleeps too."""
    if demo == "race":
        quick = {demo: ["--threads", "1", "--sleep", "0"]}
    result = invoke(demo, *quick[demo], "--check", *form)
    assert result.exit_code == 0
    assert result.stdout


def test_quiet_is_quiet(invoke, quick, demo):
    """No narrative: stderr is empty, and the result is the same line."""
    result = invoke(demo, *quick[demo], "-q")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1


NO_SLEEP = {
    "executor": ["--workers", "1"],
    "prodcons-lock": ["--messages", "2", "--produce-sleep", "0", "--consume-sleep", "0"],
}


def test_no_sleep_anywhere(invoke, demo):
    """Without a pause every demo still does what it promises; race may lose or not."""
    arguments = NO_SLEEP.get(demo, [])
    pause = [] if demo == "prodcons-lock" else ["--sleep", "0"]
    check = [] if demo == "race" else ["--check"]
    result = invoke(demo, *arguments, *pause, *check, "--repeat", "25", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert document["runs"] == 25
    assert demo == "race" or document["ok"] is True


@pytest.mark.parametrize(
    ("arguments", "pauses"),
    [
        (["single", "--sleep", "7"], [7]),
        (["daemon", "--sleep", "7"], [7]),
        (["join", "--sleep", "7"], [7]),
        (["many", "--sleep", "7"], [7] * 3),
        (["executor", "--sleep", "7"], [7] * 3),
        (["race", "--sleep", "7"], [7] * 2),
        (["fixrace", "--sleep", "7"], [7] * 2),
        (["semaphore", "--sleep", "7"], [7] * 5),
        (["prodcons-lock"], []),
        (["prodcons-lock", "--produce-sleep", "7", "--messages", "2"], [7] * 2),
        (["prodcons-lock", "--consume-sleep", "8", "--messages", "3"], [8] * 3),
        (["prodcons-queue", "--sleep", "9", "--messages", "0"], [9]),
    ],
    ids=lambda value: " ".join(map(str, value)) or "none",
)
def test_the_pauses_are_those_asked_for(invoke, monkeypatch, arguments, pauses):
    """Each thread pauses once, for so many seconds; a pause of a pipeline of 0 is none at all."""
    slept, never = [], threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", lambda seconds: slept.append(seconds) or never.wait(0.02))
        assert invoke(*arguments, "-q").exit_code == 0
        deadline = time.monotonic() + 30
        while len(slept) < len(pauses) and time.monotonic() < deadline:
            never.wait(0.01)  # nobody waits for the daemon's thread
    assert slept == pauses


def test_two_runs_in_a_row_are_strangers(invoke):
    """A run in the same process starts as if it were the first."""
    first, second = (invoke("fixrace", "--sleep", "0", "--json", "-q").stdout for _ in range(2))
    first, second = json.loads(first), json.loads(second)
    assert first.pop("elapsed") >= 0
    assert second.pop("elapsed") >= 0
    assert first == second


def test_a_run_that_takes_too_long(run_process):
    """Exit 124; stderr says of every thread where it is, stdout is empty."""
    result = run_process("join", "--sleep", "60", "--timeout", "0.5", timeout=30)
    assert (result.returncode, result.stdout) == (124, "")
    narrative, said = [], []
    for line in result.stderr.splitlines():
        (said if line.startswith("threaddemo join: ") else narrative).append(line)
    assert narrative[-1].endswith("Main    : wait for the thread to finish")
    assert said[-1] == "threaddemo join: timeout: gave up after 0.5 s"
    assert any("Thread 1 waits in `time.sleep(sleep)` at join.py:" in line for line in said)
    assert any(": Main waits in `" in line for line in said)
    assert len(said) == 3


def test_a_timeout_that_is_not_needed(invoke):
    """Nobody notices it."""
    result = invoke("join", "--sleep", "0", "--timeout", "86400", "--check", "-q")
    assert (result.exit_code, result.stderr) == (0, "")


def test_an_exploration_that_takes_too_long(run_process):
    """The limit is for the whole; the table so far, and the exit code of a time-out."""
    arguments = ["--threads", "7", "--explore", "--max-schedules", "9999999", "--timeout", "0.5"]
    result = run_process("race", *arguments, timeout=30)
    assert result.returncode == 124
    assert re.match(r"the first [1-9][0-9,]* schedules, not all: ", result.stdout.splitlines()[-1])
    assert result.stderr.splitlines()[-1] == "threaddemo race: timeout: gave up after 0.5 s"


VARIED = ["fixrace", "--sleep", "0", "--vary", "threads=1,2..3"]


@pytest.mark.parametrize(
    ("more", "head", "rows"),
    [
        ([], ["threads", "starting_value", "ending_value", "expected", "lost", "elapsed"], 3),
        (["--vary", "sleep=0,0.001"], ["threads", "sleep", "starting_value"], 6),
        (["--repeat", "2"], [*"threads runs kept outcomes median".split()], 3),  # noqa: SIM905
        (["--seed", "1", "--repeat", "3"], ["threads", "runs", "kept", "outcomes"], 3),
        (["--explore"], ["threads", "runs", "kept", "outcomes"], 3),
    ],
    ids=["runs", "combinations", "series", "seeds", "explorations"],
)
def test_options_that_vary(invoke, more, head, rows):
    """A run, or a series, for each value and each combination: a row of one table."""
    result = invoke(*VARIED, *more)
    assert (result.exit_code, result.stderr) == (0, "")
    first, *others = [line.split() for line in result.stdout.splitlines()]
    assert [name for name in first if name in head] == head
    assert len(others) == rows
    assert [row[0] for row in others][:: rows // 3] == ["1", "2", "3"]


def test_what_varies_as_data(invoke):
    """JSON has the document of each row, CSV the cells."""
    document = json.loads(invoke(*VARIED, "--json").stdout)
    assert list(document) == ["schema", "version", "demo", "vary", "rows"]
    assert [row["values"] for row in document["rows"]] == [{"threads": n} for n in (1, 2, 3)]
    assert [row["document"]["facts"]["ending_value"] for row in document["rows"]] == [1, 2, 3]
    head, *rows = invoke(*VARIED, "--format", "csv").stdout.splitlines()
    assert head.split(",")[:2] == ["threads", "starting_value"]
    assert [row.split(",")[0] for row in rows] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("threads", "threads is not OPTION=V1,V2,... with one of the options threads, sleep."),
        ("size=1", "size=1 is not OPTION=V1,V2,... with one of the options threads, sleep."),
        ("threads=1,0", "threads=0: '0' is not a whole number from 1 to 10,000."),
        ("threads=", "threads=: '' is not a whole number from 1 to 10,000."),
        ("threads=8..1", "8..1 is not a range of 1 to 1,000 numbers, the lower one first."),
        ("threads=1..2000", "1..2000 is not a range of 1 to 1,000 numbers, the lower one first."),
        ("sleep=nan", "sleep=nan: 'nan' is not a number of seconds from 0 to 86,400."),
    ],
)
def test_what_cannot_vary(invoke, text, said):
    """The line names the value, and nothing is run."""
    result = invoke("fixrace", "--vary", text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"threaddemo fixrace: error: Invalid value for '--vary': {said}\n"


def test_what_is_not_kept_names_its_row(invoke):
    """The exit code is the worst of all rows."""
    result = invoke("fixrace", "--sleep", "0", "--vary", "threads=1,2", "--expect", "threads<2")
    assert result.exit_code == 1
    assert result.stderr == "threaddemo fixrace: threads=2: expected threads<2, got 2\n"


def test_outcomes_by_a_fact(invoke):
    """Schedules that differ only in what nobody asked for are one outcome."""
    result = invoke("many", "--explore", "--by", "finished", "--expect", "outcomes=1")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].endswith("  finished=3")
    assert result.stdout.splitlines()[1].split()[:3] == ["4595", "100.0%", "yes"]
    assert result.stdout.endswith("\nevery schedule (4,595): 1 outcome, the promise kept in all\n")


@pytest.mark.parametrize(
    "arguments", [["--repeat", "3"], ["--explore"]], ids=["series", "explored"]
)
def test_a_series_as_csv(invoke, arguments):
    """A head, and a row an outcome."""
    result = invoke("fixrace", "--sleep", "0", "--format", "csv", *arguments)
    head, row = result.stdout.splitlines()
    assert head.startswith("count,")
    assert '"2 threads took the value from 0 to 2, expected 2: 0 updates lost"' in row


RAISING = "(_ for _ in ()).throw(ZeroDivisionError('no words'))"


@pytest.mark.parametrize("mode", [[], ["--seed", "1"], ["--explore"], ["--repeat", "2"]], ids=str)
@pytest.mark.parametrize(
    "line",
    [f"ok = property(lambda self: {RAISING})", f"__str__ = lambda self: {RAISING}"],
    ids=["promise", "text"],
)
def test_facts_that_can_not_be_told(invoke, changed, mode, line):
    """A mistake in what a demo says of its run is one line, in every mode."""
    outcome = f"class Outcome(demo.Updates):\n    {line}"
    changed("fixrace", ("Outcome = demo.Updates", outcome))
    result = invoke("fixrace", "--sleep", "0", "-q", *mode)
    assert result.exit_code == 3
    assert result.stderr == "threaddemo fixrace: error: Main failed: ZeroDivisionError: no words\n"


def test_an_error_in_some_schedules_only(invoke, changed):
    """It is an outcome with its replay, and the exploration goes on; exit 3 at the end."""
    line = "        self.value = local_copy\n"
    changed("race", (line, f"        if self.value: raise ValueError('late')\n{line}"))
    result = invoke("race", "--explore")
    assert result.exit_code == 3
    *_, last = result.stdout.splitlines()
    assert last.startswith("every schedule (6): ")
    rows = [line for line in result.stdout.splitlines() if "error: " in line]
    assert rows
    for row in rows:
        replay, error = re.search(r"(--schedule \S+) +error: (.*)", row).groups()
        again = invoke("race", *replay.split(), "-q")
        assert (again.exit_code, again.stdout) == (3, "")
        assert again.stderr == f"threaddemo race: error: {error}\n"
        assert f"threaddemo race: error: {error}" in result.stderr


def test_the_number_of_runs_is_written_as_people_do(invoke):
    """A thousand has its comma."""
    result = invoke("fixrace", "--threads", "1", "--sleep", "0", "--repeat", "1000", "--check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1].split()[:3] == ["1000", "100.0%", "yes"]
    assert result.stdout.endswith("\n1,000 runs: 1 outcome, the promise kept in all\n")


@pytest.mark.parametrize("arguments", [["--sleep", "0"], ["--sleep", "0", "--json"]], ids=len)
def test_the_race_shows_what_really_happens(invoke, arguments):
    """Two hundred runs, each of which lost an update or did not."""
    result = invoke("race", *arguments, "--repeat", "200")
    assert (result.exit_code, result.stderr) == (0, "")


def on_a_terminal(*arguments: str, cwd: os.PathLike[str]) -> tuple[str, str]:
    """What the program says when stderr is a terminal: stdout and stderr."""
    pty = pytest.importorskip("pty")
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "threaddemo", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=its, cwd=cwd,
        env=os.environ | {"TERM": "xterm"},
    ) as process:  # fmt: skip
        os.close(its)
        seen = b""
        try:
            while data := os.read(ours, 4096):
                seen += data
        except OSError:  # Linux's way to say that nobody is at the other end any more
            pass
        stdout, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0
    return stdout.decode(), seen.decode()


def test_a_series_shows_its_progress_on_a_terminal(tmp_path):
    """A line on stderr that is gone at the end, the table on stdout."""
    stdout, stderr = on_a_terminal("fixrace", "--sleep", "0", "--repeat", "60", cwd=tmp_path)
    assert re.search(r"\r\x1b\[K\d+ of 60 runs: 1 outcome, \d+ s", stderr)
    assert stderr.endswith("\r\x1b[K")
    assert stdout.startswith("count")
    assert stdout.endswith("60 runs: 1 outcome, the promise kept in all\n")
    assert "%" not in stdout.splitlines()[-1]


def test_no_progress_bar_in_the_way_of_a_narrative(tmp_path):
    """Who asked for the narrative gets it, in colour, and no bar in between."""
    arguments = ["join", "--sleep", "0", "--repeat", "2", "--log-level", "info"]
    stdout, stderr = on_a_terminal(*arguments, cwd=tmp_path)
    assert not re.search(r"of 2 runs", stderr)
    assert stderr.count("Main    : all done") == 2
    assert "\x1b[" in stderr
    assert "\x1b[" not in stdout


def test_no_progress_bar_in_a_pipe(run_process):
    """There stderr is empty."""
    result = run_process("fixrace", "--sleep", "0", "--repeat", "20")
    assert (result.returncode, result.stderr) == (0, "")
