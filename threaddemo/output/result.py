"""The result on stdout: a line, a table, or one JSON document with the same keys for everything."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from threaddemo import __version__
from threaddemo.demo import spelled
from threaddemo.ends import Group, Run, Tally, fact

if TYPE_CHECKING:
    from threaddemo.simulation.races import Race

SCHEMA = 2
KEYS = (
    *("ok", "summary", "facts", "elapsed", "races", "steps", "deadlock"),
    *("runs", "kinds", "complete", "outcomes"),
)
LATE = "; only if a sleeper is late"
#: How the outcomes of a script are grouped where there are more than a screen of them.
FOLDED = (
    "shown by how they end and the last line that Main printed, those that end badly first; "
    "--format csv and --json have all, --by groups by facts"
)
LONGEST_REPLAY = 400  #: characters of a schedule in a text table; the other forms have it all
NUMBERS = 2  #: the first columns of a series' table, which are aligned to the right
NARROWEST = (
    30  #: columns of a terminal for the last column of a table; else it has lines of its own
)


class Request(NamedTuple):
    """What was asked for: the part of the result that is known before anything runs."""

    demo: str
    params: dict[str, Any]
    mode: str
    seed: int | None = None
    schedule: str | None = None


class Series(NamedTuple):
    """A series that has ended, and what is said of it."""

    tally: Tally
    extent: str
    """Which runs it is about: "200 runs"."""
    complete: bool | None = None
    """Whether every schedule was tried; for explorations only."""
    by: tuple[str, ...] = ()
    """The facts by which the outcomes are grouped; none for all of them."""
    is_real: bool = True
    kinds: int | None = None
    """Of how many kinds the schedules were; for explorations by kinds only."""
    is_folded: bool = False
    """Whether the outcomes of a script are too many for a screen, and shown by what they say."""

    @property
    def groups(self) -> list[Group]:
        """The outcomes as they are shown."""
        if self.is_folded:
            return self.tally.folded()
        return self.tally.by(self.by) if self.by else self.tally.groups

    @property
    def summary(self) -> str:
        """The series in one line."""
        if self.is_folded:
            whole = self.tally.summary(self.extent, counted=self.has_shares)
            return f"{whole}; {FOLDED}"
        return self.tally.summary(self.extent, len(self.groups), self.has_shares)

    @property
    def elapsed(self) -> float | None:
        """Seconds, the median of its runs; an exploration's runs have no time in common."""
        import statistics  # which a single run has no need of

        every = [one for group in self.tally.groups for one in group.elapsed]
        return statistics.median(every) if every and self.complete is None else None

    @property
    def has_shares(self) -> bool:
        """Whether it is known what the runs of each outcome are a share of."""
        exact = all(group.exact for group in self.tally.groups)
        return exact and (self.kinds is None or bool(self.complete))

    def late(self, group: Group) -> bool | None:
        """Whether an outcome is known to take a late sleeper; None unless all kinds were tried."""
        return not group.punctual if self.kinds is not None and self.complete else None

    def counted(self, group: Group) -> int | None:
        """How many runs ended so; None where nobody knows."""
        return group.count if group.count and group.exact else None


def one(request: Request, run: Run, races: Sequence[Race] | None = None) -> dict[str, Any]:
    """The document of a single run; the data races are None where none can be told."""
    return _document(
        request,
        ok=run.ok,
        summary=run.summary,
        facts=_facts(run),
        elapsed=round(run.elapsed, 6),
        races=_raced(races),
        deadlock=list(run.deadlock) or None,
    )


def many(request: Request, series: Series, races: Sequence[Race] | None = None) -> dict[str, Any]:
    """The document of a series; the data races are None where none can be told."""
    return _document(
        request,
        ok=series.tally.ok,
        summary=series.summary,
        elapsed=round(series.tally.elapsed, 6),
        races=_raced(races),
        runs=series.tally.runs if all(group.exact for group in series.groups) else None,
        kinds=series.kinds,
        complete=series.complete,
        outcomes=[
            {
                "facts": _facts(group.first, series.by),
                "ok": group.ok,
                "summary": _told(group.first, series.by),
                "count": series.counted(group),
                "elapsed": None if series.complete is not None else _median(group),
                "replay": group.first.replay,
                "late": series.late(group),
            }
            for group in series.groups
        ],
    )


def described(run: Run, by: tuple[str, ...]) -> tuple[dict[str, Any] | None, str]:
    """The facts and the summary by which a series tells a run from others."""
    return _facts(run, by), _told(run, by)


def _raced(races: Sequence[Race] | None) -> list[dict[str, Any]] | None:
    """Data races as data: the variable, and who accesses it where, both times."""
    if races is None:
        return None
    return [
        {"variable": race.variable, "accesses": [one._asdict() for one in (race.one, race.two)]}
        for race in races
    ]


def varied(demo: str, rows: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    """The document of runs or series with different options: their values, and a document each."""
    vary = list(rows[0][0]) if rows else []
    found = [{"values": values, "document": document} for values, document in rows]
    return {"schema": SCHEMA, "version": __version__, "demo": demo, "vary": vary, "rows": found}


def as_json(document: dict[str, Any]) -> str:
    """A document as text, on one line."""
    import json

    return json.dumps(document, allow_nan=False) + "\n"


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as comma-separated values, the first row being the head."""
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def cells(series: Series) -> list[list[str]]:
    """The table of a series: a head, and a row an outcome."""
    share = "share" if series.complete is None else "of schedules"
    has_shares = series.has_shares
    rows = [["count", share, "kept", "replay", "elapsed", "outcome"]]
    groups = series.groups
    apart = {} if series.is_folded or series.by else _apart(groups)
    for group in groups:
        part = f"{100 * group.count / series.tally.runs:.1f}%" if has_shares else ""
        known = "" if group.exact else "more than "
        count = f"{known}{group.count}" if group.count else ""
        some = f"{group.kept:,}" if group.kept else "no"
        kept = "yes" if group.ok else some
        timed = f"{_median(group):.3f}"
        late = LATE * bool(series.late(group))
        told = _told(group.first, series.by) + late + apart.get(id(group), "")
        rows.append([count, part, kept, group.first.replay or "", timed, told])
    shown = [True, has_shares, True, not series.is_real, series.is_real, True]
    return [[cell for cell, show in zip(row, shown, strict=True) if show] for row in rows]


def _apart(groups: Sequence[Group]) -> dict[int, str]:
    """What tells outcomes apart that have the same line of text, for those that know."""
    alike: dict[str, list[Group]] = {}
    for group in groups:
        if hasattr(group.first.outcome, "apart"):
            alike.setdefault(group.first.summary, []).append(group)
    found: dict[int, str] = {}
    for same in alike.values():
        if len(same) > 1:
            outcomes: list[Any] = [group.first.outcome for group in same]
            words = outcomes[0].apart(outcomes)
            found |= {id(group): word for group, word in zip(same, words, strict=True)}
    return found


def shortened(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of a table of schedules, without those that fill a screen."""
    place = rows[0].index("replay") if "replay" in rows[0] else -1
    return [
        [
            f"({len(cell):,} characters: see --json)"
            if number == place and len(cell) > LONGEST_REPLAY
            else cell
            for number, cell in enumerate(row)
        ]
        for row in rows
    ]


def table(rows: Sequence[Sequence[str]], numbers: int = NUMBERS, width: int | None = None) -> str:
    """Rows of cells side by side, each column as wide as it needs to be; nothing is cut.

    Args:
        rows: the first one is the head.
        numbers: how many columns are aligned to the right.
        width: that of the terminal, if it is one: a last cell that is too long goes on below.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    indent = sum(widths) + 2 * len(widths)
    lines = []
    for *row, last in rows:
        aligned = [
            cell.rjust(wide) if number < numbers else cell.ljust(wide)
            for number, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        lines += _fitted("".join(f"{cell}  " for cell in aligned), last, indent, width)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _fitted(row: str, last: str, indent: int, width: int | None) -> list[str]:
    """A row and its last cell, continued in indented lines where the terminal is too narrow."""
    if width is None or indent + len(last) < width:
        return [row + last]
    if width - indent <= NARROWEST:
        return [row, *textwrap.wrap(last, max(width - 5, 1), break_long_words=False,
                                    break_on_hyphens=False, initial_indent="    ",
                                    subsequent_indent="    ")]  # fmt: skip
    first, *more = textwrap.wrap(
        last, width - indent - 1, break_long_words=False, break_on_hyphens=False
    )
    return [row + first, *(" " * indent + line for line in more)]


def _told(run: Run, by: tuple[str, ...]) -> str:
    """A run in words: its line, or the facts by which it is grouped."""
    if run.outcome is None or not by:
        return run.summary
    return ", ".join(f"{name}={_shown(fact(run.outcome, name))}" for name in by)


def _shown(found: Any) -> str:
    """A fact on one line, whatever is in it."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in spelled(found))


def _facts(run: Run, by: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """The facts by name; None where nobody could read them, as after a deadlock."""
    if run.outcome is None:
        return None
    if by:
        return {name: fact(run.outcome, name) for name in by}
    return run.outcome._asdict()


def _median(group: Group) -> float:
    import statistics

    return round(statistics.median(group.elapsed), 6)


def _document(request: Request, **known: Any) -> dict[str, Any]:
    document = {"schema": SCHEMA, "version": __version__, **request._asdict()}
    return document | {key: known.get(key) for key in KEYS}
