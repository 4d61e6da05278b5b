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
    if isinstance(program, Script):
        # Here its simulated runs will branch off: the options refuse to ask for any as yet.
        from threaddemo.runs.scripts import ScriptRuns

        return ScriptRuns(settings, program, narrative, check)
    if settings.mode == "real":
        from threaddemo.runs.real import RealRuns

        return RealRuns(settings, program, narrative, check)

    if settings.step:
        from threaddemo.runs.stepped import Stepped

        return Stepped(settings, program, narrative)

    from threaddemo.runs import simulated  # which real runs have no need of

    if settings.explore:
        by_kinds = settings.preemptions is None
        explored = simulated.Explored if by_kinds else simulated.Enumerated
        return explored(settings, program, narrative)
    if settings.schedule is not None:
        return simulated.Replayed(settings, program, narrative)
    return simulated.Seeds(settings, program, narrative)
