"""Random command lines, good and bad, and what must be true of each whatever it says."""

import json
import random
from typing import NamedTuple

import click
import lessons

from threaddemo.cli import cli
from threaddemo.ends import Run
from threaddemo.options import Seconds
from threaddemo.output.result import Request, one, varied

CODES = {0, 1, 2, 3, 124}
#: Those of any document, and of one that compares.
KEYS = set(one(Request("race", {}, "real"), Run(None, "", 0.0)))
COMPARING = set(varied("race", []))
JUNK = [
    *("", "-", "--", "-1", "0", "1.5", "nan", "-inf", "1e300", "x", "ä", "\x1b[31m", "a b", "="),
    *("9" * 400, "a\nb", "--help=1", "lost=", "1,2,3", "true", "None", "\udcff", "%s", "{}"),
]
#: Whole numbers and seconds that are valid and keep a run short, by the words in an option's name.
SMALL = {"threads": 12, "workers": 12, "producers": 4, "consumers": 4, "limit": 12, "messages": 20}
SMALL |= {"queue-size": 5, "repeat": 3, "seed": 99, "preemptions": 2, "missing": 0}
#: What the others can be set to.
WORDS = {
    "flag": ["1", "0", "true", "no"],
    "timeout": ["0.001", "0.02", "20"],
    "max-schedules": ["1", "7"],
    "sleep": ["0", "0.0005", "0.002"],
    "expect": ["lost=0", "threads!=2", "in_order=null", "finish_order=0,1,2", "elapsed<60", "ok=1"],
    "by": ["lost", "threads", "finished", "luck"],
    "vary": ["threads=1,2", "sleep=0,0.001", "messages=0..3", "threads=2..1", "limit", "seed=1"],
    "schedule": ["", "0", "0,1", "0.1.2", "0 1", "1-2", "~~"],
}
EXPLORING = ("preemptions", "max_schedules", "schedule")


class Line(NamedTuple):
    """A command line, and the variables of its environment."""

    args: list[str]
    variables: dict[str, str]


class Fuzz:
    """Makes command lines; the same seed makes the same ones.

    Args:
        hanging: also what can hang, which no process survives that it is not part of.
    """

    def __init__(self, seed, hanging):
        self._chance = random.Random(seed)
        context = click.Context(cli, info_name="threaddemo")
        self._commands = {}
        for name in lessons.NAMES:
            if hanging or not lessons.real_only(name):  # whose runs may be long
                params = cli.get_command(context, name).params
                may_hang = {o.keyword for o in lessons.module(name).OPTIONS if o.timeout}
                self._commands[name] = [p for p in params if hanging or p.name not in may_hang]

    def line(self):
        """The next one; its run is short, whatever it is."""
        chance = self._chance
        name = chance.choice(list(self._commands))
        params = self._commands[name]
        chosen = chance.sample(params, chance.choice([0, 1, 1, 2, 2, 3, 4]))
        args = [name, *self._bounds(name, chosen)]
        for param in chosen:
            args += self._option(param)
        if chance.random() < 0.06:
            args.insert(chance.randrange(len(args) + 1), chance.choice(JUNK))
        if chance.random() < 0.03:
            args.insert(
                chance.randrange(len(args) + 1), chance.choice(["-h", "--help", "--version"])
            )
        if chance.random() < 0.05:
            args[0] = chance.choice([*JUNK, args[0][:-1], args[0].upper()])
        variables = {}
        if chance.random() < 0.2:
            param = chance.choice(params)
            if isinstance(param.envvar, str):
                variables[param.envvar] = self._value(param).replace("\udcff", "?")
                if param.name == "explore":
                    args.append("--max-schedules=6")
        return Line(args, variables)

    def _bounds(self, name, chosen):
        """What keeps a run short unless an option after it says otherwise."""
        bounds = {"timeout": "30"}
        if any(param.name == "explore" for param in chosen):
            bounds["max-schedules"] = "6"
        else:  # mostly not what goes with an exploration only
            chosen[:] = [
                p for p in chosen if p.name not in EXPLORING or not self._chance.randrange(5)
            ]
        bounds |= lessons.settings(name, seconds="0.002")
        return lessons.words(bounds)

    def _option(self, param):
        name = self._chance.choice([*param.opts, *param.secondary_opts])
        if param.is_flag:
            return [name]
        value = self._value(param)
        return [f"{name}={value}"] if name.startswith("--") else [name, value]

    def _value(self, param):
        chance, name = self._chance, max(param.opts, key=len).lstrip("-")
        if chance.random() < 0.12:
            return chance.choice(JUNK)
        if isinstance(param.type, click.IntRange) and name not in WORDS:
            return str(chance.randint(int(param.type.min or 0), SMALL.get(name, 3)))
        if isinstance(param.type, click.Choice):
            return str(chance.choice(list(param.type.choices)))
        if param.is_flag:
            return chance.choice(WORDS["flag"])
        is_pause = isinstance(param.type, Seconds) and name not in WORDS
        return chance.choice(WORDS.get("sleep" if is_pause else name, JUNK))


def refuse(constant):
    """NaN and the infinities are Python's own addition to JSON."""
    raise AssertionError(f"{constant} is no JSON")


def check(code, out, err):
    """What holds for every command line there is."""
    assert code in CODES
    assert "Traceback" not in out + err
    assert "Exception in" not in err
    assert not out or out.endswith("\n")
    assert not err or err.endswith("\n")
    if code == 2:
        assert out == ""
        assert err.count("\n") == 1
        assert "error: " in err
    if code == 3:  # which is for faults from outside, and for what has no twin
        assert out == "" or "error" in out  # of a series, the table so far
        assert not any(err.startswith(f"threaddemo {demo}:") for demo in lessons.CLASSIC)
    if code in (0, 1):
        assert out
    if out.startswith("{"):
        document = json.loads(out, parse_constant=refuse)
        assert set(document) in (KEYS, COMPARING)
        assert out.count("\n") == 1
