"""One colour a thread, which never changes a byte of the text."""

import re

import pytest

from threaddemo.output import colors

CODE = re.compile(r"\x1b\[[\d;]+m")


@pytest.mark.parametrize(
    ("choice", "terminal", "variables", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("always", False, {}, True),
        ("never", True, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "xterm"}, True),
        ("auto", False, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ("never", False, {"FORCE_COLOR": "1"}, False),
        ("always", False, {"TERM": "dumb"}, True),
    ],
    ids=str,
)
def test_when(monkeypatch, choice, terminal, variables, expected):
    """The flag, then NO_COLOR, then FORCE_COLOR, then whether there is anybody to see it."""
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(colors, "is_terminal", lambda name: terminal)
    assert colors.wanted(choice, "stderr") is expected


def test_each_stream_is_asked_for_itself(monkeypatch):
    """One of them may be a terminal, the other one a pipe."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(colors, "is_terminal", lambda name: name == "stderr")
    assert colors.wanted("auto", "stderr")
    assert not colors.wanted("auto", "stdout")


@pytest.mark.parametrize("thread", ["Main", "Thread 0", "Thread 12", "Producer", "Consumer 1", ""])
@pytest.mark.parametrize(
    "text", ["Thread 0: starting", "", "Prüfung"], ids=["line", "empty", "word"]
)
def test_paint_only_adds(thread, text):
    """Without the codes it is the text."""
    painted = colors.paint(text, thread)
    assert CODE.sub("", painted) == text
    assert painted == colors.paint(text, thread)


def test_threads_that_are_seen_together_differ():
    """Main, the first ten threads, a producer and its consumer."""
    names = ["Main", *(f"Thread {index}" for index in range(10))]
    assert len({colors.paint("x", name) for name in names}) == len(names)
    assert colors.paint("x", "Producer") != colors.paint("x", "Consumer")
    assert colors.paint("x", "Thread 10") == colors.paint("x", "Thread 0")


@pytest.mark.parametrize("form", [["--format", "text"], ["--json"]], ids=["text", "json"])
def test_the_text_is_the_same(invoke, demo, form):
    """Without the codes, the coloured narrative of each demo is the plain one."""
    arguments = [demo, "--seed", "4", "--debug"]
    if demo == "prodcons-queue":
        arguments += ["--messages", "3"]
    plain = invoke(*arguments, *form, "--color", "never")
    painted = invoke(*arguments, *form, "--color", "always")
    assert painted.stderr != plain.stderr
    assert CODE.sub("", painted.stderr) == plain.stderr
    assert "\x1b" not in plain.stderr
    assert CODE.sub("", painted.stdout) == plain.stdout
    assert "\x1b" not in plain.stdout


def test_a_real_narrative_in_colour(invoke, lines):
    """One colour a thread from its first line to its last."""
    result = invoke("many", "--sleep", "0.01", "--color", "always", "--check")
    assert result.exit_code == 0
    seen: dict[str, set[str]] = {}
    for line in result.stderr.splitlines():
        code = CODE.match(line)
        assert code
        message = lines(CODE.sub("", line))[0]
        seen.setdefault(message.partition(":")[0].strip(), set()).add(code[0])
    assert set(seen) == {"Main", "Thread 0", "Thread 1", "Thread 2"}
    assert all(len(codes) == 1 for codes in seen.values())
    assert len(set.union(*seen.values())) == 4


@pytest.mark.parametrize(
    ("arguments", "variables", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"THREADDEMO_COLOR": "always"}, True),
        (["--color", "auto"], {"THREADDEMO_COLOR": "always"}, False),
    ],
    ids=str,
)
def test_in_a_pipe(run_process, arguments, variables, colored):
    """There is none unless somebody asks for it; and never in the result that scripts read."""
    result = run_process("join", "--sleep", "0", *arguments, env=variables)
    assert result.returncode == 0
    assert ("\x1b" in result.stderr) is colored
    assert CODE.sub("", result.stdout) == "1 of 1 thread finished; main was done last\n"


def test_json_lines_have_no_colour(invoke):
    """They are for programs."""
    result = invoke("join", "--sleep", "0", "--color", "always", "--log-format", "jsonl")
    assert "\x1b" not in result.stderr
