"""The smoke run: what it runs, what it says, and that it notices."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest

from threaddemo import smoke
from threaddemo.smoke import Check, Verdict

#: What the schema of JUnit (Jenkins: junit-10.xsd) allows: attributes and children of an element.
SCHEMA = {
    "testsuites": ({"name", "time", "tests", "failures", "errors", "disabled"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id"},
        {"testcase", "properties", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "classname", "time", "status", "assertions"},
        {"failure", "error", "skipped", "system-out", "system-err"},
    ),
    "failure": ({"message", "type"}, set()),
    "system-out": (set(), set()),
}
REQUIRED = {"testsuite": {"name", "tests"}, "testcase": {"name"}}


def validate(element: ElementTree.Element) -> None:
    """See that an element and all within it are as the schema says."""
    attributes, children = SCHEMA[element.tag]
    assert REQUIRED.get(element.tag, set()) <= set(element.attrib) <= attributes
    for name in {"tests", "failures", "errors", "skipped"} & set(element.attrib):
        assert element.attrib[name].isdecimal()
    if "time" in element.attrib:
        assert float(element.attrib["time"]) >= 0
    for child in element:
        assert child.tag in children
        validate(child)


def test_every_demo_in_every_mode(run_process, tmp_path):
    """A line each on stdout, a count at the end, and the same as XML."""
    file = tmp_path / "smoke.xml"
    result = run_process("smoke", "race", "fixrace", "--junit", str(file))
    assert (result.returncode, result.stderr) == (0, "")
    *lines, last = result.stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["ok", "threaddemo", demo] for demo in ("race", "fixrace") for _ in range(3)
    ]
    assert last == "6 passed, 0 failed"
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    validate(root)
    (suite,) = root
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("6", "0")
    assert [case.attrib["name"] for case in suite] == ["real", "seeded", "explored"] * 2


def test_a_demo_that_falls_short(run_process, copied_package):
    """The line says what was expected; exit 1, and the others run all the same."""
    file = copied_package / "demos" / "fixrace.py"
    source = file.read_text(encoding="utf-8")
    assert source.count("self.value = local_copy") == 1
    file.write_text(source.replace("self.value = local_copy", "self.value = 0"), encoding="utf-8")
    env = {"PYTHONPATH": str(copied_package.parent)}
    result = run_process("smoke", "fixrace", "race", env=env)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["FAIL"] * 3 + ["ok"] * 3 + ["3"]
    assert all("promise" in line for line in lines[:3])
    assert lines[-1] == "3 passed, 3 failed"


def test_variables_of_the_shell_change_nothing(run_process):
    """What a user has set for himself is no part of the check."""
    env = {"THREADDEMO_SINGLE_SLEEP": "0.2", "THREADDEMO_EXPECT": "finished=0"}
    assert run_process("smoke", "single", env=env).returncode == 0


def test_a_run_that_never_ends_is_killed(monkeypatch):
    """The bound is the check's own, whatever the run does."""
    monkeypatch.setattr(smoke, "BOUND", 1.0)
    verdict = smoke._verdict(Check("single", "real", ("--sleep", "60", "--timeout", "50")))
    assert (verdict.passed, verdict.said) == (False, "it has not ended after 1.0 s")


def test_what_xml_can_not_say_is_replaced():
    """Control characters have no place in it; what they stood among stays."""
    check = Check("race", "real", ("--check",))
    text = smoke.as_junit([Verdict(check, False, "a \x1b[31m<b>&\x00", 0.5)])
    root = ElementTree.fromstring(text)
    validate(root)
    assert root[0][0][0].attrib["message"] == "a ?[31m<b>&?"


@pytest.mark.parametrize("file", ["missing/smoke.xml", "."])
def test_a_file_that_can_not_be_written(run_process, file):
    """One line names it; exit 3."""
    result = run_process("smoke", "single", "--junit", file)
    assert result.returncode == 3
    assert result.stderr.startswith(f"threaddemo: error: {file}: write error: ")
    assert result.stderr.count("\n") == 1


def test_a_demo_that_is_none(run_process):
    """A usage error, and nothing is run."""
    result = run_process("smoke", "rase")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("threaddemo smoke: error: ")


def test_a_file_that_is_stdout_loses_nothing(tmp_path):
    """The lines stand before the XML, wherever both go."""
    file = tmp_path / "both"
    command = [sys.executable, "-m", "threaddemo", "smoke", "single", "--junit", "/dev/stdout"]
    with open(file, "w", encoding="utf-8") as stdout:
        assert subprocess.run(command, stdout=stdout, timeout=60, check=False).returncode == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith("ok  ")
    lines, _, xml = text.partition("3 passed, 0 failed\n")
    assert lines.count("\n") == 3
    validate(ElementTree.fromstring(xml.partition("?>")[2]))
