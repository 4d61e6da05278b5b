"""The colours can be read on black and on white, and tell who is who."""

import re

import pytest

from threaddemo.output import colors
from threaddemo.output.picture.text import draw

BLACK, WHITE = 0.0, 1.0
LEAST = 3.0  #: what WCAG 2 asks for of large text and of pictures
STEPS = (0, 95, 135, 175, 215, 255)  #: xterm's table of 256 has a cube of 6 x 6 x 6 from 16 on


def luminance(color: int) -> float:
    """How bright a colour of the cube is, from 0 to 1, as WCAG 2 defines it."""
    place = color - 16
    channels = (STEPS[place // 36] / 255, STEPS[place // 6 % 6] / 255, STEPS[place % 6] / 255)
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """From 1 to 21, as WCAG 2 defines it."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_the_measure_is_right():
    """Black on white is 21; pure yellow can be read on black, and not on white."""
    assert round(contrast(luminance(16), WHITE)) == 21
    assert contrast(luminance(226), BLACK) > 15
    assert contrast(luminance(226), WHITE) < 1.1


@pytest.mark.parametrize("color", colors.PALETTE)
def test_each_can_be_read_on_black_and_on_white(color):
    """Nobody knows which of them a terminal has behind it."""
    assert contrast(luminance(color), BLACK) >= LEAST
    assert contrast(luminance(color), WHITE) >= LEAST


def test_there_are_more_than_six():
    """And no two of them are one."""
    assert len(set(colors.PALETTE)) == len(colors.PALETTE) > 6


def test_a_queue_is_nobody(invoke):
    """Each thread's row has its colour, the queue's none."""
    shown = invoke("prodcons-queue", "--messages=3", "--seed=1", "--timeline", "--color=always")
    rows = {}
    for line in shown.stdout.splitlines():
        if match := re.match(r"(\x1b\[[\d;]+m)?(Main|Producer|Consumer|in queue) ", line):
            rows[match[2]] = match[1]
    assert rows.pop("in queue") is None
    assert len(set(rows.values())) == 3


def test_many_threads_in_one_row_are_nobody(invoke):
    """The last row of a picture may stand for any number of threads."""
    shown = invoke("many", "--threads=60", "--seed=1", "--timeline", "--color=always").stdout
    assert re.search(r"^\d+ more ", shown, re.MULTILINE)


@pytest.mark.parametrize("width", [1, 2, 3, 20, 21])
def test_a_terminal_of_one_column(width):
    """The picture is as narrow as it can be, and comes."""
    from threaddemo.events.vocabulary import Lane, Note

    main = Lane("Main")
    notes = [Note(0.0, main, "create"), Note(0.0, main, "run"), Note(1.0, main, "end")]
    assert "Main" in draw(notes, width, color=False)


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"CLICOLOR_FORCE": ""}, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        ({"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, True),
        ({"CLICOLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "CLICOLOR": "0"}, True),
    ],
    ids=str,
)
def test_what_others_heed_in_a_pipe(run_process, variables, colored):
    """CLICOLOR_FORCE is FORCE_COLOR by another name; CLICOLOR=1 is no more than a terminal."""
    result = run_process("join", "--sleep", "0", env=variables)
    assert ("\x1b" in result.stderr) is colored


@pytest.mark.parametrize(
    ("variables", "colored"),
    [({"CLICOLOR": "0"}, False), ({"CLICOLOR": "1"}, True), ({"CLICOLOR": ""}, True)],
    ids=str,
)
def test_what_others_heed_on_a_terminal(monkeypatch, variables, colored):
    """CLICOLOR=0 turns colours off where there would be some."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CLICOLOR", raising=False)
    monkeypatch.setattr(colors, "is_terminal", lambda name: True)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert colors.wanted("auto", "stderr") is colored
