"""Both commands, and mistakes on the command line, as a shell sees them."""

import pytest

import threaddemo

from .processes import MODULE, environment, run


def test_both_commands_are_one(command):
    """The script and the module say the same, under the same name."""
    assert run([*command, "--version"]) == (
        0,
        f"threaddemo, version {threaddemo.__version__}\n",
        "",
    )
    bare = run(command)
    assert bare[:2] == (2, "")
    assert bare.stderr.startswith("Usage: threaddemo [OPTIONS]")
    result = "2 threads took the value from 0 to 1, expected 2: 1 update lost\n"
    assert run([*command, "race", "-q"]) == (0, result, "")
    said = "threaddemo: error: No such command 'rase'. Did you mean 'race'?\n"
    assert run([*command, "rase"]) == (2, "", said)


@pytest.mark.parametrize(
    ("args", "program"),
    [
        (["--bogus"], "threaddemo"),
        ([""], "threaddemo"),
        (["ra\x1b[31m\nce"], "threaddemo"),
        (["race", "--bogus"], "threaddemo race"),
        (["race", "--sleep", "nan"], "threaddemo race"),
        (["race", "--expect", "lots=1"], "threaddemo race"),
    ],
    ids=["group's", "empty", "odd characters", "option", "value", "fact"],
)
def test_a_mistake_gets_one_line(args, program, unbuffered):
    """Exit 2, the command's name in the line, and nothing on stdout."""
    end = run([*MODULE, *args], environment(unbuffered))
    assert end[:2] == (2, "")
    (line,) = end.lines
    assert line.startswith(f"{program}: error: ")
