"""A driver, not a test: run threaddemo with a fault in it.

    python faulty.py TARGET CALL ERROR FILE [THREADDEMO'S ARGUMENTS]

The CALL-th call of TARGET from a thread of the demo raises ERROR; all later calls as well, if CALL
ends in "+". If CALL is "worker's" it is the first call from another thread than Main. TARGET is
"module:name" or "module:Class.method", ERROR the name of a built-in exception. FILE gets the name
of each thread that met the fault, in a line of its own.
"""

import builtins
import importlib
import itertools
import sys
import threading

from threaddemo.program import Program

TEXT = "injected\nfault"


def arm(target, call, error, file):
    """See that the target fails, in every copy of a demo that is loaded from now on."""
    module, _, path = target.partition(":")
    calls = itertools.count(1)
    strangers = [threading.main_thread().name, *(["Main"] if call == "worker's" else [])]
    from_then_on, turn = call.endswith("+"), int(call.rstrip("+").replace("worker's", "1"))

    def check():
        if threading.current_thread().name not in strangers:
            number = next(calls)
            if number == turn or (from_then_on and number > turn):
                with open(file, "a", encoding="utf-8") as note:
                    note.write(f"{threading.current_thread().name}\n")
                raise error(TEXT)

    if not module.startswith("threaddemo.demos."):
        put_before(importlib.import_module(module), path, check)
        return
    load = Program.load

    def spoilt(*args, **settings):
        loaded = load(*args, **settings)
        put_before(loaded, path, check)
        return loaded

    Program.load = spoilt


def put_before(place, path, check):
    """Put a function in the target's place that checks first."""
    *parents, name = path.split(".")
    for parent in parents:
        place = getattr(place, parent)
    original = getattr(place, name)

    def faulty(*args, **settings):
        check()
        return original(*args, **settings)

    setattr(place, name, faulty)


if __name__ == "__main__":
    target, call, error, file, *sys.argv[1:] = sys.argv[1:]

    import threaddemo.__main__ as process

    arm(target, call, getattr(builtins, error), file)
    process.main()
