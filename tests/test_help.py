"""The help: what to run first, options in groups, words explained where they first stand."""

import importlib
import re
import shlex

import pytest

from threaddemo import cli, demos, options

#: A word that nobody can know, and a part of what explains it, in the same entry.
WORDS = {
    "seed": "a number from which it draws who goes next",
    "schedule": "who goes next, wherever several threads can",
    "preemptions": "a thread that could go on is interrupted",
    "promise": "should be true of every run",
    "fact": "what was observed of the run",
    "narrative": "the log on stderr",
}


def flat(text: str) -> str:
    """A page as one line."""
    return " ".join(text.split())


@pytest.mark.parametrize("arguments", [[], ["--help"]], ids=["bare", "help"])
def test_what_to_run_first(invoke, arguments):
    """Also without any argument: commands to copy, and the four ways to look closer."""
    result = invoke(*arguments)
    text = result.stdout or result.stderr
    first = text.partition("Options:")[0]
    for word in ("Run this first", "--timeline", "--seed", "--explore", "--source"):
        assert word in first


def test_a_bare_command_is_a_mistake(invoke):
    """Exit code 2, the page on stderr, and nothing on stdout."""
    result = invoke()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")


def test_the_first_steps_can_be_taken(invoke):
    """Each of them runs."""
    for line, _ in cli.FIRST_STEPS:
        program, *arguments = shlex.split(line)
        assert program == "threaddemo"
        assert invoke(*arguments).exit_code == 0


@pytest.mark.parametrize(
    "more", [{}, {"x": "11. One more.", "y": "No number."}], ids=["ten", "more"]
)
def test_the_lessons_stand_in_two_lists(invoke, monkeypatch, more):
    """Those beyond the ten are listed apart, if there are any, in the same columns."""
    ten = dict(list(cli.lessons().items())[:10])
    monkeypatch.setattr(cli, "lessons", lambda: ten | more)
    text = invoke("--help").stdout
    classic = text.partition("The classic demos:")[2].partition("\n\n")[0]
    rest = text.partition("More lessons:")[2].partition("\n\n")[0]
    assert re.findall(r"^  (\S+) ", classic, re.M) == list(ten)
    assert re.findall(r"^  (\S+) ", rest, re.M) == list(more)
    rows = [line for line in (classic + rest).splitlines() if line]
    assert len({len(found[0]) for row in rows if (found := re.match(r"  \S+ +", row))}) == 1


def test_the_options_stand_in_groups(invoke, demo):
    """Every option of every demo is in one of the four, and the demo's own come before."""
    text = invoke(demo, "--help").stdout
    titles = ["Options of this demo", *options.GROUPS, "Promise (--check)"]
    places = [text.index(f"\n{title}:\n") for title in titles]
    assert places == sorted(places)
    for option in options.for_every_demo():
        start = places[titles.index(option.group)]
        end = places[titles.index(option.group) + 1]
        assert re.search(rf"^  (-\w, )?{max(option.opts, key=len)}\b", text[start:end], re.M)


def test_words_are_explained_where_they_first_stand(invoke, demo):
    """In the same entry, and before the word stands anywhere else in the options."""
    text = flat(invoke(demo, "--help").stdout.partition("What to run")[2])
    for word, meaning in WORDS.items():
        assert meaning in text
        entry = max(text.rfind(" --", 0, text.index(meaning)), 0)
        first = min(found.start() for found in re.finditer(rf"(?<![-\w]){word}(?!\w)", text))
        assert first > entry - 1


def test_what_each_group_is_about():
    """One of each, by which the others can be judged."""
    found = {max(option.opts, key=len): option.group for option in options.for_every_demo()}
    asked = [found[name] for name in ("--seed", "--timeline", "--check", "--json")]
    assert asked == list(options.GROUPS)


@pytest.mark.parametrize("word", ["0<=", "<=x", "4294967295"])
def test_ranges_are_in_words(invoke, demo, word):
    """From 0 to 4,294,967,295."""
    text = invoke(demo, "--help").stdout
    assert word not in text
    assert "from 0 to 4,294,967,295" in text


def test_there_is_an_example_for_each_use(invoke, demo):
    """To look, to replay, to check, and the demo's own; each of them runs."""
    text = invoke(demo, "--help").stdout.partition("Examples:")[2]
    lines = re.findall(r"^  (threaddemo .*?)(?:  .*)?$", text, re.M)
    module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
    assert lines[-1] == module.EXAMPLE
    for option in ("--timeline", "--seed 1", "--check"):
        assert any(option in line for line in lines)
    brief = {f"THREADDEMO_{demo}_SLEEP".replace("-", "_").upper(): "0.05"}
    for line in lines:
        _, *arguments = shlex.split(line)
        assert invoke(*arguments, env=brief).exit_code in (0, 1)


def test_the_names_alone(invoke):
    """For scripts, a line each."""
    result = invoke("--list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.split("\n") == [*cli.lessons(), ""]


def test_the_version_has_a_short_name(invoke):
    """As with other programs."""
    assert invoke("-V").stdout == invoke("--version").stdout
