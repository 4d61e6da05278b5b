"""Anything that can be loaded on any modules: on the real ones, recording ones, simulated ones.

Replacing names in a module that is already imported comes too late for a class such as `class
Pipeline(queue.Queue)`: its base is chosen while the module runs. So the program's source runs
again, with an ``__import__`` of its own that answers with the modules it is given. Nothing global
changes: the second module is in no table, and the first stays as it is.
"""

from __future__ import annotations

import builtins
import importlib.util
import os
from collections.abc import Collection, Mapping
from types import CodeType, FrameType, ModuleType
from typing import Any

from threaddemo.simulation.twins import Twin, gap


class Program:
    """A module's code, compiled once; each ``load`` makes a module of its own of it.

    Args:
        name: the module's full name; what lies beside it has the same package.
        code: the module's code.
    """

    def __init__(self, name: str, code: CodeType) -> None:
        self.name = name
        self.package = name.rpartition(".")[0]
        self.code = code

    @classmethod
    def named(cls, name: str) -> Program:
        """The importable module of that name.

        Raises:
            ModuleNotFoundError: there is no such module, or it has no Python code.
        """
        spec = importlib.util.find_spec(name)
        code = getattr(spec and spec.loader, "get_code", lambda _: None)(name)
        if code is None:
            raise ModuleNotFoundError(f"no module with code is named {name!r}", name=name)
        return cls(name, code)

    @classmethod
    def of(cls, source: str, name: str = "program") -> Program:
        """A text as a program."""
        return cls(name, compile(source, f"{name}.py", "exec", dont_inherit=True))

    def beside(self, name: str) -> bool:
        """Whether a module of that full name lies beside the program."""
        package, _, module = name.rpartition(".")
        return bool(self.package) and package == self.package and bool(module)

    def neighbour(self, name: str) -> Program:
        """What lies beside the program under that full name, as a program."""
        return Program.named(name)

    def shares(self, name: str) -> bool:
        """Whether a module is of the program's own distribution, and so that of the real one."""
        top = self.package.partition(".")[0]
        return bool(top) and name.partition(".")[0] == top

    def load(
        self, modules: Mapping[str, ModuleType], pure: Collection[str] | None = None
    ) -> ModuleType:
        """Run the program's code, its imports answered by ``modules``.

        Args:
            modules: by their full names.
            pure: the other modules that it may import, which are the real ones; None for any.

        Raises:
            NotSimulated: it imports what is neither here nor there.
        """
        return Importer(self, modules, pure).execute(self.name, self.code)

    @staticmethod
    def owns(frame: FrameType) -> bool:
        """Whether a frame is one of a loaded program, or of what lies beside one."""
        return isinstance(frame.f_builtins.get("__import__"), Importer)

    @staticmethod
    def place(frame: FrameType | None) -> FrameType | None:
        """The innermost frame of a loaded program, from a thread's innermost frame outwards."""
        while frame is not None and not Program.owns(frame):
            frame = frame.f_back
        return frame


class FileProgram(Program):
    """A program in a file, and what lies beside it in the same folder, wherever that is.

    Args:
        name: the file's, without its ending.
        code: the file's code.
        folder: where it is.
    """

    def __init__(self, name: str, code: CodeType, folder: str) -> None:
        super().__init__(name, code)
        self._folder = folder

    def beside(self, name: str) -> bool:
        """Whether there is a file of that name beside the program."""
        return "." not in name and os.path.isfile(self._file(name))

    def neighbour(self, name: str) -> Program:
        """The module in the file of that name."""
        file = self._file(name)
        with open(file, "rb") as opened:
            return Program(name, compile(opened.read(), file, "exec", dont_inherit=True))

    def shares(self, name: str) -> bool:
        """Whether it is one of the words that demos are written in."""
        return name.partition(".")[0] == __package__

    def _file(self, name: str) -> str:
        return os.path.join(self._folder, f"{name}.py")


class Importer:
    """The ``__import__`` of one loaded program, and of the modules beside it."""

    def __init__(
        self, program: Program, modules: Mapping[str, ModuleType], pure: Collection[str] | None
    ) -> None:
        self.program = program
        self.pure = pure
        self.beside: dict[str, ModuleType] = {}
        self.modules = dict(modules)
        # `import concurrent.futures` asks for `concurrent`, and then looks there.
        for path, module in modules.items():
            package, _, name = path.rpartition(".")
            if package:
                self.modules[package] = Twin(package, **{name: module})

    def execute(self, name: str, code: CodeType) -> ModuleType:
        """Run a module's code."""
        module = ModuleType(name)
        module.__file__ = code.co_filename
        module.__package__ = name.rpartition(".")[0]
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self}
        exec(code, module.__dict__)
        return module

    def __call__(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> ModuleType:
        """Import as the real one does, with the same arguments."""
        if level:
            name = importlib.util.resolve_name("." * level + name, globals["__package__"])
        if name in self.modules:
            module = self.modules[name if fromlist else name.partition(".")[0]]
            return module
        if self.program.beside(name):
            neighbour = self._neighbour(name)
            return neighbour if fromlist else _within(name, neighbour)
        if fromlist and name == self.program.package:
            return self._package(name, fromlist)
        self._permit(name, fromlist or ())
        return builtins.__import__(name, globals, locals, fromlist or ())

    def _neighbour(self, name: str) -> ModuleType:
        """A module beside the program, which is loaded on the same modules, once."""
        if name not in self.beside:
            self.beside[name] = self.execute(name, self.program.neighbour(name).code)
        return self.beside[name]

    def _package(self, name: str, members: Any) -> ModuleType:
        return Twin(name, **{member: self._neighbour(f"{name}.{member}") for member in members})

    def _permit(self, name: str, members: Any) -> None:
        """See that a real module, and what is imported from it, may be used.

        Raises:
            NotSimulated: it may not.
        """
        if self.pure is None or self.program.shares(name):
            return
        if name not in self.pure:
            gap(name)
        module = builtins.__import__(name, None, None, members or ("",))
        for member in members:  # but not each module that it leads to, such as logging.handlers
            path = f"{name}.{member}"
            if path not in self.pure and isinstance(getattr(module, member, None), ModuleType):
                gap(path)


def _within(name: str, module: ModuleType) -> ModuleType:
    """The outermost package of a module's full name, through which it can be reached."""
    package, _, last = name.rpartition(".")
    return _within(package, Twin(package, **{last: module})) if package else module
