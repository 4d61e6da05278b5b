"""A run, or an exploration, as a page to step through: one file that needs nothing else."""

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from threaddemo.output.page.heading import details, replay

#: The parts of the page's script, each before those that import it.
SCRIPTS = (
    *("dom", "model", "words", "scales", "signs", "legend", "lanes", "rows", "picture", "panels"),
    *("player", "tree", "game", "main"),
)
IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)
MODES = {"real": "run for real", "simulated": "run on the simulator", "explored": "explored"}


def page(document: Mapping[str, Any], command: str, promise: str = "") -> str:
    """The page of a document of events, or of an exploration.

    Args:
        document: what is embedded, as it is.
        command: what is typed after ``threaddemo``, without what replays the run.
        promise: what the demo promises, in words.
    """
    how, summary = str(document["mode"]), str(document["summary"])
    words = {
        "version": escape(str(document["version"])),
        "title": escape(f"{document['demo']}: {summary}"),
        "heading": escape(str(document["demo"])),
        "mode": escape(MODES.get(how, how)),
        "summary": escape(summary),
        "details": details(document, promise),
        "replay": replay(document, command),
        "style": part("page.css"),
        "script": script(),
        "data": embedded(document),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: words[found[1]], part("page.html"))


def embedded(document: Mapping[str, Any]) -> str:
    """A document as JSON that no parser of HTML or JavaScript can take for its own.

    It is plain ASCII; and without a "<" nothing in it begins a tag or a comment.
    """
    text = json.dumps(document, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@cache
def script() -> str:
    """The page's script: its modules as one, so that nothing has to be loaded."""
    return "\n".join(EXPORT.sub("", IMPORT.sub("", part(f"{name}.js"))) for name in SCRIPTS)


@cache
def part(name: str) -> str:
    """The text of one of the files that a page is made of."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8").strip()
