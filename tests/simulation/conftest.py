"""What the tests of the simulator share."""

import atexit
import concurrent.futures
import datetime
import os
import queue
import random
import sys
import threading
import time
import timeit
from collections import Counter
from types import SimpleNamespace

import pytest

from threaddemo.program import Program
from threaddemo.simulation import PURE, Exploration, Seeded, Simulator

from . import programs

REAL = SimpleNamespace(
    threading=threading,
    time=time,
    queue=queue,
    futures=concurrent.futures,
    random=random,
    sys=sys,
    os=os,
    datetime=datetime,
    timeit=timeit,
    atexit=atexit,
)
#: The CPUs that the tests may use, before any of them explores.
CPUS = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


@pytest.fixture
def simulator():
    with Simulator(Program.place, script=True) as simulator:
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


def outcome(call, *args, **kwargs):
    """What a call returns, or the error that it raises."""
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return type(error), str(error)


@pytest.fixture
def modules(simulator):
    """The simulated modules, under the names that `REAL` has for the real ones."""
    return SimpleNamespace(
        **{name.rpartition(".")[2]: twin for name, twin in simulator.twins.items()}
    )


@pytest.fixture(params=["real", "simulated"])
def run(request, simulator, modules):
    """Run a body on the real modules, then on the simulated ones (under several seeds)."""

    def run(body):
        if request.param == "real":
            return body(REAL)

        def main():
            value = body(modules)
            return lambda: value

        runs = [simulator.run(main, Seeded(seed), timeout=20) for seed in range(5)]
        for finished in runs:
            assert not finished.deadlock
            if finished.failure:
                raise finished.failure.error
        return runs[0].result

    return run


@pytest.fixture
def outcomes(simulator, modules):
    """What a body can return, under every schedule; "deadlock" is one of them.

    The body is told the modules; it must take no more than a few steps.
    """

    def outcomes(body, **options):
        def main():
            value = body(modules)
            return lambda: value

        exploration = Exploration(lambda s: simulator.run(main, s, timeout=20, **options))
        found = {"deadlock" if run.deadlock else run.result for run in exploration}
        assert exploration.complete
        return found

    return outcomes
