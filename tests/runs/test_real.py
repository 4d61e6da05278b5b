"""One real run: its end, its failures, its time-out, and nothing left of it in the process."""

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import pytest

from threaddemo.ends import Run, TimedOut, TooManyThreads, WorkerFailed
from threaddemo.output import streams
from threaddemo.output.narrative import Narrative, narrated
from threaddemo.program import Program
from threaddemo.runs.real import run_for_real
from threaddemo.runs.whereabouts import whereabouts

BOUND = 30  #: seconds that a run may take here before it counts as hanging


class Facts(NamedTuple):
    """One fact is enough."""

    number: int

    @property
    def ok(self):
        """The number is not 0."""
        return self.number != 0

    def __str__(self):
        return f"number {self.number}"


@pytest.fixture
def narrative():
    """A narrative that nobody logs to."""
    return Narrative("text", color=False)


@pytest.fixture
def start(narrative):
    """Run a demo's main code for real."""
    return lambda main, timeout=BOUND, **more: run_for_real(main, narrative, timeout, **more)


def fail():
    """What a worker with a mistake does."""
    raise ValueError("three\nlines\n  of text")


def test_a_run(start):
    """Its facts, its text and its length."""
    run = start(lambda: lambda: Facts(3))
    assert (run.outcome, run.summary, run.ok) == (Facts(3), "number 3", True)
    assert run.replay is None
    assert 0 <= run.elapsed < BOUND
    assert not start(lambda: lambda: Facts(0)).ok
    assert not Run(None, "deadlock", 0.0).ok


def test_main_is_a_thread_called_main(start):
    """The log's name of a thread is the narrative's."""
    names = []

    def main():
        names.append(threading.current_thread().name)
        return lambda: Facts(1)

    start(main)
    assert names == ["Main"]
    assert threading.current_thread().name == "MainThread"


def test_facts_are_read_when_the_threads_have_ended(start):
    """As the interpreter does at its end, the runner waits: also for threads of threads."""
    ended = []

    def work(generations):
        if generations:
            threading.Thread(target=work, args=(generations - 1,)).start()
        time.sleep(0.02)
        ended.append(generations)

    def main():
        threading.Thread(target=work, args=(3,)).start()
        return lambda: Facts(len(ended))

    assert start(main).outcome == Facts(4)


def test_daemon_threads_are_not_waited_for(start):
    """Nor does the run end them."""
    gate, ended = threading.Event(), []

    def work():
        gate.wait(BOUND)
        ended.append(1)

    def main():
        threading.Thread(target=work, daemon=True).start()
        return lambda: Facts(len(ended))

    try:
        assert start(main).outcome == Facts(0)
    finally:
        gate.set()


def test_a_failing_thread_is_named(start):
    """The error is one line, whatever is in it."""

    def main():
        threading.Thread(target=fail, name="Thread 7").start()
        return lambda: Facts(1)

    with pytest.raises(WorkerFailed) as failure:
        start(main)
    assert str(failure.value) == "Thread 7 failed: ValueError: three lines of text"
    assert isinstance(failure.value.error, ValueError)


def test_a_failing_main_is_named(start):
    """Main is a thread like the others."""
    with pytest.raises(WorkerFailed, match=r"^Main failed: ValueError: three lines of text$"):
        start(fail)


def test_facts_that_cannot_be_read(start):
    """A mistake in counting is no less of a failure."""
    with pytest.raises(WorkerFailed, match=r"^Main failed: ZeroDivisionError: "):
        start(lambda: lambda: Facts(1 // 0))


@pytest.mark.parametrize("error", [ValueError(), SystemExit(3), KeyboardInterrupt()], ids=repr)
def test_no_exception_is_swallowed(start, error):
    """Also not those that Python's own threads end of without a word."""

    def work():
        raise error

    def main():
        threading.Thread(target=work, name="Thread 0").start()
        return lambda: Facts(1)

    with pytest.raises(WorkerFailed, match=f"^Thread 0 failed: {type(error).__name__}"):
        start(main)


def test_a_future_that_nobody_reads(start):
    """The error of a pool's task is heard of without asking for its result."""

    def work():
        threading.current_thread().name = "Thread 3"
        fail()

    def main():
        with ThreadPoolExecutor(1) as executor:
            executor.submit(work)
        return lambda: Facts(1)

    with pytest.raises(WorkerFailed, match=r"^Thread 3 failed: ValueError"):
        start(main)


def test_a_failure_is_heard_of_while_others_are_blocked(start):
    """Who waits for the failed one must not keep the run from ending."""
    gate = threading.Event()

    def main():
        threading.Thread(target=fail, name="Producer").start()
        threading.Thread(target=gate.wait, args=(BOUND,), name="Consumer").start()
        gate.wait(BOUND)
        return lambda: Facts(1)

    try:
        with pytest.raises(WorkerFailed, match=r"^Producer failed"):
            start(main)
        assert not gate.is_set()
    finally:
        gate.set()


def test_the_first_failure_counts(start):
    """What fails because of it is only a consequence."""
    failed = threading.Event()

    def main():
        thread = threading.Thread(target=fail, name="Thread 0")
        thread.start()
        thread.join()
        failed.set()
        raise OSError("consequence")

    with pytest.raises(WorkerFailed, match=r"^Thread 0 failed"):
        start(main)
    assert failed.wait(BOUND)


def test_nothing_follows_a_failure(start, narrative, capsys):
    """From then on the narrative is silent, whoever still has something to say."""

    def main():
        logging.info("heard")
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        logging.info("unheard")
        return lambda: Facts(1)

    with narrated(narrative, "INFO"):
        with pytest.raises(WorkerFailed):
            start(main)
        for thread in threading.enumerate():
            if thread.name == "Main":
                thread.join(BOUND)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(": heard")


WAITING = """
import threading

gate = threading.Event()

def work():
    gate.wait(30)

def main():
    threading.Thread(target=work, name="Thread 5").start()
    gate.wait(30)
    return lambda: 0

def leave():
    threading.Thread(target=work, name="Thread 5").start()
    return lambda: 0
"""


@pytest.mark.parametrize(
    ("main", "told"),
    [
        ("main", "Main waits in `main` at example.py:11"),
        ("leave", "Main is done, and waits for the other threads to end"),
    ],
    ids=["main waits", "main is done"],
)
def test_a_run_that_takes_too_long(start, main, told):
    """Every thread of it is named, with the line of the demo that it has come to."""
    demo = Program.of(WAITING, "example").load({})
    try:
        with pytest.raises(TimedOut) as late:
            start(getattr(demo, main), 0.3)
    finally:
        demo.gate.set()
    assert str(late.value) == "gave up after 0.3 s"
    assert sorted(late.value.threads) == [told, "Thread 5 waits in `work` at example.py:7"]


def test_where_an_ended_thread_is():
    """A thread that ended meanwhile waits for nothing."""
    thread = threading.Thread(target=int, name="Thread 0")
    thread.start()
    thread.join()
    assert whereabouts([thread], threading.current_thread()) == ["Thread 0 has ended"]


@pytest.mark.parametrize("possible", [0, 1, 3])
def test_too_many_threads(start, monkeypatch, possible):
    """When the system starts no more, the run ends and says how many there were."""
    begin, left = threading.Thread.start, [None] * (possible + 1)  # one is Main itself

    def limited(thread):
        if not left:
            raise RuntimeError("can't start new thread")
        left.pop()
        begin(thread)

    def main():
        for index in range(10):
            threading.Thread(target=int, name=f"Thread {index}").start()
        return lambda: Facts(1)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", limited)
        with pytest.raises(TooManyThreads) as limit:
            start(main)
    assert limit.value.started == possible


def test_not_even_main_can_start(start, monkeypatch):
    """Then there were none."""

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(TooManyThreads) as limit:
            start(lambda: lambda: Facts(1))
    assert limit.value.started == 0


def test_a_thread_started_twice_is_a_mistake_of_the_demo(start):
    """It is no lack of threads."""

    def main():
        thread = threading.Thread(target=int)
        thread.start()
        thread.start()
        return lambda: Facts(1)

    with pytest.raises(WorkerFailed, match="threads can only be started once"):
        start(main)


def test_output_that_cannot_be_written_ends_the_run(start, narrative):
    """Nobody would hear the rest of it."""
    gate = threading.Event()

    def main():
        narrative.error = streams.WriteError("stderr: write error: no")
        gate.wait(BOUND)
        return lambda: Facts(1)

    try:
        with pytest.raises(streams.WriteError, match="stderr: write error: no"):
            start(main)
    finally:
        gate.set()


def test_who_watches_can_end_the_wait(start):
    """What the check raises, the run raises."""
    gate = threading.Event()

    def check():
        raise InterruptedError("enough")

    try:
        with pytest.raises(InterruptedError, match="enough"):
            start(lambda: gate.wait(BOUND), check=check)
    finally:
        gate.set()


@pytest.mark.parametrize("failing", [False, True], ids=["a good run", "a failing run"])
def test_the_process_is_as_it_was(start, failing):
    """What the runner listened with is taken away again."""
    before = (threading.excepthook, threading.Thread.start, Future.set_exception)
    if failing:
        with pytest.raises(WorkerFailed):
            start(fail)
    else:
        start(lambda: lambda: Facts(1))
    assert (threading.excepthook, threading.Thread.start, Future.set_exception) == before


def test_a_late_failure_of_an_earlier_run(start):
    """A thread that a run has left behind fails during the next: that is not the next one's."""
    gate, failed = threading.Event(), threading.Event()

    def work():
        gate.wait(BOUND)
        failed.set()
        fail()

    def first():
        thread = threading.Thread(target=work, daemon=True, name="Thread 0")
        thread.start()
        threads.append(thread)
        return lambda: Facts(1)

    def second():
        gate.set()
        failed.wait(BOUND)
        threads[0].join(BOUND)
        return lambda: Facts(2)

    threads = []
    start(first)
    assert start(second).outcome == Facts(2)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("single", '        logging.info("Thread %s: finishing", name)\n'),
        ("join", '        logging.info("Thread %s: finishing", name)\n'),
        ("many", '        logging.info("Thread %s: finishing", name)\n'),
        ("executor", '        logging.info("Thread %s: finishing", name)\n'),
        ("race", '        logging.info("Thread %s: finishing update", name)\n'),
        ("fixrace", '        logging.info("Thread %s: finishing update", name)\n'),
        ("semaphore", '            logging.info("Thread %s: returning the connection", name)\n'),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
def test_a_worker_of_a_demo_that_fails(invoke, changed, name, line):
    """One line names thread and error, nothing follows it, stdout is empty, exit 3."""
    indent = line[: line.index("logging")]
    which = "1" if name in ("single", "join") else "0"
    changed(name, (line, f"{indent}if name == {which}: raise ValueError('no good')\n{line}"))
    result = invoke(name, "--sleep", "0.01")
    assert (result.exit_code, result.stdout) == (3, "")
    failure = f"threaddemo {name}: error: Thread {which} failed: ValueError: no good"
    assert result.stderr.splitlines()[-1] == failure
    assert result.stderr.count("failed") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["prodcons-lock", "prodcons-queue"])
@pytest.mark.parametrize(
    ("line", "who"),
    [("message = Message(name", "Producer"), ("self.stored.append(message)", "Consumer")],
    ids=["producer", "consumer"],
)
def test_a_side_of_a_pipeline_that_fails(run_process, copied_package, name, line, who):
    """The other side is blocked for ever; the process ends all the same, within its bound."""
    file = copied_package / "demos" / f"{name.replace('-', '_')}.py"
    source = file.read_text(encoding="utf-8")
    assert source.count(line) == 1
    file.write_text(source.replace(line, f"raise ValueError('no good'); {line}"), encoding="utf-8")
    env = {"PYTHONPATH": str(copied_package.parent)}
    result = run_process(name, env=env, timeout=20)
    assert (result.returncode, result.stdout) == (3, "")
    failure = f"threaddemo {name}: error: {who} failed: ValueError: no good"
    assert result.stderr.splitlines()[-1] == failure
    assert "Traceback" not in result.stderr


def test_too_many_threads_for_a_demo(invoke, monkeypatch):
    """One line says how many could be started, and which option to lower."""
    begin, left = threading.Thread.start, [None] * 4

    def limited(thread):
        if not left:
            raise RuntimeError("can't start new thread")
        left.pop()
        begin(thread)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", limited)
        result = invoke("many", "--threads", "8", "--sleep", "0", "-q")
    assert (result.exit_code, result.stdout) == (3, "")
    said = "threaddemo many: error: only 3 of 8 threads could be started; lower --threads\n"
    assert result.stderr == said
