"""A fault anywhere in a demo ends the process: one line says which thread and what, exit 3."""

import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from . import processes
from .processes import DRIVERS, Ended, environment, on_two, run, shell

SHORT = {
    "single": ["--sleep", "0.01"],
    "daemon": ["--sleep", "0.01"],
    "join": ["--sleep", "0.01"],
    "many": ["--sleep", "0.01"],
    "executor": ["--sleep", "0.01"],
    "race": ["--sleep", "0.01"],
    "fixrace": ["--sleep", "0.01"],
    "prodcons-lock": ["--messages", "4", "--produce-sleep", "0.001", "--consume-sleep", "0.001"],
    "prodcons-queue": ["--sleep", "0.05", "--produce-sleep", "0.001", "--consume-sleep", "0.001"],
    "semaphore": ["--sleep", "0.01"],
}

#: What each demo calls besides logging, by the names it has for it.
CALLS = {
    "single": [],
    "daemon": [],
    "join": [],
    "many": [],
    "executor": [],
    "race": ["FakeDatabase.update", "FakeDatabase.__init__"],
    "fixrace": ["FakeDatabase.locked_update"],
    "prodcons-lock": ["producer", "consumer", "Pipeline.set_message", "Pipeline.get_message"],
    "prodcons-queue": [
        *("producer", "consumer", "FakeDatabase.store", "FakeNetwork.messages"),
        *("Pipeline.set_message", "Pipeline.get_message"),
        *("Pipeline._put", "Pipeline._get"),
    ],
    "semaphore": ["ConnectionPool.use"],
}
EVERYWHERE = ["logging:info", "logging:debug", "time:sleep", "random:randint"]


def targets(demo: str) -> list[str]:
    """What can fail in a demo."""
    module = f"threaddemo.demos.{demo.replace('-', '_')}"
    queue = ["queue:Queue.put", "queue:Queue.get"] if demo == "prodcons-queue" else []
    return [f"{module}:{name}" for name in CALLS[demo]] + EVERYWHERE + queue


def faulty(
    file: Path, fault: tuple[str, str, str], args: Sequence[str], unbuffered: bool = False
) -> tuple[Ended, set[str]]:
    """Run with a fault (target, call and error); the names are those of the threads that met it."""
    file.unlink(missing_ok=True)
    command = [sys.executable, str(DRIVERS / "faulty.py"), *fault, str(file), *args]
    end = run(command, environment(unbuffered))
    return end, set(file.read_text(encoding="utf-8").splitlines() if file.exists() else ())


def check(end: Ended, threads: set[str], demo: str, error: str) -> None:
    """What must be true of a run with a fault that some threads, or none, have met."""
    if not threads or (end.code == 0 and demo == "daemon" and "Main" not in threads):
        # An abandoned thread's fault may come when the run is over.
        assert end.code == 0
        assert end.notes == []
        return
    assert end.code == 3, end
    assert end.out == "" or " error: " in end.out  # of a series, the table so far
    (line,) = end.notes
    assert line == end.lines[-1], "something follows the line"
    found = re.fullmatch(
        rf"threaddemo {demo}: (?:error: )?(.+) failed: {error}: injected fault", line
    )
    assert found, line
    assert found[1] in threads


@pytest.mark.parametrize("call", ["2", "1+"], ids=["second call", "all calls"])
def test_a_fault_at_any_point(demo: str, call: str, tmp_path: Path) -> None:
    """Whatever fails, and in whichever thread, is named; the others are not waited for."""

    def one(target: str) -> None:
        args = [demo, *SHORT[demo]]
        end, threads = faulty(tmp_path / target, (target, call, "ValueError"), args)
        check(end, threads, demo, "ValueError")

    on_two(one, targets(demo))


def test_an_error_of_any_kind(demo: str, tmp_path: Path, unbuffered: bool) -> None:
    """Not even SystemExit vanishes, as it would in a plain thread."""
    target = targets(demo)[0]

    def one(error: str) -> None:
        args = [demo, *SHORT[demo], "-q"]
        end, threads = faulty(tmp_path / error, (target, "1", error), args, unbuffered)
        assert threads or demo == "daemon"
        check(end, threads, demo, error)

    on_two(one, ["SystemExit", "KeyboardInterrupt", "MemoryError", "OSError"])


@pytest.mark.parametrize("series", [[], ["--repeat", "3"]], ids=["run", "series"])
def test_all_threads_fail_at_once(series: list[str], tmp_path: Path, unbuffered: bool) -> None:
    """The first one counts, and nothing of the others follows it."""
    args = ["many", "--threads", "100", "--sleep", "0.05", "-q", *series]
    for _ in range(3):
        file = tmp_path / "thread"
        end, threads = faulty(file, ("time:sleep", "1+", "ValueError"), args, unbuffered)
        assert threads
        check(end, threads, "many", "ValueError")


def test_the_others_are_not_waited_for(tmp_path: Path, unbuffered: bool) -> None:
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
def test_a_fault_that_blocks_the_other_side(args: list[str], target: str, tmp_path: Path) -> None:
    """A dead producer leaves its consumer waiting for ever, and the other way round."""
    end, threads = faulty(tmp_path / "thread", (target, "1", "ValueError"), args)
    assert threads
    check(end, threads, args[0], "ValueError")


def test_debug_shows_the_traceback_before_the_line(tmp_path: Path, unbuffered: bool) -> None:
    """Who debugs wants to see where; the last line is the same."""
    target = "threaddemo.demos.race:FakeDatabase.update"
    args = ["race", "--debug"]
    end, threads = faulty(tmp_path / "thread", (target, "2", "ValueError"), args, unbuffered)
    assert end.code == 3
    assert end.lines[-1].endswith(f"{threads.pop()} failed: ValueError: injected fault")
    first, *traceback = end.notes[:-1]
    assert first == "Traceback (most recent call last):"
    assert any("faulty.py" in line for line in traceback)


def test_a_fault_in_a_series_ends_it(tmp_path: Path, unbuffered: bool) -> None:
    """The runs before it do not hide it."""
    args = ["many", "--threads", "2", "--sleep", "0", "--repeat", "5"]
    end, threads = faulty(tmp_path / "thread", ("time:sleep", "7", "ValueError"), args, unbuffered)
    assert threads
    check(end, threads, "many", "ValueError")


def limited(kilobytes: int, args: Sequence[str]) -> list[str]:
    """A command with a limit to its address space."""
    return shell(f'ulimit -v {kilobytes} || exit 99; exec "$@"', [*processes.MODULE, *args])


LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's to enforce")

HUNGRY = {
    "many": ["--threads", "500", "--sleep", "60"],
    "executor": ["--threads", "500", "--workers", "500", "--sleep", "60"],
    "race": ["--threads", "500", "--sleep", "60"],
    "fixrace": ["--threads", "500", "--sleep", "60"],
    "prodcons-lock": ["--producers", "250", "--consumers", "250", "--produce-sleep", "60"],
    "prodcons-queue": ["--producers", "250", "--consumers", "250", "--sleep", "60"],
    "semaphore": ["--threads", "500", "--sleep", "60"],
}


@pytest.mark.parametrize(("name", "args"), HUNGRY.items(), ids=HUNGRY)
@LIMITED
def test_threads_that_can_not_start(name: str, args: list[str], unbuffered: bool) -> None:
    """One line says how many of how many and what to lower, whatever those that run are doing."""
    end = run(limited(400_000, [name, *args, "-q"]), environment(unbuffered))
    assert end[:2] == (3, "")
    (line,) = end.lines
    found = re.fullmatch(
        rf"threaddemo {name}: (?:error: )?only (\d+) of 500 threads could be started; lower (--.+)",
        line,
    )
    assert found, line
    assert 0 < int(found[1]) < 500
    options = [part for part in args if part in ("--threads", "--workers", "--producers")]
    assert options[-1] in found[2].split(" or ")


@pytest.mark.parametrize("kilobytes", [35_000, 45_000, 60_000, 100_000, 200_000])
@LIMITED
def test_fewer_and_fewer_threads_can_start(kilobytes: int) -> None:
    """Down to none at all."""
    end = run(limited(kilobytes, ["many", "--threads", "500", "--sleep", "60"]))
    if kilobytes < 60_000 and "threaddemo" not in end.err:
        pytest.skip("the interpreter itself does not start with so little")
    assert end[:2] == (3, "")
    assert len(end.notes) == 1
    assert end.lines[-1] == end.notes[0]
    assert re.search(r"only \d+ of 500 threads could be started; lower --threads", end.notes[0])


@LIMITED
def test_the_line_comes_last_when_the_threads_narrate(unbuffered: bool) -> None:
    """Those that were started have much to say; they say nothing after it."""
    args = ["many", "--threads", "10000", "--sleep", "0.3"]
    end = run(limited(1_500_000, args), environment(unbuffered))
    if end.code == 0:
        pytest.skip("all could be started")
    assert end[:2] == (3, "")
    assert end.notes == end.lines[-1:]


@pytest.mark.parametrize("name", ["prodcons-lock", "prodcons-queue"])
@LIMITED
def test_a_worker_that_takes_all_the_memory(name: str, unbuffered: bool) -> None:
    """For saying so there is enough left."""
    hungry = [sys.executable, str(DRIVERS / "hungry.py"), name, "-q"]
    for kilobytes in (150_000, 400_000):
        end = run(shell(f'ulimit -v {kilobytes}; exec "$@"', hungry), environment(unbuffered))
        assert end[:2] == (3, "")
        (line,) = end.lines
        assert re.fullmatch(rf"threaddemo {name}: (?:error: )?Producer failed: MemoryError", line)


def test_a_killed_run_leaves_nothing_on_stdout() -> None:
    """Not even half of a result."""
    command = [*processes.MODULE, "join", "--sleep", "60", "--json"]
    with processes.started(command, stderr=subprocess.PIPE) as process:
        processes.read_until(process.stderr, "wait for")
        process.send_signal(signal.SIGKILL)
        assert processes.ended(process).out == ""
