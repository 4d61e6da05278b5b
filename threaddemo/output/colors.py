"""One colour a thread, the same in the narrative and in the picture."""

import os
import re

from threaddemo.output.streams import is_terminal

PALETTE = ("CYAN", "YELLOW", "GREEN", "MAGENTA", "BLUE", "RED")


def wanted(choice: str, stream: str) -> bool:
    """Whether to colour what goes to ``sys.STREAM``, where ``--color`` is auto, always or never.

    Left to itself: https://no-color.org wins, then FORCE_COLOR, then a terminal that is not dumb.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def paint(text: str, thread: str) -> str:
    """The text in the thread's colour; what is left without the colour codes is the text."""
    from colorama import Fore, Style, just_fix_windows_console

    just_fix_windows_console()
    if thread == "Main" or not text:
        return f"{Style.BRIGHT}{text}{Style.RESET_ALL}"
    return f"{getattr(Fore, PALETTE[_index(thread)])}{text}{Style.RESET_ALL}"


def codes() -> tuple[str, ...]:
    """Main's colour, those of the other threads, and what ends each, for who paints elsewhere."""
    from colorama import Fore, Style

    others = (getattr(Fore, name) for name in PALETTE)
    return (Style.BRIGHT, *others, Style.RESET_ALL)


def _index(thread: str) -> int:
    """Numbered threads take the colours in turn; consumers start half-way round."""
    number = re.search(r"\d+$", thread)
    shift = len(PALETTE) // 2 if thread.startswith("Consumer") else 0
    return (int(number[0] if number else 0) + shift) % len(PALETTE)
