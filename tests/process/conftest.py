"""What the tests on processes share."""

from collections.abc import Callable, Sequence

import pytest

from . import processes
from .processes import Ended


@pytest.fixture(autouse=True, scope="session")
def _heed_signals() -> None:
    processes.heed_signals()


@pytest.fixture(params=[False, True], ids=["buffered", "unbuffered"])
def unbuffered(request: pytest.FixtureRequest) -> bool:
    """Whether PYTHONUNBUFFERED is set; it hides some faults and shows others."""
    return bool(request.param)


@pytest.fixture(params=["module", "script"])
def command(request: pytest.FixtureRequest) -> Sequence[str]:
    """``python -m threaddemo`` and the installed command."""
    return processes.MODULE if request.param == "module" else processes.script()


@pytest.fixture
def threaddemo() -> Callable[..., Ended]:
    """Run threaddemo to its end, with variables of the environment as keywords."""

    def run(*args: str, **variables: str) -> Ended:
        return processes.run([*processes.MODULE, *args], processes.environment(**variables))

    return run
