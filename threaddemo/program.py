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
import tokenize
from collections.abc import Callable, Collection, Mapping
from types import CodeType, FrameType, ModuleType
from typing import Any, TypeAlias

from threaddemo.simulation.twins import Twin, gap

#: Makes a tree of a text, the module's name and its file.
Transform: TypeAlias = Callable[[str, str, str], Any]


class Program:
    """A module's code, compiled once; each ``load`` makes a module of its own of it.

    Args:
        name: the module's full name; what lies beside it has the same package.
        code: the module's code.
        transform: makes a tree, to be compiled, of a text, a module's name and its file; what lies
            beside the program is changed in the same way.
    """

    def __init__(self, name: str, code: CodeType, transform: Transform | None = None) -> None:
        self.name = name
        self.package = name.rpartition(".")[0]
        self.code = code
        self.transform = transform

    @classmethod
    def named(cls, name: str, transform: Transform | None = None) -> Program:
        """The importable module of that name.

        Raises:
            ModuleNotFoundError: there is no such module, or it has no Python code.
        """
        spec = importlib.util.find_spec(name)
        get = "get_code" if transform is None else "get_source"
        code = getattr(spec and spec.loader, get, lambda _: None)(name)
        if spec is None or code is None:
            raise ModuleNotFoundError(f"no module with code is named {name!r}", name=name)
        if transform is not None:
            return cls.of(code, name, transform, spec.origin)
        return cls(name, code)

    @classmethod
    def of(
        cls,
        source: str,
        name: str = "program",
        transform: Transform | None = None,
        file: str | None = None,
    ) -> Program:
        """A text as a program."""
        file = file or f"{name}.py"
        tree = source if transform is None else transform(source, name, file)
        return cls(name, compile(tree, file, "exec", dont_inherit=True), transform)

    def transformed(self, transform: Transform) -> Program:
        """The same program, and what lies beside it, changed by ``transform``."""
        return Program.named(self.name, transform)

    def beside(self, name: str) -> bool:
        """Whether a module of that full name lies beside the program."""
        package, _, module = name.rpartition(".")
        return bool(self.package) and package == self.package and bool(module)

    def neighbour(self, name: str) -> Program:
        """What lies beside the program under that full name, as a program."""
        return Program.named(name, self.transform)

    def shares(self, name: str) -> bool:
        """Whether a module is of the program's own distribution, and so that of the real one."""
        top = self.package.partition(".")[0]
        return bool(top) and name.partition(".")[0] == top

    def load(
        self,
        modules: Mapping[str, ModuleType],
        pure: Collection[str] | None = None,
        helpers: Mapping[str, object] | None = None,
    ) -> ModuleType:
        """Run the program's code, its imports answered by ``modules``.

        Args:
            modules: by their full names.
            pure: the other modules that it may import, which are the real ones; None for any.
            helpers: what it finds as builtins besides, such as what a transformed program calls.

        Raises:
            NotSimulated: it imports what is neither here nor there.
        """
        return Importer(self, modules, pure, helpers or {}).execute(self.name, self.code)

    @staticmethod
    def neighbours(module: ModuleType) -> Mapping[str, ModuleType]:
        """The modules beside a loaded program that it has imported so far, by their full names."""
        importer = module.__dict__["__builtins__"]["__import__"]
        return importer.beside if isinstance(importer, Importer) else {}

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
        transform: as of any program.
    """

    def __init__(
        self, name: str, code: CodeType, folder: str, transform: Transform | None = None
    ) -> None:
        super().__init__(name, code, transform)
        self._folder = folder

    def transformed(self, transform: Transform) -> Program:
        """The file again, changed."""
        file = self.code.co_filename
        program = Program.of(_text(file), self.name, transform, file)
        return FileProgram(self.name, program.code, self._folder, transform)

    def beside(self, name: str) -> bool:
        """Whether there is a file of that name beside the program."""
        return "." not in name and os.path.isfile(self._file(name))

    def neighbour(self, name: str) -> Program:
        """The module in the file of that name."""
        file = self._file(name)
        return Program.of(_text(file), name, self.transform, file)

    def shares(self, name: str) -> bool:
        """Whether it is one of the words that demos are written in."""
        return name.partition(".")[0] == __package__

    def _file(self, name: str) -> str:
        return os.path.join(self._folder, f"{name}.py")


def _text(file: str) -> str:
    """The text of a Python file, in the encoding that it says."""
    with tokenize.open(file) as opened:
        return opened.read()


class Importer:
    """The ``__import__`` of one loaded program, and of the modules beside it."""

    def __init__(
        self,
        program: Program,
        modules: Mapping[str, ModuleType],
        pure: Collection[str] | None,
        helpers: Mapping[str, object],
    ) -> None:
        self.program = program
        self.helpers = helpers
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
        module.__dict__["__builtins__"] = {**vars(builtins), **self.helpers, "__import__": self}
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
