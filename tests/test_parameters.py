"""The options that the demos declare: names, defaults and ranges."""

import importlib
import inspect

import pytest

from threaddemo import demo as declared
from threaddemo import demos

#: The contract: each demo's own options with their defaults, in the order of the help.
OPTIONS = {
    "single": {"sleep": 2.0},
    "daemon": {"sleep": 2.0},
    "join": {"sleep": 2.0},
    "many": {"threads": 3, "sleep": 2.0},
    "executor": {"threads": 3, "workers": 3, "sleep": 2.0},
    "race": {"threads": 2, "sleep": 0.1},
    "fixrace": {"threads": 2, "sleep": 0.1},
    "prodcons-lock": {
        "messages": 10,
        "producers": 1,
        "consumers": 1,
        "produce-sleep": 0.0,
        "consume-sleep": 0.0,
    },
    "prodcons-queue": {
        "queue-size": 10,
        "sleep": 0.1,
        "messages": None,
        "producers": 1,
        "consumers": 1,
        "produce-sleep": 0.0,
        "consume-sleep": 0.0,
        "naive": False,
    },
    "semaphore": {"threads": 5, "limit": 2, "sleep": 0.1},
}
COUNTS = {"threads", "workers", "producers", "consumers", "limit"}


@pytest.fixture
def module(demo):
    """The module of a demo."""
    return importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")


def test_the_options_are_the_contracts(demo, module):
    """The names, the defaults, and their order."""
    declared = {parameter.name: parameter.default for parameter in module.OPTIONS}
    assert declared == OPTIONS[demo]
    assert list(declared) == list(OPTIONS[demo])


def test_the_options_are_the_arguments_of_run(module):
    """Every option reaches the demo, and nothing else does."""
    keywords = [parameter.keyword for parameter in module.OPTIONS]
    assert keywords == list(inspect.signature(module.run).parameters)


def test_the_ranges_are_the_contracts(module):
    """Threads from 1 to 10,000, seconds up to a day, messages from none to a million."""
    for parameter in module.OPTIONS:
        bounds = (parameter.minimum, parameter.maximum)
        if parameter.name in COUNTS:
            assert bounds == (1, 10_000)
        elif parameter.name.endswith("sleep"):
            assert bounds == (0, 86_400)
            assert isinstance(parameter.default, float)
        elif parameter.name != "naive":
            assert bounds == (0, 1_000_000)


def test_the_help_of_every_option_is_a_sentence(module):
    """It starts with a capital letter and ends with a full stop."""
    for parameter in module.OPTIONS:
        assert parameter.help[0].isupper()
        assert parameter.help.endswith(".")


def test_the_keyword_is_the_name_in_python():
    """Dashes are for the command line."""
    assert declared.size("queue-size", 10, "Size.").keyword == "queue_size"


def test_whole_seconds_are_still_a_float():
    """The kind of an option is that of its default: seconds are never a whole number."""
    assert repr(declared.seconds("sleep", 2, "Pause.").default) == "2.0"


def test_only_a_flag_may_hang():
    """No demo has a time-out of its own, but with the flag that may hang."""
    for demo in OPTIONS:
        module = importlib.import_module(f"{demos.__name__}.{demo.replace('-', '_')}")
        for parameter in module.OPTIONS:
            assert parameter.timeout == (10 if parameter.name == "naive" else None)
