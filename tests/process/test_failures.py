"""A fault anywhere in a demo ends the process: one line says which thread and what, exit 3."""

import inspect
import os
import re
import signal
import subprocess
import sys

import lessons
import pytest

from . import processes
from .processes import DRIVERS, environment, on_two, run, shell

EVERYWHERE = ["logging:info", "logging:debug", "time:sleep", "random:randint"]


def targets(demo):
    """What can fail in a demo: its functions and methods, and what it calls of others."""
    module = lessons.module(demo)
    found = []
    for name, value in vars(module).items():
        if getattr(value, "__module__", "") != module.__name__ or name == "run":
            continue
        if inspect.isfunction(value):
            found.append(name)
        elif inspect.isclass(value) and not hasattr(value, "_fields"):  # which are facts
            found += [f"{name}.{method}" for method in vars(value) if callable(vars(value)[method])]
    queue = ["queue:Queue.put", "queue:Queue.get"] if hasattr(module, "queue") else []
    return [f"{module.__name__}:{name}" for name in found] + EVERYWHERE + queue


def faulty(file, fault, args, unbuffered=False):
    """Run with a fault (target, call and error); the names are those of the threads that met it."""
    file.unlink(missing_ok=True)
    command = [sys.executable, str(DRIVERS / "faulty.py"), *fault, str(file), *args]
    end = run(command, environment(unbuffered))
    return end, set(file.read_text(encoding="utf-8").splitlines() if file.exists() else ())


def check(end, threads, demo, error):
    """What must be true of a run with a fault that some threads, or none, have met."""
    abandoned = lessons.abandons(demo) and "Main" not in threads
    if not threads or (end.returncode == 0 and abandoned):
        # An abandoned thread's fault may come when the run is over.
        assert end.returncode == 0
        assert end.notes == []
        return
    assert end.returncode == 3, end
    assert end.stdout == "" or " error: " in end.stdout  # of a series, the table so far
    (line,) = end.notes
    assert line == end.lines[-1], "something follows the line"
    found = re.fullmatch(
        rf"threaddemo {demo}: (?:error: )?(.+) failed: {error}: injected fault", line
    )
    assert found, line
    assert found[1] in threads


@pytest.mark.parametrize("call", ["2", "1+"], ids=["second call", "all calls"])
def test_a_fault_at_any_point(quick, demo, call, tmp_path):
    """Whatever fails, and in whichever thread, is named; the others are not waited for."""

    def one(target):
        args = [demo, *quick[demo]]
        end, threads = faulty(tmp_path / target, (target, call, "ValueError"), args)
        check(end, threads, demo, "ValueError")

    on_two(one, targets(demo))


def test_an_error_of_any_kind(quick, demo, tmp_path, unbuffered):
    """Not even SystemExit vanishes, as it would in a plain thread."""

    def one(error):
        fault = ("logging:info", "worker's", error)
        end, threads = faulty(tmp_path / error, fault, [demo, *quick[demo], "-q"], unbuffered)
        assert threads or lessons.abandons(demo) or lessons.is_silent(demo)
        assert "Main" not in threads
        check(end, threads, demo, error)

    on_two(one, ["SystemExit", "KeyboardInterrupt", "MemoryError", "OSError"])


@pytest.mark.parametrize("series", [[], ["--repeat", "3"]], ids=["run", "series"])
def test_all_threads_fail_at_once(series, tmp_path, unbuffered):
    """The first one counts, and nothing of the others follows it."""
    args = ["many", "--threads", "100", "--sleep", "0.05", "-q", *series]
    for _ in range(3):
        file = tmp_path / "thread"
        end, threads = faulty(file, ("time:sleep", "1+", "ValueError"), args, unbuffered)
        assert threads
        check(end, threads, "many", "ValueError")


def test_the_others_are_not_waited_for(tmp_path, unbuffered):
    """They sleep for a minute; a bound on the whole run is what tells."""
    args = ["executor", "--threads", "5", "--workers", "5", "--sleep", "60"]
    for target in ("time:sleep", "logging:info"):
        end, threads = faulty(tmp_path / "thread", (target, "3", "ValueError"), args, unbuffered)
        assert threads
        check(end, threads, "executor", "ValueError")


@pytest.mark.parametrize(
    ("args", "target"),
    [
        (["prodcons-lock", "--consume-sleep", "60"], "random:randint"),
        (["prodcons-lock", "--produce-sleep", "60"], "threaddemo.demos.prodcons_lock:consumer"),
        (["prodcons-queue", "--sleep", "60", "--queue-size", "1"], "random:randint"),
        (["prodcons-queue", "--sleep", "60"], "threaddemo.demos.prodcons_queue:FakeDatabase.store"),
    ],
    ids=[
        "producer for a lock",
        "consumer for a lock",
        "producer in a queue",
        "consumer in a queue",
    ],
)
def test_a_fault_that_blocks_the_other_side(args, target, tmp_path):
    """A dead producer leaves its consumer waiting for ever, and the other way round."""
    end, threads = faulty(tmp_path / "thread", (target, "1", "ValueError"), args)
    assert threads
    check(end, threads, args[0], "ValueError")


def test_debug_shows_the_traceback_before_the_line(tmp_path, unbuffered):
    """Who debugs wants to see where; the last line is the same."""
    target = "threaddemo.demos.race:FakeDatabase.update"
    args = ["race", "--debug"]
    end, threads = faulty(tmp_path / "thread", (target, "2", "ValueError"), args, unbuffered)
    assert end.returncode == 3
    assert end.lines[-1].endswith(f"{threads.pop()} failed: ValueError: injected fault")
    first, *traceback = end.notes[:-1]
    assert first == "Traceback (most recent call last):"
    assert any("faulty.py" in line for line in traceback)


def test_a_fault_in_a_series_ends_it(tmp_path, unbuffered):
    """The runs before it do not hide it."""
    args = ["many", "--threads", "2", "--sleep", "0", "--repeat", "5"]
    end, threads = faulty(tmp_path / "thread", ("time:sleep", "7", "ValueError"), args, unbuffered)
    assert threads
    check(end, threads, "many", "ValueError")


def limited(kilobytes, args):
    """A command with a limit to its address space."""
    return shell(f'ulimit -v {kilobytes} || exit 99; exec "$@"', [*processes.MODULE, *args])


LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's to enforce")

THREADS = 500  #: of all kinds together


def starts(demo):
    """The options that say how many threads a demo starts."""
    return [option.name for option in lessons.module(demo).OPTIONS if option.starts]


def hungry(demo):
    """The options that make a demo start so many threads, none of which ends for a minute."""
    options = starts(demo)
    many = lessons.settings(demo, count=THREADS, seconds=60)
    return lessons.words(many | dict.fromkeys(options, THREADS // len(options)))


@pytest.mark.parametrize("starting", list(filter(starts, lessons.NAMES)))
@LIMITED
def test_threads_that_can_not_start(starting, unbuffered):
    """One line says how many of how many and what to lower, whatever those that run are doing."""
    end = run(limited(400_000, [starting, *hungry(starting), "-q"]), environment(unbuffered))
    assert end[:2] == (3, "")
    (line,) = end.lines
    found = re.fullmatch(
        rf"threaddemo {starting}: (?:error: )?only (\d+) of {THREADS} threads could be started; "
        rf"lower (--.+)",
        line,
    )
    assert found, line
    assert 0 < int(found[1]) < THREADS
    assert found[2].split(" or ") == [f"--{name}" for name in starts(starting)]


@pytest.mark.parametrize("kilobytes", [35_000, 45_000, 60_000, 100_000, 200_000])
@LIMITED
def test_fewer_and_fewer_threads_can_start(kilobytes):
    """Down to none at all; and where hardly the interpreter starts, to nothing else either."""
    end = run(limited(kilobytes, ["many", "--threads", "500", "--sleep", "60"]))
    if kilobytes < 60_000 and "threaddemo" not in end.stderr:
        pytest.skip("the interpreter itself does not start with so little")
    assert end[:2] == (3, "")
    assert len(end.notes) == 1
    assert end.lines[-1] == end.notes[0]
    said = r"only \d+ of 500 threads could be started; lower --threads"
    if kilobytes < 60_000:
        said += "|Main failed: MemoryError$"
    assert re.search(said, end.notes[0])


@LIMITED
def test_the_line_comes_last_when_the_threads_narrate(unbuffered):
    """Those that were started have much to say; they say nothing after it."""
    args = ["many", "--threads", "10000", "--sleep", "0.3"]
    end = run(limited(1_500_000, args), environment(unbuffered))
    if end.returncode == 0:
        pytest.skip("all could be started")
    assert end[:2] == (3, "")
    assert end.notes == end.lines[-1:]


@pytest.mark.parametrize("name", ["prodcons-lock", "prodcons-queue"])
@LIMITED
def test_a_worker_that_takes_all_the_memory(name, unbuffered):
    """For saying so there is enough left."""
    hungry = [sys.executable, str(DRIVERS / "hungry.py"), name, "-q"]
    for kilobytes in (150_000, 400_000):
        end = run(shell(f'ulimit -v {kilobytes}; exec "$@"', hungry), environment(unbuffered))
        assert end[:2] == (3, "")
        (line,) = end.lines
        assert re.fullmatch(rf"threaddemo {name}: (?:error: )?Producer failed: MemoryError", line)


def test_a_killed_run_leaves_nothing_on_stdout():
    """Not even half of a result."""
    command = [*processes.MODULE, "join", "--sleep", "60", "--json"]
    with processes.started(command, stderr=subprocess.PIPE) as process:
        processes.read_until(process.stderr, "wait for")
        process.send_signal(signal.SIGKILL)
        assert processes.ended(process).stdout == ""


def test_what_fails_when_the_run_is_over_is_nobodys(tmp_path):
    """A daemon's thread fails while the result still waits for its reader: not a word of it."""
    file, (read_end, write_end) = tmp_path / "thread", os.pipe()
    processes.fill(write_end)
    # Main says four lines, the thread two; the second one when the run is over.
    command = [sys.executable, str(DRIVERS / "faulty.py"), "logging:info", "6", "ValueError"]
    args = [str(file), "daemon", "--sleep", "0.3", "-q"]
    with processes.started([*command, *args], stdout=write_end) as process:
        os.close(write_end)
        processes.wait_until(lambda: file.exists() and file.stat().st_size)
        while os.read(read_end, 65536):
            pass
        end = processes.ended(process)
    os.close(read_end)
    assert file.read_text(encoding="utf-8").splitlines() == ["Thread 1"]
    assert end == (0, "", "")
