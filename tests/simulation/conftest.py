"""What the tests of the simulator share."""

import os
from collections import Counter

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Exploration, Simulator

from . import programs

#: The CPUs that the tests may use, before any of them explores.
CPUS = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


@pytest.fixture
def simulator():
    with Simulator(Program.place) as simulator:
        yield simulator


@pytest.fixture
def load(simulator):
    """Load an importable module, or a text, on the simulator's twins."""

    def load(name=programs.__name__, source=None):
        program = Program.named(name) if source is None else Program.of(source)
        return program.load(simulator.twins, PURE)

    return load


@pytest.fixture
def loaded(load):
    """The programs, on the simulator's twins."""
    return load()


@pytest.fixture
def explore(simulator):
    """Count the outcomes of every schedule; every run is bounded."""

    def explore(main, **bounds):
        exploration = Exploration(lambda s: simulator.run(main, s, timeout=20), **bounds)
        outcomes = Counter("deadlock" if run.deadlock else run.result for run in exploration)
        return exploration, outcomes

    return explore


@pytest.fixture
def play(simulator):
    """Run once, bounded."""

    def play(main, strategy, **options):
        return simulator.run(main, strategy, timeout=20, **options)

    return play
