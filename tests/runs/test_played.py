"""Scripts on the simulator: as under Python, but for who goes next, and at which time."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def play(invoke, tmp_path):
    """Run a text as a script on the simulator, in this process."""

    def call(source, *args, how=("--seed", "1"), **files):
        for name, text in files.items():
            file = tmp_path / f"{name.replace('_in_', '/')}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        (tmp_path / "script.py").write_text(source, encoding="utf-8")
        return invoke("run", str(tmp_path / "script.py"), *how, *args)

    return call


@pytest.fixture
def facts(play):
    """The facts of a text that is run as a script."""
    return lambda source, *args, **files: json.loads(play(source, "--json", *args, **files).stdout)[
        "facts"
    ]


@pytest.fixture
def outcomes(play):
    """The outcomes of a text that is explored as a script, by their summaries."""

    def explore(source, *args):
        document = json.loads(play(source, "--json", *args, how=("--explore",)).stdout)
        return {outcome["summary"]: outcome for outcome in document["outcomes"]}

    return explore


def test_what_is_printed_and_logged_is_the_narrative(play):
    """Names and times are those of the run; a level hides what is below it."""
    source = (
        "import logging, sys, threading, time\n"
        "form = '%(asctime)s %(threadName)s %(message)s'\n"
        "logging.basicConfig(format=form, datefmt='%H:%M:%S', level='DEBUG')\n"
        "def work():\n    time.sleep(3661)\n    logging.info('worked')\n    print('printed')\n"
        "threading.Thread(target=work, name='Worker').start()\n"
        "logging.warning('begun')\nlogging.debug('unseen')\nprint('error', file=sys.stderr)\n"
    )
    end = play(source)
    told = ["00:00:00 MainThread begun", "error", "01:01:01 Worker worked", "printed"]
    assert end.stderr.splitlines() == told
    assert end.stdout == "finished; Main logged last: unseen\n"
    assert play(source, "-q").stderr.splitlines() == told[:2]
    assert "00:00:00 MainThread unseen" in play(source, "--debug").stderr


def test_the_narrative_as_data(play):
    source = (
        "import logging, time\ntime.sleep(2)\n"
        "print('a', 'b')\nlogging.warning('c')\nprint('d', end='')\n"
    )
    lines = [json.loads(line) for line in play(source, "--log-format", "jsonl").stderr.splitlines()]
    assert [(one["thread"], one["level"], one["message"]) for one in lines] == [
        ("Main", "INFO", "a b"),
        ("Main", "WARNING", "c"),
        ("Main", "INFO", "d"),
    ]
    assert [2 < one["t"] < 2.1 for one in lines] == [True, True, True]


def test_a_thread_has_its_colour(play):
    start = "threading.Thread(target=print, args=('t',), name='T 1').start()\n"
    source = f"import threading\nprint('m')\n{start}"
    shown = play(source, "--color", "always").stderr
    assert shown == "\x1b[1mm\x1b[0m\n\x1b[38;5;166mt\x1b[0m\n"


def test_an_error_is_told_where_it_comes(play):
    source = (
        "import threading\ndef fall():\n    print('falling')\n    raise ValueError('a\\x1bb')\n"
        "t = threading.Thread(target=fall, name='T')\nt.start()\nt.join()\nprint('on')\n"
    )
    end = play(source)
    error = "T failed: ValueError: a\\x1bb (script.py:4)"
    assert end.stderr.splitlines() == ["falling", f"threaddemo run: error: {error}", "on"]
    assert end.stdout == f"error: {error}; Main printed last: on\n"
    assert end.exit_code == 1
    assert "Traceback" in play(source, "--debug").stderr
    assert (
        play(source, "--log-format", "jsonl").stderr.count("threaddemo run: error: T failed") == 1
    )


def test_all_errors_are_facts(facts):
    source = (
        "import threading\ndef fall(): raise ValueError\n"
        "for name in 'BA': threading.Thread(target=fall, name=name).start()\nraise KeyError(1)\n"
    )
    found = facts(source)
    assert found["end"] == "error"
    assert found["error"] == (
        "A failed: ValueError (script.py:2); B failed: ValueError (script.py:2); "
        "Main failed: KeyError: 1 (script.py:4)"
    )


def test_an_error_that_is_kept_is_a_note(play):
    source = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(1) as pool: pool.submit(int, 'x')\n"
    )
    end = play(source)
    assert (end.exit_code, end.stdout) == (0, "finished\n")
    assert (
        "note: an error was kept, and never asked for: ThreadPoolExecutor-0_0 failed" in end.stderr
    )


@pytest.mark.parametrize(
    ("code", "fact", "told"),
    [
        ("3", 3, ""),
        ("None", None, ""),
        ("'why'", "why", "why\n"),
        ("0", 0, ""),
        ("[1]", "[1]", "[1]\n"),
    ],
)
def test_what_main_gives_to_exit(play, code, fact, told):
    """It is told as Python tells it, and is a fact; in a thread it is silent."""
    thread = "import sys, threading\nthreading.Thread(target=sys.exit, args=(9,)).start()\n"
    end = play(f"{thread}sys.exit({code})\n", "--json")
    assert (end.exit_code, end.stderr) == (0, told)
    assert json.loads(end.stdout)["facts"]["exit"] == fact
    assert json.loads(play(f"exit({code})\n", "--json").stdout)["facts"]["exit"] == fact


def test_a_deadlock_has_facts_and_a_replay(play, outcomes):
    source = (
        "import threading\nn = 1\nlock = threading.Lock()\nlock.acquire()\nprint('here')\n"
        "lock.acquire()\nn = 2\n"
    )
    end = play(source, "--json")
    document = json.loads(end.stdout)
    assert end.exit_code == 1
    assert document["facts"] == {
        "end": "deadlock",
        "error": None,
        "exit": None,
        "output": {"Main": "here\n"},
        "n": 1,
    }
    assert document["deadlock"][0]["on"] == "lock"
    summary = "deadlock: Main waits in Lock.acquire on lock (held by Main) at script.py:6"
    assert document["summary"] == f"{summary}; Main printed last: here"
    assert list(outcomes(source)) == [document["summary"]]


def test_no_error_of_an_end_that_was_forced(facts):
    """Who is taken off its stack at the end of a run fails in its own way."""
    source = (
        "import threading\nc = threading.Condition()\n"
        "def f():\n    with c: c.wait()\nthreading.Thread(target=f).start()\n"
    )
    assert facts(source)["error"] is None


def test_which_thread_printed_first_is_no_outcome_but_of_the_text(outcomes, play):
    source = (
        "import threading\n"
        "for n in 'ab': threading.Thread(target=print, args=(n,), name=n).start()\n"
    )
    assert list(outcomes(source, "--coarse")) == ["finished"]
    document = json.loads(
        play(source, "--json", "--coarse", "--by", "text", how=("--explore",)).stdout
    )
    assert {one["facts"]["text"]: one["ok"] for one in document["outcomes"]} == {
        "a\nb\n": True,
        "b\na\n": True,
    }


def test_what_is_logged_tells_outcomes_apart_without_its_time(outcomes):
    source = (
        "import logging, threading, time\nlogging.basicConfig(format='%(asctime)s %(message)s')\n"
        "v = [0]\ndef add():\n    n = v[0]\n    time.sleep(1)\n    v[0] = n + 1\n"
        "ts = [threading.Thread(target=add) for _ in 'ab']\nfor t in ts: t.start()\n"
        "for t in ts: t.join()\nlogging.warning('value %d', v[0])\n"
    )
    found = outcomes(source)
    assert found.keys() == {f"finished; Main logged last: value {n}" for n in (1, 2)}
    assert all(one["facts"]["output"] == {} for one in found.values())


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nprint('out')\nsys.stdout.write('written\\n')\nprint('err', file=sys.stderr)\n",
        "import io, sys\nsys.stdout = s = io.StringIO()\nprint('hidden')\n"
        "sys.stdout = sys.__stdout__\nprint(repr(s.getvalue()))\n",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as s: print('h')\n"
        "print(repr(s.getvalue()))\n",
        "import logging, sys\nlogging.basicConfig(stream=sys.stdout, level=10)\n"
        "logging.info('i')\n",
        "import logging\nlogging.getLogger('x').warning('of last resort')\n",
        "import sys\nsys.stdout.buffer.write(b'bytes\\n')\n",
        "import sys\nprint('no end', end='')\nsys.stdout.flush()\nprint(' and an end')\n",
        "import atexit\natexit.register(print, 'last')\nprint('first')\n",
        "import threading\nthreading.excepthook = lambda a: print('hook', a.exc_type.__name__)\n"
        "t = threading.Thread(target=int, args=('x',))\nt.start()\nt.join()\n",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('n')\np.parse_args([])\n",
        "import threading\nt = threading.Thread(daemon=True)\nprint(t.name, t.daemon)\n",
        "import sys\nprint(sys.argv[1:], __name__, __file__ != '')\n",
        "import threading\nprint(threading.current_thread().name, threading.main_thread().name)\n",
        "x = 1\nprint(sorted(n for n in dir() if n[0] != '_'))\n",
        "import sys\ntry: 1 / 0\nexcept ZeroDivisionError: print(sys.exc_info()[0])\n",
    ],
)
def test_it_is_as_for_real(play, source):
    """All that is seen, and how it ends, but for the process's name in a message."""
    real, simulated = (play(source, how=how) for how in (("--timeout", "30"), ("--seed", "1")))
    assert (simulated.stdout, simulated.stderr) == (real.stdout, real.stderr)
    assert simulated.exit_code == real.exit_code


def test_warnings_are_told_as_for_real(run_process, tmp_path):
    """Each run has filters of its own, and tells of a warning again."""
    (tmp_path / "warn.py").write_text(
        "import threading, warnings\nthreading.Thread().setDaemon(True)\n"
        "for _ in 'ab': warnings.warn('careful')\nwarnings.simplefilter('ignore')\n"
    )
    real, simulated = (run_process("run", "warn.py", *how) for how in ((), ("--seed", "1")))
    assert simulated == real
    assert "UserWarning: careful" in real.stderr
    series = run_process("run", "warn.py", "--seed", "1", "--repeat", "2", "--log-level", "INFO")
    assert series.stderr == real.stderr * 2


def test_a_thread_has_a_context_of_its_own(facts):
    source = (
        "import contextvars, decimal, threading\nv = contextvars.ContextVar('v', default=0)\n"
        "seen = []\ndef f():\n    seen.append((v.get(), decimal.getcontext().prec))\n    v.set(1)\n"
        "    decimal.getcontext().prec = 2\n"
        "for _ in 'abc':\n    t = threading.Thread(target=f)\n    t.start()\n    t.join()\n"
        "alike = len(set(seen)) == 1\n"
    )
    assert facts(source)["alike"] is True


def test_streams_are_as_before_afterwards(play):
    before = sys.stdout, sys.stderr
    play("import sys\nsys.stdout = None\nsys.stderr = 1\n")
    play("import sys\nsys.stdout = None\n", how=("--explore",))
    assert (sys.stdout, sys.stderr) == before


def test_helpers_and_packages_beside_it(facts):
    """Each is loaded on the same twins, and afresh for every run."""
    found = facts(
        "import threading\nimport helper\nfrom pack import inner, value\nimport pack.deep as deep\n"
        "from pack.inner import other\n"
        "same = helper.threading is threading is inner.threading is deep.threading\n"
        "number = helper.add() + value + other\n",
        helper="import threading\nm = []\ndef add():\n    m.append(1)\n    return len(m)\n",
        pack_in___init__="from .inner import value\n",
        pack_in_inner="import threading\nfrom . import deep\nvalue, other = 10, 100\n",
        pack_in_deep="import threading\nfrom pack import inner\n",
    )
    assert (found["same"], found["number"]) == (True, 111)


def test_a_helper_that_is_explored_is_heard(play):
    source = (
        "import threading\nimport state\n"
        "ts = [threading.Thread(target=state.add) for _ in 'ab']\nfor t in ts: t.start()\n"
        "for t in ts: t.join()\nprint(state.total)\n"
    )
    end = play(
        source,
        "--json",
        how=("--explore",),
        state="total = 0\ndef add():\n    global total\n    total += 1\n",
    )
    document = json.loads(end.stdout)
    assert {one["summary"][-1] for one in document["outcomes"]} == {"1", "2"}
    assert document["races"][0]["accesses"][0]["file"].endswith("state.py")


GAPS = [
    ("import socket\n", "socket is not simulated (at script.py:1); --let socket lets it through"),
    (
        "import os\n\nos.system('x')\n",
        "os.system is not simulated (at script.py:3); --let os.system",
    ),
    ("print(1)\ninput('?')\n", "input() is not simulated (at script.py:2)"),
    ("open('new.txt', 'w')\n", "open() to write ('w') is not simulated (at script.py:1)"),
    ("import sys\nsys.stdin.read()\n", "sys.stdin is not simulated (at script.py:2)"),
    (
        "import logging\nlogging.basicConfig(filename='x.log')\n",
        "logging to a file is not simulated (at script.py:2)",
    ),
    ("import asyncio as a\n", "asyncio is not simulated (at script.py:1)"),
    ("try: import subprocess\nexcept ImportError: pass\n", "subprocess is not simulated"),
    ("def f():\n    breakpoint()\nf()\n", "breakpoint() is not simulated (at script.py:2)"),
]


@pytest.mark.parametrize(
    "how", [("--seed", "1"), ("--explore",), ("--schedule", "-")], ids=" ".join
)
@pytest.mark.parametrize(("source", "told"), GAPS)
def test_what_has_no_twin_is_one_clear_line(play, tmp_path, source, told, how):
    end = play(source, how=how)
    assert end.exit_code == 3
    last = end.stderr.splitlines()[-1]
    assert last.startswith(f"threaddemo run: error: {told}")
    assert {path.name for path in tmp_path.iterdir()} == {"script.py"}


def test_what_does_not_exist_is_pythons_to_tell(play):
    end = play("try: import no_such_module\nexcept ImportError as e: print(e)\nimport neither\n")
    assert end.stderr.splitlines()[0] == "No module named 'no_such_module'"
    assert "Main failed: ModuleNotFoundError: No module named 'neither' (script.py:3)" in end.stdout


def test_what_is_let_through(play, monkeypatch):
    """At one's own word: a module and all that is in it, or what a twin lacks."""
    assert play("import socket\n", "--let", "socket").exit_code == 0
    assert play("import email.mime.text\n", "--let", "email").exit_code == 0
    assert play("import os\nprint(os.umask)\n", "--let", "os.umask").exit_code == 0
    assert "no such thing" in play("import os\n", "--let", "os.nosuch").stderr


@pytest.mark.parametrize("how", ["--seed 1", "--explore"])
def test_answers_are_the_same_in_each_run(tmp_path, how):
    (tmp_path / "ask.py").write_text(
        "print('hello', input('who? '))\ntry: input()\nexcept EOFError: print('no more')\n"
    )
    options = *how.split(), "--let", "input", "-q", "--timeout", "30"
    end = subprocess.run(
        [sys.executable, "-m", "threaddemo", "run", "ask.py", *options],
        input="you\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
    )
    assert "finished; Main printed last: no more" in end.stdout


def test_files_can_be_read(facts, tmp_path):
    (tmp_path / "data.txt").write_text("5\n")
    found = facts(
        "import os\nwith open(os.path.dirname(__file__) + '/data.txt') as f: n = int(f.read())\n"
    )
    assert found["n"] == 5


def test_an_endless_program_is_told_and_replayed(play):
    source = (
        "import threading, time\ndef beat():\n    for _ in range(10**9):\n        time.sleep(1)\n"
        "        print('beat')\nthreading.Thread(target=beat, name='Heart').start()\n"
    )
    end = play(source, "-q", "--json")
    document = json.loads(end.stdout)
    assert (
        document["summary"] == "endless: Heart goes round `for _ in range(10**9):` at script.py:3"
    )
    facts = {"end": "endless", "error": None, "exit": None, "output": {}}
    assert (document["facts"], document["ok"], end.exit_code) == (facts, False, 1)
    assert "note: the run has not ended after" in end.stderr
    explored = json.loads(
        play(source, "--json", "--max-schedules", "30", how=("--explore",)).stdout
    )
    assert [one["summary"] for one in explored["outcomes"]] == [document["summary"]]
    assert explored["complete"] is False
    again = play(source, "-q", how=explored["outcomes"][0]["replay"].split())
    assert again.stdout == f"{document['summary']}\n"


def test_a_long_program_runs_to_its_end(facts):
    source = (
        "import threading\nn = 0\nlock = threading.Lock()\ndef add():\n    global n\n"
        "    for _ in range(12000):\n        with lock: n += 1\n"
        "ts = [threading.Thread(target=add) for _ in 'ab']\n"
        "for t in ts: t.start()\nfor t in ts: t.join()\n"
    )
    found = facts(source, "--coarse")
    assert (found["end"], found["n"]) == ("finished", 24000)


def test_equal_seeds_give_equal_bytes(run_process, tmp_path):
    """In whichever process, and however its strings are hashed."""
    (tmp_path / "script.py").write_text(
        "import logging, queue, random, threading, time\n"
        "logging.basicConfig(format='%(asctime)s %(thread)d %(process)d %(message)s')\n"
        "q = queue.Queue()\ndef work():\n"
        "    time.sleep(random.random())\n    q.put(threading.current_thread())\n"
        "    logging.warning('%s %s', threading.current_thread(), hash(q))\n"
        "for _ in range(4): threading.Thread(target=work).start()\n"
        "print([q.get() for _ in range(4)], {q: 1}, threading.enumerate())\n"
    )
    runs = {
        run_process("run", "script.py", "--seed", "7", env={"PYTHONHASHSEED": seed})
        for seed in "12"
    }
    assert len(runs) == 1
    assert next(iter(runs)).returncode == 0


def test_arguments_vary(play):
    source = "import sys\nn = int(sys.argv[1])\n"
    rows = json.loads(play(source, "--json", "--vary", "1=2..4").stdout)["rows"]
    assert [row["document"]["facts"]["n"] for row in rows] == [2, 3, 4]
    assert [row["values"] for row in rows] == [{"1": "2"}, {"1": "3"}, {"1": "4"}]
    for words, told in (
        (("--vary", "3=1"), "the script is given 0 arguments"),
        (("--vary", "n=1"), "is not N=V1,V2,... with the place of an argument"),
        (("--vary", "1=1", "--vary", "1=2"), "only once each"),
    ):
        end = play(source, *words)
        assert (end.exit_code, end.stdout) == (2, "")
        assert told in end.stderr


def test_real_runs_vary_too(play):
    source = "import sys\nn = sys.argv[1]\n"
    assert play(source, "--vary", "1=a,b", how=()).stdout.split()[0] == "1"


def test_a_simulated_script_is_drawn(play):
    source = "import threading\nt = threading.Thread(target=int, name='T')\nt.start()\nt.join()\n"
    shown = play(source, "--timeline").stdout.splitlines()
    assert [line.split()[0] for line in shown[2:4]] == ["Main", "T"]


@pytest.mark.parametrize("option", ["--timeline", "--export=run.json"])
def test_a_real_one_is_not(play, option):
    end = play("", option, how=())
    assert (end.exit_code, end.stdout) == (2, "")
    assert "only a run on the simulator is drawn; --seed 1 asks for one" in end.stderr


def test_grading(play):
    """A wrong program fails, a right one passes, by the exit code."""
    form = (
        "import threading\nlock = threading.Lock()\nbalance = 2\ndef take():\n    global balance\n"
        "    {}\n        balance -= 1\n"
        "ts = [threading.Thread(target=take) for _ in 'ab']\n"
        "for t in ts: t.start()\nfor t in ts: t.join()\n"
    )
    held = "--check", "--expect", "balance=0", "--expect", "races=0", "-q"
    wrong = play(form.format("if True:"), *held, how=("--explore",))
    assert wrong.exit_code == 1
    assert "expected balance=0, got 1" in wrong.stderr
    assert "expected races=0, got 1" in wrong.stderr
    assert play(form.format("with lock:"), *held, how=("--explore",)).exit_code == 0


def test_a_table_of_many_outcomes_is_folded(play):
    """Those that end badly first, then by the last line that Main printed; it says so."""
    source = (
        "import random\nn = random.randint(1, 10**6)\nif n % 3 == 0: raise ValueError(n % 2)\n"
        "print(n)\nprint('even' if n % 2 == 0 else 'odd')\n"
    )
    end = play(source, "--repeat", "60", "-q")
    _, *rows, last = end.stdout.splitlines()
    assert len(rows) == 4
    assert [row.split()[2] for row in rows] == ["no", "no", "yes", "yes"]
    assert "shown by how they end and the last line that Main printed" in last
    assert "60 runs: " in last
    assert play(source, "--repeat", "60", "--format", "csv").stdout.count("\n") > 40
    assert play(source, "--repeat", "60", "--by", "end").stdout.count("\n") == 4
