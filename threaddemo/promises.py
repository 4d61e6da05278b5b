"""What a run is held to: the demo's own promise, and the facts that were expected of it."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from threaddemo.ends import Run

#: What a fact of a type is spelled like, and what that is called.
KINDS: dict[Any, tuple[str, str]] = {
    int: (r"-?[0-9]+", "a whole number"),
    bool: (r"true|false", "true or false"),
    bool | None: (r"true|false|null", "true, false or null"),
    tuple: (r"([0-9]+(,[0-9]+)*)?", "whole numbers separated by commas"),
}


class Expectation(NamedTuple):
    """One ``--expect FACT=VALUE``."""

    fact: str
    value: str

    def met_by(self, run: Run) -> bool:
        """Whether the run has that fact; a deadlock has none."""
        return run.outcome is not None and spelled(run.outcome._asdict()[self.fact]) == self.value


def spelled(fact: Any) -> str:
    """A fact as it is written after ``--expect FACT=``: true, null, 3, or 2,1,0."""
    if isinstance(fact, tuple):
        return ",".join(map(str, fact))
    return {True: "true", False: "false", None: "null"}[fact] if _is_word(fact) else str(fact)


def _is_word(fact: Any) -> bool:
    return fact is None or isinstance(fact, bool)


def expectations(outcome: Any, texts: Iterable[str]) -> tuple[Expectation, ...]:
    """Read what was given after ``--expect``.

    Raises:
        ValueError: it is not FACT=VALUE, or the demo has no such fact.
    """
    found = []
    annotations = outcome.__annotations__
    for text in texts:
        fact, equals, value = text.partition("=")
        if not equals or fact not in outcome._fields:
            facts = ", ".join(outcome._fields)
            raise ValueError(f"{text} is not FACT=VALUE with one of the facts {facts}.")
        pattern, kind = KINDS.get(annotations[fact], KINDS[tuple])
        value = value.strip().strip("[]()").replace(" ", "").lower()
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{text} can never be: {fact} is {kind}.")
        # Not by int(), which refuses thousands of digits.
        plain = re.sub(r"\b0+(?=[0-9])", "", value)
        found.append(Expectation(fact, "0" if plain == "-0" else plain))
    return tuple(found)


def broken(run: Run, check: bool, expected: Iterable[Expectation], promise: str) -> list[str]:
    """What the run was held to and did not keep, a line each."""
    lines = []
    if check and not run.ok:
        lines.append(f'the promise "{promise.rstrip(".")}" was not kept: {run.summary}')
    for expectation in expected:
        if not expectation.met_by(run):
            got = "a deadlock"
            if run.outcome is not None:
                got = spelled(run.outcome._asdict()[expectation.fact])
            lines.append(f"expected {expectation.fact}={expectation.value}, got {got}")
    return lines
