"""What the environment says of terminals, colours and encodings, or does not say."""

import os
import re

import pytest

from .processes import MODULE, environment, on_a_terminal, run

ESCAPE = "\x1b["


@pytest.mark.parametrize(
    ("args", "variables", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {}, True),
        ([], {"THREADDEMO_COLOR": "always"}, True),
        (["--color", "auto"], {"THREADDEMO_COLOR": "always"}, False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_colour_in_a_pipe(run_process, args, variables, colored):
    """NO_COLOR wins over FORCE_COLOR; the text is the same with and without."""
    end = run_process("race", "--sleep", "0.05", *args, env=variables)
    assert (ESCAPE in end.stderr) == colored
    assert ESCAPE not in end.stdout
    plain = [line[10:] for line in re.sub(r"\x1b\[[\d;]*m", "", end.stderr).splitlines()]
    assert plain[0] == "Testing unlocked update. Starting value is 0."
    assert plain[-1] == "Testing unlocked update. Ending value is 1."
    assert len(plain) == 6


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
    ids=["terminal", "dumb", "no color", "dumb but forced"],
)
def test_colour_on_a_terminal(variables, colored):
    """A terminal has colours, unless it is dumb or nobody wants them."""
    shown = on_a_terminal([*MODULE, "race", "--sleep", "0"], environment(**variables)).stderr
    assert (ESCAPE in shown) == colored
    assert "starting update" in shown


def test_an_encoding_that_knows_little(unbuffered):
    """What it can't say is spelled out; nothing fails because of it."""
    env = environment(unbuffered, PYTHONIOENCODING="ascii")
    args = ["race", "--sleep", "0"]
    assert run([*MODULE, *args], env).returncode == 0
    assert run([*MODULE, "many", "--help"], env).returncode == 0
    end = run([*MODULE, "räce"], env)
    assert end[:2] == (2, "")
    assert len(end.lines) == 1
    assert end.stderr.isascii()


def test_a_locale_that_knows_little():
    """LC_ALL=C is what cron has."""
    env = environment(LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    for args in (
        ["race", "--sleep", "0"],
        ["--help"],
        ["many", "--help"],
        ["race", "--threads", "ä"],
    ):
        end = run([*MODULE, *args], env)
        assert end.returncode in (0, 2)
        assert "Traceback" not in end.stderr


@pytest.mark.parametrize("home", ["", "/nonexistent"], ids=["empty", "nowhere"])
def test_almost_no_environment(home):
    """A job without HOME, PATH or TERM runs as any other."""
    kept = {"HOME": home} | {n: os.environ[n] for n in ("PYTHONPATH",) if n in os.environ}
    assert run([*MODULE, "race", "--sleep", "0", "-q"], kept).returncode == 0
