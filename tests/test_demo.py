"""What a demo says of its run: the facts, and the sums and words behind them."""

import importlib
import json

import pytest

from threaddemo import demos
from threaddemo.demo import Message, delivered, delivery, listing, names, peak, plural

#: The contract: each demo's facts, in their order.
FACTS = {
    "single": ["threads", "finished", "main_last"],
    "daemon": ["threads", "finished", "abandoned", "main_last"],
    "join": ["threads", "finished", "main_last"],
    "many": ["threads", "finished", "finish_order"],
    "executor": ["threads", "workers", "finished", "finish_order", "peak"],
    "race": ["threads", "starting_value", "ending_value", "expected", "lost"],
    "fixrace": ["threads", "starting_value", "ending_value", "expected", "lost"],
    "prodcons-lock": ["produced", "stored", "lost", "repeated", "in_order"],
    "prodcons-queue": ["produced", "stored", "lost", "repeated", "in_order", "deepest_queue"],
    "semaphore": ["threads", "limit", "peak", "finished"],
}
ONE, TWO, THREE = (Message("Producer", index, 7) for index in range(3))
OTHER = Message("Producer 1", 0, 7)


def test_the_facts_are_the_contracts(invoke, quick, demo):
    """Declared and delivered, the facts of each demo are these."""
    module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
    assert list(module.Outcome._fields) == FACTS[demo]
    document = json.loads(invoke(demo, *quick[demo], "-q", "--json").stdout)
    assert list(document["facts"]) == FACTS[demo]


def test_equal_facts_give_equal_text(invoke, quick, demo):
    """The line is made of the facts alone: it holds no times."""
    texts: dict[str, set[str]] = {}
    for _ in range(4):
        document = json.loads(invoke(demo, *quick[demo], "-q", "--json").stdout)
        texts.setdefault(json.dumps(document["facts"]), set()).add(document["summary"])
    assert all(len(text) == 1 for text in texts.values())
    assert len({frozenset(text) for text in texts.values()}) == len(texts)


def test_the_text_of_a_run_is_its_summary(invoke, quick, demo):
    """The same facts, as text and as JSON: one is part of the other."""
    fixed = ["--seed", "3"]
    text = invoke(demo, *quick[demo], "-q", *fixed).stdout
    document = json.loads(invoke(demo, *quick[demo], "-q", *fixed, "--json").stdout)
    assert text == document["summary"] + "\n"


@pytest.mark.parametrize(
    ("produced", "stored", "expected"),
    [
        ([], [], (0, 0, 0, 0, True)),
        ([ONE, TWO], [ONE, TWO], (2, 2, 0, 0, True)),
        ([ONE, TWO], [TWO], (2, 1, 1, 0, True)),
        ([ONE, TWO], [ONE, TWO, TWO], (2, 3, 0, 1, True)),
        ([ONE, TWO], [ONE, ONE], (2, 2, 1, 1, True)),
        ([ONE, TWO, THREE], [TWO, ONE, THREE], (3, 3, 0, 0, False)),
        ([ONE, TWO, THREE], [THREE, ONE], (3, 2, 1, 0, False)),
    ],
    ids=["none", "all", "lost", "repeated", "one for another", "swapped", "lost and swapped"],
)
def test_delivery(produced, stored, expected):
    """Messages are told apart by producer and number; their values are all the same here."""
    assert delivery(produced, stored, one_to_one=True) == expected


def test_the_order_is_nobodys_fault_between_several():
    """With more than one on a side, only the operating system decides who is first."""
    assert delivery([ONE, OTHER], [OTHER, ONE], one_to_one=False) == (2, 2, 0, 0, None)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ((1, 0, 0, True), "1 message produced, 0 lost, 0 repeated, in order"),
        ((3, 1, 2, False), "3 messages produced, 1 lost, 2 repeated, out of order"),
        ((0, 0, 0, None), "0 messages produced, 0 lost, 0 repeated"),
    ],
    ids=["in order", "out of order", "several"],
)
def test_delivered(facts, text):
    """The facts of a pipeline in words."""
    assert delivered(*facts) == text


@pytest.mark.parametrize(
    ("marks", "expected"),
    [([], 0), ([1, -1, 1, -1], 1), ([1, 1, -1, 1, -1, -1], 2), ([1] * 5, 5)],
    ids=["nobody", "one by one", "two", "all"],
)
def test_peak(marks, expected):
    """How many were inside at once at most."""
    assert peak(marks) == expected


def test_names():
    """One is called by its role, several have numbers."""
    assert names("Producer", 1) == ["Producer"]
    assert names("Producer", 3) == ["Producer 0", "Producer 1", "Producer 2"]


def test_plural():
    """One thread, but none and two threads."""
    assert [plural(number, "thread") for number in range(3)] == [
        "0 threads",
        "1 thread",
        "2 threads",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, ""), (1, "0"), (3, "0, 1, 2"), (5, "0, 1, 2, 3, 4"), (6, "0, 1, 2, 3, 4, ... (6 in all)")],
    ids=["none", "one", "three", "as many as fit", "too many"],
)
def test_listing(number, text):
    """A long list is folded, and says so."""
    assert listing(range(number), most=5) == text
