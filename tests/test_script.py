"""What is known of a script before it runs, and what its facts amount to."""

import pytest

from threaddemo.script import Ended, Script, Unreadable, by_name


@pytest.fixture
def script(tmp_path):
    """A text as a script that has been read."""

    def read(source):
        (tmp_path / "some.py").write_text(source, encoding="utf-8")
        return Script(str(tmp_path / "some.py"))

    return read


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = 1\nb: int = 2\nc += 1\n(d, [e]) = 1, [2]\n", "abcde"),
        ("for a in (): pass\nwith b as c: pass\nif (d := 1): e = 2\n", "acde"),
        (
            "def f():\n    global a\n    a = b = 1\n    def g():\n        global c; c = 1\n",
            "ac",
        ),
        ("class A:\n    b = 1\n    def c(self): self.d = 1\n", ""),
        ("import a\nfrom b import c\ndef d(): pass\n", ""),
        ("[a for a in ()]\n{b: 1 for b in ()}\nlambda c: c\n__d__ = 1\n_e = 1\n", ["_e"]),
        ("@(a := 1)\ndef f(x=(b := 2)): pass\nclass C((c := object)): global d; d = 1\n", "abcd"),
        ("[(a := x) for x in y if (b := x)]\nlambda x=(c := 1): (y := x)\n", "abc"),
        ("async def f():\n    global a, b\n    async with x as a: b = 1\n", "ab"),
        ("end = error = exit = output = text = a = 1\n", "a"),
        (
            "try: 0\nexcept E as a: 0\nmatch x:\n    case [b, *c]: 0\n    case {1: d, **e}: 0\n",
            "abcde",
        ),
    ],
)
def test_the_facts_that_can_be_asked_for(script, source, names):
    """What is assigned at the module's level, or declared global where it is assigned."""
    assert script(source).Outcome._fields == ("end", "error", "exit", "output", *names)


def test_the_form_of_a_demo_is_found_without_running_it(script):
    form = "OPTIONS = ()\nclass Outcome: pass\ndef run(): pass\nraise SystemExit('never run')\n"
    assert script(form).is_demo
    for part in ("OPTIONS = ()", "class Outcome: pass", "def run(): pass"):
        assert not script(form.replace(part, "pass")).is_demo
    assert not script(form.replace("def run(): pass", "run = 1")).is_demo


def test_what_is_no_python_is_unreadable(tmp_path, script):
    with pytest.raises(Unreadable, match="No such file"):
        Script(str(tmp_path / "none.py"))
    with pytest.raises(Unreadable, match=r"some\.py:1: SyntaxError"):
        script("a = \n")
    with pytest.raises(Unreadable, match="is no name of a file"):
        Script("a\0b")


def test_outcomes_are_alike_if_their_facts_are():
    one = Ended("finished", output={"a": "1", "b": "2"}, names={"n": 1, "m": None}, text="12")
    other = Ended("finished", output={"b": "2", "a": "1"}, names={"m": None, "n": 1}, text="21")
    assert one == other
    assert hash(one) == hash(other)
    for different in (
        Ended("error", output={"a": "1", "b": "2"}, names={"n": 1, "m": None}),
        Ended("finished", output={"a": "1"}, names={"n": 1, "m": None}),
        Ended("finished", output={"a": "1", "b": "2"}, names={"n": True, "m": None}),
        Ended("finished", output={"a": "1", "b": "2"}, names={"n": "1", "m": None}),
        Ended("finished", output={"a": "1", "b": "2"}, names={"n": 1}),
        Ended("finished", exit=0, output={"a": "1", "b": "2"}, names={"n": 1, "m": None}),
        Ended("finished", output={"a": "1", "b": "2"}, names={"n": 1, "m": None}, told="who waits"),
        Ended(
            "finished", output={"a": "1", "b": "2"}, names={"n": 1, "m": None}, logged={"a": "x"}
        ),
    ):
        assert one != different


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (Ended("finished"), "finished"),
        (Ended("finished", output={"Main": "a\nlast \n\n"}), "finished; Main printed last: last"),
        (Ended("finished", output={"T": "a\n"}, exit=3), "finished, exit 3"),
        (Ended("error", error="X failed: E", exit="why"), "error: X failed: E, exit why"),
        (Ended("deadlock", told="A waits", exit=2), "deadlock: A waits, exit 2"),
        (
            Ended("deadlock", told="A waits", error="B failed: E", output={"Main": "out"}),
            "deadlock: A waits; error: B failed: E; Main printed last: out",
        ),
        (Ended("finished", logged={"Main": "a\nb\n"}), "finished; Main logged last: b"),
        (
            Ended("finished", logged={"Main": "a"}, output={"Main": "c"}),
            "finished; Main printed last: c",
        ),
        (
            Ended("finished", output={"Main": "\x1b[31mred"}),
            r"finished; Main printed last: \x1b[31mred",
        ),
    ],
)
def test_the_summary_says_how_it_ended_and_what_main_printed_last(ended, said):
    assert str(ended) == said


def test_a_very_long_last_line_is_folded():
    assert str(Ended("finished", output={"Main": "y" * 10_000})).endswith("yyy...")
    assert len(str(Ended("finished", output={"Main": "y" * 10_000}))) < 300


def test_what_is_printed_is_told_by_name():
    pieces = [("B", 1, "b1"), ("A", 2, "a"), ("B", 1, "b2"), ("B", 3, "b0")]
    assert by_name(pieces) == {"A": "a", "B": "b0b1b2"}
    assert list(by_name(pieces)) == ["A", "B"]
    assert by_name(reversed(pieces[:1] + pieces[3:])) == by_name(pieces[:1] + pieces[3:])


def test_logs_of_the_same_messages_are_alike():
    """Whichever thread of a pool has logged them, and in which order."""
    one = Ended("finished", logged={"A": "x\ny\n", "B": "z\n"})
    assert one == Ended("finished", logged={"A": "z\n", "B": "y\nx\n"})
    assert one._asdict() == Ended("finished")._asdict()


def test_what_tells_outcomes_apart():
    """Where they differ most: a variable, or a line that was printed or logged."""
    output = {"Main": "same\nend\n"}
    two = [Ended("finished", output=output, names={"n": n, "m": 0}) for n in (1, 2)]
    assert Ended.apart(two) == ["; n is 1", "; n is 2"]
    three = [Ended("finished", output={"T": f"{n % 2}\n{n}\n"}) for n in range(2)]
    three.append(Ended("finished", output={"T": "0\n"}))
    said = [f"; T printed as line 2: {word}" for word in (0, 1, "nothing")]
    assert Ended.apart(three) == said
    logs = [Ended("finished", logged={"Main": word}) for word in ("a", "\x1b")]
    assert Ended.apart(logs) == ["; Main logged as line 1: a", "; Main logged as line 1: \\x1b"]
    assert Ended.apart([Ended("finished"), Ended("finished")]) == ["", ""]
