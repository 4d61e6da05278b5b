"""The options that the demos declare: names, defaults and ranges."""

import inspect

import lessons

from threaddemo import demo as declared

COUNTS = {"threads", "workers", "producers", "consumers", "limit"}


def test_the_options_are_the_arguments_of_run(module):
    """Every option reaches the demo, and nothing else does."""
    keywords = [parameter.keyword for parameter in module.OPTIONS]
    assert keywords == list(inspect.signature(module.run).parameters)


def test_the_ranges_are_the_contracts(module):
    """Threads are at most 10,000, seconds are at most a day, messages at most a million."""
    most = {"flag": 0, "seconds": 86_400, "count": 10_000, "size": 1_000_000}
    for option in module.OPTIONS:
        assert 0 <= option.minimum <= option.maximum <= most[lessons.kind(option)]
        if option.name.endswith("sleep"):
            assert (option.minimum, option.maximum) == (0, 86_400)
        elif option.name in COUNTS:
            assert option.maximum == 10_000
        assert option.default is None or option.minimum <= option.default <= option.maximum


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


def test_only_a_flag_decides_whether_a_run_may_hang(module):
    """So only a flag has a time-out."""
    for option in module.OPTIONS:
        assert option.timeout is None or (option.default is False and option.timeout > 0)
