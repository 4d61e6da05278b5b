"""Scripts explored at the points of shared memory: what can come of them, and the races told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from threaddemo.program import Program
from threaddemo.simulation import PURE, EndlessRun, Kinds, Result, Simulator
from threaddemo.simulation.instrument import instrument
from threaddemo.simulation.points import survey
from threaddemo.simulation.races import Race, Site
from threaddemo.simulation.scheduler import Strategy

HEAD = """\
from threading import *
from queue import *
from concurrent.futures import *
import atexit, dataclasses, functools, random, time
seen = []
def both(*functions):
    threads = [Thread(target=one, name=name) for one, name in zip(functions, "ABC")]
    for one in threads: one.start()
    for one in threads: one.join()
"""


@dataclass
class Found:
    """What fine runs of a script have shown."""

    outcomes: Counter[object] = field(default_factory=Counter)
    races: dict[object, Race] = field(default_factory=dict)
    sites: Collection[Site] = ()
    gave_way: bool = False
    exhausted: bool = False
    endless: int = 0

    @property
    def variables(self) -> set[str]:
        """Those that are raced for."""
        return {race.variable for race in self.races.values()}


class Script:
    """A text that is run as a script; its outcome is what it has left in `seen`.

    Args:
        source: the text, after `HEAD`.
        strict: whether an error that leaves a thread ends the run.
    """

    def __init__(self, source: str, simulator: Simulator, strict: bool = False) -> None:
        self.simulator, self.strict = simulator, strict
        self.gave_way = False
        self._program = Program.of(HEAD + source, transform=instrument)

    def main(self) -> Callable[[], object]:
        """Run the text, as the main thread."""
        simulator = self.simulator
        module = self._program.load(simulator.twins, PURE, simulator.helpers)
        return lambda: repr(module.seen)

    def run(self, strategy: Strategy, sites: Collection[Site] | None) -> Result:
        """One run, at some points."""
        try:
            return self.simulator.run(
                self.main, strategy, timeout=60, strict=self.strict, sites=sites
            )
        finally:
            if sites is not None:
                self.gave_way |= self.simulator.points.gave_way

    def sites(self, most: int = 30_000) -> Collection[Site]:
        """Where it may be interrupted."""

        def shown(strategy: Strategy, sites: Collection[Site]) -> Collection[Site]:
            with suppress(EndlessRun):
                self.run(strategy, sites)
            return self.simulator.points.races.sites

        return survey(shown)

    def explored(self, most: int = 30_000) -> Found:
        """What can come of it at the points of shared memory."""
        sites = self.sites()
        while True:
            found = Found(sites=sites)
            self.gave_way = False
            for _ in self._kinds(found, most):
                if self.simulator.points.races.sites - sites:
                    break
            new = sites | self.simulator.points.races.sites
            if new == sites:
                return found
            sites = new

    def _kinds(self, found: Found, most: int) -> Iterator[None]:
        search = Kinds(lambda strategy: self.run(strategy, found.sites), most)
        for kind in search:
            found.outcomes[end(kind.run)] += kind.weight or 0
            found.races |= self.simulator.points.races.races
            yield
        found.exhausted = search.exhausted
        found.gave_way = self.gave_way

    def coarse(self, most: int = 30_000) -> Counter[object]:
        """What can come of it at the points of the primitives alone."""
        outcomes: Counter[object] = Counter()
        for kind in Kinds(lambda strategy: self.run(strategy, None), most):
            outcomes[end(kind.run)] += kind.weight or 0
        return outcomes


def end(run: Result) -> object:
    """What a run is compared by."""
    if run.failure:
        return "failure", run.failure.thread, repr(run.failure.error)
    if run.deadlock:
        return "deadlock", *map(str, run.deadlock)
    errors = run.errors + run.unasked
    return (run.result, *map(repr, errors)) if errors else run.result
