"""Failures told as what they are: at every line of every demo, and where the system gives less."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from itertools import filterfalse
from pathlib import Path

import lessons
import pytest
from process.processes import MODULE, environment, on_two, run, shell

PACKAGE = lessons.FOLDER.parent
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


@pytest.mark.parametrize("mode", MODES)
def test_an_error_at_every_line(demo, quick, mode, tmp_path):
    """It is told as the error it is, or the line was never reached; no deadlock is made of it."""
    source, file = lessons.source(demo), lessons.file(demo).name
    told = Counter()

    def one(place):
        line, indent = place
        copy = tmp_path / f"{line}_{indent}" / "threaddemo"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        lines = source.splitlines(keepends=True)
        lines.insert(line - 1, f"{' ' * indent}raise ValueError('injected')\n")
        (copy / "demos" / file).write_text("".join(lines), encoding="utf-8")
        env = environment() | {"PYTHONPATH": str(copy.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        end = run([*MODULE, demo, "-q", *quick[demo], *MODES[mode]], env)
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
    print(f"\n{demo} {mode}: exit codes {dict(told)}")


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
def test_limits(quick, kind, limit, mode):
    """With too little of it a run ends with the result, or says what it lacks; never a deadlock."""
    if kind == "u" and os.getuid() == 0:
        pytest.skip("nothing limits the number of root's threads")

    def one(demo):
        sizes = ["--threads", "200"] if demo in ("many", "race", "fixrace") else []
        line = f'ulimit -{kind} {limit} || exit 99; exec "$@"'
        arguments = [demo, "-q", *quick[demo], *sizes, *SWEPT[mode]]
        return demo, run(shell(line, [*MODULE, *arguments, "--timeout", "30"]))

    for demo, end in on_two(one, filterfalse(lessons.real_only, lessons.NAMES)):
        code, out, err = end
        began = "threaddemo" in err or out
        assert code in (0, 1, 3, 124) or not began, (demo, code, err)
        if code == 1 and began and "memory" not in err.lower():  # 1 is also an interpreter's own
            assert "deadlock" not in out, (demo, out)


PROGRAMS = 10_000  #: for each of the two that go on at a time


def test_random_programs_by_kinds():
    """Tens of thousands, explored both ways: the same outcomes, as often."""
    folder = Path(__file__).parents[1]

    def some(first):
        numbers = (str(first), str(PROGRAMS), "400")
        command = [sys.executable, "-m", "simulation.random_programs", *numbers]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)

    for ended in on_two(some, [1_000_000, 2_000_000]):
        print(f"\n{ended.stdout}")
        assert "WRONG" not in ended.stdout


def test_random_programs_at_fine_points():
    """A thousand of each: kinds as every schedule, and as with a point at every access."""
    folder = Path(__file__).parents[1]

    def some(words):
        command = [sys.executable, "-m", *words]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)

    searches = [
        ["simulation.random_programs", "3000000", str(PROGRAMS // 10), "200", "fine"],
        ["simulation.fine_sketches", "0", str(PROGRAMS // 10), "400"],
    ]
    for ended in on_two(some, searches):
        print(f"\n{ended.stdout}")
        assert "WRONG" not in ended.stdout
