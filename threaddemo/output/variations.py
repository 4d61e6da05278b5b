"""The result of runs or series with different options, side by side."""

from collections.abc import Sequence
from typing import Any

from threaddemo.demo import spelled
from threaddemo.output.result import Series, as_csv, as_json, table, varied

#: The options that were varied, what came of them, and that as a document.
Row = tuple[dict[str, Any], Series, dict[str, Any]]
LONGEST = 40  #: characters of a fact in a table; what is longer is in the other forms


def text(demo: str, rows: Sequence[Row], form: str, width: int | None) -> str:
    """The table as text, CSV or JSON."""
    if form == "json":
        return as_json(varied(demo, [(values, document) for values, _, document in rows]))
    found = cells(rows)
    if form == "csv":
        return as_csv(found)
    shortened = [[cell if len(cell) <= LONGEST else "..." for cell in row] for row in found]
    return table(shortened, numbers=len(found[0]) - 1, width=width)


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """A column for each option, each fact, and what there is to say of a series; a row each.

    A fact that repeats an option is left out. Of a number that differs from run to run the range
    is told; any other such fact is empty.
    """
    params = rows[0][2]["params"] if rows else {}
    found = []
    for values, series, document in rows:
        told = {name.replace("_", "-"): spelled(value) for name, value in values.items()}
        told |= {name: text for name, text in _facts(series).items() if name not in params}
        found.append(told | _about(series, is_series=document["runs"] is not None))
    last = ("runs", "kept", "outcomes", "median elapsed", "elapsed", "ended")
    names = dict.fromkeys(name for row in found for name in row if name not in last)
    names |= dict.fromkeys(name for name in last if any(name in row for row in found))
    return [list(names), *([row.get(name, "") for name in names] for row in found)]


def _facts(series: Series) -> dict[str, str]:
    """The facts of a series' runs; none if one of them has none."""
    outcomes = [group.first.outcome for group in series.tally.groups]
    if not outcomes or None in outcomes:
        return {}
    facts = [outcome._asdict() for outcome in outcomes if outcome is not None]
    return {name: _told([one[name] for one in facts]) for name in facts[0]}


def _told(values: Sequence[Any]) -> str:
    """What all runs have in common, or the range of it."""
    if all(value == values[0] for value in values):
        return spelled(values[0])
    if all(isinstance(value, (int, float)) for value in values):
        return f"{spelled(min(values))}..{spelled(max(values))}"
    return ""


def _about(series: Series, is_series: bool) -> dict[str, str]:
    """What is said of a row besides its facts."""
    tally = series.tally
    elapsed = {} if series.elapsed is None else {"elapsed": f"{series.elapsed:.3f}"}
    if is_series:
        kept = sum(group.kept for group in tally.groups)
        counts = {"runs": tally.runs, "kept": kept, "outcomes": tally.outcomes}
        timed = {f"median {name}": text for name, text in elapsed.items()}
        return {name: str(count) for name, count in counts.items()} | timed
    first = tally.groups[0].first if tally.groups else None
    if first is not None and first.outcome is not None:
        return elapsed
    return elapsed | {"ended": first.summary.partition(":")[0] if first else "not begun"}
