"""The group and its commands: help, version, what is not there, completion."""

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import threaddemo
from threaddemo import cli, demos


def test_the_commands_come_in_the_order_of_the_lessons(quick, invoke):
    """The list of demos is a course: from one thread to a pool of connections."""
    assert list(cli.lessons()) == list(quick)
    shown = invoke("--help").stdout
    places = [shown.index(f"\n  {demo} ") for demo in quick]
    assert places == sorted(places)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_of_a_demo(invoke, demo, flag):
    """It is the module's docstring, then the options, the promise, the facts and an example."""
    module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
    result = invoke(demo, flag)
    assert (result.exit_code, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    assert " ".join((module.__doc__ or "").split()) in text
    for parameter in module.OPTIONS:
        assert f"--{parameter.name} " in text
        assert parameter.help in text
        if parameter.default not in (None, False):
            assert f"[default: {parameter.default}; " in text
    assert " ".join(module.Outcome.ok.__doc__.split()) in text
    assert ", ".join(module.Outcome._fields) in text
    assert module.EXAMPLE in text


def test_the_example_of_every_demo_runs(invoke, demo):
    """What the help shows as an example is no usage error."""
    module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
    program, *arguments = module.EXAMPLE.split()
    assert program == "threaddemo"
    assert arguments[0] == demo
    assert invoke(*arguments).exit_code == 0


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_of_the_group(invoke, flag):
    """Help is a result: it goes to stdout."""
    result = invoke(flag)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Usage: threaddemo [OPTIONS] COMMAND [ARGS]...")


def test_without_a_command_the_help_is_an_error(invoke):
    """Nothing was run, so stdout is empty and the exit code tells."""
    result = invoke()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The classic demos:" in result.stderr


def test_the_version_is_the_packages(invoke):
    """It is one line with the program's name."""
    result = invoke("--version")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"threaddemo, version {threaddemo.__version__}\n"


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("rase", "Did you mean 'race'?"),
        ("prodcons_queue", "Did you mean 'prodcons-queue'?"),
        ("xyzzy", "Choose from single, daemon, join, many, executor, race, fixrace, "),
        ("", "Choose from "),
        ("__init__", "Choose from "),
        ("../cli", "Choose from "),
    ],
    ids=["mistyped", "underscore", "unknown", "empty", "no demo", "no name"],
)
def test_an_unknown_command(invoke, command, hint):
    """One line names it and says what there is."""
    result = invoke(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"threaddemo: error: No such command '{command}'. {hint}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "program", "named"),
    [
        (["--bogus"], "threaddemo", "--bogus"),
        (["race", "--bogus"], "threaddemo race", "--bogus"),
        (["race", "--limit", "2"], "threaddemo race", "--limit"),
        (["race", "extra"], "threaddemo race", "extra"),
        (["race", "--sleep"], "threaddemo race", "--sleep"),
        (["race", "--check=1"], "threaddemo race", "--check"),
        (["race", "--expect", "luck=1"], "threaddemo race", "--expect"),
    ],
    ids=["group's", "demo's", "another demo's", "argument", "no value", "a value", "unknown fact"],
)
def test_an_unknown_option(invoke, arguments, program, named):
    """One line names the command and the option, and nothing is run."""
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{program}: error: ")
    assert named in result.stderr
    assert result.stderr.count("\n") == 1


def commands() -> list[list[str]]:
    """Every way to start the program."""
    script = shutil.which("threaddemo", path=str(Path(sys.executable).parent))
    return [[sys.executable, "-m", "threaddemo"], *([[script]] if script else [])]


@pytest.mark.parametrize("command", commands(), ids=["module", "script"][: len(commands())])
def test_both_commands_are_one(command, tmp_path):
    """The script and the module say the same, under the same name."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments],
            capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False,
        )  # fmt: skip

    assert run("--version").stdout == f"threaddemo, version {threaddemo.__version__}\n"
    bare = run()
    assert (bare.returncode, bare.stdout) == (2, "")
    assert bare.stderr.startswith("Usage: threaddemo [OPTIONS]")
    result = run("join", "--sleep", "0", "-q", "--check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "1 of 1 thread finished; main was done last\n"
    wrong = run("rase")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "threaddemo: error: No such command 'rase'. Did you mean 'race'?\n"


def test_a_process_for_each_demo(run_process, quick, demo, lines):
    """Each demo, run as a process: the log on stderr, one line on stdout, exit 0."""
    result = run_process(demo, *quick[demo])
    assert result.returncode == 0
    assert result.stdout.endswith("\n")
    assert result.stdout.count("\n") == 1
    assert lines(result.stderr)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("threaddemo ra", ["race"]),
        ("threaddemo prod", ["prodcons-lock", "prodcons-queue"]),
        ("threaddemo race --thr", ["--threads"]),
        ("threaddemo race --format js", ["json"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_completion(tmp_path, words, expected):
    """The shell is told of demos, options and values."""
    variables = {
        "_THREADDEMO_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    result = subprocess.run(
        [sys.executable, "-m", "threaddemo"],
        capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False,
        env=os.environ | variables,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.partition(",")[2] for line in result.stdout.split()] == expected
