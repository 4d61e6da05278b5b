"""What is too long to be meant: thousands of digits, and schedules of thousands of millions."""

import re

import pytest

from threaddemo.promises import expectations
from threaddemo.simulation.scheduler import Strategy
from threaddemo.simulation.schedules import MOST_CHOICES, ScheduleError, decode

DIGITS = "9" * 5000  #: int() refuses more than 4,300


@pytest.mark.parametrize(
    "text", [f"finish_order={DIGITS}", f"finish_order=0,{DIGITS}", f"threads={DIGITS}"]
)
def test_no_fact_has_thousands_of_digits(invoke, text):
    """A mistake, told without repeating all of them."""
    result = invoke("many", "--sleep", "0", "-q", "--threads", "1", "--expect", text)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert f"{text[:60]}... can never be: {text.partition('=')[0]} is " in line


@pytest.mark.parametrize(
    ("written", "read"),
    [("007", "7"), ("000", "0"), ("-007", "-7"), ("100", "100"), ("10", "10")],
)
def test_zeros_before_a_number_say_nothing(written, read):
    """Numbers are compared as numbers, however they are written."""

    class Outcome:
        _fields = ("lost",)
        __annotations__ = {"lost": int}

    (expectation,) = expectations(Outcome, [f"lost={written}"])
    assert expectation.value == read


def test_a_schedule_is_bounded_as_it_is_read():
    """Nine letters ask for a million choices, so a line of a hundred thousand for 2.4 GB."""
    text = ".".join(["1x999999"] * 14_000)
    with pytest.raises(ScheduleError, match=r"too long; no run has more than 1,000,000 choices"):
        decode(text)
    assert len(decode(f"1x{MOST_CHOICES - 1}.2")) == MOST_CHOICES


def test_every_schedule_that_a_run_can_have_can_be_read():
    """A run has a choice a step at most."""
    assert Strategy.step_limit <= MOST_CHOICES


def test_a_schedule_that_is_too_long_is_a_mistake(run_process):
    """One line; it takes no gigabytes to say so."""
    result = run_process("race", "--schedule", ".".join(["1x999999"] * 10_000))
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert re.search(r"Invalid value for '--schedule': .*too long", line)
