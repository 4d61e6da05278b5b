"""The twin of `random`: what is drawn is a matter of the run's seed alone."""

from __future__ import annotations

import random
from typing import Any

from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.twins import Twin


def random_twin(scheduler: Scheduler, generator: random.Random) -> Twin:
    """The twin of `random`; its functions draw from the generator."""

    def seed(a: Any = None, version: int = 2) -> None:
        generator.seed(a or 0, version)  # where the real one asks the system, nothing replays

    class Random(random.Random):
        def seed(self, a: Any = None, version: int = 2) -> None:
            if a is None:
                a = f"{next(scheduler.world.generators)} of {scheduler.world.seed}"
            super().seed(a, version)

    Random.__module__ = Random.__qualname__ = "random"
    drawn = {name: getattr(generator, name) for name in random.__all__ if hasattr(generator, name)}
    own = {"seed": seed, "Random": Random, "SystemRandom": Random}
    return Twin("random", random, **drawn | own)
