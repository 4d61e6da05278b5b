"""The smoke run: every demo for real, from a seed and explored, held to what it must show.

Each run is a process of its own, as users start it, so one that hangs or dies harms no other.
"""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from threaddemo.demo import Demo, real_only, smoke
from threaddemo.output import streams

LONGEST_SLEEP = 0.1  #: seconds: what sleeps longer by default is told to sleep so long
TIMEOUT = 20  #: seconds until a run says where it hangs
BOUND = 60  #: seconds until a run is killed
AT_ONCE = 2  #: runs that go on at a time: more would disturb each other
MOST_SCHEDULES = 1_000


class Check(NamedTuple):
    """One run, and what it is held to."""

    demo: str
    mode: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"threaddemo {self.demo} {shlex.join(self.arguments)}"


class Verdict(NamedTuple):
    """What came of a check: the first line of the result, or what fell short."""

    check: Check
    passed: bool
    said: str
    seconds: float


def checks(demos: Mapping[str, Demo]) -> Iterator[Check]:
    """The checks of some demos, by their names."""
    for name, demo in demos.items():
        held = smoke(demo)
        short = [
            word
            for option in demo.OPTIONS
            if isinstance(option.default, float) and option.default > LONGEST_SLEEP
            for word in (f"--{option.name}", str(LONGEST_SLEEP))
        ]
        modes = {
            "real": held.real,
            "seeded": f"--seed 1 {held.seeded}",
            "explored": f"--explore --max-schedules {MOST_SCHEDULES} {held.explored}",
        }
        for mode, options in modes.items():
            if mode == "real" or not real_only(demo):
                yield Check(name, mode, (*short, *options.split()))


def run(planned: Iterable[Check], junit: str | None) -> bool:
    """Run the checks, and tell of each on stdout; whether all passed.

    Args:
        planned: what is to be run.
        junit: the file that gets the verdicts as JUnit's XML, if any.

    Raises:
        streams.WriteError: stdout or the file can't be written.
    """
    verdicts = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for verdict in pool.map(_verdict, planned):
            verdicts.append(verdict)
            word = "ok  " if verdict.passed else "FAIL"
            streams.write("stdout", f"{word}  {verdict.check}: {verdict.said}\n")
    failed = sum(not verdict.passed for verdict in verdicts)
    streams.write("stdout", f"{len(verdicts) - failed} passed, {failed} failed\n")
    if junit is not None:
        _save(junit, lambda: as_junit(verdicts))
    return not failed


def _verdict(check: Check) -> Verdict:
    command = [sys.executable, "-m", "threaddemo", check.demo, "--quiet", *check.arguments]
    command += ["--timeout", str(TIMEOUT)]
    kept = {name: text for name, text in os.environ.items() if "THREADDEMO" not in name}
    began = time.monotonic()
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BOUND,
            env=kept,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Verdict(check, False, f"it has not ended after {BOUND} s", BOUND)
    passed = ended.returncode == 0
    lines = (ended.stdout if passed else ended.stderr or ended.stdout).splitlines()
    said = lines[-1] if lines else f"exit {ended.returncode}"
    return Verdict(check, passed, said, time.monotonic() - began)


def as_junit(verdicts: Iterable[Verdict]) -> str:
    """The verdicts in the XML that CI systems read as JUnit's."""
    from xml.etree import ElementTree

    suite = ElementTree.Element("testsuite", name="threaddemo smoke")
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    elapsed = 0.0
    for verdict in verdicts:
        total["tests"] += 1
        total["failures"] += not verdict.passed
        elapsed += verdict.seconds
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"threaddemo.{verdict.check.demo}",
            name=verdict.check.mode,
            time=f"{verdict.seconds:.3f}",
        )
        text = f"{verdict.check}\n{verdict.said}"
        if verdict.passed:
            ElementTree.SubElement(case, "system-out").text = _legal(text)
        else:
            failure = {"message": _legal(verdict.said), "type": "smoke"}
            ElementTree.SubElement(case, "failure", failure).text = _legal(text)
    suite.attrib |= {name: str(number) for name, number in total.items()}
    suite.set("time", f"{elapsed:.3f}")
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}{ElementTree.tostring(suites, encoding='unicode')}\n"


def _legal(text: str) -> str:
    """The text without the characters that XML has no way to say."""
    return "".join(sign if sign >= " " or sign in "\n\t" else "?" for sign in text)


def _save(file: str, text: Callable[[], str]) -> None:
    try:
        # What else is written to the same file, for it is our stdout, too, is not to be lost.
        is_stdout = os.path.exists(file) and os.path.samestat(os.stat(file), os.fstat(1))
        with open(file, "a" if is_stdout else "w", encoding="utf-8") as opened:
            opened.write(text())
    except OSError as error:
        raise streams.WriteError(f"{file}: write error: {error.strerror}") from error
