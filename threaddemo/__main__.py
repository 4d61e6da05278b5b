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

    # Within a run its failures are heard of; what a thread does when its run is over is nobody's.
    threading.excepthook = lambda args: None
    try:
        from threaddemo.cli import cli

        cli.main(prog_name="threaddemo")
    except SystemExit as end:  # the command line leaves with a number, a demo perhaps with a text
        os._exit(end.code if isinstance(end.code, int) else _internal(end))
    except signals.Interrupted as interrupted:
        signals.die(interrupted.signum)
    except BaseException as error:
        os._exit(_internal(error))


def _internal(error: BaseException) -> int:
    """Say in one line what nobody foresaw, and where; with --debug, how it came there as well.

    The value is the exit code.
    """
    import contextlib
    import os
    import sys
    import traceback

    from threaddemo import __version__
    from threaddemo.ends import told
    from threaddemo.output import streams

    error = error.__cause__ or error  # what an error was raised from is what went wrong
    if "--debug" in sys.argv:
        with contextlib.suppress(streams.WriteError):
            streams.write("stderr", "".join(traceback.format_exception(error)))
    frames = traceback.extract_tb(error.__traceback__)
    folder = os.path.dirname(__file__)
    last = ([frame for frame in frames if frame.filename.startswith(folder)] or frames)[-1]
    place = f"{'/'.join(last.filename.split(os.sep)[-2:])}:{last.lineno}"
    versions = f"threaddemo {__version__}, Python {sys.version.split()[0]}"
    streams.complain(
        f"threaddemo: internal error: {told(error)} at {place} ({versions}); "
        "please report it, with this line"
    )
    return 3


if __name__ == "__main__":
    main()
