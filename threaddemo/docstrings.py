"""The docstrings that Python leaves out with -OO: help and promises are made of them."""

import ast
import sys
from typing import Any


def restore(demo: Any) -> None:
    """Give a demo's module back the docstrings that are shown, read from its source.

    They are the module's own, and that of the promise, ``Outcome.ok``, whose class may be one
    that several demos share. Where there is no source to read, as in an installation of compiled
    files alone, they stay empty.
    """
    demo.__doc__ = ast.get_docstring(_tree(demo.__file__))
    for owner in demo.Outcome.__mro__:
        if "ok" in vars(owner):
            tree = _tree(sys.modules[owner.__module__].__file__)
            for promise in _named(_named([tree], owner.__name__), "ok"):
                owner.ok.__doc__ = ast.get_docstring(promise)
            return


def _tree(file: str | None) -> ast.Module:
    try:
        with open(file or "", encoding="utf-8") as source:
            return ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def _named(parents: Any, name: str) -> list[Any]:
    """The classes or functions of that name in some modules or classes."""
    return [node for each in parents for node in each.body if getattr(node, "name", None) == name]
