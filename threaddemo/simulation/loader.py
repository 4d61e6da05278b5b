"""Runs a module's source a second time, with twins in place of the modules that it imports.

Replacing names in a module that is already imported comes too late for a class such as `class
Pipeline(queue.Queue)`: its base is chosen while the module runs. So the module runs again, with an
`__import__` of its own that answers with the twins. Nothing global changes: the second module is
in no table, and the first stays as it is.
"""

from __future__ import annotations

import builtins
import importlib.util
from collections.abc import Mapping
from types import CodeType, ModuleType
from typing import Any

from threaddemo.simulation.twins import NotSimulated, Twin

#: Real modules that a simulated program may use: they start no thread and wait for nothing.
PURE = frozenset(
    """__future__ abc bisect collections collections.abc contextlib copy dataclasses enum
    fractions functools heapq itertools json logging math numbers operator re statistics
    string textwrap types typing""".split()  # noqa: SIM905 - a literal takes a line for each
)


class Importer:
    """The `__import__` of one loaded module."""

    def __init__(self, name: str, twins: Mapping[str, ModuleType]) -> None:
        self.own = name.partition(".")[0]
        self.twins = dict(twins)
        # `import concurrent.futures` asks for `concurrent`, and then looks there.
        for path, twin in twins.items():
            package, _, module = path.rpartition(".")
            if package:
                self.twins[package] = Twin(package, **{module: twin})

    def __call__(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> ModuleType:
        """Import as the real one does, with the same arguments."""
        if level or name.partition(".")[0] == self.own:  # which is shared with the real program
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        if name in PURE:
            module = builtins.__import__(name, globals, locals, fromlist or ())
        elif name in self.twins:
            module = self.twins[name if fromlist else name.partition(".")[0]]
        else:
            raise NotSimulated(name)
        for member in fromlist or ():
            path = f"{name}.{member}"
            if name in PURE:  # but not each module that it leads to, such as logging.handlers
                if path not in PURE and isinstance(getattr(module, member, None), ModuleType):
                    raise NotSimulated(path)
            elif member != "*":
                getattr(module, member)  # import would turn its NotSimulated into an ImportError
        return module


def load(name: str, twins: Mapping[str, ModuleType]) -> ModuleType:
    """Run the importable module `name` again, its imports answered by `twins`.

    Raises NotSimulated if it imports what has no twin, ModuleNotFoundError if there is no such
    module.
    """
    spec = importlib.util.find_spec(name)
    code = getattr(spec and spec.loader, "get_code", lambda _: None)(name)
    if code is None:
        raise ModuleNotFoundError(f"no module with code is named {name!r}", name=name)
    return _execute(code, name, twins)


def load_source(source: str, twins: Mapping[str, ModuleType], name: str = "program") -> ModuleType:
    """Run a text as `load` runs a module."""
    return _execute(compile(source, f"{name}.py", "exec", dont_inherit=True), name, twins)


def _execute(code: CodeType, name: str, twins: Mapping[str, ModuleType]) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = code.co_filename
    module.__package__ = name.rpartition(".")[0]
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": Importer(name, twins)}
    exec(code, module.__dict__)
    return module
