"""What the tests of recordings share: a program, recorded for real and on the simulator."""

import time

import pytest

from threaddemo.events.recorder import Recorder
from threaddemo.events.twins import REAL
from threaddemo.program import Program
from threaddemo.simulation import Seeded, Simulator


class Recording:
    """What a program returned, and what was noted of it."""

    def __init__(self, recorder, result):
        self.result = result
        self.notes = list(recorder.notes)

    def of(self, name, *others):
        """What a thread did, in words; that it could go on, and did, is a matter of the schedule.

        So is whether it has to wait for a lock; ``others`` are left out, too.
        """
        left_out = {"run", "ready", "start", "submit", "wait for lock", "wait for rlock", *others}
        words = [in_words(note) for note in self.notes if note.lane.name == name]
        return [word for word in words if word not in left_out]

    def words(self):
        """What was done by all."""
        return list(map(in_words, self.notes))

    @property
    def depths(self):
        return [note.depth for note in self.notes if note.depth is not None]


def in_words(note):
    """What was done, and what is waited for."""
    return f"wait for {note.thing.kind}" if note.what == "wait" else note.what


def for_real(source):
    recorder = Recorder(REAL, time.monotonic)
    return Recording(recorder, recorder.load(Program.of(source)).run()())


def simulated(source):
    with Simulator() as simulator:
        recorder = Recorder(simulator.twins, lambda: simulator.now, is_told=True)
        simulator.listener = recorder.stands
        module = recorder.load(Program.of(source))
        done = simulator.run(module.run, Seeded(1), timeout=20, strict=False)
        assert not done.deadlock
        return Recording(recorder, done.result)


@pytest.fixture(params=[for_real, simulated], ids=["real", "simulated"])
def record(request):
    """Run a program's ``run()``, recorded; it returns something."""
    return request.param
