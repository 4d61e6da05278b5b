"""One colour a thread, the same in the narrative and in the picture.

The sixteen colours that have names look as each terminal's owner has set them, and as they are
usually set hardly one but red can be read on black and on white. So these are from the fixed
table of 256, in which each has at least 3.5 times the contrast on either.
"""

import os
import re

from threaddemo.output.streams import is_terminal

BLUE, ORANGE, GREEN, MAGENTA, OLIVE, RED, TEAL, VIOLET, BROWN, ROSE = (
    *(32, 166, 28, 164, 100),
    *(160, 30, 99, 94, 168),
)
#: In the order in which threads take them; half-way round is far away.
PALETTE = (BLUE, ORANGE, GREEN, MAGENTA, OLIVE, RED, TEAL, VIOLET, BROWN, ROSE)
BOLD = "\x1b[1m"
RESET = "\x1b[0m"


def wanted(choice: str, stream: str) -> bool:
    """Whether to colour what goes to ``sys.STREAM``, where ``--color`` is auto, always or never.

    Left to itself: https://no-color.org wins, then FORCE_COLOR and CLICOLOR_FORCE, then CLICOLOR=0
    (both of https://bixense.com/clicolors), then a terminal that is not dumb.
    """
    if choice != "auto":
        return choice == "always"
    said = os.environ.get
    if said("NO_COLOR"):
        return False
    if any(said(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return said("CLICOLOR") != "0" and said("TERM") != "dumb" and is_terminal(stream)


def code(color: int) -> str:
    """What makes a terminal write in a colour of the table of 256."""
    return f"\x1b[38;5;{color}m"


def paint(text: str, thread: str) -> str:
    """The text in the thread's colour; what is left without the colour codes is the text."""
    from colorama import just_fix_windows_console

    just_fix_windows_console()
    return f"{BOLD if thread == 'Main' else code(PALETTE[_index(thread)])}{text}{RESET}"


def codes() -> tuple[str, ...]:
    """Main's colour, those of the other threads, and what ends each, for who paints elsewhere."""
    return (BOLD, *map(code, PALETTE), RESET)


def _index(thread: str) -> int:
    """Numbered threads take the colours in turn; consumers start half-way round."""
    number = re.search(r"\d+$", thread)
    shift = len(PALETTE) // 2 if thread.startswith("Consumer") else 0
    return (int(number[0] if number else 0) + shift) % len(PALETTE)
