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

    def of(self, name):
        """What a thread did, in words."""
        return [note.what for note in self.notes if note.lane.name == name]

    @property
    def depths(self):
        return [note.value for note in self.notes if note.what == "depth"]


def for_real(source):
    recorder = Recorder(REAL, time.monotonic)
    return Recording(recorder, recorder.load(Program.of(source)).run()())


def simulated(source):
    with Simulator() as simulator:
        recorder = Recorder(simulator.twins, lambda: simulator.now)
        module = recorder.load(Program.of(source))
        done = simulator.run(module.run, Seeded(1), timeout=20, strict=False)
        assert not done.deadlock
        return Recording(recorder, done.result)


@pytest.fixture(params=[for_real, simulated], ids=["real", "simulated"])
def record(request):
    """Run a program's ``run()``, recorded; it returns something."""
    return request.param
