"""Scripts that ask much of who runs them: whatever they do, it is as under Python itself."""

import json
import os
import subprocess
import sys
import time

import pytest

from threaddemo.child.printing import shade
from threaddemo.output import colors
from threaddemo.runs import processes


@pytest.fixture
def run(run_process, tmp_path):
    """Run a text as a script for real, in an empty folder."""

    def call(source, *args, name="script.py", **extra):
        (tmp_path / name).write_text(source, encoding="utf-8")
        return run_process("run", name, "--timeout", "30", *args, **extra)

    return call


@pytest.fixture
def facts(run):
    """The facts of a text that is run as a script."""
    return lambda *args, **extra: json.loads(run(*args, "--json", **extra).stdout)["facts"]


@pytest.fixture
def alone(tmp_path):
    """What Python itself makes of a script: its exit code, its output and its errors."""

    def call(source):
        (tmp_path / "alone.py").write_text(source, encoding="utf-8")
        command = [sys.executable, "alone.py"]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
        )

    return call


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("import sys\nprint('before')\nsys.stdout.close()\n", "before\n"),
        ("print('one', end='')\nprint('two', flush=True)\n", "onetwo\n"),
        ("import sys\nsys.stdout.write('no end')\n", "no end"),
        ("import sys\nsys.stdout.buffer.write(b'bytes\\n')\n", "bytes\n"),
        ("import os\nprint('text', end='')\nos._exit(3)\n", "text"),
        ("import sys\nsys.exit('the reason')\n", "the reason\n"),
        ("print('ä 🎉 \\x00')\n", "ä 🎉 \x00\n"),
        ("import subprocess\nprint('a')\nsubprocess.run(['echo', 'b'])\nprint('c')\n", "a\nb\nc\n"),
        ("import os\nprint('bye')\nos.execlp('echo', 'echo', 'next')\n", "bye\nnext\n"),
        (
            "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer)\nprint('é')\n",
            "é\n",
        ),
        (
            "import atexit\natexit.register(print, 'at the end')\nprint('first')\n",
            "first\nat the end\n",
        ),
        ("class A:\n    def __del__(self): print('gone')\na = A()\n", "gone\n"),
        ("import threading\nthreading.Thread(target=print, args=('x',)).start()\n", "x\n"),
        (
            "import _thread, time\n_thread.start_new_thread(print, ('raw',))\ntime.sleep(.2)\n",
            "raw\n",
        ),
    ],
    ids=[
        *("closed stdout", "flush", "no line end", "bytes", "os._exit", "sys.exit", "unicode"),
        *("subprocess", "exec", "wrapped", "atexit", "__del__", "target=print", "_thread"),
    ],
)
def test_all_that_is_printed_is_seen_once_and_in_order(run, source, shown):
    end = run(source)
    assert (end.returncode, end.stderr) == (0, shown)


def test_megabytes_are_whole(run):
    source = (
        "import threading\n"
        "def f(n):\n    for i in range(3000): print(f'{n} {i} ' + 'x' * 200 + '\\n', end='')\n"
        "ts = [threading.Thread(target=f, args=(n,)) for n in range(3)]\n"
        "[t.start() for t in ts]\n[t.join() for t in ts]\nprint('y' * 2_000_000)\n"
    )
    lines = run(source).stderr.splitlines()
    assert len(lines) == 9001
    for number in range(3):
        mine = [line for line in lines if line.startswith(f"{number} ")]
        assert mine == [f"{number} {i} {'x' * 200}" for i in range(3000)]


def test_daemons_that_print_at_the_end_abort_nothing(run):
    source = (
        "import threading, time\n"
        "def f():\n    while True: print('tick')\n"
        "for _ in range(4): threading.Thread(target=f, daemon=True).start()\n"
        "time.sleep(0.02)\n"
    )
    for _ in range(5):
        end = run(source, "--expect", "end=finished")
        assert end.returncode == 0
        assert set(end.stderr.replace("\n", "").split("tick")) == {""}


def test_what_it_has_printed_is_not_lost_when_it_is_killed(run):
    source = "import os, signal\nprint('line')\nos.kill(os.getpid(), signal.SIGKILL)\n"
    assert run(source).stderr.startswith("line\n")


def test_two_writes_of_a_print_are_two(run):
    """As under Python: another thread can come in between, and then a line is torn."""
    source = (
        "import sys, threading\nsys.setswitchinterval(1e-6)\n"
        "def f(n):\n    for i in range(5000): print(n, n, n, n)\n"
        "ts = [threading.Thread(target=f, args=(n,)) for n in 'ab']\n"
        "[t.start() for t in ts]\n[t.join() for t in ts]\n"
    )
    shown = run(source).stderr
    assert (shown.count("a"), shown.count("b"), shown.count("\n")) == (20_000, 20_000, 10_000)


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_other_processes_find_the_classes_of_main(facts, method):
    source = (
        "import multiprocessing as mp\n"
        "class Number:\n    def __init__(self, value): self.value = value\n"
        "def double(queue, number):\n    print('there')\n    queue.put(Number(2 * number.value))\n"
        "if __name__ == '__main__':\n"
        f"    context = mp.get_context({method!r})\n"
        "    queue = context.Queue()\n"
        "    process = context.Process(target=double, args=(queue, Number(21)))\n"
        "    process.start()\n    answer = queue.get().value\n    process.join()\n"
        "    code = process.exitcode\n"
    )
    found = facts(source)
    assert (found["answer"], found["code"], found["end"]) == (42, 0, "finished")


def test_it_may_fork_and_is_warned_of_no_threads_but_its_own(facts):
    source = (
        "import os, threading, warnings\nwarnings.simplefilter('error')\n"
        "for n in range(20):\n"
        "    if not (child := os.fork()):\n        os.fork()\n        os._exit(n)\n"
        "    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"
        "    assert code == n\n"
        "alone = threading.active_count() == 1\n"
    )
    found = facts(source)
    assert (found["error"], found["alone"], found["code"]) == (None, True, 19)


def test_a_process_that_it_leaves_behind_keeps_nobody_waiting(tmp_path):
    (tmp_path / "script.py").write_text("import subprocess\nsubprocess.Popen(['sleep', '9'])\n")
    command = [sys.executable, "-m", "threaddemo", "run", "script.py"]
    began = time.monotonic()
    with open(os.devnull, "wb") as nothing:  # a pipe would be open as long as that process
        code = subprocess.call(command, stderr=nothing, stdout=nothing, cwd=tmp_path, timeout=30)
    assert code == 0
    assert time.monotonic() - began < 8


def test_the_world_is_as_it_would_be(run, alone):
    """Names, paths, streams, modules: a script can't tell the difference by looking."""
    source = (
        "from __future__ import annotations\nimport sys, threading, os\n"
        "names = sorted(n for n in dir() if n != '__annotations__')\n"
        "loader = type(__loader__).__name__\n"
        "print([__name__, os.path.basename(__file__), __spec__, __doc__, __package__])\n"
        "print(names, loader)\n"
        "print(sys.path[0] == os.path.dirname(__file__), threading.current_thread().name)\n"
        "print(threading.enumerate() == [threading.main_thread()], threading.active_count())\n"
        "print(sys.stdout.name, sys.stdout.fileno(), sys.stdout.mode, sys.stderr.errors)\n"
        "print(sys.stdout.encoding, sys.stdout.isatty(), sys.stdout is sys.__stdout__)\n"
        "print([m for m in sys.modules if m.startswith(('threaddemo', 'click'))])\n"
        "print(sys.argv, sys.getrecursionlimit(), len(sys.orig_argv) > 1)\n"
    )
    plain = alone(source).stdout.replace("alone.py", "script.py")
    assert run(source).stderr == plain


def test_it_may_move_away_and_delete_itself(facts):
    source = (
        "import os\nfirst = open(__file__).readline()\nos.remove(__file__)\nos.chdir('/')\n"
        "raise RuntimeError('after all')\n"
    )
    found = facts(source, name="a näme with spaces.py")
    assert found["first"] == "import os\n"
    assert found["error"].endswith("RuntimeError: after all (a näme with spaces.py:5)")


def test_an_error_whose_text_raises_one_is_told(facts):
    source = "class E(Exception):\n    def __str__(self): raise KeyError\nraise E\n"
    assert facts(source)["error"] == "Main failed: E: (its text raises KeyError) (script.py:3)"


def test_errors_are_told_where_they_left_the_script(facts):
    source = "import json\ndef load():\n    json.loads('{')\nload()\n"
    assert facts(source)["error"].endswith("(script.py:3)")


def test_errors_of_several_threads_are_one_fact_whoever_was_first(facts):
    source = (
        "import threading\n"
        "def f(word): raise ValueError(word)\n"
        "for word in 'ba': threading.Thread(target=f, args=(word,), name=word.upper()).start()\n"
    )
    places = "ValueError: {0} (script.py:2)"
    assert facts(source)["error"] == (
        f"A failed: {places.format('a')}; B failed: {places.format('b')}"
    )


def test_an_error_that_the_scripts_own_hook_takes_is_handled(run):
    source = (
        "import sys, threading\n"
        "threading.excepthook = lambda args: print('hook', args.exc_type.__name__)\n"
        "sys.excepthook = lambda *args: print('main hook', args[0].__name__)\n"
        "t = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()\nraise KeyError\n"
    )
    end = run(source)
    assert end.stderr == "hook ZeroDivisionError\nmain hook KeyError\n"
    assert end.stdout.startswith("finished")


def test_sys_exit_in_a_thread_is_silent(run):
    source = "import sys, threading\nthreading.Thread(target=sys.exit, args=(9,)).start()\n"
    assert (run(source).stdout, run(source).stderr) == ("finished\n", "")


@pytest.mark.parametrize(
    ("code", "fact"),
    [("", None), ("0", 0), ("3", 3), ("'why'", "why"), ("[1]", "[1]"), ("10**5000", None)],
)
def test_what_it_gives_to_sys_exit_is_a_fact(facts, code, fact):
    found = facts(f"import sys\nsys.exit({code})\n")
    if code != "10**5000":  # which is told somehow
        assert found["exit"] == fact
    assert found["end"] == "finished"


def test_globals_that_are_facts(facts):
    source = (
        "a, b, c, d, e = True, 10, 'text', None, 1.5\n_private = 1\n__dunder__ = 2\n"
        "import os as f\ng = [1]\nhuge = 10 ** 9999\nend = 'mine'\ntext = 'mine'\n"
    )
    found = facts(source)
    del found["error"], found["exit"], found["output"]
    assert found == {"end": "finished", "_private": 1, "a": True, "b": 10, "c": "text", "d": None}


def test_what_threads_of_one_name_print_is_no_matter_of_who_is_first(facts):
    source = (
        "import threading\n"
        "def f(word, after):\n    after and after.join()\n    print(word)\n"
        "one = threading.Thread(target=f, args=('1', None), name='Twin')\n"
        "two = threading.Thread(target=f, args=('2', None), name='Twin')\n"
        "for t in ORDER: t.start(); t.join()\n"
    )
    forth, back = (facts(source.replace("ORDER", order)) for order in ("(one, two)", "(two, one)"))
    assert forth == back
    assert forth["output"] == {"Twin": "1\n2\n"}


def test_a_thread_that_never_gives_way_is_ended_all_the_same(run_process, tmp_path):
    (tmp_path / "script.py").write_text("import re\nre.match('(a+)+$', 'a' * 60 + 'b')\n")
    end = run_process("run", "script.py", "--timeout", "0.5")
    assert end.returncode == 124
    assert "don't say where they are" in end.stderr


def test_lines_without_an_end_are_bounded_in_memory(run_process, tmp_path):
    (tmp_path / "script.py").write_text("while True: print('x' * 1000, end='')\n")
    end = run_process("run", "script.py", "--timeout", "0.5", "-q")
    assert end.returncode == 124


def test_what_no_thread_of_it_wrote_is_an_object_too(run):
    source = "import subprocess\nsubprocess.run(['echo', 'from elsewhere'])\nprint('mine')\n"
    lines = run(source, "--log-format", "jsonl").stderr.splitlines()
    records = [(one["thread"], one["message"]) for one in map(json.loads, lines)]
    assert records == [(None, "from elsewhere"), ("Main", "mine")]


def test_a_full_disk_fails_the_run(run, tmp_path):
    (tmp_path / "script.py").write_text("print('x')\n")
    command = f"{sys.executable} -m threaddemo run script.py 2>/dev/full; echo $?"
    end = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=30, cwd=tmp_path, check=True
    )
    assert end.stdout == "3\n"


def test_a_closed_stderr_fails_the_run_if_there_is_something_to_say(tmp_path):
    (tmp_path / "script.py").write_text("print('x')\n")
    command = f"{sys.executable} -m threaddemo run script.py 2>&-; echo $?"
    end = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=30, cwd=tmp_path, check=True
    )
    assert end.stdout == "3\n"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["-m", "threaddemo"], []),
        (["/bin/threaddemo", "-X", "dev"], []),
        (["-X", "dev", "-m", "x"], ["-X", "dev"]),
        (["-Xdev", "-Werror", "-m", "x"], ["-X", "dev", "-W", "error"]),
        (["-OOBm", "x", "-O"], ["-OOB"]),
        (["-uIX", "a=b", "file.py"], ["-uI", "-X", "a=b"]),
        (["-iq", "-c", "code"], []),
        (["--check-hash-based-pycs", "never", "x.py"], ["--check-hash-based-pycs", "never"]),
    ],
    ids=" ".join,
)
def test_which_of_the_interpreters_options_are_kept(monkeypatch, words, kept):
    monkeypatch.setattr(sys, "orig_argv", ["python", *words])
    assert processes.interpreter() == [sys.executable, *kept]


@pytest.mark.parametrize("name", ["Main", "Thread 0", "Thread 7", "Consumer 1", "Worker", "a2b"])
def test_the_colours_are_those_of_the_demos(name):
    first, *others, last = colors.codes()
    color = first if name == "Main" else others[shade(name, len(others))]
    assert f"{color}x{last}" == colors.paint("x", name)


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "left open"])
def test_each_run_of_a_series_reads_the_same_from_a_pipe(tmp_path, closed):
    """Also if who writes there goes on: nobody waits for the end of what nobody reads."""
    (tmp_path / "script.py").write_text("n = input()\nm = input()\n")
    command = [sys.executable, "-m", "threaddemo", "run", "script.py", "--repeat", "3", "--json"]
    process = subprocess.Popen(
        [*command, "--timeout", "20"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    )
    try:
        process.stdin.write(b"one\n" + b"x" * 100_000 + b"\n")
        process.stdin.flush()
        if closed:
            process.stdin.close()
        document = json.loads(process.stdout.read())
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
    assert [one["count"] for one in document["outcomes"]] == [3]
    assert document["outcomes"][0]["facts"]["n"] == "one"


def test_a_script_that_reads_nothing_waits_for_no_input(tmp_path):
    (tmp_path / "script.py").write_text("print(1)\n")
    command = [sys.executable, "-m", "threaddemo", "run", "script.py", "--repeat", "2"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    ) as run:
        assert run.wait(30) == 0
