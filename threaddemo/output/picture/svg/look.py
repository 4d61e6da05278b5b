"""What the picture looks like: colours, patterns and signs, those of the page (``../../page``).

Its colours are read from the page's own style. They are written out, and not as variables, for
some programs that show SVG have none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from threaddemo.output.page import part
from threaddemo.output.picture.svg.markup import Markup, number, tag

SANS = 'system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif'
MONO = 'ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace'
LOCKS = 4  #: told apart by colour and pattern; more than that share them

#: What is the same by day and by night.
STYLE = f"""
text{{font:12px {MONO}}}
.heading{{font:600 15px {SANS}}}
.name{{font-weight:600}}
.axis,.value,.for{{font-size:11px}}
.words{{font:12px {SANS}}}
.command{{font-size:12px}}
.lost,.for{{font-weight:600}}
.struck{{text-decoration:line-through}}
.for,.value{{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}}
.value{{stroke-width:2px}}
.tick{{stroke-width:1}}
.small{{font-size:9px;stroke-width:3px}}
.mark{{stroke-width:1}}
.circle,.hollow{{stroke-width:1.75}}
.cross{{fill:none;stroke-width:3}}
.preempts{{stroke-width:1.25}}
.overwrites{{stroke-width:1.5;stroke-dasharray:4 3}}
.stroke{{fill:none}}
.p-waiting .stroke{{stroke-width:1.5}}
.p-stuck .stroke{{stroke-width:1.3}}
.seam{{stroke-dasharray:2 3}}
"""
#: What is of which colour of the page.
COLORS = (
    (".paper,.gap,.circle,.hollow,.seam", "fill", "paper"),
    (".mark,.for,.value", "stroke", "paper"),
    ("text,.mark", "fill", "ink"),
    (".circle,.hollow", "fill", "paper"),
    (".circle,.hollow", "stroke", "ink"),
    (".cross", "stroke", "bad"),
    (".lost,.struck", "fill", "bad"),
    (".axis,.words,.command,.most", "fill", "quiet"),
    (".heading", "fill", "ink"),
    (".tick,.seam", "stroke", "rule"),
    (".not-begun", "fill", "rule"),
    (".running", "fill", "running"),
    (".depth", "fill", "depth"),
    (".preempts", "stroke", "waiting-ink"),
    (".chevron", "fill", "waiting-ink"),
    (".overwrites", "stroke", "bad"),
    (".p-ready .base", "fill", "ready"),
    (".p-ready .spot", "fill", "ready-ink"),
    (".p-sleeping .base,.p-abandoned .base", "fill", "sleeping"),
    (".p-sleeping .stroke,.p-abandoned .stroke", "stroke", "sleeping-ink"),
    (".p-waiting .base", "fill", "waiting"),
    (".p-waiting .stroke", "stroke", "waiting-ink"),
    (".p-stuck .base", "fill", "stuck"),
    (".p-stuck .stroke", "stroke", "stuck-ink"),
    (".lock-0", "fill", "lock-0"),
    *((f".p-lock-{at} .base", "fill", f"lock-{at}") for at in range(1, LOCKS)),
)
#: The size of each pattern, and what is drawn on its ground.
PATTERNS: dict[str, tuple[int, Markup]] = {
    "ready": (6, tag("circle", class_="spot", cx="3", cy="3", r="1.1")),
    "sleeping": (6, tag("path", class_="stroke", d="M0,3 H6")),
    "waiting": (7, tag("path", class_="stroke", d="M-1,1 L1,-1 M0,7 L7,0 M6,8 L8,6")),
    "abandoned": (6, tag("path", class_="stroke", d="M3,0 V6")),
    "stuck": (6, tag("path", class_="stroke", d="M0,0 L6,6 M0,6 L6,0")),
    "lock-1": (6, tag("rect", class_="gap", x=4, width=2, height=12)),
    "lock-2": (3, tag("rect", class_="gap", x=2, width=1, height=12)),
    "lock-3": (12, tag("rect", class_="gap", x=8, width=4, height=12)),
}
COLOR = re.compile(r"--([\w-]+): (#\w+);")
DARK = "@media (prefers-color-scheme: dark)"


@cache
def colors(dark: bool) -> dict[str, str]:
    """The page's colours, by their names."""
    light, _, others = part("page.css").partition(DARK)
    return dict(COLOR.findall(light)) | (dict(COLOR.findall(others)) if dark else {})


def style(patterns: Iterable[str]) -> Markup:
    """The style sheet."""
    filled = "".join(f".{name}{{fill:url(#threaddemo-{name})}}\n" for name in patterns)
    colored = f"{_colored(False)}{DARK}{{\n{_colored(True)}}}"
    return f"<style>\n{colored}\n{filled}{STYLE.lstrip()}</style>"


def _colored(dark: bool) -> str:
    known = colors(dark)
    return "".join(f"{which}{{{what}:{known[name]}}}\n" for which, what, name in COLORS)


def patterns(names: Collection[str]) -> Markup:
    """The patterns that occur, so that colour is never all that tells states apart."""
    found = []
    for name in names:
        size, inside = PATTERNS[name]
        ground = tag("rect", class_="base", width=size, height=size)
        known = {
            "id": f"threaddemo-{name}",
            "class_": f"p-{name}",
            "patternUnits": "userSpaceOnUse",
        }
        found.append(tag("pattern", ground, inside, **known, width=size, height=size))
    return tag("defs", *found) if found else ""


def glyph(kind: str, x: float, y: float) -> Markup:
    """A mark at a point."""
    drawn = {
        "up": "m-4.5,3.5h9l-4.5,-8.5z",
        "down": "m-4.5,-3.5h9l-4.5,8.5z",
        "diamond": "m0,-5l5,5l-5,5l-5,-5z",
        "cross": "m-5,-5l10,10m-10,0l10,-10",
        "chevron": "m-4.5,-4h9l-4.5,8z",
        "square": "m-4.5,-4.5h9v9h-9z",
    }.get(kind.split(maxsplit=1)[0])
    if drawn is None:
        return tag("circle", class_=f"mark {kind}", cx=x, cy=y, r=4.5)
    return tag("path", class_=f"mark {kind}", d=f"M{number(x)},{number(y)}{drawn}")


def box(kind: str, x: float, y: float, wide: float, high: float) -> Markup:
    """A piece of a bar."""
    return tag("rect", class_=kind, x=x, y=y, width=wide, height=high)
