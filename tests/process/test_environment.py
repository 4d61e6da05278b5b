"""The environment sets options, and what terminals and encodings can do."""

import json
import os
import re
from collections.abc import Sequence

import pytest

from .processes import MODULE, environment, run, started

ESCAPE = "\x1b["


@pytest.mark.parametrize(
    ("args", "variables", "fact", "value"),
    [
        (["race"], {"THREADDEMO_RACE_THREADS": "4"}, "lost", 3),
        (["many"], {"THREADDEMO_MANY_THREADS": "4"}, "threads", 4),
        (["prodcons-lock"], {"THREADDEMO_PRODCONS_LOCK_MESSAGES": "7"}, "produced", 7),
        (["prodcons-queue"], {"THREADDEMO_PRODCONS_QUEUE_MESSAGES": "7"}, "produced", 7),
        (["race"], {"THREADDEMO_FIXRACE_THREADS": "4"}, "threads", 2),
        (["race", "--threads", "3"], {"THREADDEMO_RACE_THREADS": "4"}, "threads", 3),
        (["race", "--threads", "3"], {"THREADDEMO_RACE_THREADS": ""}, "threads", 3),
        (["race"], {"THREADDEMO_RACE_THREADS": ""}, "threads", 2),
    ],
    ids=["race", "many", "lock", "queue", "of another demo", "flag", "flag and empty", "empty"],
)
def test_a_demos_own_variable(
    threaddemo, args: list[str], variables: dict[str, str], fact: str, value: int
) -> None:
    """THREADDEMO_<DEMO>_<OPTION> beats the default, and the flag beats it."""
    sleeps = {f"THREADDEMO_{name}_SLEEP": "0.05" for name in ("RACE", "MANY", "PRODCONS_QUEUE")}
    end = threaddemo(*args, "-q", "--json", **sleeps, **variables)
    assert json.loads(end.out)["facts"][fact] == value


@pytest.mark.parametrize(
    ("args", "variables", "seen"),
    [
        ([], {"THREADDEMO_QUIET": "1"}, "result"),
        ([], {"THREADDEMO_QUIET": "0"}, "narrative, result"),
        ([], {"THREADDEMO_LOG_LEVEL": "warning"}, "result"),
        (["--log-level", "info"], {"THREADDEMO_QUIET": "1"}, "narrative, result"),
        (["-q"], {"THREADDEMO_DEBUG": "1"}, "result"),
        (["-q"], {"THREADDEMO_JSON": "yes"}, "JSON"),
        (["-q", "--format", "text"], {"THREADDEMO_FORMAT": "json"}, "result"),
        (["-q"], {"THREADDEMO_FORMAT": "json"}, "JSON"),
        (["-q"], {"THREADDEMO_CHECK": "1"}, "result, error"),
        (["-q"], {"THREADDEMO_EXPECT": "lost=0"}, "result, error"),
        (["-q"], {"THREADDEMO_EXPECT": "lost=1 threads=2"}, "result"),
        (["-q"], {"THREADDEMO_TIMEOUT": "50"}, "result"),
    ],
    ids=lambda value: (
        " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else None
    ),
)
def test_a_variable_of_every_demo(
    threaddemo, args: list[str], variables: dict[str, str], seen: str
) -> None:
    """THREADDEMO_<OPTION> is the option for every demo, and flags beat it."""
    end = threaddemo("race", "--sleep", "0.05", *args, **variables)
    assert end.code == (1 if "error" in seen else 0)
    assert bool(end.notes) == ("error" in seen)
    assert (len(end.lines) > len(end.notes)) == ("narrative" in seen)
    assert end.out.startswith("{") == (seen == "JSON")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("THREADDEMO_RACE_THREADS", "0"),
        ("THREADDEMO_RACE_THREADS", "two"),
        ("THREADDEMO_RACE_SLEEP", "nan"),
        ("THREADDEMO_RACE_SLEEP", "-1"),
        ("THREADDEMO_LOG_LEVEL", "loud"),
        ("THREADDEMO_LOG_FORMAT", "xml"),
        ("THREADDEMO_FORMAT", "xml"),
        ("THREADDEMO_COLOR", "red"),
        ("THREADDEMO_REPEAT", "0"),
        ("THREADDEMO_TIMEOUT", "inf"),
        ("THREADDEMO_CHECK", "maybe"),
        ("THREADDEMO_DEBUG", "maybe"),
        ("THREADDEMO_EXPECT", "nothing"),
        ("THREADDEMO_EXPECT", "lots=1"),
        ("THREADDEMO_EXPECT", "lost=much"),
    ],
)
def test_an_error_names_the_variable(threaddemo, variable: str, value: str) -> None:
    """Nobody would look for the mistake in an option that was not given."""
    end = threaddemo("race", **{variable: value})
    assert end[:2] == (2, "")
    (line,) = end.lines
    assert line.startswith("threaddemo race: error: ")
    assert variable in line


def test_a_flag_beats_a_variable_that_is_in_error(threaddemo) -> None:
    """A value that is not used does no harm."""
    end = threaddemo("race", "-q", "--threads", "2", "--sleep", "0", THREADDEMO_RACE_THREADS="0")
    assert end.code == 0


@pytest.mark.parametrize(
    ("args", "variables", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": ""}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (["--color", "always"], {}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
        ([], {"THREADDEMO_COLOR": "always"}, True),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_colour_in_a_pipe(
    threaddemo, args: list[str], variables: dict[str, str], colored: bool
) -> None:
    """NO_COLOR wins over FORCE_COLOR; the text is the same with and without."""
    end = threaddemo("race", "--sleep", "0.05", *args, **variables)
    assert (ESCAPE in end.err) == colored
    assert ESCAPE not in end.out
    plain = [line[10:] for line in re.sub(r"\x1b\[[\d;]*m", "", end.err).splitlines()]
    assert plain[0] == "Testing unlocked update. Starting value is 0."
    assert plain[-1] == "Testing unlocked update. Ending value is 1."
    assert len(plain) == 6


def on_a_terminal(args: Sequence[str], **variables: str) -> str:
    """What comes on the terminal that a process has for its stderr."""
    controller, terminal = os.openpty()
    with started([*MODULE, *args], environment(**variables), stderr=terminal) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(controller, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        process.wait(60)
    os.close(controller)
    return shown.decode()


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
def test_colour_on_a_terminal(variables: dict[str, str], colored: bool) -> None:
    """A terminal has colours, unless it is dumb or nobody wants them."""
    shown = on_a_terminal(["race", "--sleep", "0"], **variables)
    assert (ESCAPE in shown) == colored
    assert "starting update" in shown


def test_an_encoding_that_knows_little(unbuffered: bool) -> None:
    """What it can't say is spelled out; nothing fails because of it."""
    env = environment(unbuffered, PYTHONIOENCODING="ascii")
    args = ["race", "--sleep", "0"]
    assert run([*MODULE, *args], env).code == 0
    assert run([*MODULE, "many", "--help"], env).code == 0
    end = run([*MODULE, "räce"], env)
    assert end[:2] == (2, "")
    assert len(end.lines) == 1
    assert end.err.isascii()


def test_a_locale_that_knows_little() -> None:
    """LC_ALL=C is what cron has."""
    env = environment(LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    for args in (
        ["race", "--sleep", "0"],
        ["--help"],
        ["many", "--help"],
        ["race", "--threads", "ä"],
    ):
        end = run([*MODULE, *args], env)
        assert end.code in (0, 2)
        assert "Traceback" not in end.err


@pytest.mark.parametrize("home", ["", "/nonexistent"], ids=["empty", "nowhere"])
def test_almost_no_environment(home: str) -> None:
    """A job without HOME, PATH or TERM runs as any other."""
    kept = {"HOME": home} | {n: os.environ[n] for n in ("PYTHONPATH",) if n in os.environ}
    assert run([*MODULE, "race", "--sleep", "0", "-q"], kept).code == 0
