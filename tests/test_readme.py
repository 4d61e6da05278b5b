"""The README's commands run, and print what it says they print.

Of a block marked ``console varies``, real runs whose numbers differ each time, only the shape is
compared. `python tests/test_readme.py` writes what they all print now into the README.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from process import processes

README = Path(__file__).parent.parent / "README.md"
PROGRAMS = Path(__file__).parent / "programs"  #: where its reader is
BLOCK = re.compile(r"```console( varies)?\n(.*?)```", re.DOTALL)
DETERMINED = ("--seed", "--schedule", "--explore", "--step")


def run(command):
    """What a command prints on a terminal's two streams, here one pipe."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    variables = processes.environment(PATH=path, LC_ALL="C")
    command = ["bash", "-c", command]
    return processes.run(command, variables, stderr=subprocess.STDOUT, cwd=PROGRAMS).stdout


def sessions(block):
    """The commands of a block, each with what stands below it."""
    for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = session.partition("\n")
        yield command, output


def examples():
    return [
        pytest.param(shape if varies else comparable, command, output, id=command)
        for varies, block in BLOCK.findall(README.read_text(encoding="utf-8"))
        for command, output in sessions(block)
    ]


def comparable(command, output):
    """The output without what only the operating system decides, unless a schedule is given."""
    if any(option in command for option in DETERMINED):
        return output
    output = re.sub(r"\d\d:\d\d:\d\d: ", "00:00:00: ", output)
    output = re.sub(r"message: \d+", "message: N", output)
    output = re.sub(r"(queue size=|held |in the order |connection \()[\d, ]+", r"\1N", output)
    # A daemon thread may be stopped even before its first line.
    return sorted(line for line in output.splitlines() if line != "00:00:00: Thread 1: starting")


def shape(command, output):
    """Of a table what was varied, or else its columns; a fact's column can be left out."""
    lines = output.splitlines()
    return [line.split()[0] for line in lines] if "--vary" in command else lines[0].split()


@pytest.mark.skipif(not shutil.which("bash"), reason="the README's examples are for bash")
@pytest.mark.parametrize(("compared", "command", "output"), examples())
def test_the_readme_prints_what_it_says(compared, command, output):
    """Each command of the README prints what stands below it."""
    if "jq" in command and not shutil.which("jq"):
        pytest.skip("jq is not installed")
    assert compared(command, run(command)) == compared(command, output)


def rewrite():
    """Write the present output of each command below it."""

    def fresh(match):
        text = "".join(f"$ {command}\n{run(command)}" for command, _ in sessions(match[2]))
        return f"```console{match[1] or ''}\n{text}```"

    README.write_text(BLOCK.sub(fresh, README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
