"""Runs of a program: for real, and on the simulator."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from threaddemo.output.narrative import Narrative
from threaddemo.runs.series import Runs
from threaddemo.script import Script
from threaddemo.settings import Settings

if TYPE_CHECKING:
    from threaddemo.program import Program


def asked_for(
    settings: Settings,
    program: "Program | Script",
    narrative: Narrative,
    check: Callable[[], None],
) -> Runs:
    """The runs that the settings ask for, to be made by iterating.

    Args:
        settings: how many, in which way, with which parameters.
        program: what is run.
        narrative: where it logs.
        check: called every now and then while a real run goes on; what it raises ends the series.

    Raises:
        CannotSimulate: the program imports what has no simulated twin.
    """
    if settings.mode == "real":
        return _real(settings, program, narrative, check)
    if isinstance(program, Script):  # and of either, what real runs have no need of
        from threaddemo.runs import played as ways

        program = program.program()
    else:
        from threaddemo.runs import simulated as ways  # type: ignore[no-redef]
    if settings.step:
        return ways.stepped(settings, program, narrative)
    if settings.explore:
        by_kinds = settings.preemptions is None
        explored = ways.Explored if by_kinds else ways.Enumerated
        return explored(settings, program, narrative)
    if settings.schedule is not None:
        return ways.Replayed(settings, program, narrative)
    return ways.Seeds(settings, program, narrative)


def _real(
    settings: Settings,
    program: "Program | Script",
    narrative: Narrative,
    check: Callable[[], None],
) -> Runs:
    if isinstance(program, Script):
        from threaddemo.runs.scripts import ScriptRuns

        return ScriptRuns(settings, program, narrative, check)
    from threaddemo.runs.real import RealRuns

    return RealRuns(settings, program, narrative, check)
