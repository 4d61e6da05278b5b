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
import sys
import tokenize
from collections.abc import Callable, Collection, Mapping
from types import CodeType, FrameType, ModuleType
from typing import Any, TypeAlias

from threaddemo.simulation.twins import Twin, gap

BEGINNING = "__init__.py"  #: what a package begins with
#: Modules that Python has loaded before any program begins: no file beside one is taken for them.
ALWAYS_THERE = frozenset(sys.builtin_module_names) | {"os", "threading"}

#: Makes a tree of a text, the module's name and its file.
Transform: TypeAlias = Callable[[str, str, str], Any]
#: The modules that a program is loaded on, by their full names; or what makes one.
Given: TypeAlias = Mapping[str, ModuleType | Callable[[], ModuleType]]


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
        modules: Given,
        pure: Collection[str] | None = None,
        helpers: Mapping[str, object] | None = None,
    ) -> ModuleType:
        """Run the program's code, its imports answered by ``modules``.

        Args:
            modules: by their full names; or what makes one, once it is wanted.
            pure: the other modules that it may import, which are the real ones; None for any.
            helpers: what it finds as builtins besides, such as what a transformed program calls.

        Raises:
            NotSimulated: it imports what is neither here nor there.
        """
        module, run = self.begun(modules, pure, helpers)
        run()
        return module

    def begun(
        self,
        modules: Given,
        pure: Collection[str] | None = None,
        helpers: Mapping[str, object] | None = None,
    ) -> tuple[ModuleType, Callable[[], None]]:
        """The program's module, still empty, and what runs its code there; see ``load``."""
        module = Importer(self, modules, pure, helpers or {}).module(self)
        return module, lambda: exec(self.code, module.__dict__)

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
        self._neighbours: dict[str, Program] = {}

    def transformed(self, transform: Transform) -> Program:
        """The file again, changed."""
        file = self.code.co_filename
        program = Program.of(_text(file), self.name, transform, file)
        return FileProgram(self.name, program.code, self._folder, transform)

    def beside(self, name: str) -> bool:
        """Whether there is a module or a package of that name beside the program."""
        return bool(name) and name not in ALWAYS_THERE and self._path(name) is not None

    def neighbour(self, name: str) -> Program:
        """The module in the file of that name, or what a package begins with."""
        if name not in self._neighbours:
            path = self._path(name) or ""
            is_package = os.path.isdir(path)
            file = os.path.join(path, BEGINNING) if is_package else path
            text = _text(file) if os.path.isfile(file) else ""  # a package may have no beginning
            program = Program.of(text, name, self.transform, file)
            program.package = name if is_package else program.package
            self._neighbours[name] = program
        return self._neighbours[name]

    def shares(self, name: str) -> bool:
        """Whether it is one of the words that demos are written in."""
        return name.partition(".")[0] == __package__

    def _path(self, name: str) -> str | None:
        """The file of a module, or the folder of a package, if it is there."""
        place = os.path.join(self._folder, *name.split("."))
        if os.path.isfile(os.path.join(place, BEGINNING)):
            return place
        if os.path.isfile(f"{place}.py"):
            return f"{place}.py"
        # A folder without a beginning is a package, too, where no other module has its name.
        is_mere = os.path.isdir(place) and name.partition(".")[0] not in sys.stdlib_module_names
        return place if is_mere else None


def _text(file: str) -> str:
    """The text of a Python file, in the encoding that it says."""
    with tokenize.open(file) as opened:
        return opened.read()


class Importer:
    """The ``__import__`` of one loaded program, and of the modules beside it."""

    def __init__(
        self,
        program: Program,
        modules: Given,
        pure: Collection[str] | None,
        helpers: Mapping[str, object],
    ) -> None:
        self.program = program
        self.helpers = helpers
        self.pure = pure
        self.beside: dict[str, ModuleType] = {}
        self.modules: dict[str, ModuleType | Callable[[], ModuleType]] = dict(modules)
        # `import concurrent.futures` asks for `concurrent`, and then looks there.
        for path, module in modules.items():
            package, _, name = path.rpartition(".")
            if package:
                self.modules[package] = Twin(package, **{name: module})

    def module(self, program: Program) -> ModuleType:
        """A module in which nothing has run yet."""
        module = ModuleType(program.name)
        module.__file__ = program.code.co_filename
        module.__package__ = program.package
        if program.package == program.name:
            module.__path__ = [os.path.dirname(program.code.co_filename)]
        module.__dict__["__builtins__"] = {**vars(builtins), **self.helpers, "__import__": self}
        return module

    def __call__(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> ModuleType:
        """Import as the real one does, with the same arguments."""
        if level:
            name = importlib.util.resolve_name("." * level + name, globals["__package__"])
        fromlist = fromlist or ()
        if self.program.beside(name):
            return self._beside(name, fromlist)
        if name in self.modules:
            return self._given(name if fromlist else name.partition(".")[0])
        if fromlist and name == self.program.package:
            return self._package(name, fromlist)
        self._permit(name, fromlist)
        return builtins.__import__(name, globals, locals, fromlist)

    def _given(self, name: str) -> ModuleType:
        """A module that was given, or is made once it is wanted."""
        module = self.modules[name]
        if not isinstance(module, ModuleType):
            module = self.modules[name] = module()
        return module

    def _beside(self, name: str, members: Any) -> ModuleType:
        """A module beside the program, with what is wanted of it; or the package that leads there.

        What is wanted of a package may be modules.
        """
        module = self._neighbour(name)
        if not members:
            top = name.partition(".")[0]
            return self.beside[top] if top in self.beside else _within(name, module)
        if hasattr(module, "__path__"):
            wanted = getattr(module, "__all__", ()) if "*" in members else members
            for member in wanted:
                path = f"{name}.{member}"
                if not hasattr(module, member) and self.program.beside(path):
                    setattr(module, member, self._neighbour(path))
        return module

    def _neighbour(self, name: str) -> ModuleType:
        """A module beside the program, which is loaded on the same modules, once."""
        if name not in self.beside:
            package, _, last = name.rpartition(".")
            parent = self._neighbour(package) if self.program.beside(package) else None
            program = self.program.neighbour(name)
            module = self.beside[name] = self.module(program)  # before modules import in circles
            try:
                exec(program.code, module.__dict__)
            except BaseException:
                self.beside.pop(name, None)
                raise
            if parent is not None:
                setattr(parent, last, module)
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
            if not _exists(name.partition(".")[0]):
                return  # which Python says better
            gap(name)
        module = builtins.__import__(name, None, None, members or ("",))
        for member in members:  # but not each module that it leads to, such as logging.handlers
            path = f"{name}.{member}"
            if path not in self.pure and isinstance(getattr(module, member, None), ModuleType):
                gap(path)


def _exists(name: str) -> bool:
    """Whether Python has such a module, or can't tell."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return True


def _within(name: str, module: ModuleType) -> ModuleType:
    """The outermost package of a module's full name, through which it can be reached."""
    package, _, last = name.rpartition(".")
    return _within(package, Twin(package, **{last: module})) if package else module
