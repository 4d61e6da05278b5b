"""The options: what can't be is refused, the last one counts, flags beat the environment."""

import json
import re

import pytest

WHOLE = "a whole number from 1 to 10,000"
PAUSE = "a number of seconds from 0 to 86,400"
LIMIT = "a number of seconds from more than 0 to 86,400"
RUNS = "a whole number from 1 to 1,000,000"
MESSAGES = "a whole number from 0 to 1,000,000"
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


@pytest.fixture
def level(lines):
    """The least level of which a narrative of fixrace has lines."""

    def read(stderr: str) -> str | None:
        messages = lines(stderr)
        if "Thread 0 has lock" in messages:
            return "DEBUG"
        return "INFO" if messages else None

    return read


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["race", "--threads", "0"], WHOLE),
        (["race", "--threads", "-1"], WHOLE),
        (["race", "--threads", "10001"], WHOLE),
        (["race", "--threads", "1000000"], WHOLE),
        (["race", "--threads", "two"], WHOLE),
        (["race", "--threads", "2.5"], WHOLE),
        (["race", "--threads", "nan"], WHOLE),
        (["race", "--threads", ""], WHOLE),
        (["race", "--threads", "9" * 5000], WHOLE),
        (["race", "--sleep", "-0.1"], PAUSE),
        (["race", "--sleep", "nan"], PAUSE),
        (["race", "--sleep", "inf"], PAUSE),
        (["race", "--sleep", "-inf"], PAUSE),
        (["race", "--sleep", "1e300"], PAUSE),
        (["race", "--sleep", "86400.1"], PAUSE),
        (["race", "--sleep", "long"], PAUSE),
        (["race", "--sleep", ""], PAUSE),
        (["race", "--timeout", "0"], LIMIT),
        (["race", "--timeout", "-1"], LIMIT),
        (["race", "--timeout", "nan"], LIMIT),
        (["race", "--timeout", "inf"], LIMIT),
        (["race", "--repeat", "0"], RUNS),
        (["race", "--repeat", "-5"], RUNS),
        (["race", "--repeat", "1e3"], RUNS),
        (["race", "--repeat", "1000001"], RUNS),
        (["many", "--threads", "0"], WHOLE),
        (["executor", "--workers", "0"], WHOLE),
        (["executor", "--threads", "0"], WHOLE),
        (["semaphore", "--limit", "0"], WHOLE),
        (["prodcons-lock", "--producers", "0"], WHOLE),
        (["prodcons-lock", "--consumers", "10001"], WHOLE),
        (["prodcons-lock", "--messages", "-1"], MESSAGES),
        (["prodcons-queue", "--queue-size", "-1"], MESSAGES),
        (["prodcons-queue", "--messages", "1000001"], MESSAGES),
        (["prodcons-queue", "--produce-sleep", "nan"], PAUSE),
        (["prodcons-queue", "--consume-sleep", "1e6"], PAUSE),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_what_cannot_be(invoke, arguments, asked):
    """One line names the option and the range; nothing is run, stdout is empty."""
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"threaddemo {arguments[0]}: error: ")
    assert f"'{arguments[1]}'" in result.stderr
    assert result.stderr.endswith(f" is not {asked}.\n")


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


def test_every_demo_has_them(invoke, demo):
    """The options that all demos have are on every command, and work there."""
    shown = invoke(demo, "--help").stdout
    for option in (
        "--log-level", "--debug", "-q, --quiet", "--format", "--json", "--log-format", "--color",
        "--check", "--expect", "--repeat", "--timeout", "-h, --help",
    ):  # fmt: skip
        assert f"  {option} " in shown


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
        ({"JSON": "1"}, [], True),
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
        ({"FIXRACE_THREADS": "3", "THREADS": "4"}, [], {"threads": 2, "sleep": 0.0}),
    ],
    ids=["variable", "flag beats it", "flag beats zero", "another's"],
)
def test_a_demos_own_variables(invoke, variables, arguments, params):
    """A demo's own option has a variable with the demo's name in it."""
    env = {f"THREADDEMO_{name}": value for name, value in variables.items()}
    result = invoke("race", "--sleep", "0", "-q", "--json", *arguments, env=env)
    assert json.loads(result.stdout)["params"] == params


def test_dashes_are_underscores_in_variables(invoke):
    """prodcons-queue has queue-size: the variable has underscores for all of them."""
    env = {
        "THREADDEMO_PRODCONS_QUEUE_QUEUE_SIZE": "3",
        "THREADDEMO_PRODCONS_QUEUE_MESSAGES": "2",
        "THREADDEMO_PRODCONS_QUEUE_SLEEP": "0",
        "THREADDEMO_PRODCONS_QUEUE_PRODUCE_SLEEP": "0.001",
    }
    params = json.loads(invoke("prodcons-queue", "-q", "--json", env=env).stdout)["params"]
    assert (params["queue_size"], params["messages"]) == (3, 2)
    assert (params["sleep"], params["produce_sleep"]) == (0.0, 0.001)


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        ("THREADDEMO_RACE_THREADS", "0", WHOLE),
        ("THREADDEMO_RACE_SLEEP", "nan", PAUSE),
        ("THREADDEMO_REPEAT", "many", RUNS),
        ("THREADDEMO_TIMEOUT", "-1", LIMIT),
    ],
)
def test_a_variable_that_cannot_be(invoke, name, value, asked):
    """The line names the variable, since that is where the value is."""
    result = invoke("race", env={name: value})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert f"'{name}': {value!r} is not {asked}." in result.stderr


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


def test_the_help_says_the_range_and_the_default(invoke):
    """A reader of the help needs not try."""
    text = " ".join(invoke("prodcons-queue", "--help").stdout.split())
    assert re.search(r"--queue-size \S+ [^-]*\[default: 10; from 0 to 1,000,000\]", text)
    assert re.search(r"--sleep \S+ [^-]*\[default: 0\.1; from 0 to 86,400\]", text)
    assert re.search(
        r"--messages \S+ [^-]*\[default: \(until the event\); from 0 to 1,000,000\]", text
    )
