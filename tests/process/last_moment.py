"""A driver, not a test: threaddemo that gets SIGINT at the very end of a demo's last run.

python last_moment.py RUN [THREADDEMO'S ARGUMENTS]
"""

import os
import signal
import sys
from typing import Any

import threaddemo.__main__ as process
from threaddemo.demos import single

if __name__ == "__main__":
    last = int(sys.argv.pop(1))
    runs: list[int] = []
    original = single.run

    def run(**params: Any) -> Any:
        """As the demo does; then, if this is the run, the signal."""
        observe = original(**params)
        runs.append(1)
        if len(runs) == last:
            os.kill(os.getpid(), signal.SIGINT)
        return observe

    single.run = run
    process.main()
