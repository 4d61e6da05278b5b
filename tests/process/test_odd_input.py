"""What a demo's author can do wrong, and what nobody foresaw: one line, exit 3, no traceback."""

import sys
from pathlib import Path

import pytest

from .processes import MODULE, Ended, environment, run

MUTE = """class Mute(Exception):
    def __str__(self):
        raise ValueError("mute")


OPTIONS = ("""


@pytest.fixture
def broken(copied_package: Path):
    """Run a demo of which some words are others; for no words, some are added at its end."""

    def with_changes(
        args: str, changes: dict[str, str], file: str = "demos/race.py", **variables: str
    ) -> Ended:
        path = copied_package / file
        source = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert source.count(old) == 1 or not old, old
            source = source.replace(old, new) if old else source + new
        path.write_text(source, encoding="utf-8")
        env = environment(PYTHONPATH=str(copied_package.parent), **variables)
        return run([sys.executable, "-m", "threaddemo", *args.split()], env, bound=20)

    return with_changes


RAISES = """

class Outcome(Outcome):
    {}
        return 1 / 0
"""
RUNS = ["race -q", "race -q --seed 1", "race -q --explore", "race -q --repeat 2"]


@pytest.mark.parametrize("args", RUNS)
def test_an_exception_whose_text_raises(broken, args: str) -> None:
    """In a pool nobody heard of it, and who asked for the update waited for ever."""
    end = broken(args, {"OPTIONS = (": MUTE, "        local_copy += 1\n": "        raise Mute\n"})
    assert end.code == 3
    assert "failed: Mute: (its text can't be told: ValueError in __str__)" in end.lines[-1]
    assert "Traceback" not in end.err


@pytest.mark.parametrize("args", RUNS)
@pytest.mark.parametrize(
    "line",
    ["        local_copy += 1\n", "    starting_value = database.value\n"],
    ids=["thread", "main"],
)
def test_a_demo_that_exits_with_a_text(broken, args: str, line: str) -> None:
    """It is an error as any other, and no exit code."""
    indent = line[: len(line) - len(line.lstrip())]
    end = broken(args, {line: f"{indent}raise SystemExit('enough')\n"})
    assert end.code == 3
    assert end.lines[-1].endswith(" failed: SystemExit: enough")


@pytest.mark.parametrize("args", ["race -q --check", *RUNS[1:], "race -q --json"])
@pytest.mark.parametrize(
    "change",
    [
        {"": RAISES.format("@property\n    def ok(self):")},
        {"": RAISES.format("def __str__(self):")},
        {"return lambda: Outcome": "return lambda: 1 / 0 or Outcome"},
    ],
    ids=["ok", "text", "facts"],
)
def test_an_outcome_that_cannot_be_told(broken, args: str, change: dict[str, str]) -> None:
    """Whenever its code is called; only who asks for ok hears of that one."""
    end = broken(args, change)
    if end.code == 0:
        assert args == "race -q --seed 1"
        assert "def ok" in "".join(change.values())
    else:
        assert end.code == 3
        assert "ZeroDivisionError: division by zero" in end.lines[-1]
    assert "Traceback" not in end.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"OPTIONS = (": "raise SystemExit('enough')\nOPTIONS = ("}, "SystemExit: enough"),
        ({"OPTIONS = (": "OPTIONS = ]("}, "SyntaxError: "),
        ({"import logging": "import loging"}, "No module named 'loging'"),
        ({"OPTIONS = (": "CHOICES = ("}, "has no attribute 'OPTIONS'"),
    ],
    ids=["exits", "no Python", "no module", "no options"],
)
def test_a_file_that_is_no_demo(broken, change: dict[str, str], said: str) -> None:
    """The line names it; its neighbours are as they were."""
    end = broken("race -q", change)
    assert end[:2] == (3, "")
    (line,) = end.lines
    assert line.startswith("threaddemo: error: race can't be loaded: ")
    assert said in line
    assert broken("join -q --sleep 0", {}, THREADDEMO_RACE_THREADS="3")[::2] == (0, "")


CRASH = {"    if settings.source:": "    {}['nobody']\n    if settings.source:"}


def test_what_nobody_foresaw(broken) -> None:
    """One line says what, where, in which versions, and that it should be reported."""
    end = broken("race", CRASH, "session.py")
    assert end[:2] == (3, "")
    (line,) = end.lines
    assert line.startswith(
        "threaddemo: internal error: KeyError: 'nobody' at threaddemo/session.py:"
    )
    assert line.endswith("please report it, with this line")
    assert f"Python {sys.version.split()[0]}" in line


def test_an_error_of_the_system_that_is_none_of_the_output(broken) -> None:
    """Errors in writing have a line of their own; this one is told as what it is."""
    asks = "    import shutil; shutil.copyfile('/', '/none')\n"  # which fails within shutil
    refused = {"    if settings.source:": f"{asks}    if settings.source:"}
    end = broken("race", refused, "session.py")
    assert end[:2] == (3, "")
    (line,) = end.lines
    assert "internal error: IsADirectoryError: " in line
    assert " at threaddemo/session.py:" in line


def test_what_nobody_foresaw_in_detail(broken) -> None:
    """With --debug it says as well how it came there."""
    end = broken("race --debug", CRASH, "session.py")
    assert end.code == 3
    assert end.lines[0].startswith("Traceback")
    assert "internal error" in end.lines[-1]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"COMP_WORDS": "threaddemo "}, "COMP_CWORD is not set"),
        ({"COMP_CWORD": "1"}, "COMP_WORDS is not set"),
        ({"COMP_WORDS": "threaddemo ", "COMP_CWORD": ""}, "COMP_CWORD is '', and no number"),
        ({"COMP_WORDS": "threaddemo ", "COMP_CWORD": "one"}, "COMP_CWORD is 'one'"),
        ({"COMP_WORDS": "threaddemo ", "COMP_CWORD": "-1"}, "COMP_CWORD is '-1'"),
        ({"COMP_WORDS": "threaddemo ", "COMP_CWORD": "9" * 5000}, "and no number"),
    ],
    ids=["no place", "no words", "empty", "a word", "negative", "thousands of digits"],
)
@pytest.mark.parametrize("kind", ["bash", "zsh"])
def test_a_shells_variables_that_make_no_sense(
    kind: str, variables: dict[str, str], said: str
) -> None:
    """One line, exit 2."""
    end = run(MODULE, environment(_THREADDEMO_COMPLETE=f"{kind}_complete", **variables))
    assert end[:2] == (2, "")
    (line,) = end.lines
    assert said in line


@pytest.mark.parametrize("words", ["", "'", "\\", "threaddemo 'ra", "threaddemo race --thr"])
@pytest.mark.parametrize(("kind", "place"), [("bash", "0"), ("zsh", "999999"), ("fish", "\\")])
def test_a_line_that_is_no_line(kind: str, words: str, place: str) -> None:
    """Whatever the words are, the prompt stays clean."""
    env = environment(_THREADDEMO_COMPLETE=f"{kind}_complete", COMP_WORDS=words, COMP_CWORD=place)
    end = run(MODULE, env)
    assert end.code in (0, 1)
    assert end.err == ""


@pytest.mark.parametrize("asked", ["bash", "tcsh_source", "bash_sauce", "1"])
def test_a_shell_that_there_is_not(asked: str) -> None:
    """The line says which there are."""
    end = run(MODULE, environment(_THREADDEMO_COMPLETE=asked))
    assert end[:2] == (2, "")
    (line,) = end.lines
    assert "bash_source" in line


@pytest.mark.parametrize("level", ["-O", "-OO"])
def test_without_docstrings(level: str) -> None:
    """The help and the promises are made of docstrings, which -OO leaves out."""
    command = [sys.executable, level, "-m", "threaddemo"]
    for args in (["--help"], ["race", "--help"]):
        assert run([*command, *args]).out == run([*MODULE, *args]).out
    end = run([*command, "race", "--seed", "1", "-q", "--check"])
    assert end.code == 1
    assert 'the promise "No update is lost" was not kept' in end.lines[-1]


@pytest.mark.parametrize("columns", ["1", "2", "25"])
def test_a_narrow_terminal(columns: str) -> None:
    """The picture is as narrow as it can be, and comes."""
    args = ["race", "--seed", "1", "-q", "--timeline"]
    end = run([*MODULE, *args], environment(COLUMNS=columns))
    assert (end.code, end.err) == (0, "")
    assert "Thread 1" in end.out


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide", "1e9", "99999999999"])
def test_a_width_that_is_none(columns: str) -> None:
    """Then the picture has the 80 columns that it has in a pipe."""
    args = ["race", "--seed", "1", "-q", "--timeline"]
    assert run([*MODULE, *args], environment(COLUMNS=columns)).out == run([*MODULE, *args]).out
