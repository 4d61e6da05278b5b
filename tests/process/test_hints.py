"""What newcomers get wrong is answered with what they should have typed."""

import pytest

from .processes import MODULE, Ended, environment, run

#: What was typed, and the line that it should have been.
MEANT = {
    "an option before the command": (["--debug", "race"], "threaddemo race --debug"),
    "a value, too": (["--seed", "3", "race", "--json"], "threaddemo race --seed 3 --json"),
    "a demo's own option": (["--threads=3", "race"], "threaddemo race --threads=3"),
    "a short one": (["-q", "race"], "threaddemo race -q"),
    "an option without a command": (["--timeline"], "threaddemo DEMO --timeline"),
    "help as a command": (["help", "race"], "threaddemo race --help"),
    "help alone": (["help"], "threaddemo --help"),
    "help of what is no demo": (["help", "rase"], "threaddemo --help"),
    "the list": (["list"], "threaddemo --list"),
    "the version": (["version"], "threaddemo --version"),
    "an abbreviation": (["race", "--thread", "3"], "Did you mean '--threads'?"),
    "a short abbreviation": (["race", "--max", "3"], "Did you mean '--max-schedules'?"),
    "one of several": (["race", "--s", "3"], "'--sleep' or '--seed' or '--schedule'?"),
    "a capital": (["Race"], "Did you mean 'race'?"),
    "only capitals": (["RACE"], "Did you mean 'race'?"),
    "the beginning of a command": (["prod"], "'prodcons-lock' or 'prodcons-queue'?"),
    "the group's option, mistyped": (["--verison", "race"], "Did you mean '--version'?"),
}


@pytest.mark.parametrize(("args", "meant"), MEANT.values(), ids=MEANT)
def test_the_line_says_what_was_meant(args: list[str], meant: str) -> None:
    """In one line, with exit code 2, and nothing has run."""
    end = run([*MODULE, *args])
    assert end[:2] == (2, "")
    (line,) = end.lines
    assert line.startswith("threaddemo")
    assert line.endswith(meant)


def test_what_it_says_works() -> None:
    """Whoever types the line of the error gets no other error."""
    line = run([*MODULE, "--seed", "3", "fixrace", "--json"]).err
    words = line.rpartition(": ")[2].split()
    assert words[0] == "threaddemo"
    assert run([*MODULE, *words[1:]]).code == 0


def warned(*args: str, **variables: str) -> tuple[Ended, list[str]]:
    """A short run under some variables, and the warnings of it."""
    end = run([*MODULE, *args, "-q"], environment(**variables))
    return end, [line for line in end.lines if "warning" in line]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"THREADDEMO_THREADS": "5"}, "THREADDEMO_JOIN_SLEEP"),
        ({"THREADDEMO_SLEEP": "5"}, "THREADDEMO_JOIN_SLEEP sets --sleep"),
        ({"THREADDEMO_JOIN_SLEPE": "5"}, "THREADDEMO_JOIN_SLEEP sets --sleep"),
        ({"THREADDEMO_TIME_OUT": "5"}, "THREADDEMO_TIMEOUT sets --timeout"),
        ({"THREADDEMO_MANY_WORKERS": "5"}, "THREADDEMO_MANY_WORKERS sets nothing"),
        ({"THREADDEMO_": "5"}, "THREADDEMO_ sets nothing: the command has no such option"),
        ({"THREADDEMO_RACE": "5"}, "THREADDEMO_RACE sets nothing"),
    ],
    ids=lambda value: "".join(value) if isinstance(value, dict) else None,
)
def test_a_variable_that_sets_nothing_is_warned_of(variables: dict[str, str], said: str) -> None:
    """The line names it, and what would set the option; the run goes on."""
    end, lines = warned("join", "--sleep", "0", **variables)
    assert end.code == 0
    assert end.out
    (name,) = variables
    (line,) = lines
    assert line.startswith(f"threaddemo join: warning: {name} sets nothing")
    assert said in line or name == "THREADDEMO_THREADS"


def test_the_newcomers_own_example() -> None:
    """THREADDEMO_THREADS=5 threaddemo race."""
    end, lines = warned("race", "--sleep", "0.05", THREADDEMO_THREADS="5")
    assert end.code == 0
    assert lines == [
        "threaddemo race: warning: THREADDEMO_THREADS sets nothing; "
        "THREADDEMO_RACE_THREADS sets --threads"
    ]


@pytest.mark.parametrize(
    "variables",
    [
        {"THREADDEMO_JOIN_SLEEP": "0"},
        {"THREADDEMO_QUIET": "1"},
        {"THREADDEMO_RACE_THREADS": "5"},
        {"THREADDEMO_PRODCONS_QUEUE_QUEUE_SIZE": "5"},
        {"THREADDEMO_MANY_THREADS": "nonsense, but not for this demo"},
        {"THREADDEMO_THREADS": ""},
        {"THREADDEMOS": "5"},
        {"_THREADDEMO_COMPLETE": ""},
        {"_THREADDEMO_ANYTHING": "5"},
        {"MY_THREADDEMO_THREADS": "5"},
    ],
    ids="".join,
)
def test_no_warning(variables: dict[str, str]) -> None:
    """Of what sets something, if only for another demo, and of what is not ours."""
    end, lines = warned("join", "--sleep", "0", **variables)
    assert (end.code, lines) == (0, [])


def test_a_strange_variable_does_no_harm_to_the_result() -> None:
    """The warning is on stderr; control characters in it are told, not obeyed."""
    end, (line,) = warned("join", "--sleep", "0", **{"THREADDEMO_\x1b[31m": "5"})
    assert end.out.count("\n") == 1
    assert "\x1b" not in line


@pytest.mark.parametrize("args", [["--help"], ["race", "--help"], ["--version"], ["--list"]])
def test_help_is_quiet_about_variables(args: list[str]) -> None:
    """Nothing is set there in any case."""
    end = run([*MODULE, *args], environment(THREADDEMO_THREADS="5"))
    assert (end.code, end.err) == (0, "")
