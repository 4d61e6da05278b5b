"""What was probably meant: of words that are no option, and of variables that set nothing."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

PREFIX = "THREADDEMO_"
COMPLETE = f"_{PREFIX}COMPLETE"  #: shells ask by this variable to complete a line
MOST = 3  #: meant words that are shown


def near(word: str, words: Iterable[str]) -> list[str]:
    """Which of the words was meant: those that begin like it, or else the one most like it."""
    known = {name.lower(): name for name in words}
    begun = [name for low, name in known.items() if low.startswith(word.lower())]
    if begun and word.strip("-"):
        return begun[:MOST]
    import difflib

    return [known[low] for low in difflib.get_close_matches(word.lower(), known, n=1)]


def meant(words: Iterable[str]) -> str:
    """The question after an error, with a space before it; nothing if there is no such word."""
    quoted = " or ".join(f"'{word}'" for word in words)
    return f" Did you mean {quoted}?" if quoted else ""


def moved(program: str, command: str, args: Sequence[str]) -> str:
    """The line as it should have been, the command before its options."""
    import shlex

    rest = list(args)
    if command in rest:
        rest.remove(command)
    return shlex.join([program, command, *rest])


def idle(mine: Mapping[str, str], others: Callable[[str], Collection[str]]) -> list[str]:
    """A line for each variable of our form that sets nothing.

    Args:
        mine: the variables that the command heeds, and the option that each of them sets.
        others: finds those that another command heeds, for a variable that may be one of them.
    """
    set_to_something = {name for name, value in os.environ.items() if value}
    ours = {name for name in set_to_something if name.startswith(PREFIX)}
    return [
        _sets_nothing(name, mine) for name in sorted(ours - mine.keys()) if name not in others(name)
    ]


def _sets_nothing(name: str, mine: Mapping[str, str]) -> str:
    """The variable, and the one that would set what it seems to be for."""
    option = name.removeprefix(PREFIX)
    known = [other.removeprefix(PREFIX) for other in mine]
    same = [other for other in known if other.endswith(f"_{option}")]
    for other in same or near(option, known):
        return f"{name} sets nothing; {PREFIX}{other} sets {mine[PREFIX + other]}"
    return f"{name} sets nothing: the command has no such option"


def completion(environ: Mapping[str, str]) -> str | None:
    """What is wrong with a shell's question how a line goes on; None if nothing is, or no question.

    The variables are set by the shell's script, so whoever reads of it has set one by hand.
    """
    asked = environ.get(COMPLETE)
    if not asked:
        return None
    if not re.fullmatch("(bash|zsh|fish|powershell)_(source|complete)", asked):
        return f"{COMPLETE} is {asked!r}, and not bash_source, zsh_source or fish_source."
    if asked.endswith("_source"):
        return None
    for name in ("COMP_WORDS", "COMP_CWORD"):
        if name not in environ:
            return f"Completion is asked for by a shell: {name} is not set."
    place = environ["COMP_CWORD"]
    if not asked.startswith("fish") and not re.fullmatch("[0-9]{1,6}", place):
        return f"Completion is asked for by a shell: COMP_CWORD is {place[:20]!r}, and no number."
    return None
