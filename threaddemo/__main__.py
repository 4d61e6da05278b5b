"""The process: signals, broken pipes, exit codes; everything else is in the command line."""

# First of all, for Ctrl-C during an import must not print a traceback. The module signal would be
# such an import; what it is built on is there.
import _signal  # type: ignore[import-not-found]

if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

from threaddemo import signals

signals.use_defaults()


def main() -> None:
    """Run the command line, and end the process here, whatever threads are left.

    A daemon thread that prints while the interpreter shuts down can abort it, and a thread that
    hangs would keep it from ending; so it does not shut down.
    """
    import os
    import threading

    from threaddemo.cli import cli

    # Within a run its failures are heard of; what a thread does when its run is over is nobody's.
    threading.excepthook = lambda args: None
    try:
        cli.main(prog_name="threaddemo")
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 0)
    except signals.Interrupted as interrupted:
        signals.die(interrupted.signum)


if __name__ == "__main__":
    main()
