"""Who may import whom, and that a new demo needs nothing but its file."""

import ast
import sys
from pathlib import Path

import pytest
from process import processes

import threaddemo

PACKAGE = Path(threaddemo.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
DEMOS = sorted(path for path in (PACKAGE / "demos").glob("*.py") if path.stem != "__init__")
#: From the top to the bottom: each imports only what is below it.
LAYERS = [
    *(
        "__main__",
        "cli",
        "options",
        "hints",
        "smoke",
        "session",
        "exports",
        "runs",
        "settings",
        "promises",
    ),
    *(
        "output",
        "events",
        "script",
        "bindings",
        "program",
        "ends",
        "demos",
        "demo",
        "docstrings",
        "signals",
        "simulation",
        "child",
        "",
    ),
]
NEW_DEMO = '''"""11. Count threads that meet at a Barrier."""

import threading
from collections.abc import Callable
from typing import NamedTuple

from threaddemo import demo

OPTIONS = (demo.threads("threads", 3, "How many threads meet."),)
EXAMPLE = "threaddemo meet-up --threads 5"


class Outcome(NamedTuple):
    threads: int
    met: int

    @property
    def ok(self) -> bool:
        """Every thread came."""
        return self.met == self.threads

    def __str__(self) -> str:
        return f"{self.met} of {self.threads} met"


def run(threads: int) -> Callable[[], Outcome]:
    met: list[int] = []
    barrier = threading.Barrier(threads)
    for index in range(threads):
        threading.Thread(target=lambda: met.append(barrier.wait())).start()
    return lambda: Outcome(threads, len(met))
'''
#: The same for real runs only: it asks for what waits for the world outside.
REAL_DEMO = (
    NEW_DEMO.replace("11. Count", "12. Count")
    .replace("meet-up", "meet-abroad")
    .replace("import threading\n", "import socket\nimport threading\n", 1)
    .replace("    met: list", "    socket.getdefaulttimeout()\n    met: list")
)


def name_of(path):
    """The path within the package."""
    return str(path.relative_to(PACKAGE))


def module_of(path):
    """The module's full name."""
    parts = ["threaddemo", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path, late=True):
    """The modules that a module imports, submodules of the package by their full name.

    ``late`` is for those as well that it imports within functions and for its types alone.
    """
    found = set()
    package = ["threaddemo", *path.relative_to(PACKAGE).parts[:-1]]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if late else tree.body:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            inner = PACKAGE.parent.joinpath(*base.split("."))
            names = {alias.name for alias in node.names}
            modules = {n for n in names if (inner / f"{n}.py").exists() or (inner / n).is_dir()}
            found.update(f"{base}.{name}" for name in modules)
            if names - modules:
                found.add(base)
    return found


@pytest.mark.parametrize("path", DEMOS, ids=name_of)
def test_a_demo_imports_only_its_lesson(path):
    """No Click, no log set-up, no runner, no simulator: Python's own modules, and the words."""
    others = {
        name for name in imports(path) if name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert others <= {"threaddemo", "threaddemo.demo"}
    assert not {name for name in imports(path) if name.startswith("logging.")}


@pytest.mark.parametrize("path", DEMOS, ids=name_of)
def test_a_demo_does_not_set_up_logging(path):
    """It logs, and leaves to others where to and how much of it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "logging"
    }
    assert used <= {"info", "debug"}


@pytest.mark.parametrize("path", DEMOS, ids=name_of)
def test_a_demo_does_nothing_when_it_is_imported(path):
    """On its top level are a docstring, imports, definitions and constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    allowed = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Assign)
    assert all(isinstance(node, allowed) for node in tree.body[1:])


def layer_of(module):
    """Where a module's first name stands in the list of layers."""
    parts = module.split(".")
    return LAYERS.index(parts[1] if len(parts) > 1 else "")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path):
    """Nothing imports what is above it, nor, without a folder around both, what is beside it."""
    own = layer_of(module_of(path))
    for name in imports(path):
        if name.partition(".")[0] == "threaddemo":
            other = layer_of(name)
            assert other > own or (other == own and path.parent != PACKAGE), name


def test_no_imports_go_round_in_a_circle():
    """Within a folder, too: every module can be read after those that it imports."""
    known = {module_of(path): path for path in MODULES}
    needs = {name: imports(path, late=False) & known.keys() for name, path in known.items()}
    while ready := [name for name, others in needs.items() if not others & needs.keys()]:
        for name in ready:
            del needs[name]
    assert not needs


def test_click_is_known_to_the_command_line_only():
    """What a demo says, how it is run and how that is written works without one."""
    knowing = {name_of(path) for path in MODULES if "click" in imports(path)}
    assert knowing == {"cli.py", "options.py"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_imports_a_demo_by_name(path):
    """A demo is found by its file; so nothing has to be changed for a new one."""
    named = {f"threaddemo.demos.{demo.stem}" for demo in DEMOS}
    assert not imports(path) & named


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_knows_a_demo(path):
    """No command's name is a word of the code outside of the demos."""
    if path in DEMOS:
        return
    names = {demo.stem for demo in DEMOS} | {demo.stem.replace("_", "-") for demo in DEMOS}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    # What threads are, share and do, and what runs end in, are words of their own.
    assert not words & (names - {"join", "deadlock", "daemon", "barrier", "semaphore"})


def test_a_new_demo_is_one_new_file(copied_package, run_process):
    """Dropped into the folder, it is a command, with help, facts and a promise."""
    (copied_package / "demos" / "meet_up.py").write_text(NEW_DEMO, encoding="utf-8")
    env = {"PYTHONPATH": str(copied_package.parent)}

    shown = run_process("--help", env=env)
    assert "  meet-up         11. Count threads that meet at a Barrier." in shown.stdout
    described = run_process("meet-up", "--help", env=env)
    assert "Every thread came." in described.stdout
    result = run_process("meet-up", "--threads", "4", "--check", "--expect", "met=4", env=env)
    assert result == (0, "4 of 4 met\n", "")
    varied = run_process("meet-up", "-q", env=env | {"THREADDEMO_MEET_UP_THREADS": "2"})
    assert varied.stdout == "2 of 2 met\n"


def test_a_new_demo_passes_all_tests(copied_package):
    """It needs no test of its own, nor a line in another's: also if it can only run for real."""
    for file, text in (("meet_up", NEW_DEMO), ("meet_abroad", REAL_DEMO)):
        (copied_package / "demos" / f"{file}.py").write_text(text, encoding="utf-8")
    root = copied_package.parent
    for name in ("tests", "pyproject.toml", "README.md"):
        (root / name).symlink_to(Path(__file__).parents[1] / name)
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "--durations=8",
        "-k",
        "(meet-up or meet-abroad or commands) and not new_demo",
    ]
    command = [sys.executable, "-m", "pytest", *options, f"{root / 'tests'}"]
    end = processes.run(command, processes.environment(PYTHONPATH=str(root)), cwd=root)
    assert end.returncode == 0, end.stdout[-5000:]
    assert "meet-abroad can't be simulated" in end.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["race", "--help"]], ids=" ".join)
def test_help_is_quick_to_import(arguments):
    """What only a run needs is not imported to show a text."""
    code = f"""
import sys
from click.testing import CliRunner
before = set(sys.modules)
from threaddemo.cli import cli
assert CliRunner().invoke(cli, {arguments}).exit_code == 0
late = {{"json", "importlib.metadata", "colorama", "threaddemo.session",
         "threaddemo.runs.real", "threaddemo.simulation"}}
print(*sorted(late & (set(sys.modules) - before)))
"""
    assert processes.run([sys.executable, "-c", code]) == (0, "\n", "")
