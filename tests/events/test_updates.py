"""Which updates are lost, from notes that are made up; and which rounds are the same."""

import pytest

from threaddemo.events.folding import folded
from threaddemo.events.steps import steps
from threaddemo.events.vocabulary import Lane, Note, Thing
from threaddemo.events.words import Told


def told(text, in_order=True):
    """The sentences about the writes in a text such as "A reads 0, B writes 1"."""
    lanes = {name: Lane(name) for name in "ABCDE"}
    value = Thing("variable", attribute="x")
    notes = []
    for number, part in enumerate(text.split(", ")):
        name, what, written = part.split()
        verb = what.removesuffix("s")
        notes.append(Note(number, lanes[name], verb, value, written))
    return [step.text for step in steps(notes, in_order) if step.verb == "write"]


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "A reads 0, A writes 1, B reads 1, B writes 2",  # one after the other
        "A reads 0, B reads 0, A writes 1, B reads 1, B writes 2",  # B has looked again
        "A reads 0, A writes 1, B reads 1, B writes 2, A writes 3",  # A has read nothing since
        "A writes 0, B writes 1, A writes 2",  # nobody has read anything
        "A reads 0, B writes 1, A writes 2",  # what B wrote is no update
        "A reads 0, B reads 0, C reads 7, B writes 1, A writes 1",  # somebody else has written 7
    ],
)
def test_no_update_is_lost(text, in_order):
    """Or it is not known."""
    assert not any("lost" in one for one in told(text, in_order))


def test_an_update_is_lost():
    """In order what is overwritten is known; else only what was read."""
    text = "A reads 0, B reads 0, A writes 1, B writes 5"
    assert told(text)[-1] == "B overwrites x 1, written by A, with 5: an update is lost"
    assert told(text, in_order=False)[-1] == (
        "B writes x 5, having read 0 before A wrote 1: an update is lost"
    )


@pytest.mark.parametrize(
    "text",
    [
        "A reads 0, B reads 0, B writes 0, A writes 1",  # A may have read what B has written
        "A reads 0, B reads 0, B writes 1, A writes 0",  # or B what A has
        "A reads 0, B reads 0, B writes 1, C reads 1, C writes 2, A writes 1",  # A may be first
    ],
)
def test_out_of_order_nothing_is_guessed(text):
    """What the values do not show is not said."""
    assert "lost" in told(text)[-1]
    assert not any("lost" in one for one in told(text, in_order=False))


def test_several_updates_are_lost_and_some_come_back():
    """What is in the overwritten value, and not in the new one; and the other way round."""
    text = "A reads 0, B reads 0, B writes 1, C reads 1, C writes 2, A writes 1"
    assert told(text)[-1] == "A overwrites x 2, written by C, with 1: 2 updates are lost"
    text = (
        "A reads 0, B reads 0, B writes 1, C reads 1, C writes 2, D reads 2, A writes 1, D writes 3"
    )
    assert told(text)[-1] == (
        "D overwrites x 1, written by A, with 3: an update is lost, and 2 that were lost are back"
    )


def test_what_is_written_anew_has_no_past():
    """A value that comes of nothing that was read: updates of it are lost, those before are not."""
    text = "A reads 0, B reads 0, B writes 1, C writes 7, B reads 7, B writes 8, A writes 1"
    assert told(text)[-1] == "A overwrites x 8, written by B, with 1: an update is lost"


def rounds(*names):
    """Sentences of threads that take turns in doing one and the other."""
    lanes = {name: Lane(name) for name in set("".join(names))}
    verbs = "do", "undo", "redo"
    return list(
        folded(
            [
                Told(0.0, lanes[name], verb, f"{verb}es", f"{name} {verb}es")
                for each in names
                for name, verb in zip(each, verbs, strict=False)
            ]
        )
    )


def test_rounds_of_the_same_threads_are_folded():
    """Or of others, each of whom stands for one."""
    (same,) = rounds(*["AB"] * 6)
    assert (same.again, same.by) == (5, ())
    (others,) = rounds("AX", "BX", "CX", "DX", "EX")
    assert (others.again, [lane.name for lane in others.by]) == (4, list("BCDE"))


def test_threads_that_change_places_are_told():
    """Then it would not be the same again."""
    assert all(one.again == 0 for one in rounds("AB", "BA", "AB", "BA"))
    assert all(one.again == 0 for one in rounds("ABC", "BCA", "CAB", "ACB", "BAC"))


def test_a_few_rounds_are_all_told():
    """It is only for what would be long."""
    assert all(one.again == 0 for one in rounds("AB", "AB", "AB"))
