"""Which run is explained: the one there was, or of an exploration the first that went wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from threaddemo import promises, runs
from threaddemo.ends import Tally
from threaddemo.output import explanation
from threaddemo.output.explanation import ALL_WELL, Explanation
from threaddemo.output.narrative import Narrative
from threaddemo.runs.series import Runs
from threaddemo.settings import Settings

if TYPE_CHECKING:
    from threaddemo.program import Program
    from threaddemo.script import Script


def explained(
    asked: Runs,
    program: Program | Script,
    narrative: Narrative,
    tally: Tally,
    check: Callable[[], None],
) -> Explanation | None:
    """The explanation of what was run; None if no run has ended.

    Args:
        asked: the runs, which are over.
        program: what was run.
        narrative: where it logs.
        tally: what came of them.
        check: as of any runs.
    """
    if asked.settings.explore:
        return _first_broken(asked.settings, program, narrative, tally, check)
    runs = [group.first for group in tally.groups]
    in_order = asked.settings.mode != "real"
    return explanation.of_run(runs[0], asked.notes(), in_order) if runs else None


def _first_broken(
    settings: Settings,
    program: Program | Script,
    narrative: Narrative,
    tally: Tally,
    check: Callable[[], None],
) -> Explanation:
    """The explanation of the first outcome of an exploration that is not as it should be.

    It breaks the promise, or is not what was expected.

    Its replay is run again, and this time recorded; its log has been told, or was not asked for.
    """
    for group in tally.groups:
        _, option, schedule = (group.first.replay or "").partition("--schedule ")
        as_expected = not promises.broken(group.first, False, settings.expected, "")
        if option and not (group.ok and as_expected):
            break
    else:
        return Explanation(of=ALL_WELL)
    once = settings._replace(explore=False, schedule=schedule)
    narrative.repeat(sys.maxsize)
    with closing(runs.asked_for(once, program, narrative, check)) as asked:
        (run,) = asked
    of = f"{group.first.replay}: {run.summary}"
    return explanation.of_run(run, asked.notes(), in_order=True, of=of)
