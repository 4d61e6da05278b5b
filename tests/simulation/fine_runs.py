"""Scripts explored at the points of shared memory: what can come of them, and the races told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from threaddemo.program import Program
from threaddemo.simulation import PURE, Exploration, Kinds, Result, Simulator
from threaddemo.simulation.instrument import instrument
from threaddemo.simulation.points import survey
from threaddemo.simulation.races import Race, Site
from threaddemo.simulation.scheduler import Strategy

HEAD = """\
from threading import *
from queue import *
from concurrent.futures import *
import atexit, dataclasses, functools, random, threading, time
seen = []
def both(*functions):
    threads = [Thread(target=one, name=name) for one, name in zip(functions, "ABC")]
    for one in threads: one.start()
    for one in threads: one.join()
"""


def catalog(text: str) -> dict[str, tuple[str, ...]]:
    """The programs of a text by their headings, each with what else its heading says.

    A heading is a line like `### name: one; another`.
    """
    parts = re.split(r"(?m)^### (.*)\n", text)[1:]
    found = {}
    for heading, source in zip(parts[::2], parts[1::2], strict=True):
        name, _, rest = heading.partition(": ")
        found[name] = (source, *(part.strip() for part in rest.split("; ")))
    return found


@dataclass
class Found:
    """What fine runs of a script have shown."""

    outcomes: Counter[str] = field(default_factory=Counter)
    races: dict[object, Race] = field(default_factory=dict)
    gave_way: bool = False
    exhausted: bool = False

    @property
    def variables(self) -> set[str]:
        """Those that are raced for."""
        return {race.variable for race in self.races.values()}


class Script:
    """A text that is run as a script; its outcome is what it has left in `seen`.

    Args:
        source: the text, after `HEAD`.
    """

    def __init__(self, source: str, simulator: Simulator) -> None:
        self.simulator = simulator
        self._program = Program.of(HEAD + source, transform=instrument)

    def run(self, strategy: Strategy, sites: Collection[Site] | None) -> Result:
        """One run, at some points; at those of primitives alone, if there are none."""
        simulator = self.simulator
        module, body = self._program.begun(simulator.twins, PURE, simulator.helpers)

        def seen() -> str:
            return repr(getattr(module, "seen", None))

        return simulator.run(body, strategy, timeout=60, strict=False, observe=seen, sites=sites)

    def sites(self) -> frozenset[Site]:
        """Where it may be interrupted, as far as a few runs show that."""
        return survey(self._shown)

    def _shown(self, strategy: Strategy, sites: Collection[Site]) -> Collection[Site]:
        self.run(strategy, sites)
        return self.simulator.points.races.sites

    def explored(self, most: int = 30_000) -> Found:
        """What can come of it at the points of shared memory."""
        sites = self.sites()
        while True:
            found = Found()
            for _ in self._kinds(found, sites, most):
                if self.simulator.points.races.sites - sites:
                    break
            if not self.simulator.points.races.sites - sites:
                return found
            sites |= self.simulator.points.races.sites

    def _kinds(self, found: Found, sites: Collection[Site], most: int) -> Iterator[None]:
        def run(strategy: Strategy) -> Result:
            try:
                return self.run(strategy, sites)
            finally:  # also if it was given up, since others are of its kind
                found.gave_way |= self.simulator.points.gave_way

        search = Kinds(run, most)
        for kind in search:
            found.outcomes[end(kind.run)] += kind.weight or 0
            found.races |= self.simulator.points.races.races
            yield
        found.exhausted = search.exhausted

    def by_kinds(self, sites: Collection[Site] | None, most: int) -> tuple[Counter[str], bool]:
        """What can come of it at some points, and whether that is all."""
        search = Kinds(lambda strategy: self.run(strategy, sites), most)
        outcomes: Counter[str] = Counter()
        for kind in search:
            if search.sampled:
                break
            outcomes[end(kind.run)] += kind.weight or 0
        return outcomes, search.exhausted

    def enumerated(self, sites: Collection[Site], most: int) -> tuple[Counter[str], bool]:
        """The same by trying every schedule."""
        exploration = Exploration(lambda strategy: self.run(strategy, sites), most)
        outcomes = Counter(end(run) for run in exploration)
        return outcomes, exploration.complete


def end(run: Result) -> str:
    """What a run is compared by."""
    if run.endless:
        return "endless"
    if run.deadlock:
        return "deadlock"
    errors = run.errors + run.unasked
    return " and ".join([run.result, *(f"{error.error!r}" for error in errors)])
