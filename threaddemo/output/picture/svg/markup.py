"""Elements of SVG as text. Names and values are the program's: they are escaped here, and only so.

XML has no sign for most control characters, escaped or not; and some that it has turn a line
around. They stand as Python would write them.
"""

from __future__ import annotations

import re
from html import escape
from typing import TypeAlias

Markup: TypeAlias = str
"""What is text of SVG already."""
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
SPACES = re.compile(r"[\t\n ]+")
LATIN = "\u0250"  #: all signs before it are as wide as one letter
EM = 0.602  #: the width of a letter of most monospaced fonts, in parts of its height


def tag(name: str, *inside: Markup, **attributes: str | float) -> Markup:
    """An element. An attribute's name may end in an underscore, and has "_" for "-"."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{told}>{''.join(inside)}</{name}>" if inside else f"<{name}{told}/>"


def text(words: str) -> Markup:
    """Words that are no markup."""
    return escape(fit(words), quote=False)


def fit(words: str) -> str:
    """Words in one line, without what XML can't hold or a reader would be misled by."""
    return UNFIT.sub(lambda found: _shown(found[0]), SPACES.sub(" ", words))


def _shown(sign: str) -> str:
    return repr(sign)[1:-1] if sign.isascii() else sign.encode("ascii", "backslashreplace").decode()


def _attribute(value: str | float) -> str:
    return escape(fit(value)) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A number of pixels, to a tenth."""
    told = f"{value:.1f}".removesuffix(".0")
    return "0" if told == "-0" else told


def width(words: str, size: float = 11) -> float:
    """About how wide words are, in pixels; what is not Latin may be as wide as two letters."""
    return EM * size * sum(1 if sign < LATIN or sign == "…" else 2 for sign in fit(words))


def cut(words: str, most: int) -> str:
    """Words of so many letters at most."""
    shown = fit(words)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
