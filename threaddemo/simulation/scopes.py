"""Which variable a name is, from a program's text alone, and so the same on every Python.

The rules are those of the language reference, "Naming and binding". `symtable` knows them, too, but
not where in the tree its tables belong.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
EAGER = (ast.ListComp, ast.SetComp, ast.DictComp)
COMPREHENSIONS = (*EAGER, ast.GeneratorExp)


class Scope:
    """A module, a class, a function or a comprehension, and the names that it binds."""

    def __init__(self, node: ast.AST, parent: Scope | None, number: int) -> None:
        self.node, self.parent, self.number = node, parent, number
        self.bound: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.captured: set[str] = set()  # which functions within use, too

    @property
    def is_class(self) -> bool:
        """Whether functions within do not see its names."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def keeps_cells(self) -> bool:
        """Whether there is a place in it for a statement that makes an object of each call."""
        return isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef))

    def owner(self, name: str) -> Scope | None:
        """The scope whose variable a name is here; None is the module's, or a builtin."""
        scope: Scope | None = self
        while scope is not None and scope.parent is not None:
            if scope is self or not scope.is_class:
                if name in scope.globals:
                    return None
                if name in scope.bound:
                    return scope
            scope = scope.parent
        return None


class Scopes(ast.NodeVisitor):
    """The scopes of a module, each by its node."""

    def __init__(self, tree: ast.Module) -> None:
        self.by_node: dict[ast.AST, Scope] = {}
        self.uses: list[tuple[Scope, str]] = []
        self.scope = self._enter(tree, None)
        for statement in tree.body:
            self.visit(statement)
        for scope, name in self.uses:
            owner = scope.owner(name)
            while isinstance(scope.node, EAGER) and scope is not owner and scope.parent:
                scope = scope.parent  # noqa: PLW2901 - it is over before anybody else comes
            if owner is not None and owner is not scope:
                owner.captured.add(name)

    def _enter(self, node: ast.AST, parent: Scope | None) -> Scope:
        scope = self.by_node[node] = Scope(node, parent, len(self.by_node))
        return scope

    def _within(self, node: ast.AST, parts: Iterator[ast.AST]) -> None:
        outer, self.scope = self.scope, self._enter(node, self.scope)
        for part in parts:
            self.visit(part)
        self.scope = outer

    def _bind(self, *names: str | None) -> None:
        for name in names:
            if name is not None and name not in self.scope.nonlocals:
                self.scope.bound.add(name)
                self.uses.append((self.scope, name))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.uses.append((self.scope, node.id))
        else:
            self._bind(node.id)

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals.update(node.names)
        self.scope.bound.difference_update(node.names)
        self.uses += [(self.scope, name) for name in node.names]

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        inner = self.scope
        while isinstance(self.scope.node, COMPREHENSIONS) and self.scope.parent is not None:
            self.scope = self.scope.parent
        self.visit(node.target)
        self.scope = inner
        self.uses.append((self.scope, node.target.id))
        self.visit(node.value)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self._bind(*(alias.asname or alias.name.partition(".")[0] for alias in node.names))

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._bind(node.rest)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._within(node, iter(node.body))

    def visit_Function(self, node: Function) -> None:
        """Its decorators and defaults are evaluated outside of it; annotations are no accesses."""
        if not isinstance(node, ast.Lambda):
            self._bind(node.name)
        defaults = (*node.args.defaults, *filter(None, node.args.kw_defaults))
        for part in (*getattr(node, "decorator_list", ()), *defaults):
            self.visit(part)
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        self._within(node, iter([*arguments(node), *body]))

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_Function

    def visit_arg(self, node: ast.arg) -> None:
        self._bind(node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_Comprehension(self, node: Comprehension) -> None:
        """Only the first iterable is evaluated outside of it."""
        first, *others = node.generators
        self.visit(first.iter)
        parts = [first.target, *first.ifs, *others]
        self._within(node, iter([*parts, *elements(node)]))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Comprehension


def arguments(node: Function) -> list[ast.arg]:
    """The parameters of a function."""
    args = node.args
    rest = [args.vararg, args.kwarg]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, rest)]


def elements(node: Comprehension) -> list[ast.expr]:
    """What a comprehension collects."""
    return [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]


def settled(tree: ast.Module) -> frozenset[str]:
    """Global names that are bound once, by an import or a definition, before anything is called.

    They are there before a thread can be, and stay what they are.
    """
    bound: Counter[str | None] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] += 1
        bound.update(_defined(node))
    names: list[str] = []
    for statement in tree.body:
        if not isinstance(statement, QUIET) or _may_call(statement):
            break
        names += _defined(statement)
    return frozenset(name for name in names if bound[name] == 1 and not bound["*"])


#: Statements that call nothing, unless they have a call in them.
QUIET = (
    *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign),
    ast.Expr,  # a docstring
)


def _defined(node: ast.AST) -> list[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    others = isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar))
    return [node.name] if others and node.name else []  # type: ignore[attr-defined]


def _may_call(node: ast.AST) -> bool:
    """Whether something is called where a statement is executed, or as a decorator."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return bool(node.decorator_list or _may_call(node.args))
    if isinstance(node, ast.Call):
        return True
    return any(map(_may_call, ast.iter_child_nodes(node)))
