"""Makes a program say what it reads and writes, by changing its tree before it is compiled.

Each access to what threads may share is preceded by a call of a helper, which hears what is about
to be touched: `o.a` becomes `_read_(o, "a").a`. All that the access needs has been evaluated by
then, and it is still Python itself that makes it: so the program means what it meant, errors come
from its own lines, and nothing happens between what is heard and what is done. Where the operands
would come too late for that, the operation is made by its function in `operator`, which is C and
leaves no frame: `o[i]` becomes `_getitem_(*_item_(o, i))`. A call becomes `_call_(f, a, b)()`,
where the helper gives back `partial(f, a, b)`.

The helpers are found as builtins; their names end with an underscore, or a class body would mangle
them. What they do is up to `hearing`.
"""

from __future__ import annotations

import ast
import builtins
import sys
from typing import Any, TypeVar

from threaddemo.simulation.scopes import Comprehension, Function, Scope, Scopes, settled

T = TypeVar("T", bound=ast.AST)
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and_",
    ast.BitOr: "or_",
    ast.BitXor: "xor",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
BUILTINS = frozenset(dir(builtins))
#: Words by which a program may do what makes steps of others depend on each other: ask in which
#: order futures were completed; or unset an event, which only who began to wait before will miss.
TELLING = "as_completed", "clear"


def instrument(source: str, name: str, file: str) -> ast.Module:
    """The tree of a module, to be compiled, whose accesses are heard.

    Args:
        source: its text.
        name: its full name, by which its global variables are known.
        file: where the text comes from.

    Raises:
        SyntaxError: it is no Python.
    """
    tree = ast.parse(source, file)
    new = _Instrumenter(tree, name).module(tree)
    if words := [ast.Constant(word) for word in TELLING if word in source]:
        new.body.insert(_beginning(new), ast.Expr(_helper("mentions", new.body[0], *words)))
    return ast.fix_missing_locations(new)


def _beginning(tree: ast.Module) -> int:
    """Where the first statement can stand: after the docstring, and what is from __future__."""
    first = 1 if ast.get_docstring(tree) is not None else 0
    while getattr(tree.body[first], "module", None) == "__future__":
        first += 1
    return first


def _at(old: ast.AST, new: T) -> T:
    return ast.copy_location(new, old)


def _name(name: str, ctx: ast.expr_context | None = None) -> ast.Name:
    return ast.Name(name, ctx or ast.Load())


def _helper(helper: str, at: ast.AST, *args: ast.expr) -> ast.expr:
    """A call of a helper, in the place of an expression."""
    return _at(at, ast.Call(_name(f"_{helper}_"), list(args), []))


def _made_by(function: str, heard: ast.expr) -> ast.expr:
    """A call of a function of `operator` with the operands that a helper gives back."""
    return _at(heard, ast.Call(_name(f"_{function}_"), [ast.Starred(heard, ast.Load())], []))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float, complex))


class _Instrumenter(ast.NodeTransformer):
    def __init__(self, tree: ast.Module, name: str) -> None:
        self.name = name
        scopes = Scopes(tree)
        self.scopes = scopes.by_node
        self.scope: Scope = self.scopes[tree]
        declared = (scope.globals for scope in self.scopes.values())
        self.globals = self.scope.bound.union(*declared)
        self.settled = settled(tree)

    def module(self, tree: ast.Module) -> ast.Module:
        tree.body = self._block(tree.body)
        return tree

    # Names.

    def _variable(self, name: str, ctx: ast.expr_context) -> list[ast.expr] | None:
        """Whose variable a name is, if several threads may share it, and its name there."""
        owner = self.scope.owner(name)
        if owner is None or (owner.is_class and isinstance(ctx, ast.Load)):
            if name in self.settled or (name in BUILTINS and name not in self.globals):
                return None
            return [ast.Constant(self.name), ast.Constant(name)]
        if name not in owner.captured:
            return None
        if owner.keeps_cells:  # there is another variable for each call
            return [_name(f"_cells{owner.number}_"), ast.Constant(name)]
        return [ast.Constant(f"{self.name}:{owner.number}"), ast.Constant(name)]

    def visit_Name(self, node: ast.Name) -> ast.expr:
        place = isinstance(node.ctx, ast.Load) and self._variable(node.id, node.ctx)
        if not place:
            return node
        return _at(node, ast.BoolOp(ast.Or(), [_helper("get", node, *place), node]))

    def _stored(self, value: ast.expr, *targets: ast.expr | None) -> ast.expr:
        """A value on its way to the names among its targets."""
        for target in targets:
            for name in _names(target):
                if place := self._variable(name, ast.Store()):
                    value = _helper("set", value, *place, value)
        return value

    def _after(self, at: ast.AST, *names: str | None) -> list[ast.stmt]:
        """Statements for after names have been bound."""
        places = [name and self._variable(name, ast.Store()) for name in names]
        return [_at(at, ast.Expr(_helper("set", at, *place))) for place in places if place]

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self._stored(self.visit(node.value), node.target)
        return node

    # Expressions.

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        helper = "read" if isinstance(node.ctx, ast.Load) else "write"
        value = self.visit(node.value)
        node.value = _helper(helper, node.value, value, ast.Constant(node.attr))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        item = self.visit(node.value), self._index(node.slice)
        if isinstance(node.ctx, ast.Load):
            return _made_by("getitem", _helper("item", node, *item))
        return _at(node, ast.Subscript(_helper("slot", node, *item), ast.Constant(0), node.ctx))

    def _index(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            bounds = [self.visit(part) if part else ast.Constant(None) for part in parts]
            return _helper("slice", node, *bounds)
        if isinstance(node, ast.Tuple):
            return _at(node, ast.Tuple([self._index(part) for part in node.elts], ast.Load()))
        index: ast.expr = self.visit(node)
        return index

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func
        if isinstance(function, ast.Name) and function.id == "super" and not node.args:
            return node
        args = [self.visit(function), *map(self.visit, node.args)]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
            if keyword.arg is None:
                keyword.value = _helper("glance", keyword.value, keyword.value)
        call = _at(node, ast.Call(_name("_call_"), args, node.keywords))
        return _at(node, ast.Call(call, [], []))

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            node.value = _helper("iter", node.value, node.value)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        node.keys = [key and self.visit(key) for key in node.keys]
        values = [self.visit(value) for value in node.values]
        pairs = zip(node.keys, values, strict=True)
        node.values = [value if key else _helper("glance", value, value) for key, value in pairs]
        return _helper("made", node, node)

    def visit_List(self, node: ast.List) -> ast.expr:
        self.generic_visit(node)
        return _helper("made", node, node) if isinstance(node.ctx, ast.Load) else node

    def visit_Set(self, node: ast.Set) -> ast.expr:
        self.generic_visit(node)
        return _helper("made", node, node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        numeric = _is_number(node.left) or _is_number(node.right)
        self.generic_visit(node)
        if numeric and not isinstance(node.op, ast.Mult):
            return node  # no container takes part in that
        pair = _helper("pair", node, node.left, node.right)
        return _made_by(OPERATORS[type(node.op)], pair)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if isinstance(node.op, ast.Not):
            node.operand = self._truth(node.operand)
        elif not isinstance(node.operand, ast.Constant):
            node.operand = _helper("look", node.operand, self.visit(node.operand))
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        operands = [self.visit(operand) for operand in (node.left, *node.comparators)]
        if all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops):
            node.left, *node.comparators = operands
            return node
        if len(node.ops) > 1:
            node.left, *node.comparators = (_helper("look", part, part) for part in operands)
            return node
        op, constant = node.ops[0], any(isinstance(part, ast.Constant) for part in operands)
        if isinstance(op, (ast.In, ast.NotIn)):
            found = _made_by("contains", _helper("within", node, *operands))
            return found if isinstance(op, ast.In) else _at(node, ast.UnaryOp(ast.Not(), found))
        if constant:  # it is equal to no container
            node.left, *node.comparators = operands
            return node
        return _made_by(OPERATORS[type(op)], _helper("pair", node, *operands))

    def _truth(self, node: ast.expr) -> ast.expr:
        """An expression that is asked whether it is true; a container answers by its length."""
        plain = isinstance(node, (ast.Compare, ast.Constant))
        visited: ast.expr = self.visit(node)
        return visited if plain else _helper("glance", node, visited)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        *tested, last = node.values
        node.values = [*map(self._truth, tested), self.visit(last)]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        node.test = self._truth(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        node.value = _helper("look", node.value, self.visit(node.value))
        if node.format_spec:
            node.format_spec = self.visit(node.format_spec)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.expr:
        node.value = _helper("delegate", node.value, self.visit(node.value))
        return node

    def visit_Comprehension(self, node: Comprehension) -> ast.expr:
        outer, first = self.scope, node.generators[0]
        first.iter = self._iterable(first.iter, first.target)
        self.scope = self.scopes[node]
        for generator in node.generators:
            if generator is not first:
                generator.iter = self._iterable(generator.iter, generator.target)
            generator.target = self.visit(generator.target)
            heard = self._stored(ast.Constant(True), generator.target)
            tests = [self._truth(test) for test in generator.ifs]
            generator.ifs = tests if isinstance(heard, ast.Constant) else [heard, *tests]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.visit(node.key), self.visit(node.value)
        else:
            node.elt = self.visit(node.elt)
        self.scope = outer
        return _helper("made", node, node)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Comprehension

    def _iterable(self, node: ast.expr, target: ast.expr) -> ast.expr:
        unpacks = isinstance(target, (ast.Tuple, ast.List))
        return _helper("rows" if unpacks else "iter", node, self.visit(node))

    # Statements.

    def _block(self, body: list[Any]) -> list[Any]:
        done: list[Any] = []
        for statement in body:
            new = self.visit(statement)
            done += new if isinstance(new, list) else [new]
        return done

    def _blocks(self, node: Any) -> None:
        for name in ("body", "orelse", "finalbody"):
            if block := getattr(node, name, None):
                setattr(node, name, self._block(block))

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        value = self.visit(node.value)
        [target, *others] = node.targets
        if isinstance(target, ast.Subscript) and not others:
            item = self.visit(target.value), self._index(target.slice)
            return _at(node, ast.Expr(_made_by("setitem", _helper("put", target, value, *item))))
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                most = -1 if _has_star(target) else len(target.elts)
                value = _helper("unpack", value, value, ast.Constant(most))
        node.value = self._stored(value, *node.targets)
        node.targets = [self.visit(target) for target in node.targets]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is not None:
            node.value = self._stored(self.visit(node.value), node.target)
            node.target = self.visit(node.target)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """It reads before the value is evaluated, and writes after that."""
        target = node.target
        if isinstance(target, ast.Name):
            place = self._variable(target.id, ast.Store())
            node.value = self._stored(self._augment(target.id, node), target)
            return [*([_at(node, ast.Expr(_helper("get", node, *place)))] if place else []), node]
        load: ast.expr
        store: ast.stmt
        kept: ast.expr = self.visit(target.value)
        if isinstance(target, ast.Subscript):
            kept = ast.Tuple([kept, self._index(target.slice)], ast.Load())
            both: ast.expr = ast.Starred(_name("_kept_"), ast.Load())
            load = _made_by("getitem", _helper("item", target, both))
            put = _helper("put", target, _name("_new_"), both)
            store = ast.Expr(_made_by("setitem", put))
        else:
            attr = ast.Constant(target.attr)
            read = _helper("read", target.value, _name("_kept_"), attr)
            load = _at(target, ast.Attribute(read, target.attr, ast.Load()))
            write = _helper("write", target.value, _name("_kept_"), attr)
            new = _at(target, ast.Attribute(write, target.attr, ast.Store()))
            store = ast.Assign([new], _name("_new_"))
        node.value = self._augment("_new_", node)
        node.target = _at(target, _name("_new_", ast.Store()))
        forget = ast.Delete([_name("_kept_", ast.Del()), _name("_new_", ast.Del())])
        parts = [
            ast.Assign([_name("_kept_", ast.Store())], kept),
            ast.Assign([_name("_new_", ast.Store())], load),
            node,
            store,
            forget,
        ]
        return [_at(node, part) for part in parts]

    def _augment(self, name: str, node: ast.AugAssign) -> ast.expr:
        value: ast.expr = self.visit(node.value)
        if _is_number(value) and not isinstance(node.op, ast.Mult):
            return value
        return _helper("augment", node.value, _name(name), value)

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        done: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                item = self.visit(target.value), self._index(target.slice)
                done.append(ast.Expr(_made_by("delitem", _helper("drop", target, *item))))
            elif isinstance(target, (ast.Tuple, ast.List)):
                done += self.visit_Delete(_at(node, ast.Delete(target.elts)))
            else:
                done += [*self._after(node, *_names(target)), ast.Delete([self.visit(target)])]
        return [_at(node, part) for part in done]

    def visit_For(self, node: ast.For) -> ast.stmt:
        node.iter = self._iterable(node.iter, node.target)
        heard = self._after(node.target, *_names(node.target))
        node.target = self.visit(node.target)
        self._blocks(node)
        node.body = [*heard, *node.body]
        return node

    def visit_If(self, node: ast.While | ast.If) -> ast.stmt:
        node.test = self._truth(node.test)
        self._blocks(node)
        return node

    def visit_While(self, node: ast.While) -> ast.stmt:
        """It may be a busy loop, in which nothing else is heard."""
        self.visit_If(node)
        node.body.insert(0, _at(node, ast.Expr(_helper("round", node))))
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        node.test = self._truth(node.test)
        node.msg = node.msg and self.visit(node.msg)
        return node

    def visit_With(self, node: ast.With) -> ast.stmt:
        heard: list[ast.stmt] = []
        for item in node.items:
            item.context_expr = _helper("enter", item.context_expr, self.visit(item.context_expr))
            if item.optional_vars:
                heard += self._after(item.optional_vars, *_names(item.optional_vars))
                item.optional_vars = self.visit(item.optional_vars)
        self._blocks(node)
        node.body = [*heard, *node.body]
        return node

    def visit_Try(self, node: Any) -> ast.stmt:
        self._blocks(node)
        for handler in node.handlers:
            handler.type = handler.type and self.visit(handler.type)
            self._blocks(handler)
            handler.body = [*self._after(handler, handler.name), *handler.body]
        return node  # type: ignore[no-any-return]

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> list[ast.stmt]:
        """Patterns look at the subject one after the other, and guards may wait in between."""
        keep = ast.Assign([_name("_matched_", ast.Store())], self.visit(node.subject))
        node.subject = _helper("subject", node.subject, _name("_matched_"))
        for case in node.cases:
            names = [part for part in ast.walk(case.pattern) if hasattr(part, "name")]
            heard = [one for part in names for one in self._after(part, part.name)]
            if case.guard:
                guard = self._truth(case.guard)
                case.guard = _helper("guard", guard, guard, _name("_matched_"))
            self._blocks(case)
            case.body = [*heard, *case.body]
        return [_at(node.subject, keep), node]

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> list[ast.stmt]:
        names = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        modules = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or "" if not node.level else ""]
        known = all(name.partition(".")[0] in sys.stdlib_module_names for name in modules)
        loading = [] if known else [_at(node, ast.Expr(_helper("loading", node)))]
        return [*loading, node, *self._after(node, *names)] if modules != ["__future__"] else [node]

    visit_ImportFrom = visit_Import

    def visit_ClassDef(self, node: ast.ClassDef) -> list[ast.stmt]:
        node.bases = [self.visit(base) for base in node.bases]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        self._decorate(node)
        outer, self.scope = self.scope, self.scopes[node]
        self._blocks(node)
        self.scope = outer
        return [node, *self._after(node, node.name)]

    def _decorate(self, node: Any) -> None:
        visited = [(decorator, self.visit(decorator)) for decorator in node.decorator_list]
        node.decorator_list = [_helper("decorator", old, new) for old, new in visited]

    def visit_FunctionDef(self, node: Any) -> list[ast.stmt]:
        self._decorate(node)
        self._defaults(node)
        in_class = self.scope.is_class
        outer, self.scope = self.scope, self.scopes[node]
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        body = self._block(node.body[start:])
        node.body = [*node.body[:start], *self._begin(node, in_class), *body]
        self.scope = outer
        return [node, *self._after(node, node.name)]

    visit_AsyncFunctionDef = visit_FunctionDef

    def _begin(self, node: Any, in_class: bool) -> list[ast.stmt]:
        """What a function does first: it makes its variables; __init__ is given a new object."""
        begin: list[ast.stmt] = []
        at = node.body[0]
        if self.scope.captured:
            cells = _name(f"_cells{self.scope.number}_", ast.Store())
            begin.append(_at(at, ast.Assign([cells], _helper("cells", at))))
        parameters = [*node.args.posonlyargs, *node.args.args]
        if in_class and node.name == "__init__" and parameters:
            begin.append(_at(at, ast.Expr(_helper("made", at, _name(parameters[0].arg)))))
        return begin

    def _defaults(self, node: Function) -> None:
        args = node.args
        args.defaults = [self.visit(default) for default in args.defaults]
        args.kw_defaults = [default and self.visit(default) for default in args.kw_defaults]

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self._defaults(node)
        outer, self.scope = self.scope, self.scopes[node]
        node.body = self.visit(node.body)
        self.scope = outer
        return node


def _names(target: ast.expr | None) -> list[str]:
    """The names that a target binds."""
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Starred):
        return _names(target.value)
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    return [name for part in parts for name in _names(part)]


def _has_star(target: ast.Tuple | ast.List) -> bool:
    return any(isinstance(part, ast.Starred) for part in target.elts)
