"""Clocks, calendars and what else a program asks of its machine."""

import datetime
import importlib
import os
import random
import sys
import time

import pytest

from threaddemo.simulation import PURE, Seeded, Simulator

from .conftest import outcome


@pytest.fixture
def once(simulator, modules):
    """What a body returns, run once on the simulated modules."""

    def once(body, **options):
        def main():
            value = body(modules)
            return lambda: value

        return simulator.run(main, Seeded(0), timeout=20, **options).result

    return once


def test_time_begins_with_the_epoch(once):
    """And passes as the threads sleep, whatever the clock of the machine says."""

    def body(m):
        m.time.sleep(86400 + 3600)
        return [
            m.time.ctime(),
            m.time.strftime("%Y-%m-%d %H:%M"),
            m.time.asctime(),
            m.time.localtime()[:5],
            m.time.gmtime()[:5],
            m.time.mktime(m.time.localtime()) // 1,
            m.datetime.datetime.now().isoformat(timespec="minutes"),
            m.datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes"),
            m.datetime.datetime.today().hour,
            m.datetime.date.today().isoformat(),
        ]

    assert once(body) == [
        "Fri Jan  2 01:00:00 1970",
        "1970-01-02 01:00",
        "Fri Jan  2 01:00:00 1970",
        (1970, 1, 2, 1, 0),
        (1970, 1, 2, 1, 0),
        90000.0,
        "1970-01-02T01:00",
        "1970-01-02T01:00+00:00",
        1,
        "1970-01-02",
    ]


CLOCKS = ["time", "monotonic", "perf_counter", "process_time", "thread_time"]


@pytest.mark.parametrize("name", CLOCKS)
def test_every_clock_is_the_virtual_one(once, name):
    """In seconds and in nanoseconds."""

    def body(m):
        clock, fine = getattr(m.time, name), getattr(m.time, f"{name}_ns")
        m.time.sleep(1)
        return 1 <= clock() < 1.1 and 10**9 <= fine() < 1.1 * 10**9

    assert once(body) is True


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_time_zone_of_the_machine_does_not_matter(once, monkeypatch, zone):
    """Local time is UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("no time zones to set")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:

        def body(m):
            day = m.datetime.datetime(2000, 1, 1)
            stamp = day.timestamp()
            return [
                *(m.time.localtime(0)[3], m.time.ctime(0), m.time.tzname, m.time.timezone),
                *(stamp, m.datetime.datetime.fromtimestamp(stamp) == day),
                *(day.astimezone().isoformat(), m.datetime.date.fromtimestamp(0).isoformat()),
                *(m.time.mktime((2000, 1, 1, 0, 0, 0, 0, 1, 0)), m.time.strftime("%H")),
            ]

        assert once(body) == [
            *(0, "Thu Jan  1 00:00:00 1970", ("UTC", "UTC"), 0),
            *(946684800.0, True, "2000-01-01T00:00:00+00:00", "1970-01-01"),
            *(946684800.0, "00"),
        ]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_dates_are_dates(run):
    """Arithmetic, comparison and text are those of the real classes."""

    def body(m):
        d = m.datetime
        day = d.datetime(2000, 1, 1, tzinfo=d.timezone.utc)
        later = day + d.timedelta(hours=1)
        return [
            *(repr(d.datetime(2000, 1, 1)), str(later), later > day, later - day),
            *(isinstance(d.datetime.now(), d.datetime), isinstance(d.date.today(), d.date)),
            *(isinstance(day, d.date), isinstance(d.date.today(), d.datetime)),
            *(d.datetime.strptime("1 2 2000", "%d %m %Y").month, day.astimezone(d.timezone.utc)),
        ]

    hour = datetime.timedelta(hours=1)
    expected = ["datetime.datetime(2000, 1, 1, 0, 0)", "2000-01-01 01:00:00+00:00", True, hour]
    expected += [
        True,
        True,
        True,
        False,
        2,
        datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc),
    ]
    assert run(body) == expected


def test_timeit(run):
    """It measures by the clock of the run."""

    def body(m):
        seconds = m.timeit.timeit(lambda: m.time.sleep(0.01), number=3)
        several = m.timeit.repeat(lambda: m.time.sleep(0.01), number=1, repeat=2)
        began = m.timeit.default_timer()
        m.time.sleep(0.01)
        text = m.timeit.timeit("sleep(0.01)", number=1, globals={"sleep": m.time.sleep})
        return seconds >= 0.03, len(several), m.timeit.default_timer() - began >= 0.01, text >= 0.01

    assert run(body) == (True, 2, True, True)


def test_random_objects_are_drawn_from_the_seed_of_the_run(once):
    """Those with a seed of their own are the real ones; the others differ from each other."""

    def body(m):
        given, one, two = m.random.Random(7), m.random.Random(), m.random.SystemRandom()
        drawn = [given.random(), one.random(), two.random()]
        given.seed()
        return [*drawn, given.random(), m.random.random()]

    first = once(body, seed=1)
    assert first == once(body, seed=1)
    assert first[0] == random.Random(7).random()
    assert len(set(first)) == 5
    assert set(first) & set(once(body, seed=2)) == {first[0]}


def test_the_machine_is_the_same_everywhere(once):
    """It has a number of CPUs and a process of its own; what is merely looked at is real."""

    def body(m):
        facts = [m.os.cpu_count(), m.os.getpid(), m.os.path is os.path, m.os.getcwd()]
        m.os.environ["NEW"] = "1"
        facts += [m.os.getenv("NEW"), m.os.environ.get("PATH") == os.environ.get("PATH")]
        m.sys.argv.append("x")
        return [*facts, m.sys.argv, m.sys.version_info[0], m.os.getenv("NONE", "none")]

    expected = [4, 1000, True, os.getcwd(), "1", True, ["program", "x"], 3, "none"]
    assert [once(body), once(body)] == [expected, expected]
    assert "NEW" not in os.environ


def test_the_streams_are_those_of_the_moment(once, capsys):
    """Text goes where it would go; a program's own stream lasts as long as its run."""

    def body(m):
        m.sys.stdout.write("out\n")
        m.sys.stderr.write("err\n")
        replaced = m.sys.stdout = object()
        return m.sys.stdout is replaced

    assert once(body)
    assert once(body)
    assert capsys.readouterr() == ("out\n" * 2, "err\n" * 2)


def test_what_is_given_with_the_modules_is_there_in_every_run(once, simulator):
    """The caller sets it, as often as it likes."""
    simulator.twins["sys"].provide(argv=["script.py", "1"])
    for _ in range(2):
        assert once(lambda m: (m.sys.argv.pop(), m.sys.argv)) == ("1", ["script.py"])


@pytest.mark.parametrize("strict", [True, False])
def test_exits_are_called_when_all_threads_have_ended(simulator, modules, strict):
    """The last one first; daemons are still there."""
    log = []

    def work(name, seconds):
        modules.time.sleep(seconds)
        log.append(name)

    def main():
        for number in range(3):
            modules.atexit.register(log.append, number)
        modules.atexit.unregister(log.append)
        for number in range(2):
            modules.atexit.register(work, f"exit {number}", 1)
        modules.threading.Thread(target=work, args=("thread", 5)).start()
        modules.threading.Thread(target=work, args=("daemon", 6.5), daemon=True).start()
        log.append("main")
        return lambda: list(log)

    expected = ["main", "thread", "exit 1", "daemon", "exit 0"]
    run = simulator.run(main, Seeded(0), timeout=20, strict=strict)
    assert run.result == expected
    log.clear()
    assert simulator.run(main, Seeded(0), timeout=20, strict=strict).result == expected


def test_an_exit_that_fails_does_not_keep_the_others(simulator, modules):
    """It is told of, as any error."""
    log = []

    def main():
        modules.atexit.register(log.append, "first")
        modules.atexit.register(int, "no number")

    run = simulator.run(main, Seeded(0), timeout=20, strict=False)
    assert log == ["first"]
    assert [error.thread for error in run.errors] == ["MainThread"]


def test_star_imports_find_what_there_is(simulator):
    """Names that have no twin are left out: who uses one hears of it then."""
    for twin in simulator.twins.values():
        assert all(hasattr(twin, name) for name in getattr(twin, "__all__", ()))


def test_a_wrong_argument_is_refused_as_by_the_real_function(run):
    """With its error."""

    def body(m):
        return [
            outcome(m.time.gmtime, "x")[0],
            outcome(m.time.strftime, 7)[0],
            outcome(m.time.get_clock_info, "no clock"),
        ]

    assert run(body) == [TypeError, TypeError, (ValueError, "unknown clock")]


def test_two_simulators_have_machines_of_their_own():
    """What one program sets is not seen by another."""
    with Simulator(script=True) as one, Simulator(script=True) as two:
        one.twins["sys"].marker = 1
        assert not hasattr(two.twins["sys"], "marker")
        assert not hasattr(sys, "marker")


def test_arguments_are_those_of_the_program(once, simulator, capsys):
    """A parser reads what the program was given, and goes by its name."""
    simulator.twins["sys"].provide(argv=["folder/script.py", "--count", "3"])

    def body(m):
        parser = m.argparse.ArgumentParser(description="Count.")
        parser.add_argument("--count", type=int, default=1)
        wrong = None
        try:
            parser.parse_args(["--count", "x"])
        except SystemExit as error:
            wrong = error.code
        return parser.prog, parser.parse_args().count, parser.parse_args([]).count, wrong

    assert once(body) == ("script.py", 3, 1, 2)
    assert "script.py: error: argument --count: invalid int value" in capsys.readouterr().err


def test_modules_that_are_let_through_exist():
    """On every Python."""
    for name in PURE:
        assert importlib.import_module(name)
