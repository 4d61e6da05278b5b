"""What a session has run, written to the files that were asked for."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from threaddemo.demo import typed
from threaddemo.output import export

if TYPE_CHECKING:
    from threaddemo.demo import Demo
    from threaddemo.output.result import Series
    from threaddemo.program import Program
    from threaddemo.runs.series import Runs
    from threaddemo.script import Script
    from threaddemo.settings import Settings


def of_run(
    settings: Settings, demo: Demo | Script, runs: Runs, document: dict[str, Any]
) -> export.Recorded:
    """A single run.

    Args:
        settings: what was asked for.
        demo: what was run.
        runs: the run, recorded.
        document: what came of it, as of ``--json``.
    """
    notes = runs.notes()
    command = f"{_command(settings, demo)} {settings.points}".strip()
    return export.Recorded(document, list(notes), notes.left_out, command, _promise(demo))


def of_exploration(
    settings: Settings,
    demo: Demo | Script,
    program: Program | Script,
    document: dict[str, Any],
    series: Series,
) -> export.Recorded:
    """An exploration, with what can be chosen in it.

    Args:
        settings: what was asked for.
        demo: what was run.
        program: the same, to be run some more.
        document: what came of it, as of ``--json``.
        series: the same, as it was made.
    """
    from threaddemo.runs.trees import explored  # which single runs have no need of

    command = _command(settings, demo)
    made = explored(document, series, settings, program)
    whole = f"{command} {settings.points}".strip()
    return export.Recorded(made | {"command": command}, (), 0, whole, _promise(demo))


def _promise(demo: Demo | Script) -> str:
    return demo.Outcome.ok.__doc__ or ""


def _command(settings: Settings, demo: Demo | Script) -> str:
    """What is typed to run the like: the command, and its own options or arguments."""
    if "file" in settings.params:
        return f"run {shlex.join([settings.params['file'], *settings.params['args']])}"
    smaller = settings.explore or settings.step or settings.schedule is not None
    return typed(settings.command, demo.OPTIONS, settings.params, smaller)
