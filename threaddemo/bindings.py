"""Which names a module's code binds as its global variables, found out without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def variables(tree: ast.Module) -> set[str]:
    """What is assigned at the module's level, or declared global where it is assigned.

    Imports and definitions bind names as well, but those are no variables.
    """
    finder = _Finder()
    finder.visit(tree)
    return finder.found


def functions(tree: ast.Module) -> set[str]:
    """The functions that are defined at the module's level."""
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def classes(tree: ast.Module) -> set[str]:
    """The classes that are defined at the module's level."""
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


class _Finder(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()
        self._declared: set[str] | None = None  # in an inner scope the names that are global

    def _bind(self, name: str | None) -> None:
        if name and (self._declared is None or name in self._declared):
            self.found.add(name)

    def _within(self, body: Iterable[ast.AST], declared: set[str]) -> None:
        outside, self._declared = self._declared, declared
        for node in body:
            self.visit(node)
        self._declared = outside

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in (*node.decorator_list, node.args):
            self.visit(outside)
        self._within(node.body, set(_declared(node.body)))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        self._within(node.body, set(_declared(node.body)))

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self._within([node.body], set())

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for part in (node.iter, *node.ifs):  # its variable is its own
            self.visit(part)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._bind(node.rest)
        self.generic_visit(node)


def _declared(body: Iterable[ast.AST]) -> Iterator[str]:
    """The names that are declared global in a scope itself, not in those within it."""
    for node in body:
        if isinstance(node, ast.Global):
            yield from node.names
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _declared(ast.iter_child_nodes(node))
