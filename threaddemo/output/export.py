"""Files that a run is written to, each whole or not at all; the suffix tells what is in one."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from threaddemo.output.streams import WriteError

if TYPE_CHECKING:
    from threaddemo.events.vocabulary import Note


class Recorded(NamedTuple):
    """A run that was recorded."""

    document: dict[str, Any]
    """The result's, as of ``--json``."""
    notes: Iterable[Note]
    left_out: int
    command: str = ""
    """What is typed after ``threaddemo`` to run the like."""
    promise: str = ""
    """In words."""


class Form(NamedTuple):
    """What a file of some suffix holds."""

    text: Callable[[Recorded], str]
    explored: bool = False
    """Whether it can be of an exploration, too."""


def _json(run: Recorded) -> str:
    import json

    from threaddemo.output.picture.document import document

    found = document(run.document, run.notes, run.left_out)
    return json.dumps(found, allow_nan=False) + "\n"


def _html(run: Recorded) -> str:
    from threaddemo.output.page import page
    from threaddemo.output.picture.document import document

    found = run.document
    if found["mode"] != "explored":
        found = document(found, run.notes, run.left_out)
    return page(found, run.command, run.promise)


def _svg(run: Recorded) -> str:
    from threaddemo.output.picture.svg import draw

    return draw(run.document, run.notes, run.left_out, run.command)


#: By the suffixes that files can have.
FORMS: dict[str, Form] = {
    ".svg": Form(_svg),
    ".html": Form(_html, explored=True),
    ".json": Form(_json),
}


def form_of(file: str) -> Form:
    """What a file is to hold.

    Raises:
        ValueError: nothing that there is, or there is no such folder.
    """
    suffix = os.path.splitext(file)[1].lower()
    if suffix not in FORMS:
        *others, last = FORMS
        allowed = f"{', '.join(others)} or {last}" if others else last
        raise ValueError(f"{file!r} does not end in {allowed}.")
    folder = os.path.dirname(file) or "."
    if not os.path.isdir(folder):
        raise ValueError(f"{file!r}: there is no folder {folder!r}.")
    if os.path.isdir(file):
        raise ValueError(f"{file!r} is a folder.")
    return FORMS[suffix]


def write(file: str, run: Recorded) -> None:
    """Write a run to a file, in the form that its suffix says.

    Raises:
        WriteError: it can't be written; then it is as it was.
    """
    text = form_of(file).text(run)
    try:
        _replace(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise WriteError(f"{file}: write error: {error.strerror or error}") from error


def _replace(file: str, content: bytes) -> None:
    """Put a new file in the place of a file, once it is complete; a device is written to."""
    target = os.path.realpath(file)
    if os.path.exists(target) and not os.path.isfile(target):
        with open(target, "wb") as opened:
            opened.write(content)
        return
    handle, path = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".threaddemo-")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.chmod(path, _mode(target))
        os.replace(path, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise


def _mode(file: str) -> int:
    """The permissions that a file has, or gets when it is made."""
    try:
        return stat.S_IMODE(os.stat(file).st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
