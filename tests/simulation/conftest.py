"""What the tests of the simulator share."""

import os
from collections import Counter

import pytest

from threaddemo.simulation import Exploration, Simulator

from . import programs

#: The CPUs that the tests may use, before any of them explores.
CPUS = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


@pytest.fixture
def simulator():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def loaded(simulator):
    """The programs, on the simulator's twins."""
    return simulator.load(programs.__name__)


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
