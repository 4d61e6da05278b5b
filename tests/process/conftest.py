"""What the tests on processes share."""

import pytest

from . import processes


@pytest.fixture(params=[False, True], ids=["buffered", "unbuffered"])
def unbuffered(request):
    """Whether PYTHONUNBUFFERED is set; it hides some faults and shows others."""
    return request.param


@pytest.fixture(params=["module", "script"])
def command(request):
    """``python -m threaddemo`` and the installed command."""
    return processes.MODULE if request.param == "module" else processes.script()
