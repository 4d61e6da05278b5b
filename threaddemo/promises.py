"""What a run is held to: the demo's own promise, and what was expected of its facts."""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_type_hints

from threaddemo.demo import spelled
from threaddemo.ends import Group, Run, Tally

#: What a fact of a type is spelled like, and what that is called.
KINDS: dict[Any, tuple[str, str]] = {
    int: (r"-?[0-9]+", "a whole number"),
    float: (r"-?[0-9]+(\.[0-9]+)?", "a number"),
    bool: (r"true|false", "true or false"),
    bool | None: (r"true|false|null", "true, false or null"),
    tuple: (r"([0-9]+(,[0-9]+)*)?", "whole numbers separated by commas"),
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
WRITTEN = re.compile(r"\s*(\w+)(=|!=|<=|>=|<|>)(.*)", re.DOTALL)
LONGEST_NUMBER = 300  #: digits; Python reads no number of thousands
#: What there is in place of facts, by the first word of the summary.
INSTEAD = defaultdict(
    lambda: "none",
    {"deadlock": "a deadlock", "error": "an error", "hung": "a run that hung"},
)
#: What every run has besides its facts, a series on top, and fine runs.
ELAPSED, OUTCOMES, RACES = "elapsed", "outcomes", "races"
COUNTED = (OUTCOMES, RACES)


class Expectation(NamedTuple):
    """One ``--expect``: a fact, how it is compared, and what with."""

    fact: str
    comparison: str
    value: str
    """As ``spelled`` writes it."""

    def __str__(self) -> str:
        return f"{self.fact}{self.comparison}{self.value}"

    def met_by(self, found: object) -> bool:
        """Whether a value found is as expected."""
        if self.comparison in ("=", "!="):
            if isinstance(found, float):
                return COMPARISONS[self.comparison](found, float(self.value))
            return COMPARISONS[self.comparison](spelled(found), self.value)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            return False
        return COMPARISONS[self.comparison](found, float(self.value))


def expectations(
    outcome: Any, texts: Iterable[str], is_series: bool = False, races: bool = False
) -> tuple[Expectation, ...]:
    """Read what was given after ``--expect``.

    Args:
        outcome: the named tuple of the demo's facts.
        texts: each a fact, an operator and a value.
        is_series: whether there are outcomes to be counted.
        races: whether data races are told.

    Raises:
        ValueError: one is not written so, is about no fact, or can never be.
    """
    kinds = {**(getattr(outcome, "KINDS", None) or get_type_hints(outcome)), ELAPSED: float}
    if is_series:
        kinds[OUTCOMES] = int
    if races:
        kinds.setdefault(RACES, int)
    elif RACES not in kinds and any(text.lstrip().startswith(RACES) for text in texts):
        raise ValueError("data races are told of simulated runs with --fine only.")
    return tuple(_expectation(text, kinds) for text in texts)


def facts(outcome: Any, names: Iterable[str]) -> tuple[str, ...]:
    """Names of facts.

    Raises:
        ValueError: one is none.
    """
    known = (*outcome._fields, *getattr(outcome, "BESIDES", ()))
    for name in names:
        if name not in known:
            raise ValueError(f"{_short(name)} is none of the facts {', '.join(known)}.")
    return tuple(names)


def _expectation(text: str, kinds: dict[str, Any]) -> Expectation:
    fact, comparison, value = _taken_apart(text, kinds)
    kind = kinds[fact]
    if kind is object and comparison in ("=", "!="):
        return Expectation(fact, comparison, _as_spelled(value))
    pattern, called = KINDS.get(kind, KINDS[tuple])
    value = value.strip().strip("[]()").replace(" ", "").lower()
    if comparison not in ("=", "!="):
        if kind not in (int, float, object):
            raise ValueError(
                f"{text} can never be: {fact} is {called}; it has no less and no more."
            )
        pattern, called = KINDS[float]
    if not re.fullmatch(pattern, value) or any(
        len(digits) > LONGEST_NUMBER for digits in re.findall("[0-9]+", value)
    ):
        raise ValueError(f"{_short(text)} can never be: {fact} is {called}.")
    whole = re.sub(r"(?<![0-9.])[0-9]+", lambda digits: str(int(digits[0])), value)
    return Expectation(fact, comparison, whole)


def _as_spelled(value: str) -> str:
    """The value of a fact that can be anything, as ``spelled`` writes it."""
    word = value.strip()
    if word.lower() in ("true", "false", "none", "null"):
        return "null" if word.lower() == "none" else word.lower()
    short = len(word) <= LONGEST_NUMBER
    return str(int(word)) if short and re.fullmatch(r"[-+]?[0-9]+", word) else value


def _taken_apart(text: str, kinds: dict[str, Any]) -> tuple[str, str, str]:
    """The fact, the operator and the value of a text.

    Raises:
        ValueError: it has none, or no such fact.
    """
    facts = ", ".join(kinds)
    if text.strip() in kinds:
        fact = text.strip()
        raise ValueError(
            f"{text} has no operator and no value: write {fact}=0, or, in quotes since a shell "
            f"takes < and > for its own, '{fact}<1'."
        )
    match = WRITTEN.fullmatch(text)
    if match is None or match[1] not in kinds:
        raise ValueError(f"{_short(text)} is not FACT=VALUE with one of the facts {facts}.")
    return match[1], match[2], match[3]


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


def _not_kept(promise: str, run: Run) -> str:
    return f'the promise "{promise.rstrip(".")}" was not kept: {run.summary}'


def broken(run: Run, check: bool, expected: Iterable[Expectation], promise: str) -> list[str]:
    """What a run was held to and did not keep, a line each."""
    lines = [_not_kept(promise, run)] if check and not run.ok else []
    for expectation in expected:
        if expectation.fact not in COUNTED:
            lines += _unmet(expectation, run, (run.elapsed,))
    return lines


def miscounted(counts: Mapping[str, int], expected: Iterable[Expectation]) -> list[str]:
    """What was expected of numbers that are no facts, and is not so, a line each.

    Args:
        counts: how many outcomes there were, and races, as far as these were told.
        expected: everything that was expected.
    """
    return [
        f"expected {one}, got {counts[one.fact]}"
        for one in expected
        if one.fact in counts and not one.met_by(counts[one.fact])
    ]


def broken_in_series(
    tally: Tally, check: bool, expected: Sequence[Expectation], promise: str
) -> list[str]:
    """What the runs of a series were held to and did not keep, a line an outcome each."""
    lines = []
    for group in tally.groups:
        if check and not group.ok:
            lines.append(_not_kept(promise, group.first))
        for expectation in expected:
            if expectation.fact not in COUNTED:
                lines += _unmet(expectation, group.first, _extremes(group))
    return lines


def _extremes(group: Group) -> tuple[float, ...]:
    return min(group.elapsed), max(group.elapsed)


def _unmet(expectation: Expectation, run: Run, elapsed: Iterable[float]) -> Iterator[str]:
    """The line that says what there was in place of what was expected, if need be."""
    if expectation.fact == ELAPSED:
        wrong = [one for one in elapsed if not expectation.met_by(one)]
        if wrong:
            yield f"expected {expectation}, got {wrong[0]:.6g}"
    elif run.outcome is None:
        yield f"expected {expectation}, got {INSTEAD[run.summary.partition(':')[0]]}"
    elif expectation.fact not in (known := run.outcome._asdict()):
        yield f"expected {expectation}, got none"
    elif not expectation.met_by(found := known[expectation.fact]):
        yield f"expected {expectation}, got {spelled(found)}"
