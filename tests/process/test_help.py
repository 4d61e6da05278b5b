"""The help fits a terminal, and says defaults, ranges and an example."""

import functools
import importlib
import re
import shlex

import pytest

from threaddemo import demos

from .processes import MODULE, environment, run


@functools.cache
def page(*args, **variables):
    """The help of a command."""
    end = run([*MODULE, *args, "--help"], environment(**variables))
    assert end.returncode == 0
    assert end.stderr == ""
    return end.stdout


def entries(text):
    """What the help says of each option, by its long name, in one line each."""
    found = {}
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
def test_every_page_fits_80_columns(demo, columns):
    """However wide the terminal says it is."""
    variables = {"COLUMNS": columns} if columns else {}
    lines = page(demo, **variables).splitlines()
    assert max(map(len, lines)) <= 80


def test_the_first_page_fits_80_columns_and_names_every_demo(demo):
    """It is where everybody starts."""
    text = page()
    assert max(map(len, text.splitlines())) <= 80
    assert re.search(rf"^  {demo} ", text, re.MULTILINE)


def test_defaults_and_ranges_are_shown(demo):
    """Of every option that has one."""
    module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
    told = entries(page(demo))
    for parameter in module.OPTIONS:
        entry = told[f"--{parameter.name}"]
        if isinstance(parameter.default, bool):
            continue
        assert "default: " in entry, entry
        digits = entry.replace(",", "")
        assert f"{parameter.minimum}<=" in digits
        assert f"<={parameter.maximum}" in digits
    assert "default: INFO" in told["--log-level"]
    for name in ("--log-format", "--format", "--color"):
        assert "default: " in told[name]
    for name in ("--repeat", "--timeout"):
        assert re.search(r"\d[\d,]*<=?\w+<=\d", told[name]), told[name]


def test_the_demos_own_options_are_apart(demo):
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


def test_the_example_at_the_end_works(demo):
    """It can be copied as it is."""
    last = page(demo).rstrip().splitlines()[-1].strip()
    program, *args = shlex.split(last)
    assert program == "threaddemo"
    assert args[0] == demo
    end = run([*MODULE, *args, "--timeout", "30"])
    assert end.returncode == 0
    assert end.notes == []


def test_h_and_help_are_the_same(demo):
    """And a bare command shows the same page as the group's help, with exit code 2."""
    assert run([*MODULE, demo, "-h"]).stdout == page(demo)


def test_a_bare_command_shows_the_help(unbuffered):
    """On stderr, as it is an answer to a mistake."""
    end = run(MODULE, environment(unbuffered))
    assert end[:2] == (2, "")
    assert "prodcons-queue" in end.stderr


def test_the_version():
    """One line, of which the version is the last word."""
    from threaddemo import __version__

    end = run([*MODULE, "--version"])
    assert (end.returncode, end.stderr) == (0, "")
    assert end.stdout.splitlines()[0].split()[-1] == __version__
