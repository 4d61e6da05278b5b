"""The twin of `random`: what is drawn is a matter of the run's seed alone."""

from __future__ import annotations

import random
from functools import wraps
from typing import Any

from threaddemo.simulation.calls import reached
from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.twins import Twin, heard


def random_twin(scheduler: Scheduler, generator: random.Random) -> Twin:
    """The twin of `random`; its functions draw from the generator."""

    def draws(*given: Any) -> None:
        if scheduler.recorder is not None:
            scheduler.shares("random")
            scheduler.recorder.touch(reached(given, every=True))  # shuffled, or drawn from

    def drawing(name: str) -> Any:
        method = getattr(generator, name)

        @heard
        @wraps(method)
        def draw(*args: Any, **kwargs: Any) -> Any:
            draws(*args, *kwargs.values())
            return method(*args, **kwargs)

        return draw

    @heard
    def seed(a: Any = None, version: int = 2) -> None:
        draws(a)
        generator.seed(a or 0, version)  # where the real one asks the system, nothing replays

    class Random(random.Random):
        def seed(self, a: Any = None, version: int = 2) -> None:
            if a is None:
                scheduler.shares("generators")
                a = f"{next(scheduler.world.generators)} of {scheduler.world.seed}"
            super().seed(a, version)

    Random.__module__ = Random.__qualname__ = "random"
    drawn = {name: drawing(name) for name in random.__all__ if hasattr(generator, name)}
    own = {"seed": seed, "Random": Random, "SystemRandom": Random}
    return Twin("random", random, **drawn | own)
