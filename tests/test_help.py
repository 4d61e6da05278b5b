"""The help fits a terminal, and says defaults, ranges and an example."""

import re

import lessons
import pytest

from threaddemo import options
from threaddemo.cli import cli


@pytest.fixture
def page(monkeypatch, capsys):
    """The help of a command, on a terminal with so many columns."""

    def read(*args, columns=None):
        if columns:
            monkeypatch.setenv("COLUMNS", columns)
        with pytest.raises(SystemExit, match=r"^0$"):
            cli.main([*args, "--help"], prog_name="threaddemo")
        return capsys.readouterr().out

    return read


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


@pytest.mark.parametrize("columns", [None, "200"], ids=["unset", "wide"])
def test_every_page_fits_80_columns(page, demo, columns):
    """However wide the terminal says it is."""
    assert max(map(len, page(demo, columns=columns).splitlines())) <= 80


def test_the_first_page_fits_80_columns_and_names_every_demo(page):
    """It is where everybody starts."""
    text = page()
    assert max(map(len, text.splitlines())) <= 80
    for demo in lessons.NAMES:
        assert re.search(rf"^  {demo} ", text, re.MULTILINE)


def test_defaults_and_ranges_are_shown(page, demo, module):
    """Of every option that has one."""
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


def test_the_demos_own_options_are_apart(page, demo, module):
    """Whoever looks for what is particular to a demo finds it first."""
    text = page(demo)
    own, every = text.split("every demo", 1)
    for parameter in module.OPTIONS:
        assert re.search(rf"^  --{parameter.name}\b", own, re.MULTILINE)
        assert not re.search(rf"^  --{parameter.name}\b", every, re.MULTILINE)
    for option in options.for_every_demo():
        names = rf"^  {re.escape(', '.join(option.opts))}\b"
        assert not re.search(names, own, re.MULTILINE)
        assert re.search(names, every, re.MULTILINE)
