"""A driver, not a test: threaddemo whose series have an hour to show their table after a signal.

python impatient.py [THREADDEMO'S ARGUMENTS]
"""

import threaddemo.__main__ as process
from threaddemo import signals

if __name__ == "__main__":
    signals.LAST_WORD = 3600
    process.main()
