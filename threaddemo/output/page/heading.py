"""What stands on top of a page: how it ended, whether the promise was kept, how to see it again."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

LONGEST = 100  #: characters of a fact


def details(document: Mapping[str, Any], promise: str) -> str:
    """Whether the promise was kept, the facts, and what else is known of how it ended."""
    lines = []
    if (ok := document["ok"]) is not None:
        told = escape(f"Promise: {' '.join(promise.split())}") if promise else "The promise"
        kept = ("kept", "kept") if ok else ("broken", "not kept")
        lines.append(f'<p class="details">{told} <b class="{kept[0]}">{kept[1]}</b></p>')
    facts = [f"{name}={_value(value)}" for name, value in (document.get("facts") or {}).items()]
    if races := document.get("races"):
        facts.append(f"data races: {len(races)}")
    if facts:
        lines.append(f'<p class="details">{escape(", ".join(facts))}</p>')
    return "\n".join(lines)


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def replay(document: Mapping[str, Any], command: str) -> str:
    """How to see the run again."""
    told = f"<code>{escape(typed(document, command))}</code>"
    if document["mode"] == "explored":
        return f"{told} tries every schedule."
    if document["seed"] is None and document["schedule"] is None:
        return f"{told} runs it again; threads may then take other turns."
    return f"To see this run again: {told}"


def typed(document: Mapping[str, Any], command: str) -> str:
    """What is typed for the same run, or for one like it."""
    line = f"threaddemo {command}"
    if document["mode"] == "explored":
        return f"{line} --explore"
    if document["seed"] is not None:
        return f"{line} --seed {document['seed']}"
    if document["schedule"] is not None:
        return f"{line} --schedule {document['schedule']}"
    return line
