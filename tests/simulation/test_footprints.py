"""What a step touches, and what is assumed of what nobody knows."""

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Kinds, NotReducible, instrument
from threaddemo.simulation.calls import effect
from threaddemo.simulation.footprints import Footprint, Recorder
from threaddemo.simulation.hearing import Hearing
from threaddemo.simulation.twins import Simulated, bind, heard


@pytest.fixture
def kinds(simulator):
    """Explore a program, given as text, by kinds: the search, and all results."""

    def kinds(source, **bounds):
        program = Program.of(source, transform=instrument)
        main = program.load(simulator.twins, PURE, simulator.helpers).run
        search = Kinds(lambda s: simulator.run(main, s, timeout=20), **bounds)
        return search, list(search)

    return kinds


class Thing:
    """Something whose attributes are variables."""


def footprint(*touches, names=None):
    """The footprint of a step, in words."""
    recorder = names or Recorder(lambda: 0)
    for how, *variable in touches:
        getattr(recorder, how)(*variable)
    return recorder.cut()


@pytest.mark.parametrize(
    ("one", "two", "dependent"),
    [
        ("read", "read", False),
        ("read", "write", True),
        ("write", "write", True),
        ("add", "add", False),
        ("add", "read", True),
        ("add", "write", True),
    ],
)
def test_steps_depend_by_what_they_have_in_common(one, two, dependent):
    """Reads commute, additions commute; nothing else does that touches the same variable."""
    for first, second in (one, two), (two, one):
        mine, other = footprint((first, "m", "x")), footprint((second, "m", "x"))
        assert mine.depends_on(other) is dependent
        assert not mine.depends_on(footprint((second, "m", "y")))
        assert mine.depends_on(footprint(("everything",)))
    assert footprint(("everything",)).depends_on(Footprint())


def test_what_is_found_may_be_what_another_has_found():
    """An object that was not seen when it was made is taken for any of its type that is touched."""
    mine, theirs = Thing(), Thing()
    assert footprint(("write", mine, "x")).depends_on(footprint(("read", theirs, "x")))
    assert not footprint(("write", mine, "x")).depends_on(footprint(("read", theirs, "y")))
    assert not footprint(("read", mine, "x")).depends_on(footprint(("read", theirs, "x")))
    recorder = Recorder(lambda: 0)
    recorder.made(mine)
    known = footprint(("write", mine, "x"), names=recorder)
    assert not known.depends_on(footprint(("write", theirs, "x"), names=recorder))
    assert known.depends_on(footprint(("read", mine, "x"), names=recorder))


def test_a_name_is_not_used_again():
    """An object that was let go takes its name with it, whoever gets its address."""
    recorder = Recorder(lambda: 7)
    keys = set()
    for step in range(100):
        recorder.resume(7, step)
        recorder.write(Thing(), "x")
        keys |= recorder.cut().writes
    assert len(keys) == 100
    assert not recorder.names


class Forgetful(Simulated):
    """A twin whose author has marked nothing."""

    def __init__(self):
        self.value = 0

    def raise_it(self):
        self.value += 1

    def look(self):
        return self.value


class Lying(Simulated):
    """A twin that says it notes what it does, and does not."""

    open = False

    @heard
    def wait(self):
        self._announce("Lying.wait", lambda: self.open, look=True)

    @heard
    def let(self):
        self.open = True


def twin(simulator, cls):
    """A twin that a program finds in the module threading."""
    simulator.twins["threading"].provide(**bind(simulator._scheduler, {}, "threading", cls))


def test_a_method_that_is_not_marked_changes_its_object(simulator, kinds):
    """So a twin whose author thinks of nothing hides nothing."""
    twin(simulator, Forgetful)
    search, found = kinds(
        """
import threading, time
def run():
    shared, seen = threading.Forgetful(), []
    def work():
        time.sleep(1)
        shared.raise_it()
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(1)
    seen.append(shared.look())
    thread.join()
    return lambda: seen[0]
"""
    )
    assert search.complete
    assert {kind.run.result for kind in found} == {0, 1}


def test_a_twin_that_hides_what_it_changes_is_found_out(simulator, kinds):
    """What ends a wait without a note ends the exploration: no count is better than a wrong one."""
    twin(simulator, Lying)
    with pytest.raises(NotReducible, match=r"Lying\.wait waits for what was changed without"):
        kinds(
            """
import threading, time
def run():
    gate = threading.Lying()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    time.sleep(1)
    gate.let()
    return lambda: None
"""
        )


@pytest.mark.parametrize(
    ("call", "everything"),
    [
        ("len(xs)", False),
        ("xs.append(1)", False),
        ("logging.info('%s', xs)", False),
        ("json.dumps(xs)", False),
        ("sorted(xs, key=len)", False),
        ("xs.sort(key=abs)", False),
        ("random.shuffle(xs)", False),
        ("random.choice(xs)", False),
        ("exec('xs.append(1)', {'xs': xs})", True),
        ("globals()", True),
        ("statistics._sum.__globals__['x']", True),
        ("io.StringIO('x').read()", True),
        ("open(__file__ + 'x', 'w')", True),
    ],
)
def test_what_is_not_known_touches_everything(call, everything):
    """Slower, never wrong."""
    recorder = Recorder(lambda: 0)

    class Machine:
        pass

    machine = Machine()
    machine.recorder = machine.namer = recorder
    machine.points = None
    source = f"import io, json, logging, random, statistics\nxs = []\ntry:\n    {call}\n"
    source += "except Exception:\n    pass\n"
    program = Program.of(source, "/nowhere/program", instrument)
    program.load({}, None, Hearing(machine).helpers)
    touched = recorder.cut()
    assert touched.everything is (everything or call.startswith("random"))
    if not everything:
        assert any(name is None for _, name in touched.reads | touched.writes) or touched.everything


def test_an_error_is_an_outcome_like_a_deadlock(kinds):
    """The exploration goes on after it, and counts it."""
    search, found = kinds(
        """
import threading, time
class Shared:
    value = 0
def run():
    shared = Shared()
    def work():
        time.sleep(1)
        shared.value = 1
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(1)
    if shared.value:
        raise ValueError("late")
    thread.join()
    return lambda: "early"
"""
    )
    assert search.complete
    ends = {kind.run.result or repr(kind.run.failure.error) for kind in found}
    assert ends == {"early", "ValueError('late')"}
    assert sum(kind.weight for kind in found) == search.schedules > len(found)


def test_where_there_are_too_many_kinds_some_are_drawn_at_random(kinds):
    """These stand for none but themselves; and they are the same ones each time."""
    source = """
import threading, time
def run():
    order = []
    def work(me):
        time.sleep(1)
        order.append(me)
        time.sleep(1)
        order.append(me)
    threads = [threading.Thread(target=work, args=(me,)) for me in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lambda: tuple(order)
"""
    search, found = kinds(source, max_runs=40)
    assert (search.runs, search.sampled, search.complete) == (40, 20, False)
    drawn = [kind.run.schedule for kind in found if kind.weight is None]
    assert len(drawn) == 20
    assert len(set(drawn)) > 15
    assert [kind.run.schedule for kind in kinds(source, max_runs=40)[1]][-20:] == drawn


def test_each_thread_reads_a_time_of_its_own(kinds, simulator):
    """It passes by its own sleeps and by what it waits for, not by what others do meanwhile."""
    search, found = kinds(
        """
import threading, time
def run():
    read = {}
    def work():
        time.sleep(5)
        read["thread"] = round(time.monotonic())
    def idle():
        time.sleep(100)
    threading.Thread(target=idle, daemon=True).start()
    thread = threading.Thread(target=work)
    thread.start()
    read["before"] = round(time.monotonic())
    thread.join()
    read["joined"] = round(time.monotonic())
    return lambda: tuple(read.items())
"""
    )
    assert search.complete
    times = {frozenset(kind.run.result) for kind in found}
    assert times == {frozenset({"before": 0, "thread": 5, "joined": 5}.items())}


@pytest.mark.parametrize(
    ("name", "given", "looked_into"),
    [("append", [[]], False), ("pop", [0], False), ("pop", [Thing()], True), ("index", [1], True)],
)
def test_what_a_list_holds_is_not_looked_into_where_nothing_depends_on_it(name, given, looked_into):
    """But where an argument may call the program, it is not known what that does."""
    inner = [1]
    outer = [inner]
    touched = effect(getattr(outer, name), given, {})
    assert (touched is None or inner in [owner for owner, _, _ in touched]) is looked_into
    assert touched is None or (outer, None, name != "index") in touched
