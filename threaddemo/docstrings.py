"""The docstrings that Python leaves out with -OO: help and promises are made of them."""

import ast
from typing import Any


def restore(demo: Any) -> None:
    """Give a demo's module back the docstrings that are shown, read from its source.

    They are the module's own, and that of the promise, ``Outcome.ok``. Where there is no source
    to read, as in an installation of compiled files alone, they stay empty.
    """
    try:
        with open(demo.__file__, encoding="utf-8") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return
    demo.__doc__ = ast.get_docstring(tree)
    for outcome in _named(tree, "Outcome"):
        for promise in _named(outcome, "ok"):
            demo.Outcome.ok.__doc__ = ast.get_docstring(promise)


def _named(parent: Any, name: str) -> list[Any]:
    """The class or function of that name in a module or class, if there is one."""
    return [node for node in parent.body if getattr(node, "name", None) == name]
