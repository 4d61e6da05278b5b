"""A demo's source as it runs, highlighted as far as a handful of colours can."""

import io
import keyword
import tokenize
from collections.abc import Iterator

from colorama import just_fix_windows_console

from threaddemo.output.colors import BLUE, BROWN, GREEN, MAGENTA, RESET, code

COLORS = {
    tokenize.COMMENT: code(BROWN),
    tokenize.STRING: code(GREEN),
    tokenize.NUMBER: code(BLUE),
    tokenize.NAME: code(MAGENTA),  # the keywords only
}


def highlighted(source: str) -> str:
    """The source with colour codes; without them it is the same text."""
    just_fix_windows_console()
    lines = source.splitlines(keepends=True)
    # From the last token to the first, so that the places of those before stay as they are.
    for token in reversed(list(_colored(source))):
        (row, column), (last_row, last_column) = token.start, token.end
        color = COLORS[token.type]
        for number in range(last_row, row - 1, -1):
            line = lines[number - 1]
            start = column if number == row else 0
            end = last_column if number == last_row else len(line.rstrip("\n"))
            if text := line[start:end]:
                lines[number - 1] = f"{line[:start]}{color}{text}{RESET}{line[end:]}"
    return "".join(lines)


def _colored(source: str) -> Iterator[tokenize.TokenInfo]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in COLORS and (
            token.type != tokenize.NAME or keyword.iskeyword(token.string)
        ):
            yield token
