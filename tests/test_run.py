"""``threaddemo run FILE``: what it takes, what it says, and how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def run(run_process):
    """Run one of the programs for real; the time-out is there in case it hangs."""

    def call(name, *args, **extra):
        return run_process("run", str(PROGRAMS / name), "--timeout", "30", *args, **extra)

    return call


@pytest.fixture
def facts(run):
    """The facts of one of the programs, as the document has them."""

    def read(name, *args):
        return json.loads(run(name, "--json", *args).stdout)["facts"]

    return read


def test_what_is_printed_is_the_narrative_and_how_it_ended_the_result(run):
    end = run("lost_update.py")
    assert (end.returncode, end.stderr) == (0, "the total is 8\n")
    assert end.stdout == "finished; Main printed last: the total is 8\n"


def test_the_facts_are_the_end_and_the_simple_globals(facts):
    assert facts("lost_update.py") == {
        "end": "finished",
        "error": None,
        "exit": None,
        "output": {"Main": "the total is 8\n"},
        "late": True,
        "total": 8,
    }


def test_the_document_is_that_of_a_demo(run):
    document = json.loads(run("lost_update.py", "--json").stdout)
    assert document["demo"] == "lost_update.py"
    assert document["params"] == {"file": str(PROGRAMS / "lost_update.py"), "args": []}
    assert (document["mode"], document["ok"], document["schema"]) == ("real", True, 2)


def test_a_workers_error_ends_its_thread_alone(run):
    end = run("worker_error.py")
    error = "Divider failed: ZeroDivisionError: division by zero (worker_error.py:7)"
    assert end.returncode == 1
    assert end.stdout == f"error: {error}; Main printed last: the program goes on\n"
    told = f"threaddemo run: error: {error}\n"
    assert end.stderr == f"dividing\n{told}the program goes on\n"


def test_mains_error_waits_for_the_others(run, facts):
    end = run("main_error.py")
    error = "Main failed: LookupError: main has lost it (main_error.py:12)"
    assert end.returncode == 1
    assert end.stderr == f"threaddemo run: error: {error}\nthe worker is done\n"
    assert facts("main_error.py")["output"] == {"Worker": "the worker is done\n"}


def test_an_error_that_a_future_keeps_is_told_as_no_error(run):
    end = run("kept_error.py")
    assert (end.returncode, end.stdout) == (
        0,
        "finished; Main printed last: ValueError('asked')\n",
    )
    told = "threaddemo run: note: an error was kept, and never asked for: "
    assert told in end.stderr
    assert "ValueError: unasked (kept_error.py:6)" in end.stderr


def test_its_arguments_its_helpers_and_its_exit_code_are_its_own(facts, run):
    assert run("arguments.py", "3").returncode == 0
    found = facts("arguments.py", "3", "--", "--quiet")
    assert (found["number"], found["quiet"], found["exit"]) == (3, True, 5)
    assert found["greeting"] == "hello from beside"
    assert found["output"] == {"Main": "['3', '--quiet']\n"}


def test_what_argparse_complains_of_is_seen_also_if_quiet(run):
    end = run("arguments.py", "-q")
    assert (end.returncode, end.stdout) == (0, "finished, exit 2\n")
    assert "the following arguments are required: number" in end.stderr


def test_an_unknown_option_says_where_the_scripts_own_stand(run):
    end = run("arguments.py", "--louder", "3")
    assert (end.returncode, end.stdout) == (2, "")
    assert "--louder" in end.stderr
    assert "The script's own options stand after --." in end.stderr


def test_the_level_hides_prints_and_log_records(run):
    end = run("logged.py", "-q")
    assert end.stderr == "WARNING Writer 2: a warning\n"
    assert run("logged.py", "--log-level", "ERROR").stderr == ""
    everything = run("logged.py").stderr
    assert everything == (
        "printed by main\nINFO MainThread: information 1\nWARNING Writer 2: a warning\n"
        "printed by a thread\n"
    )


def test_as_objects_each_line_and_each_record_has_its_thread(run):
    lines = run("logged.py", "--log-format", "jsonl").stderr.splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["seq"] for record in records] == [1, 2, 3, 4]
    assert [(one["thread"], one["level"], one["message"]) for one in records] == [
        ("Main", "INFO", "printed by main"),
        ("Main", "INFO", "information 1"),
        ("Writer 2", "WARNING", "a warning"),
        ("Printer 1", "INFO", "printed by a thread"),
    ]


def test_each_thread_has_its_colour_and_no_byte_of_the_text_changes(run):
    plain, colored = run("logged.py").stderr, run("logged.py", "--color", "always").stderr
    assert re.sub(r"\x1b\[[\d;]+m", "", colored) == plain
    assert colored.startswith("\x1b[1mprinted by main")
    threads = re.findall(r"(\x1b[^m]+m)(?:printed by|WARNING)", colored)
    assert len(set(threads)) == len(threads)


def test_a_run_that_takes_too_long_says_where_its_threads_are(run_process):
    end = run_process("run", str(PROGRAMS / "two_locks.py"), "--timeout", "1.5")
    assert (end.returncode, end.stdout) == (124, "")
    assert end.stderr.splitlines() == [
        "threaddemo run: Main waits in `thread.join()` at two_locks.py:22",
        "threaddemo run: Left waits in `with second:` at two_locks.py:11",
        "threaddemo run: Right waits in `with second:` at two_locks.py:11",
        "threaddemo run: timeout: gave up after 1.5 s",
    ]


def test_in_a_series_a_run_that_hangs_is_an_outcome(run_process):
    file = str(PROGRAMS / "two_locks.py")
    end = run_process("run", file, "--timeout", "1.5", "--repeat", "2", "--json")
    (outcome,) = json.loads(end.stdout)["outcomes"]
    assert end.returncode == 124
    assert (outcome["count"], outcome["facts"]) == (2, None)
    assert outcome["summary"].startswith("hung: Main waits in `thread.join()`")


def test_a_series_groups_by_equal_facts_or_by_all_that_was_printed(run):
    table = run("lost_update.py", "--repeat", "3").stdout
    assert "3  100.0%  yes" in table
    assert table.endswith("3 runs: 1 outcome, the promise kept in all\n")
    by_text = run("lost_update.py", "--repeat", "2", "--by", "text", "--by", "total").stdout
    assert "text=the total is 8\\n, total=8\n" in by_text


def test_what_is_expected_is_compared_as_spelled(run):
    kept = ("total=8", "total<9", "late=true", "error=null", "end=finished", "total!=7")
    assert run("lost_update.py", *(w for e in kept for w in ("--expect", e))).returncode == 0
    end = run("lost_update.py", "--expect", "total=7", "--expect", "late=False", "-q")
    assert end.returncode == 1
    assert end.stderr.splitlines() == [
        "threaddemo run: expected total=7, got 8",
        "threaddemo run: expected late=false, got true",
    ]


def test_an_expectation_of_what_is_no_fact_in_the_end_is_not_met(run):
    end = run("lost_update.py", "--expect", "share=0.5", "-q")
    assert (end.returncode, end.stderr) == (
        1,
        "threaddemo run: expected share=0.5, got none\n",
    )


def test_an_unknown_fact_lists_those_that_there_are(run):
    end = run("lost_update.py", "--expect", "totals=8")
    assert (end.returncode, end.stdout) == (2, "")
    assert "end, error, exit, output, late, share, thread, threads, total" in end.stderr


def test_a_broken_promise_is_told_in_words(run):
    end = run("worker_error.py", "--check", "-q")
    promise = "Every thread ends, and no error is left unhandled"
    assert end.returncode == 1
    assert promise in end.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "options",
    [["--schedule", "x"], ["--timeline"], ["--explain"], ["--vary", "a=1"], ["--fine"]],
    ids=" ".join,
)
def test_what_does_not_go_with_a_script_is_refused_before_anything_runs(run, options):
    end = run("lost_update.py", *options)
    assert (end.returncode, end.stdout) == (2, "")
    assert end.stderr.startswith("threaddemo run: error: ")
    assert len(end.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = 1\ndef f(:\n", "bad.py:2: SyntaxError: "),
        (b'a = "\xe9"\n', "bad.py:1 is not UTF-8, and no coding line says what else."),
        (b"# coding: nonsense\n", "nonsense"),
        (b"a\0b", "null bytes"),
        (b"return 1\n", "bad.py:1: SyntaxError: 'return' outside function"),
        (None, "bad.py can't be read: No such file or directory."),
        ("a folder", "bad.py can't be read: Is a directory."),
    ],
    ids=["syntax", "not UTF-8", "unknown coding", "null bytes", "compiler", "missing", "folder"],
)
def test_what_is_no_script_is_one_line(run_process, tmp_path, content, said):
    if content == "a folder":
        (tmp_path / "bad.py").mkdir()
    elif content is not None:
        (tmp_path / "bad.py").write_bytes(content)
    end = run_process("run", "bad.py")
    assert (end.returncode, end.stdout) == (2, "")
    assert said in end.stderr
    assert len(end.stderr.splitlines()) == 1


def test_a_file_that_can_not_be_read_does_not_keep_the_help_away(run_process):
    end = run_process("run", "nothing.py", "--help")
    assert end.returncode == 0
    assert end.stdout.startswith("Usage: threaddemo run [OPTIONS] FILE [ARG]...")
    assert "Every thread ends, and no error is left unhandled." in end.stdout


def test_a_coding_line_is_heeded(run_process, tmp_path):
    (tmp_path / "latin.py").write_bytes(b'# coding: latin-1\nword = "\xe9"\nprint(word)\n')
    assert run_process("run", "latin.py", "--expect", "word=é").returncode == 0
    assert 'word = "é"' in run_process("run", "latin.py", "--source").stdout


def test_the_source_is_printed_and_nothing_runs(run):
    end = run("ticking.py", "--source")
    assert end.stdout == (PROGRAMS / "ticking.py").read_text(encoding="utf-8")


def test_a_question_shows_at_once():
    command = [sys.executable, "-m", "threaddemo", "run", str(PROGRAMS / "asking.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stderr.read(11) == "Your name? "
        out, err = process.communicate("Ada\n", timeout=30)
    assert (out, err) == ("finished; Main printed last: Your name? Hello, Ada\n", "Hello, Ada\n")


def test_each_run_of_a_series_is_asked_the_same(tmp_path):
    (tmp_path / "answers.txt").write_text("Ada\n")
    command = f"{sys.executable} -m threaddemo run {PROGRAMS / 'asking.py'} --repeat 3 <answers.txt"
    end = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=30, cwd=tmp_path, check=True
    )
    assert end.stdout.endswith("3 runs: 1 outcome, the promise kept in all\n")


def test_debug_shows_the_traceback_as_well(run):
    end = run("worker_error.py", "--debug")
    assert 'worker_error.py", line 7, in divide' in end.stderr
    assert "threaddemo run: error: Divider failed: ZeroDivisionError" in end.stderr


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_signal_ends_both_at_once(sent):
    signum = getattr(signal, sent)
    process, child = started()
    began = time.monotonic()
    process.send_signal(signum)
    out, _ = process.communicate(timeout=30)
    assert time.monotonic() - began < 2
    assert (process.returncode, out) == (-signum, "")
    assert has_ended(child)


def test_ctrl_c_lets_a_script_say_its_last_word(tmp_path):
    """It sleeps little by little: Python overlooks a signal right before a sleep until its end."""
    (tmp_path / "patient.py").write_text(
        "import time\ntry:\n    print('ready')\n    for _ in range(6000): time.sleep(0.01)\n"
        "except KeyboardInterrupt:\n    print('stopped')\n"
    )
    process, _ = started(str(tmp_path / "patient.py"), start_new_session=True)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (-signal.SIGINT, "", "stopped\n")


def test_a_reader_who_leaves_ends_it():
    talkative = "import itertools\nfor n in itertools.count(): print(n)\n"
    command = f"{sys.executable} -m threaddemo run /dev/stdin 2>&1 >/dev/null | head -n 1"
    end = subprocess.run(
        ["sh", "-c", command],
        input=talkative,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert end.stdout == "0\n"


def test_a_script_that_a_signal_ends_has_failed(run_process, tmp_path):
    (tmp_path / "hurt.py").write_text(
        "import os, signal\nprint('so far')\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    end = run_process("run", "hurt.py")
    error = "error: Main failed: SIGKILL: a signal has ended the process"
    assert end.returncode == 1
    assert end.stderr == f"so far\nthreaddemo run: {error}\n"
    assert end.stdout.startswith(error)


def test_the_interpreters_own_options_are_kept(tmp_path):
    (tmp_path / "flags.py").write_text(
        "import sys\nlevel, name = sys.flags.optimize, str(sys._xoptions.get('name'))\n"
        "warned = ','.join(sys.warnoptions)\n"
    )
    command = [sys.executable, "-OX", "name=value", "-W", "ignore", "-m", "threaddemo", "run"]
    end = subprocess.run(
        [*command, "flags.py", "--json"],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=tmp_path,
        check=True,
    )
    found = json.loads(end.stdout)["facts"]
    assert (found["level"], found["name"], found["warned"]) == (1, "value", "ignore")


def test_the_tutorials_first_script_runs_as_it_is(run, lines):
    messages = lines(run("single_thread.py").stderr)
    assert messages[0] == "Main    : before creating thread"
    assert messages[-2:] == ["Main    : all done", "Thread 1: finishing"]


def test_it_works_without_a_process_of_its_own_around_it(invoke):
    """Where stderr is no file, as in other tests."""
    result = invoke("run", str(PROGRAMS / "worker_error.py"))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == "dividing"
    assert "Divider failed" in result.stdout


IN_PARTS = "every schedule ({}): 2 outcomes, the promise broken in {}"


def last_line(end):
    """The last line of what a process has written to stdout."""
    return end.stdout.splitlines()[-1]


class TestADemoInAFile:
    """A file in the form of a demo has a demo's options, facts and promise."""

    @pytest.fixture
    def mine(self, run_process, tmp_path):
        source = run_process("race", "--source").stdout
        (tmp_path / "mine.py").write_text(source, encoding="utf-8")
        return lambda *args: run_process("run", "mine.py", *args)

    def test_its_options_come_after_it(self, mine):
        end = mine("--threads", "3", "--sleep", "0.3", "--quiet", "--json")
        document = json.loads(end.stdout)
        assert document["demo"] == "mine"
        assert document["params"] == {"threads": 3, "sleep": 0.3}
        assert document["facts"]["expected"] == 3
        assert document["facts"]["lost"] > 0

    def test_it_is_explored_and_varied_like_a_demo(self, mine):
        assert last_line(mine("--explore", "--coarse")) == IN_PARTS.format("6, of 4 kinds", "4")
        fine = mine("--explore")  # as a script: interrupted at shared memory, too
        assert last_line(fine) == IN_PARTS.format("4,950, of 9 kinds", "4,179")
        assert fine.stderr.startswith("race: FakeDatabase.value")
        assert mine("--vary", "threads=1,2", "--sleep", "0.05").stdout.count("\n") == 3
        assert mine("--check", "-q", "--sleep", "0.3").returncode == 1

    def test_its_help_is_its_own(self, mine):
        shown = mine("--help").stdout
        assert "Lose an update" in shown
        assert "--threads" in shown
        assert "ending_value" in shown

    def test_what_lies_beside_it_is_loaded_with_it(self, mine, tmp_path):
        (tmp_path / "pause.py").write_text("import time\n\n\ndef pause(s):\n    time.sleep(s)\n")
        source = (tmp_path / "mine.py").read_text(encoding="utf-8")
        changed = source.replace("time.sleep(", "pause.pause(").replace(
            "import time", "import pause"
        )
        (tmp_path / "mine.py").write_text(changed, encoding="utf-8")
        assert last_line(mine("--explore", "--coarse")) == IN_PARTS.format("6, of 4 kinds", "4")
        assert last_line(mine("--explore")) == IN_PARTS.format("4,950, of 9 kinds", "4,179")

    @pytest.mark.parametrize(
        ("source", "said"),
        [
            (
                "OPTIONS = [1]\nOutcome = 1\ndef run(): pass\n",
                "can't be loaded: TypeError: its OPTIONS are no tuple",
            ),
            ("OPTIONS = ()\nOutcome = 1\ndef run(): pass\n", "its Outcome has no facts"),
            ("OPTIONS = ()\nOutcome = 1\ndef run(): pass\n1 / 0\n", "can't be loaded: ZeroDiv"),
        ],
        ids=["options", "outcome", "error"],
    )
    def test_what_is_none_says_why(self, run_process, tmp_path, source, said):
        (tmp_path / "none.py").write_text(source)
        end = run_process("run", "none.py")
        assert (end.returncode, end.stdout) == (3, "")
        assert said in end.stderr
        assert len(end.stderr.splitlines()) == 1


def started(file=str(PROGRAMS / "ticking.py"), **extra):
    """A run that has printed its first line; and the script's process, if the line has it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "threaddemo", "run", file],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **extra,
    )
    word = process.stderr.readline().split()[-1]
    return process, int(word) if word.isdecimal() else 0


def has_ended(number):
    """Whether a process runs no longer, or does not before long."""
    for _ in range(100):
        try:
            if Path(f"/proc/{number}/stat").read_text().split()[2] == "Z":
                return True
            os.kill(number, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False
