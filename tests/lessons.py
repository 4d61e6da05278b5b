"""What the demos declare, for the tests that are about all of them: a new demo is in no table."""

import importlib
from pathlib import Path

from threaddemo import cli, demos

FOLDER = Path(demos.__file__).parent
NAMES = tuple(cli.lessons())
#: The tutorial's, in its order.
CLASSIC = (
    *("single", "daemon", "join", "many", "executor", "race", "fixrace"),
    *("prodcons-lock", "prodcons-queue", "semaphore"),
)
FEW = 3  #: messages are enough for a short run


def file(demo):
    """The file of a demo, by its command's name."""
    return FOLDER / f"{demo.replace('-', '_')}.py"


def module(demo):
    """The module of a demo, by its command's name."""
    return importlib.import_module(f"{demos.__name__}.{file(demo).stem}")


def source(demo):
    """The text of a demo."""
    return file(demo).read_text(encoding="utf-8")


def kind(option):
    """What an option of a demo is set to: a flag, seconds, a count (of one at least), or a size."""
    if isinstance(option.default, bool):
        return "flag"
    if isinstance(option.default, float):
        return "seconds"
    return "count" if option.minimum else "size"


def settings(demo, **values):
    """What each option of a demo is set to whose kind has a value here, if it is on by default.

    What is 0 by default stays so: it is the demo's way to leave something out. The flags without
    which a real run may hang are set, too.
    """
    found = {}
    for option in module(demo).OPTIONS:
        if option.default != 0 and kind(option) in values:
            found[option.name] = values[kind(option)]
        elif option.timeout and not getattr(option, "hangs", True):
            found[option.name] = True
    return found


def short(demo, sleep=0.01):
    """What makes a run of a demo short, by the names of its options."""
    return settings(demo, seconds=sleep, size=FEW)


def words(settings):
    """Settings as words of a command line."""
    return [
        f"--{name}" if value is True else f"--{name}={value}" for name, value in settings.items()
    ]


def variable(demo, name):
    """The variable of the environment that sets an option of a demo."""
    return f"THREADDEMO_{demo}_{name}".replace("-", "_").upper()


def abandons(demo):
    """Whether the end of a demo waits for none of its threads."""
    return "daemon=True" in source(demo)


def is_silent(demo):
    """Whether a demo logs nothing."""
    return not hasattr(module(demo), "logging")


def real_only(demo):
    """Whether a demo says that no simulator can show what it shows."""
    return hasattr(module(demo), "REAL_ONLY")
