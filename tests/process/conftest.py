"""What the tests on processes share."""

import pytest

from . import processes


@pytest.fixture(autouse=True, scope="session")
def _heed_signals():
    processes.heed_signals()


@pytest.fixture(params=[False, True], ids=["buffered", "unbuffered"])
def unbuffered(request):
    """Whether PYTHONUNBUFFERED is set; it hides some faults and shows others."""
    return bool(request.param)


@pytest.fixture(params=["module", "script"])
def command(request):
    """``python -m threaddemo`` and the installed command."""
    return processes.MODULE if request.param == "module" else processes.script()


@pytest.fixture
def threaddemo():
    """Run threaddemo to its end, with variables of the environment as keywords."""

    def run(*args, **variables):
        return processes.run([*processes.MODULE, *args], processes.environment(**variables))

    return run
