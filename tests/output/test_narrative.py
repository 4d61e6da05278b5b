"""The narrative on stderr: the tutorial's format, or one JSON object a line."""

import json
import logging
import re
import threading
import time
from contextlib import contextmanager

import lessons
import pytest

from threaddemo.output import streams
from threaddemo.output.narrative import JsonLines, Narrative, Text, narrated

LINE = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d: .+")


def record(message, created=None, thread="Main"):
    """A record as a demo logs it."""
    made = logging.LogRecord("root", logging.INFO, "demo.py", 1, message, (), None)
    made.threadName = thread
    if created is not None:
        made.created = created
    return made


@pytest.fixture
def written(capsys):
    """What was written to stderr up to now."""
    return lambda: capsys.readouterr().err


@contextmanager
def told(form="text", level="INFO", virtual=None):
    """What is logged within the block is one run's narrative."""
    narrative = Narrative(form, color=form == "jsonl")
    with narrated(narrative, level):
        narrative.begin(*filter(None, [virtual]))
        yield narrative


def in_a_thread(work, name="Thread 0"):
    """Do something in a thread of its own, and wait for it."""
    thread = threading.Thread(target=work, name=name)
    thread.start()
    thread.join(30)


def test_the_format_is_the_tutorials():
    """Byte for byte what its basicConfig gives, second by second."""
    tutorials = logging.Formatter("%(asctime)s: %(message)s", "%H:%M:%S")
    ours, now = Text(), time.time()
    for seconds in (0, 0.3, 0.9, 1, 59.999, 60, 3600, 1800.5, 0):
        made = record("Main    : before creating thread", now + seconds)
        assert ours.format(made) == tutorials.format(made)
    assert LINE.fullmatch(ours.format(record("Thread 1: starting")))


@pytest.fixture
def far_away(monkeypatch):
    """A place where it is seven hours later."""
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone stays as it is")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "XYZ-7")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_away")
def test_virtual_time_starts_at_midnight():
    """Wherever the machine is: a simulated run has no time zone."""
    made = record("Thread 1: finishing", 2.5)
    made.virtual = 2.5
    assert Text().format(made) == "00:00:02: Thread 1: finishing"


def test_json_lines():
    """One object a record: its number, seconds since the run began, and what it says."""
    form = JsonLines()
    first = json.loads(form.format(record('a "quoted"\nline', thread="Producer 1")))
    second = json.loads(form.format(record("Prüfung")))
    assert list(first) == ["seq", "t", "thread", "level", "message"]
    assert (first["seq"], second["seq"]) == (1, 2)
    assert 0 <= first["t"] <= second["t"] < 60
    assert (first["thread"], first["level"]) == ("Producer 1", "INFO")
    assert (first["message"], second["message"]) == ('a "quoted"\nline', "Prüfung")


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_record_is_one_line(written, form):
    """Whatever is in the message, the line ends where the record does."""
    with told(form):
        in_a_thread(lambda: [logging.info("Thread %s: starting", 1), logging.debug("unheard")])
    line = written()
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert LINE.fullmatch(line[:-1]) if form == "text" else json.loads(line)["level"] == "INFO"


def test_logging_is_afterwards_as_it_was():
    """Handlers and level of the root logger come back, also after an error."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    with told(level="DEBUG"):
        assert root.level == logging.DEBUG
        assert len(root.handlers) == len(before[0]) + 1
    assert (list(root.handlers), root.level) == before
    with pytest.raises(ZeroDivisionError), told(level="DEBUG"):
        raise ZeroDivisionError
    assert (list(root.handlers), root.level) == before


def test_other_handlers_hear_the_demo_too(caplog):
    """The demos log to the root logger, so that tests and embedding programs can listen."""
    with told():
        in_a_thread(lambda: logging.info("Thread 1: starting"))
    assert caplog.messages == ["Thread 1: starting"]


def test_nothing_comes_after_the_end(written):
    """A thread that is still there when the run is over is not heard any more."""
    with told():
        last = logging.getLogger().handlers[-1]
        in_a_thread(lambda: logging.info("heard"))
    in_a_thread(lambda: last.handle(record("unheard")))
    (line,) = written().splitlines()
    assert line[10:] == "heard"


def test_nothing_comes_between_two_runs(written):
    """A series has one narrative, which is silent from the end of a run to the next one's begin."""
    with told("jsonl") as narrative:
        in_a_thread(lambda: logging.info("one"))
        narrative.silence()
        in_a_thread(lambda: logging.info("late"))
        narrative.begin()
        in_a_thread(lambda: logging.info("two"))
    found = [json.loads(line) for line in written().splitlines()]
    assert [(line["seq"], line["message"]) for line in found] == [(1, "one"), (1, "two")]


def test_threads_from_before_are_strangers(written):
    """Who was there before the run began does not belong to it."""
    gate, said = threading.Event(), threading.Event()

    def late():
        gate.wait(30)
        logging.info("late")
        said.set()

    thread = threading.Thread(target=late)
    thread.start()
    with told():
        gate.set()
        assert said.wait(30)
        in_a_thread(lambda: logging.info("in time"))
    thread.join(30)
    assert [line[10:] for line in written().splitlines()] == ["in time"]


def test_lines_of_many_threads_are_whole(capfd):
    """However many threads log at once, no line is torn, none is lost, each thread's in order."""
    words = "x" * 200

    def work(name):
        for index in range(50):
            logging.info("Thread %d: line %d %s", name, index, words)

    with told():
        threads = [threading.Thread(target=work, args=(name,)) for name in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    lines = capfd.readouterr().err.splitlines()
    found = [re.fullmatch(rf"..:..:..: Thread (\d+): line (\d+) {words}", line) for line in lines]
    assert all(found)
    for name in range(16):
        assert [int(m[2]) for m in found if m and int(m[1]) == name] == list(range(50))


def test_an_error_in_writing_does_not_reach_the_demo(monkeypatch):
    """It is kept for the runner, and nothing more is tried."""
    tries = []

    def write(name, text):
        tries.append(text)
        raise streams.WriteError("stderr: write error: No space left on device")

    monkeypatch.setattr(streams, "write", write)
    with told() as narrative:
        in_a_thread(lambda: [logging.info("one"), logging.info("two")])
    assert len(tries) == 1
    assert str(narrative.error) == "stderr: write error: No space left on device"


def test_the_narrative_of_a_simulator_has_its_times_and_threads(written):
    """A simulator says what time it is and whose record it is; a thread being ended has no say."""
    context = [(2.5, "Thread 1"), None, (3.0, "Main")]
    with told("jsonl", virtual=lambda: context.pop(0)):
        for message in ("one", "two", "three"):
            logging.info(message)
    lines = [json.loads(line) for line in written().splitlines()]
    assert [(line["t"], line["thread"], line["message"]) for line in lines] == [
        (2.5, "Thread 1", "one"),
        (3.0, "Main", "three"),
    ]


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_the_narrative_of_every_demo_as_text(invoke, quick, demo, lines, level):
    """Every line of every demo has the tutorial's format; a demo need not say anything."""
    result = invoke(demo, *quick[demo], "--log-level", level)
    assert lines(result.stderr) or lessons.is_silent(demo)


def test_the_narrative_of_every_demo_as_json_lines(invoke, quick, demo):
    """The same lines, numbered, with the thread that each of them is about."""
    result = invoke(demo, *quick[demo], "--log-format", "jsonl", "--debug", "--color", "always")
    assert result.exit_code == 0
    records = [json.loads(line) for line in result.stderr.splitlines()]
    assert [found["seq"] for found in records] == list(range(1, len(records) + 1))
    times = [found["t"] for found in records]
    assert times == sorted(times)
    assert not times or times[0] >= 0
    assert {found["level"] for found in records} <= {"DEBUG", "INFO"}
    names = {found["thread"] for found in records} - {"Main"}
    for found in records:
        assert list(found) == ["seq", "t", "thread", "level", "message"]
        about = [name for name in names if re.match(rf"{name}\b(?! \d)", found["message"])]
        assert found["thread"] == (about or ["Main"])[0]


def test_a_series_of_json_lines_starts_again(invoke):
    """Each run's records are numbered from 1, and its time begins with it."""
    arguments = ["--sleep", "0", "--repeat", "3", "--log-level", "info", "--log-format", "jsonl"]
    records = [json.loads(line) for line in invoke("join", *arguments).stderr.splitlines()]
    assert [found["seq"] for found in records] == [1, 2, 3, 4, 5, 6] * 3


def test_both_forms_say_the_same(invoke):
    """The message of the one is what follows the time in the other."""
    text = invoke("race", "--seed", "1", "--sleep", "0.1").stderr.splitlines()
    objects = invoke("race", "--seed", "1", "--sleep", "0.1", "--log-format", "jsonl").stderr
    assert [line[10:] for line in text] == [json.loads(o)["message"] for o in objects.splitlines()]


def test_the_root_logger_is_the_only_one():
    """The demos log to the root logger, as the tutorial does: there is no other."""
    assert not [name for name in logging.root.manager.loggerDict if name.startswith("threaddemo")]
