"""The options: what can't be is refused, the last one counts, flags beat the environment."""

import json

import lessons
import pytest

#: What an option is called, by the type of its default; a number of messages may have none.
KINDS = {int: "a whole number", type(None): "a whole number", float: "a number of seconds"}
LIMIT = "a number of seconds from more than 0 to 86,400"
RUNS = "a whole number from 1 to 1,000,000"
LAST = [
    ([], "INFO"),
    (["--debug"], "DEBUG"),
    (["-q"], None),
    (["--quiet"], None),
    (["--debug", "-q"], None),
    (["-q", "--debug"], "DEBUG"),
    (["-q", "--log-level", "info"], "INFO"),
    (["--log-level", "DEBUG", "-q"], None),
    (["--log-level", "Debug"], "DEBUG"),
    (["--debug", "--log-level", "info"], "INFO"),
    (["--log-level", "info", "--debug"], "DEBUG"),
    (["--debug", "-q", "--debug"], "DEBUG"),
    (["-q", "--debug", "-q"], None),
    (["--log-level=debug", "--log-level=error"], None),
    (["--log-level", "critical", "--log-level", "debug"], "DEBUG"),
    (["--log-level", "warning"], None),
]


def wrong(option):
    """Words that an option of a demo can't be set to: its range is not the only reason."""
    beyond = [f"{option.minimum - 1}", f"{option.maximum + 1}", f"{option.maximum}.1"]
    return [*beyond, "", "two", "1_0", "1,0", "0x1", "nan", "inf", "-inf", "1e300", "9" * 5000] + (
        [] if isinstance(option.default, float) else ["2.5"]
    )


@pytest.fixture
def level(lines):
    """The least level of which a narrative of fixrace has lines."""

    def read(stderr):
        messages = lines(stderr)
        if "Thread 0 has lock" in messages:
            return "DEBUG"
        return "INFO" if messages else None

    return read


def refused(result, demo, name, word, asked):
    """Check that one line names the option or variable and the range, and that nothing was run."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"threaddemo {demo}: error: ")
    assert f"'{name}': {word!r} is not {asked}." in result.stderr


def test_what_an_option_of_a_demo_cannot_be(invoke, demo, module):
    """Neither as a flag nor as a variable: what is out of its range, or no such number."""
    for option in module.OPTIONS:
        variable = lessons.variable(demo, option.name)
        if option.default is False:
            result = invoke(demo, env={variable: "maybe"})
            assert (result.exit_code, result.stdout) == (2, "")
            assert variable in result.stderr
            continue
        asked = f"{KINDS[type(option.default)]} from {option.minimum:,} to {option.maximum:,}"
        for word in wrong(option):
            result = invoke(demo, f"--{option.name}", word, "--source")
            refused(result, demo, f"--{option.name}", word, asked)
        refused(invoke(demo, "--source", env={variable: "many"}), demo, variable, "many", asked)


def test_what_an_option_of_a_demo_can_be(invoke, demo, module):
    """Its range, both ends of it included; a value that is not used is in nobody's way."""
    for option in module.OPTIONS:
        if option.default is not False:
            variable = lessons.variable(demo, option.name)
            for bound in (option.minimum, option.maximum):
                words = [demo, f"--{option.name}", str(bound), "--source"]
                assert invoke(*words, env={variable: "many"}).exit_code == 0


@pytest.mark.parametrize(
    ("name", "words", "asked"),
    [
        ("timeout", ["0", "-1", "nan", "inf", "86400.1", ""], LIMIT),
        ("repeat", ["0", "-5", "1e3", "1000001", "", "two"], RUNS),
    ],
    ids=["timeout", "repeat"],
)
def test_what_an_option_of_every_demo_cannot_be(invoke, name, words, asked):
    """The same, for those that all demos have."""
    for word in words:
        refused(invoke("race", f"--{name}", word, "--source"), "race", f"--{name}", word, asked)
        if word:  # an empty variable is none
            variable = f"THREADDEMO_{name.upper()}"
            refused(invoke("race", "--source", env={variable: word}), "race", variable, word, asked)


@pytest.mark.parametrize(
    ("option", "choices"),
    [
        ("--log-level", ["debug", "info", "warning", "error", "critical"]),
        ("--log-format", ["text", "jsonl"]),
        ("--format", ["text", "json"]),
        ("--color", ["auto", "always", "never"]),
    ],
    ids=["level", "log format", "format", "color"],
)
def test_a_word_that_is_no_choice(invoke, option, choices):
    """The line says which words there are."""
    result = invoke("race", option, "loud")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    found = result.stderr.lower()
    assert all(f"'{word}'" in found for word in [option, "loud", *choices])


@pytest.mark.parametrize(("arguments", "expected"), LAST, ids=lambda v: " ".join(v or []) or "none")
def test_the_last_one_counts(invoke, level, arguments, expected):
    """Of --log-level, --debug and -q, which say the same thing, the last one given wins."""
    result = invoke("fixrace", "--sleep", "0", *arguments)
    assert result.exit_code == 0
    assert level(result.stderr) == expected


def test_the_last_one_counts_before_and_after_other_options(invoke, level):
    """Also with values of other options in between that look like options."""
    result = invoke("fixrace", "-q", "--sleep", "0", "--debug", "--expect", "lost=0")
    assert level(result.stderr) == "DEBUG"
    result = invoke("fixrace", "--debug", "--sleep=0", "-q", "--threads=2")
    assert level(result.stderr) is None


@pytest.mark.parametrize(
    ("variables", "arguments", "expected"),
    [
        ({"LOG_LEVEL": "debug"}, [], "DEBUG"),
        ({"LOG_LEVEL": "debug"}, ["-q"], None),
        ({"LOG_LEVEL": "error"}, ["--debug"], "DEBUG"),
        ({"LOG_LEVEL": "error"}, ["--log-level", "info"], "INFO"),
        ({"DEBUG": "1"}, [], "DEBUG"),
        ({"DEBUG": "0"}, [], "INFO"),
        ({"DEBUG": "1"}, ["-q"], None),
        ({"DEBUG": "1"}, ["--log-level", "info"], "INFO"),
        ({"QUIET": "1"}, [], None),
        ({"QUIET": "0"}, [], "INFO"),
        ({"QUIET": "1"}, ["--debug"], "DEBUG"),
        ({"QUIET": "1"}, ["--log-level", "INFO"], "INFO"),
        ({"QUIET": "1", "DEBUG": "1"}, ["--log-level", "info"], "INFO"),
    ],
    ids=str,
)
def test_flags_beat_the_environment(invoke, level, variables, arguments, expected):
    """A variable counts only where nobody gave a flag for the same thing."""
    env = {f"THREADDEMO_{name}": value for name, value in variables.items()}
    result = invoke("fixrace", "--sleep", "0", *arguments, env=env)
    assert result.exit_code == 0
    assert level(result.stderr) == expected


@pytest.mark.parametrize(
    ("variables", "arguments", "is_json"),
    [
        ({}, [], False),
        ({}, ["--json"], True),
        ({}, ["--format", "json"], True),
        ({}, ["--format", "json", "--format", "text"], False),
        ({}, ["--json", "--format", "text"], False),
        ({}, ["--format", "text", "--json"], True),
        ({"FORMAT": "json"}, [], True),
        ({"FORMAT": "json"}, ["--format", "text"], False),
        ({"FORMAT": "text"}, ["--json"], True),
        ({"JSON": "yes"}, [], True),
        ({"JSON": "0"}, [], False),
        ({"JSON": "1"}, ["--format", "text"], False),
    ],
    ids=str,
)
def test_the_form_of_the_result(invoke, variables, arguments, is_json):
    """--json and --format json are one; the last one counts, and flags beat variables."""
    env = {f"THREADDEMO_{name}": value for name, value in variables.items()}
    result = invoke("fixrace", "--sleep", "0", "-q", *arguments, env=env)
    assert result.exit_code == 0
    assert result.stdout.startswith("{") is is_json


@pytest.mark.parametrize(
    ("variables", "arguments", "params"),
    [
        ({"RACE_THREADS": "3"}, [], {"threads": 3, "sleep": 0.0}),
        ({"RACE_THREADS": "3"}, ["--threads", "4"], {"threads": 4, "sleep": 0.0}),
        ({"RACE_SLEEP": "0.25"}, [], {"threads": 2, "sleep": 0.0}),
        ({"RACE_THREADS": ""}, [], {"threads": 2, "sleep": 0.0}),
        ({"RACE_THREADS": ""}, ["--threads", "3"], {"threads": 3, "sleep": 0.0}),
        ({"FIXRACE_THREADS": "3", "THREADS": "4"}, [], {"threads": 2, "sleep": 0.0}),
    ],
    ids=["variable", "flag beats it", "flag beats zero", "empty", "flag and empty", "another's"],
)
def test_a_demos_own_variables(invoke, variables, arguments, params):
    """A demo's own option has a variable with the demo's name in it."""
    env = {f"THREADDEMO_{name}": value for name, value in variables.items()}
    result = invoke("race", "--sleep", "0", "-q", "--json", *arguments, env=env)
    assert json.loads(result.stdout)["params"] == params


def test_every_option_of_a_demo_has_a_variable(invoke, demo, module):
    """What a flag can be set to, a variable can be; all of them are in the document."""
    given = lessons.short(demo)
    env = {lessons.variable(demo, name): str(value) for name, value in given.items()}
    document = json.loads(invoke(demo, "-q", "--json", env=env).stdout)
    expected = [(o.keyword, given.get(o.name, o.default)) for o in module.OPTIONS]
    assert list(document["params"].items()) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("FORMAT", "xml"),
        ("COLOR", "red"),
        ("CHECK", "maybe"),
        ("DEBUG", "maybe"),
        ("EXPECT", "nothing"),
        ("EXPECT", "lots=1"),
        ("EXPECT", "lost=much"),
        ("EXPECT", "lost=1 luck=1"),
    ],
)
def test_a_variable_that_cannot_be(invoke, name, value):
    """The line names the variable, since that is where the value is."""
    result = invoke("race", env={f"THREADDEMO_{name}": value})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("threaddemo race: error: ")
    assert f"'THREADDEMO_{name}'" in result.stderr


def test_smaller_defaults_where_every_schedule_is_tried(invoke, simulated):
    """As the demo declares them; what is given counts all the same."""
    options = lessons.module(simulated).OPTIONS
    smaller = {o.keyword: o.default if o.explored is None else o.explored for o in options}
    words = [simulated, "--explore", "--max-schedules", "1", "--json"]
    assert json.loads(invoke(*words).stdout)["params"] == smaller
    for option in options:
        if option.explored is not None:
            result = invoke(*words, f"--{option.name}={option.explored + 1}")
            params = json.loads(result.stdout)["params"]
            assert params == smaller | {option.keyword: option.explored + 1}


def test_the_variables_of_all_demos(invoke):
    """Those every demo has need no demo in their names."""
    env = {
        "THREADDEMO_CHECK": "1",
        "THREADDEMO_EXPECT": "threads=1 lost=0",
        "THREADDEMO_REPEAT": "2",
    }
    result = invoke("race", "--threads", "1", "--sleep", "0", env=env)
    assert result.exit_code == 0
    assert result.stdout.startswith("count")
    env["THREADDEMO_EXPECT"] = "lost=0 threads=2"
    result = invoke("race", "--threads", "1", "--sleep", "0", env=env)
    assert result.exit_code == 1
    assert "expected threads=2, got 1" in result.stderr


def test_errors_show_when_it_is_quiet(invoke):
    """No narrative is not silence: what was not kept is said."""
    result = invoke("race", "--threads", "1", "--sleep", "0", "-q", "--expect", "lost=1")
    assert result.exit_code == 1
    assert result.stderr == "threaddemo race: expected lost=1, got 0\n"
