"""A program's own `logging`, as scripts configure it."""

import logging
import sys

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Seeded

SOURCE = """
import logging, sys, threading, time

def work():
    time.sleep(1.5)
    log.debug("in %s", "work")

def run():
    global log
    log = logging.getLogger("mine")
    threading.Thread(target=work, name="Worker").start()
    logging.info("in main")
    time.sleep(3)
    try:
        raise ValueError("bad")
    except ValueError:
        log.exception("caught")
    logging.captureWarnings(True)
    return lambda: None

def main():
    form = "%(asctime)s.%(msecs)03d %(threadName)s %(thread)d %(process)d %(levelname)s %(lineno)d "
    logging.basicConfig(format=form + "%(name)s: %(message)s", level=logging.DEBUG,
                        datefmt="%H:%M:%S", stream=STREAM)
    return run()

def several():
    handler, lines = logging.Handler(), []
    handler.emit = lambda record: lines.append((record.threadName, record.getMessage()))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel("INFO")
    run()
    return lambda: lines

def plain():
    logging.getLogger("mine").warning("last resort")
    return lambda: logging.root.handlers
"""


@pytest.fixture
def play_logged(simulator):
    """Run one of the functions, each time with a logging of its own."""

    def play_logged(name, seed=0):
        modules = {**simulator.twins, "logging": simulator.logging()}
        loaded = Program.of(SOURCE.replace("STREAM", "sys.stdout")).load(modules, PURE)
        return simulator.run(getattr(loaded, name), Seeded(seed), strict=False, timeout=20)

    return play_logged


def test_lines_have_the_names_and_times_of_the_run(play_logged, capsys):
    """Again and again, though basicConfig does nothing where there is a handler."""
    expected = [
        "00:00:00.003 MainThread 1000 1000 INFO 12 root: in main",
        "00:00:01.506 Worker 1001 1000 DEBUG 6 mine: in work",
        "00:00:03.007 MainThread 1000 1000 ERROR 17 mine: caught",
        "Traceback (most recent call last):",
    ]
    for _ in range(2):
        run = play_logged("main")
        assert (run.errors, run.deadlock) == ((), ())
        lines = capsys.readouterr().out.splitlines()
        assert [line.partition(".")[0] for line in lines[:3]] == [
            line.partition(".")[0] for line in expected[:3]
        ]
        assert [line[12:] for line in lines[:3]] == [line[12:] for line in expected[:3]]
        assert lines[3] == expected[3]
        assert lines[-1] == "ValueError: bad"


def test_handlers_of_ones_own(play_logged):
    """They get records as ever."""
    lines = [("MainThread", "in main"), ("MainThread", "caught")]
    assert play_logged("several").result == lines


def test_without_a_handler_warnings_go_to_stderr(play_logged, capsys):
    """The last resort is there, and no trace of the run before."""
    play_logged("main")
    assert play_logged("plain").result == []
    assert capsys.readouterr().err == "last resort\n"


def test_the_processs_own_logging_hears_nothing(play_logged, caplog):
    """Neither records nor configuration."""
    before = list(logging.root.handlers), logging.root.level, list(logging.root.manager.loggerDict)
    play_logged("main")
    after = list(logging.root.handlers), logging.root.level, list(logging.root.manager.loggerDict)
    assert before == after
    assert caplog.records == []
    assert sys.modules["logging"] is logging


def test_logging_is_no_point(simulator):
    """It adds no schedule."""
    source = """
import logging, threading
def main(chatty):
    def work():
        for _ in range(3 if chatty else 0):
            logging.error("x")
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return lambda: None
"""
    from threaddemo.simulation import Exploration

    counts = []
    for chatty in (False, True):

        def main(chatty=chatty):
            modules = {**simulator.twins, "logging": simulator.logging()}
            modules["logging"].disable(logging.CRITICAL)
            return Program.of(source).load(modules, PURE).main(chatty)

        exploration = Exploration(lambda s, main=main: simulator.run(main, s, timeout=20))
        assert not any(run.failure for run in exploration)
        counts.append(exploration.schedules)
    assert counts[0] == counts[1]
