"""The help fits a terminal, and says defaults, ranges and an example."""

import functools
import importlib
import re
import shlex

import pytest

from threaddemo import demos

from .processes import MODULE, environment, run


@functools.cache
def page(*args: str, **variables: str) -> str:
    """The help of a command."""
    end = run([*MODULE, *args, "--help"], environment(**variables))
    assert end.code == 0
    assert end.err == ""
    return end.out


def entries(text: str) -> dict[str, str]:
    """What the help says of each option, by its long name, in one line each."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if match := re.match(r"  (?:-\w, )?(--[a-z-]+)", line):
            name = match[1]
            found[name] = line
        elif name and line.startswith("    "):
            found[name] += " " + line.strip()
        else:
            name = ""
    return found


@pytest.mark.parametrize("columns", ["", "200"], ids=["unset", "wide"])
def test_every_page_fits_80_columns(demo: str, columns: str) -> None:
    """However wide the terminal says it is."""
    variables = {"COLUMNS": columns} if columns else {}
    lines = page(demo, **variables).splitlines()
    assert max(map(len, lines)) <= 80


def test_the_first_page_fits_80_columns_and_names_every_demo(demo: str) -> None:
    """It is where everybody starts."""
    text = page()
    assert max(map(len, text.splitlines())) <= 80
    assert re.search(rf"^  {demo} ", text, re.MULTILINE)


def test_defaults_and_ranges_are_shown(demo: str) -> None:
    """Of every option that has one."""
    module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
    told = entries(page(demo))
    for parameter in module.OPTIONS:
        entry = told[f"--{parameter.name}"]
        if isinstance(parameter.default, bool):
            continue
        assert "default: " in entry, entry
        assert f"from {parameter.minimum:,} to {parameter.maximum:,}]" in entry
    assert "default: INFO" in told["--log-level"]
    for name in ("--log-format", "--format", "--color"):
        assert "default: " in told[name]
    for name in ("--repeat", "--timeout"):
        assert re.search(r"from (more than )?\d to \d", told[name]), told[name]


def test_the_demos_own_options_are_apart(demo: str) -> None:
    """Whoever looks for what is particular to a demo finds it first."""
    module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
    text = page(demo)
    own, every = text.split("every demo", 1)
    for parameter in module.OPTIONS:
        assert re.search(rf"^  --{parameter.name}\b", own, re.MULTILINE)
        assert not re.search(rf"^  --{parameter.name}\b", every, re.MULTILINE)
    for name in ("log-level", "json", "check", "expect", "repeat", "timeout"):
        assert not re.search(rf"^  --{name}\b", own, re.MULTILINE)
        assert re.search(rf"^  --{name}\b", every, re.MULTILINE)


def test_the_example_at_the_end_works(demo: str) -> None:
    """It can be copied as it is."""
    last = page(demo).rstrip().splitlines()[-1].strip()
    program, *args = shlex.split(last)
    assert program == "threaddemo"
    assert args[0] == demo
    end = run([*MODULE, *args, "--timeout", "30"])
    assert end.code == 0
    assert end.notes == []


def test_h_and_help_are_the_same(demo: str) -> None:
    """And a bare command shows the same page as the group's help, with exit code 2."""
    assert run([*MODULE, demo, "-h"]).out == page(demo)


def test_a_bare_command_shows_the_help(unbuffered: bool) -> None:
    """On stderr, as it is an answer to a mistake."""
    end = run(MODULE, environment(unbuffered))
    assert end[:2] == (2, "")
    assert "prodcons-queue" in end.err


def test_the_version() -> None:
    """One line, of which the version is the last word."""
    from threaddemo import __version__

    end = run([*MODULE, "--version"])
    assert (end.code, end.err) == (0, "")
    assert end.out.splitlines()[0].split()[-1] == __version__
