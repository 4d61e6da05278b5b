"""The result on stdout: a line, a table, or one JSON document with the same keys for everything."""

from typing import Any, NamedTuple

from threaddemo import __version__
from threaddemo.ends import Run, Tally

SCHEMA = 1
NUMBERS = 2  #: the first columns of the table, which are aligned to the right


class Request(NamedTuple):
    """What was asked for: the part of the result that is known before anything runs."""

    demo: str
    params: dict[str, Any]
    mode: str
    seed: int | None = None
    schedule: str | None = None


def facts(run: Run) -> dict[str, Any] | None:
    """The facts by name; None after a deadlock, in which nobody could read them."""
    return None if run.outcome is None else run.outcome._asdict()


def one(request: Request, run: Run, form: str) -> str:
    """The result of a single run."""
    if form == "text":
        return run.summary + "\n"
    return _document(
        request, ok=run.ok, summary=run.summary, facts=facts(run), elapsed=round(run.elapsed, 6)
    )


def many(request: Request, tally: Tally, what: str, complete: bool | None, form: str) -> str:
    """The result of a series; ``what`` names its runs, ``complete`` is for explorations only."""
    if form == "text":
        return _table(tally) + tally.summary(what) + "\n"
    return _document(
        request,
        ok=tally.ok,
        summary=tally.summary(what),
        elapsed=round(tally.elapsed, 6),
        runs=tally.runs,
        complete=complete,
        outcomes=[
            {
                "facts": facts(run),
                "ok": run.ok,
                "summary": run.summary,
                "count": count,
                "replay": run.replay,
            }
            for run, count in tally.outcomes
        ],
    )


def _document(request: Request, **known: Any) -> str:
    import json

    document: dict[str, Any] = {"schema": SCHEMA, "version": __version__, **request._asdict()}
    for key in ("ok", "summary", "facts", "elapsed", "runs", "complete", "outcomes"):
        document[key] = known.get(key)
    return json.dumps(document, allow_nan=False) + "\n"


def _table(tally: Tally) -> str:
    """A row an outcome, each column as wide as it needs to be; nothing is cut."""
    rows = [("count", "share", "kept", "replay", "outcome")]
    for run, count in tally.outcomes:
        share = f"{100 * count / tally.runs:.1f}%"
        kept = "yes" if run.ok else "no"
        rows.append((str(count), share, kept, run.replay or "", run.summary))
    columns = [list(column) for column in zip(*rows, strict=True)]
    if not any(columns[3][1:]):  # real runs have no replay
        del columns[3]
    for number, column in enumerate(columns[:-1]):
        align = str.rjust if number < NUMBERS else str.ljust
        column[:] = [align(cell, max(map(len, column))) for cell in column]
    return "".join("  ".join(row) + "\n" for row in zip(*columns, strict=True))
