"""threaddemo: the classic threading demos, run for real, replayed and explored."""

__version__ = "1.0.0"
