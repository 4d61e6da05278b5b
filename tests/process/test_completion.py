"""Completion through the installed command, as the three shells ask for it."""

import re
import shutil

import lessons
import pytest

from .processes import environment, run, script, shell

SHELLS = pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])


def completions(kind, *words):
    """The words that a shell is offered for the last one of its line."""
    line = " ".join(["threaddemo", *words])
    place = words[-1] if kind == "fish" else str(len(words))
    env = environment(
        COMP_WORDS=line, COMP_CWORD=place, **{"_THREADDEMO_COMPLETE": f"{kind}_complete"}
    )
    end = run(script(), env)
    assert end.returncode == 0
    assert end.stderr == ""
    return set(re.findall(r"[^\s,\t]+", end.stdout))


@SHELLS
def test_commands(kind):
    """All of them, and by their beginnings."""
    assert set(lessons.NAMES) <= completions(kind, "")
    offered = completions(kind, "prod")
    assert {"prodcons-lock", "prodcons-queue"} <= offered
    assert not offered & {"race", "many"}


@SHELLS
def test_options(kind):
    """The demo's own and those of every demo."""
    offered = completions(kind, "race", "--")
    assert {"--threads", "--sleep", "--json", "--log-level", "--timeout", "--help"} <= offered
    assert "--workers" not in offered


@SHELLS
@pytest.mark.parametrize(
    ("option", "begun", "choices"),
    [
        ("--log-level", "", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}),
        ("--format", "j", {"json"}),
        ("--log-format", "", {"text", "jsonl"}),
        ("--color", "", {"auto", "always", "never"}),
    ],
    ids=["levels", "begun", "log formats", "colours"],
)
def test_choices(kind, option, begun, choices):
    """What an option can be set to, in any case of letters."""
    offered = completions(kind, "race", option, begun)
    assert {word.upper() for word in choices} <= {word.upper() for word in offered}


@pytest.mark.parametrize("kind", ["zsh", "fish"])
def test_commands_are_explained(kind):
    """The shells that show a help beside each word get the demo's first line, not a part of it."""
    env = environment(COMP_WORDS="threaddemo rac", _THREADDEMO_COMPLETE=f"{kind}_complete")
    end = run(script(), env | {"COMP_CWORD": "rac" if kind == "fish" else "1"})
    assert "Lose an update" in end.stdout


@SHELLS
def test_the_script_for_the_shell(kind):
    """What the README tells to put into the shell's start-up file."""
    end = source(kind)
    assert end.returncode == 0
    assert "_threaddemo_completion" in end.stdout
    if shutil.which(kind):
        checked = run(shell(f'printf %s "$1" | {kind} -n', [end.stdout]))
        assert checked.returncode == 0, checked.stderr


def source(kind):
    """The output of the command that makes the script."""
    return run(script(), environment(_THREADDEMO_COMPLETE=f"{kind}_source"))


def test_bash_itself_completes():
    """The script, run by the shell that it is for."""
    if not shutil.which("bash"):
        pytest.skip("there is no bash")
    (command,) = script()
    line = f"""
        PATH={command.rpartition("/")[0]}:$PATH
        eval "$(_THREADDEMO_COMPLETE=bash_source threaddemo)"
        COMP_WORDS=(threaddemo race --thr) COMP_CWORD=2
        _threaddemo_completion threaddemo
        echo "${{COMPREPLY[@]}}"
    """
    end = run(shell(line, [], program="bash"), environment())
    assert end.stdout.split() == ["--threads"]


def test_nothing_runs_while_a_line_is_completed():
    """Completing a whole command line does not run it, nor complain of what is wrong in it."""
    assert completions("bash", "race", "--threads", "0", "--ti") >= {"--timeout"}


def test_completion_without_a_shell_is_a_mistake(run_process):
    """One line says what is missing."""
    end = run_process(env={"_THREADDEMO_COMPLETE": "bash_complete"})
    assert end[:2] == (2, "")
    (line,) = end.lines
    assert "COMP_WORDS" in line


@SHELLS
def test_files_after_run(kind: str) -> None:
    """The shell itself offers them; our options are there besides."""
    assert "run" in completions(kind, "r")
    assert "file" in completions(kind, "run", "tests/pro")
    assert {"--repeat", "--expect"} <= completions(kind, "run", "a.py", "--")
