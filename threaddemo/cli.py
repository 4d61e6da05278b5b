"""The command line: a group with one command for each module in ``threaddemo.demos``."""

import functools
import os
import sys
from typing import Any

import click

from threaddemo import __version__, demos, options
from threaddemo.output import streams

PROGRAM = "threaddemo"
FOLDER = os.path.dirname(demos.__file__)

RUN = "run"
RUN_LINE = "Run a Python script of your own."
RUN_HELP = f"""{RUN_LINE}

FILE is any script, and runs unchanged, ARG... being its arguments; those that begin with a dash
stand after a --, all before it is ours. What it prints and logs goes to stderr. A file in the form
of a demo has its own options, after FILE, and its own facts.
"""


@functools.cache
def lessons() -> dict[str, str]:
    """The commands and their first lines, in the order of their numbers, then of their names.

    The files are read, not imported: the help has no need of what the demos need.
    """
    found = {}
    for file in os.listdir(FOLDER):
        if file.endswith(".py") and not file.startswith("_"):
            with open(os.path.join(FOLDER, file), encoding="utf-8") as lines:
                found[file[:-3].replace("_", "-")] = lines.readline().strip().strip('"')
    return dict(sorted(found.items(), key=_place))


def _place(lesson: tuple[str, str]) -> tuple[float, str]:
    name, first_line = lesson
    number = first_line.partition(".")[0]
    return float(number) if number.isdecimal() else float("inf"), name


def module(name: str) -> Any:
    """The module of a demo's command."""
    import importlib

    return importlib.import_module(f"{demos.__name__}.{name.replace('-', '_')}")


class DemoCommand(click.Command):
    """A demo's command: its module's docstring, its options, and those of every demo."""

    def __init__(self, name: str, demo: Any) -> None:
        self.demo = demo
        self.own = [options.own(name, parameter) for parameter in demo.OPTIONS]
        self.common = options.for_every_demo()
        super().__init__(
            name,
            params=[*self.own, *self.common],
            help=demo.__doc__,
            short_help=lessons().get(name),
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As Click does; then the options are what was asked for."""
        words = list(args)  # Click empties the list
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # not every error of Click's knows its command
            raise
        if not ctx.resilient_parsing:
            ctx.obj = options.settings(ctx, self.demo, words)
        return rest

    def invoke(self, ctx: click.Context) -> int:
        """Run the demo; the value is the exit code."""
        from threaddemo import session
        from threaddemo.ends import ScheduleMisfit

        try:
            return session.run(ctx.obj, self.demo)
        except ScheduleMisfit as misfit:
            parameter = options.named(ctx, "schedule")
            raise click.BadParameter(f"{misfit}.", ctx, parameter) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The demo's own options first, apart from those that every demo has."""
        help_option = [option] if (option := self.get_help_option(ctx)) else []
        for title, group in (
            ("Options of this demo", self.own),
            ("Options of every demo", [*self.common, *help_option]),
        ):
            records = [option.get_help_record(ctx) for option in group]
            if group:
                with formatter.section(title):
                    formatter.write_dl([record for record in records if record])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What can be expected of the result, and an example."""
        outcome = self.demo.Outcome
        with formatter.section("Promise (--check)"):
            formatter.write_text(outcome.ok.__doc__ or "")
        with formatter.section("Facts (--expect)"):
            formatter.write_text(", ".join(outcome._fields))
        with formatter.section("Example"):
            formatter.write_text(self.demo.EXAMPLE)


class CannotLoad(click.UsageError):
    """A file in the form of a demo is none; what is wrong with it is its author's to mend."""

    exit_code = 3


class RunCommand(DemoCommand):
    """The command that runs a file: a script, or a demo whose options it then has, too."""

    def __init__(self, name: str = RUN) -> None:
        self.demo: Any = None
        self.own = []
        self.common = options.for_every_demo()
        params = [*self.common, *options.for_a_file()]
        click.Command.__init__(self, name, params=params, help=RUN_HELP, short_help=RUN_LINE)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As Click does; but which options there are is a matter of the file."""
        from threaddemo.script import Unreadable

        problem = None
        try:
            if not ctx.resilient_parsing:
                self._read(ctx, args)
        except Unreadable as error:
            problem = error
        if self.demo is not None and problem is None:
            try:
                return super().parse_args(ctx, args)
            except click.NoSuchOption as error:
                hint = f"what is the script's own stands after --, as in: -- {error.option_name}"
                ctx.fail(f"{error.format_message().rstrip('.')}; {hint}")
        rest = click.Command.parse_args(self, ctx, args)  # the help, or what else is wrong
        if problem is not None:
            raise click.BadParameter(str(problem), ctx, options.named(ctx, "file"))
        return rest

    def _read(self, ctx: click.Context, words: list[str]) -> None:
        """Read the file, if one is named.

        Raises:
            Unreadable: it is no Python.
            click.UsageError: it is in the form of a demo, but is none.
        """
        from threaddemo.script import NotADemo, Script

        file, args = options.positional(ctx, words)
        if file is None:
            return
        self.demo = script = Script(file, args)
        self.name = script.__name__
        if script.is_demo:
            try:
                self.demo = script.load()
            except NotADemo as error:
                raise CannotLoad(str(error), ctx) from None
            self.name = self.demo.__name__
            self.own = [options.own(self.name, parameter) for parameter in self.demo.OPTIONS]
            self.params = [*self.own, *self.common, *options.for_a_file(takes_arguments=False)]
            self.help = self.demo.__doc__ or self.help

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What every script promises, and its facts; or the demo's."""
        if self.own:
            return super().format_epilog(ctx, formatter)
        from threaddemo.script import Ended

        with formatter.section("Promise (--check)"):
            formatter.write_text(Ended.ok.__doc__ or "")
        with formatter.section("Facts (--expect)"):
            formatter.write_text(f"{', '.join(Ended._fields)}, and the script's global variables")
        with formatter.section("Example"):
            formatter.write_text("threaddemo run mine.py --expect total=6")


class Demos(click.Group):
    """The demos by name, each imported only when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of their lessons; then those that are none."""
        return [*lessons(), RUN, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command from the module of that name, unless it is none of a demo."""
        if cmd_name in lessons():
            return DemoCommand(cmd_name, module(cmd_name))
        if cmd_name == RUN:
            return RunCommand()
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As Click does; a mistyped command gets a suggestion."""
        names = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in names:
            import difflib

            near = difflib.get_close_matches(args[0], names, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else f" Choose from {', '.join(names)}."
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of demos, from the first lines of their files."""
        with formatter.section("Demos"):
            formatter.write_dl(list(lessons().items()))
        with formatter.section("Commands"):
            others = [(name, one.get_short_help_str()) for name, one in self.commands.items()]
            formatter.write_dl([(RUN, RUN_LINE), *others])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """An example."""
        with formatter.section("Example"):
            formatter.write_text("threaddemo fixrace --debug")

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line, and leave by SystemExit; every error is one line on stderr."""
        try:
            sys.exit(self._exit_code(*args, **extra | {"standalone_mode": False}))
        except streams.WriteError as error:
            streams.complain(f"{PROGRAM}: error: {error}")
        except OSError as error:  # Click's own output: help, version, completion
            streams.complain(f"{PROGRAM}: error: stdout: write error: {error.strerror}")
        except MemoryError:
            streams.complain(f"{PROGRAM}: error: out of memory")
        sys.exit(3)

    def _exit_code(self, *args: Any, **extra: Any) -> int:
        if sys.stdout is None:
            raise streams.WriteError("stdout: write error: it is closed")
        try:
            asked = os.environ.get("_THREADDEMO_COMPLETE", "").endswith("_complete")
            if asked and "COMP_WORDS" not in os.environ:
                raise click.UsageError("Completion is asked for by a shell: COMP_WORDS is not set.")
            return super().main(*args, **extra) or 0
        except click.exceptions.NoArgsIsHelpError as error:
            streams.write("stderr", f"{error.format_message()}\n")
            return error.exit_code
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else PROGRAM
            streams.complain(f"{path}: error: {error.format_message()}")
            return error.exit_code
        except click.Abort:
            return 130


def _list(ctx: click.Context) -> None:
    streams.write("stdout", "".join(f"{name}\n" for name in lessons()))
    ctx.exit()


@click.command(cls=Demos, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, param, value: _list(ctx) if value else None,
    help="List the demos, a line each, and exit.",
)
def cli() -> None:
    """See what threads do: ten classic demos, each with its log and its result.

    The log goes to stderr, the result to stdout. Every demo has a help of its own:
    threaddemo race --help.
    """


@cli.command()
@click.argument("demo", nargs=-1, type=click.Choice(list(lessons())), metavar="[DEMO]...")
@click.option("--junit", metavar="FILE", help="Write the verdicts as JUnit's XML, too.")
def smoke(demo: tuple[str, ...], junit: str | None) -> int:
    """Run every demo for real, from a seed and explored, held to what it must show.

    Each run is bounded, and gets a line; exit 1 if one falls short. For CI.
    """
    from threaddemo import smoke

    planned = smoke.checks({name: module(name) for name in demo or lessons()})
    return 0 if smoke.run(planned, junit) else 1
