"""Failures told as what they are: at every line of every demo, and where the system gives less."""

import ast
import os
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from process.processes import MODULE, environment, on_two, run, shell

import threaddemo

PACKAGE = Path(threaddemo.__file__).parent
DEMOS = sorted(path.stem for path in (PACKAGE / "demos").glob("[!_]*.py"))
MODES = {
    "real": ["--timeout", "15"],
    "seeded": ["--seed", "1"],
    "explored": ["--explore", "--max-schedules", "200"],
}
RAISED = re.compile(r"threaddemo [a-z-]+: error: .+ failed: ValueError: injected")


def places(source):
    """The lines of a demo's functions before which a statement can be put, with their indents."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {
        (statement.lineno, statement.col_offset)
        for function in functions
        for statement in ast.walk(function)
        if isinstance(statement, ast.stmt) and statement is not function
    }
    return sorted(found)


def short(module):
    """Options that make a real run of a demo short."""
    source = (PACKAGE / "demos" / f"{module}.py").read_text(encoding="utf-8")
    flags = {"sleep": "0.01", "delay": "0.05", "messages": "3", "work": "1"}
    return [
        word
        for name, value in flags.items()
        if f'("{name}"' in source or f'"{name}", ' in source
        for word in (f"--{name}", value)
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("module", DEMOS)
def test_an_error_at_every_line(module, mode, tmp_path):
    """It is told as the error it is, or the line was never reached; no deadlock is made of it."""
    source = (PACKAGE / "demos" / f"{module}.py").read_text(encoding="utf-8")
    command = module.replace("_", "-")
    told = Counter()

    def one(place):
        line, indent = place
        copy = tmp_path / f"{line}_{indent}" / "threaddemo"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        lines = source.splitlines(keepends=True)
        lines.insert(line - 1, f"{' ' * indent}raise ValueError('injected')\n")
        (copy / "demos" / f"{module}.py").write_text("".join(lines), encoding="utf-8")
        env = environment() | {"PYTHONPATH": str(copy.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        end = run([*MODULE, command, "-q", *short(module), *MODES[mode]], env)
        shutil.rmtree(copy.parent)
        return place, end

    for (line, _), end in on_two(one, places(source)):
        code, err = end[0], end[2]
        assert "Traceback" not in err, (line, err)
        assert "internal error" not in err, (line, err)
        if code == 3:
            assert any(map(RAISED.fullmatch, err.splitlines())) or "runs for real only" in err, err
        else:
            assert "injected" not in err, (line, code, err)
            assert code in (0, 1, 2, 124), (line, code, err)
        told[code] += 1
    print(f"\n{command} {mode}: exit codes {dict(told)}")


LIMITS = [("v", limit) for limit in (60_000, 100_000, 150_000, 200_000, 300_000, 500_000)]
LIMITS += [("u", limit) for limit in (1, 2, 3, 5, 10)]
SWEPT = {
    "real": [],
    "seeded": ["--seed", "1"],
    "explored": ["--explore", "--max-schedules", "50"],
    "series": ["--repeat", "3"],
    "drawn": ["--timeline"],
}


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's to enforce")
@pytest.mark.parametrize("mode", SWEPT)
@pytest.mark.parametrize(("kind", "limit"), LIMITS, ids=str)
def test_limits(kind, limit, mode):
    """With too little of it a run ends with the result, or says what it lacks; never a deadlock."""
    if kind == "u" and os.getuid() == 0:
        pytest.skip("nothing limits the number of root's threads")

    def one(command):
        sizes = ["--threads", "200"] if command in ("many", "race", "fixrace") else []
        line = f'ulimit -{kind} {limit} || exit 99; exec "$@"'
        arguments = [command, "-q", *short(command.replace("-", "_")), *sizes, *SWEPT[mode]]
        return command, run(shell(line, [*MODULE, *arguments, "--timeout", "30"]))

    commands = [name.replace("_", "-") for name in DEMOS if name not in ("gil", "deadlock")]
    for command, end in on_two(one, commands):
        code, out, err = end
        began = "threaddemo" in err or out
        assert code in (0, 1, 3, 124) or not began, (command, code, err)
        if code == 1 and began and "memory" not in err.lower():  # 1 is also an interpreter's own
            assert "deadlock" not in out, (command, out)
