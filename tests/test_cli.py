"""The group and its commands: help, version, and what is not there."""

import shlex

import lessons
import pytest

import threaddemo
from threaddemo import cli


def test_the_commands_come_in_the_order_of_the_lessons(invoke):
    """The list of demos is a course: the classic ten, then what goes beyond them."""
    found = tuple(cli.lessons())
    assert found[: len(lessons.CLASSIC)] == lessons.CLASSIC
    shown = invoke("--help").stdout
    places = [shown.index(f"\n  {demo} ") for demo in found]
    assert places == sorted(places)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_of_a_demo(invoke, demo, module, flag):
    """It is the module's docstring, then the options, the promise, the facts and an example."""
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


def test_the_example_of_every_demo_runs(invoke, demo, module):
    """What the help ends with can be copied as it is; what it shows may be a broken promise."""
    program, *arguments = shlex.split(module.EXAMPLE)
    assert (program, arguments[0]) == ("threaddemo", demo)
    assert invoke(demo, "--help").stdout.rstrip().endswith(module.EXAMPLE)
    assert invoke(*arguments).exit_code in {0, 1, 124}


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
        ("semaphor", "Did you mean 'semaphore'?"),
        ("prodcons_queue", "Did you mean 'prodcons-queue'?"),
        ("xyzzy", "Choose from single, daemon, join, many, executor, race, fixrace, "),
        ("", "Choose from "),
        ("__init__", "Choose from "),
        ("../cli", "Choose from "),
        ("../demos/race", "Choose from "),
    ],
    ids=["mistyped", "letter", "underscore", "unknown", "empty", "no demo", "no name", "path"],
)
def test_an_unknown_command(invoke, command, hint):
    """One line names it and says what there is."""
    result = invoke(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"threaddemo: error: No such command '{command}'. {hint}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(("command", "shown"), [("ra\nce", "'ra ce'"), ("ra\x1b[31m", r"\x1b[31m")])
def test_a_command_of_odd_characters(invoke, command, shown):
    """It is one line all the same, and a terminal does not act on it."""
    result = invoke(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert shown in result.stderr


#: Arguments, the program that the line is from, and what it must say.
MISTAKES = {
    "group's option": (["--bogus"], "threaddemo", ["--bogus"]),
    "group's option, mistyped": (["--verison"], "threaddemo", ["--verison", "--version"]),
    "option": (["race", "--bogus"], "threaddemo race", ["--bogus"]),
    "option, a letter missing": (["race", "--thread", "3"], "threaddemo race", ["--threads"]),
    "option, letters swapped": (["race", "--slepe", "3"], "threaddemo race", ["--sleep"]),
    "option of all, mistyped": (["race", "--repaet", "3"], "threaddemo race", ["--repeat"]),
    "another demo's option": (["race", "--limit", "2"], "threaddemo race", ["--limit"]),
    "letter": (["race", "-z"], "threaddemo race", ["-z"]),
    "argument": (["race", "extra"], "threaddemo race", ["extra"]),
    "argument after dashes": (["race", "--", "-q", "x"], "threaddemo race", ["-q"]),
    "no value": (["race", "--sleep"], "threaddemo race", ["--sleep"]),
    "a value too many": (["race", "--check=1"], "threaddemo race", ["--check"]),
    "unknown fact": (["race", "--expect", "luck=1"], "threaddemo race", ["--expect", "lost"]),
}


@pytest.mark.parametrize(("arguments", "program", "named"), MISTAKES.values(), ids=MISTAKES)
def test_what_is_no_option(invoke, arguments, program, named):
    """One line names the command and the option, and what may have been meant; nothing is run."""
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{program}: error: ")
    assert all(word in result.stderr for word in named)
    assert result.stderr.count("\n") == 1


def test_a_process_for_each_demo(run_process, quick, demo, lines):
    """Each demo, run as a process: the log on stderr, one line on stdout, exit 0."""
    result = run_process(demo, *quick[demo])
    assert result.returncode == 0
    assert result.stdout.endswith("\n")
    assert result.stdout.count("\n") == 1
    assert lines(result.stderr) or lessons.is_silent(demo)
