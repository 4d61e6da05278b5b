"""The soak is collected only when it is asked for: ``pytest tests/soak -s``."""

from pathlib import Path

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path, config):
    """Leave everything here out, unless a path on the command line leads into it."""
    named = [config.invocation_params.dir / word.split("::")[0] for word in config.args]
    wanted = any(path.resolve().is_relative_to(HERE) for path in named)
    return None if wanted or not collection_path.is_relative_to(HERE) else True
