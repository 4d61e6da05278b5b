"""A driver, not a test: threaddemo that gets SIGINT at the very end of a demo's last run.

python last_moment.py RUN [THREADDEMO'S ARGUMENTS]
"""

import os
import signal
import sys

import threaddemo.__main__ as process
from threaddemo.program import Program

if __name__ == "__main__":
    last = int(sys.argv.pop(1))
    runs = []
    load = Program.load

    def changed(*args, **settings):
        """The demo; after its code, if this is the run, the signal."""
        module = load(*args, **settings)
        original = module.run

        def run(**params):
            observe = original(**params)
            runs.append(1)
            if len(runs) == last:
                os.kill(os.getpid(), signal.SIGINT)
            return observe

        module.run = run
        return module

    Program.load = changed
    process.main()
