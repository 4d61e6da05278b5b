"""What a run is held to: --check, and every spelling of --expect."""

import re
from typing import NamedTuple

import pytest

from threaddemo import promises
from threaddemo.ends import Run, Tally


class Facts(NamedTuple):
    """Facts of every kind that a demo has."""

    number: int = 3
    yes: bool = True
    perhaps: bool | None = None
    order: tuple[int, ...] = (2, 0, 1)

    @property
    def ok(self):
        """Three is kept."""
        return self.number == 3

    def __str__(self):
        return f"number {self.number}"


RUN = Run(Facts(), "number 3", 0.5)
DEADLOCK = Run(None, "deadlock: nobody moves", 0.5)


@pytest.mark.parametrize(
    "text",
    ["number=3", "number= 3 ", "yes=true", "yes=True", "yes=TRUE", "perhaps=null", "perhaps=NULL",
     "order=2,0,1", "order=2, 0, 1", "order=[2, 0, 1]", "order=[2,0,1]"],
)  # fmt: skip
def test_every_spelling_that_is_met(text):
    """As JSON writes it, as Python does, with spaces or without."""
    (expectation,) = promises.expectations(Facts, (text,))
    assert list(promises.broken(RUN, False, [expectation], "")) == []


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("number=4", "expected number=4, got 3"),
        ("number=-3", "expected number=-3, got 3"),
        ("number=33", "expected number=33, got 3"),
        ("yes=false", "expected yes=false, got true"),
        ("perhaps=true", "expected perhaps=true, got null"),
        ("perhaps=false", "expected perhaps=false, got null"),
        ("order=0,1,2", "expected order=0,1,2, got 2,0,1"),
        ("order=2,0", "expected order=2,0, got 2,0,1"),
        ("order=201", "expected order=201, got 2,0,1"),
        ("order=", "expected order=, got 2,0,1"),
    ],
)
def test_what_is_not_met(text, got):
    """The line says what was expected and what there was."""
    (expectation,) = promises.expectations(Facts, (text,))
    assert promises.broken(RUN, False, [expectation], "") == [got]


@pytest.mark.parametrize(
    "text", ["nummer", "=3", "", "nummer=3", "NUMBER=3", "number =3", "ok=true", "_fields=3"]
)
def test_what_is_no_fact(text):
    """The error lists the facts there are."""
    with pytest.raises(ValueError, match="one of the facts number, yes, perhaps, order, elapsed"):
        promises.expectations(Facts, (text,))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("number=", "a whole number"),
        ("number=three", "a whole number"),
        ("number=3.0", "a whole number"),
        ("number=null", "a whole number"),
        ("number=1e9", "a whole number"),
        ("yes=1", "true or false"),
        ("yes=null", "true or false"),
        ("yes=maybe", "true or false"),
        ("perhaps=maybe", "true, false or null"),
    ],
)
def test_what_can_never_be(text, kind):
    """An expectation that no run can meet is a mistake, not a failure."""
    said = f"{text} can never be: {text.partition('=')[0]} is {kind}."
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        promises.expectations(Facts, (text,))


@pytest.mark.parametrize("text", ["number", " number "])
def test_a_shell_that_took_the_operator(text):
    """An unquoted < is a redirection: the error shows how it is written."""
    with pytest.raises(ValueError, match=r"no operator and no value: .* 'number<1'"):
        promises.expectations(Facts, (text,))


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("number<4", True),
        ("number<3", False),
        ("number<=3", True),
        ("number<= 2", False),
        ("number>2.5", True),
        ("number>3", False),
        ("number>=3", True),
        ("number>=4", False),
        ("number!=4", True),
        ("number!=3", False),
        ("yes!=false", True),
        ("order!=2,0,1", False),
        ("elapsed<1", True),
        ("elapsed<0.5", False),
        ("elapsed=0.5", True),
        ("elapsed>0.6", False),
    ],
)
def test_comparisons(text, met):
    """Numbers can be compared; what was found is told of what is not met."""
    expected = promises.expectations(Facts, (text,))
    lines = promises.broken(RUN, False, expected, "")
    assert (lines == []) is met
    assert all(line.startswith(f"expected {text.replace(' ', '')}, got ") for line in lines)


@pytest.mark.parametrize("text", ["yes<true", "order>1", "perhaps<=null", "number<", "number<x"])
def test_what_cannot_be_compared(text):
    """Only numbers are less or more than others."""
    with pytest.raises(ValueError, match="can never be: "):
        promises.expectations(Facts, (text,))


def test_the_outcomes_of_a_series():
    """A series has a number of outcomes, and each of its runs has its own elapsed."""
    expected = promises.expectations(Facts, ("outcomes=2", "elapsed<2"), is_series=True)
    tally = Tally()
    tally.add(RUN)
    tally.add(RUN._replace(elapsed=3.0))
    lines = promises.broken_in_series(tally, False, expected, "")
    lines += promises.miscounted({"outcomes": 1}, expected)
    assert lines == ["expected elapsed<2, got 3", "expected outcomes=2, got 1"]
    with pytest.raises(ValueError, match="is not FACT=VALUE"):
        promises.expectations(Facts, ("outcomes=2",))


def test_nothing_expected_and_nothing_promised():
    """A run that nobody holds to anything breaks nothing, whatever it did."""
    for run in (RUN, DEADLOCK, Run(Facts(number=4), "number 4", 0.5)):
        assert promises.broken(run, False, [], "Three is kept.") == []


def test_the_promise():
    """With --check the promise is quoted, with what happened instead."""
    assert promises.broken(RUN, True, [], "Three is kept.") == []
    run = Run(Facts(number=4), "number 4", 0.5)
    (line,) = promises.broken(run, True, [], "Three is kept.")
    assert line == 'the promise "Three is kept" was not kept: number 4'


def test_a_deadlock_has_no_facts():
    """It breaks the promise, and meets no expectation."""
    expected = promises.expectations(Facts, ("number=3", "perhaps=null"))
    lines = promises.broken(DEADLOCK, True, expected, "Three is kept.")
    assert lines == [
        'the promise "Three is kept" was not kept: deadlock: nobody moves',
        "expected number=3, got a deadlock",
        "expected perhaps=null, got a deadlock",
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 0),
        (["--check"], 1),
        (["--expect", "lost=1"], 0),
        (["--expect", "lost=0"], 1),
        (["--expect", "lost=1", "--expect", "ending_value=1", "--expect", "threads=2"], 0),
        (["--expect", "lost=1", "--expect", "ending_value=2"], 1),
        (["--expect", "lost=1", "--check"], 1),
        (["--expect", "luck=1"], 2),
        (["--expect", "lost"], 2),
        (["--expect", "lost=much"], 2),
        (["--expect", "lost=1", "--expect", "luck=1"], 2),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else f"exit {value}",
)
def test_the_exit_code(invoke, changed, arguments, code):
    """A lost update is no failure in itself: only what it is held to makes it one."""
    changed(
        "race",
        ("time.sleep(sleep)", "MEETING.wait(30)"),
        first="MEETING = threading.Barrier(2)",
    )
    result = invoke("race", *arguments)
    assert result.exit_code == code
    ran = "2 threads took the value from 0 to 1, expected 2: 1 update lost\n"
    assert result.stdout == ("" if code == 2 else ran)
    if code == 2:
        assert result.stderr.count("\n") == 1
        assert "--expect" in result.stderr


def test_an_expectation_in_a_variable(invoke):
    """Where the mistake is in the variable, the line names the variable."""
    result = invoke("race", env={"THREADDEMO_EXPECT": "lost=1 luck=1"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("threaddemo race: error: Invalid value for 'THREADDEMO_EXPECT'")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("demo_arguments", "expectations"),
    [
        (["join", "--sleep", "0"], ["main_last=true", "main_last=True", "finished=1"]),
        (["single", "--sleep", "0.01"], ["main_last=false", "main_last=FALSE"]),
        (["prodcons-lock"], ["in_order=true", "lost=0", "produced=10"]),
        (["prodcons-lock", "--producers", "2"], ["in_order=null", "stored=20"]),
        (["executor", "--workers", "1", "--sleep", "0"], ["finish_order=0,1,2", "peak=1"]),
        (["executor", "--workers", "1", "--sleep", "0"], ["finish_order=[0, 1, 2]"]),
    ],
    ids=" ".join,
)
def test_facts_of_the_demos(invoke, demo_arguments, expectations):
    """The facts of the demos can be expected as they are."""
    words = [word for text in expectations for word in ("--expect", text)]
    result = invoke(*demo_arguments, "-q", *words)
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_series_is_held_to_it_in_every_run(invoke, changed, shared):
    """One run in three that differs is enough."""
    shared.following = [1, 0, 1]
    changed(
        "fixrace",
        ("            local_copy += 1\n", "            local_copy += shared.following.pop()\n"),
        first="import shared",
    )
    alone = ["--threads", "1", "--sleep", "0", "--repeat", "3"]
    result = invoke("fixrace", *alone, "--check", "--expect", "lost=0")
    assert result.exit_code == 1
    assert "3 runs: 2 outcomes, the promise broken in 1\n" in result.stdout
    assert result.stderr.splitlines() == [
        'threaddemo fixrace: the promise "No update is lost" was not kept: '
        "1 thread took the value from 0 to 0, expected 1: 1 update lost",
        "threaddemo fixrace: expected lost=0, got 1",
    ]
