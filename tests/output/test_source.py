"""--source prints what is run."""

import importlib
import re
from pathlib import Path


def test_source_prints_the_module_that_runs(invoke, demo):
    """The output is the file's text to the byte, its path goes to stderr; nothing is run."""
    module = importlib.import_module(f"threaddemo.demos.{demo.replace('-', '_')}")
    result = invoke(demo, "--source")
    assert result.exit_code == 0
    assert result.stdout == Path(module.__file__).read_text(encoding="utf-8")
    assert result.stderr == f"{module.__file__}\n"


def test_highlighting_changes_nothing_of_the_text(invoke, demo):
    """Without its colour codes the coloured source is the plain one."""
    colored = invoke(demo, "--source", "--color", "always").stdout
    assert "\x1b[38;5;164mdef" in colored
    assert re.sub(r"\x1b\[[\d;]+m", "", colored) == invoke(demo, "--source").stdout
