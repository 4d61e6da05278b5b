"""What the tests of the demos share."""

from contextlib import ExitStack

import pytest
from process.processes import MODULE, ended, started

#: Those that take a second or more unless told otherwise.
SLEEPY = ("single", "join", "many", "executor", "timer", "deadlock")


@pytest.fixture(scope="session", autouse=True)
def _sleeping():
    """Processes of all that are sleepy, which sleep at the same time, beside the first tests."""
    with ExitStack() as stack:
        yield {
            demo: stack.enter_context(started([*MODULE, demo, "--json", "--check"]))
            for demo in SLEEPY
        }


@pytest.fixture
def by_default(_sleeping):
    """How the process of a sleepy demo ends that is given none of the demo's options."""
    return lambda demo: ended(_sleeping[demo])
