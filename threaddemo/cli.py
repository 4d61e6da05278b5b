"""The command line: a group with one command for each module in ``threaddemo.demos``."""

import functools
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from threaddemo import __version__, demos, hints, options
from threaddemo.demo import real_only
from threaddemo.ends import told
from threaddemo.output import streams

PROGRAM = "threaddemo"
FOLDER = os.path.dirname(demos.__file__)
CLASSIC = 10  #: lessons up to this number are the tutorial's; those above it are listed apart
WIDEST = 44  #: columns of a command in the help, before what it does
REGISTERS = "compdef %(complete_func)s %(prog_name)s"  #: in Click's script for zsh
#: Without compinit a zsh has no compdef. No "return" here: it would leave the user's whole file.
REGISTERS_IF_IT_CAN = f"""if (( $+functions[compdef] )); then
        {REGISTERS}
    else
        print -u2 '%(prog_name)s: completion needs this first: autoload -Uz compinit && compinit'
    fi"""
FIRST_STEPS = (
    ("threaddemo race", "Run it: one of two updates is lost."),
    ("threaddemo fixrace --debug", "With a lock none is; --debug tells of it."),
    ("threaddemo race --source", "Read the program that was run."),
    ("threaddemo race --timeline", "Look at a picture of the run."),
    ("threaddemo race --seed 1", "Replay a run: the same number, the same run."),
    ("threaddemo race --explore", "Try every order in which they can take turns."),
)

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
    return _number(first_line), name


def _number(first_line: str) -> float:
    """A lesson's number; those without one come last."""
    number = first_line.partition(".")[0]
    return float(number) if number.isdecimal() else float("inf")


class Unforeseen(Exception):
    """An error that is nobody's to mend but ours; it is the cause of this one."""


class CannotLoad(click.ClickException):
    """A demo's file is no demo; what is wrong with it is its author's to mend."""

    exit_code = 3

    def __init__(self, name: str, error: BaseException) -> None:
        super().__init__(f"{name} can't be loaded: {told(error)}")


def module(name: str) -> Any:
    """The module of a demo's command.

    Raises:
        CannotLoad: its file is no demo.
    """
    import importlib

    try:
        found = importlib.import_module(f"{demos.__name__}.{name.replace('-', '_')}")
        if sys.flags.optimize > 1:  # -OO leaves docstrings out
            from threaddemo import docstrings

            docstrings.restore(found)
    except (Exception, SystemExit) as error:
        raise CannotLoad(name, error) from error
    return found


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
        except click.NoSuchOption as error:
            raise options.unknown(ctx, error.option_name) from None
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

        for line in hints.idle(options.variables(self.params), _variables_of_others):
            streams.complain(f"{ctx.command_path}: warning: {line}")
        try:
            return session.run(ctx.obj, self.demo)
        except ScheduleMisfit as misfit:
            parameter = options.named(ctx, "schedule")
            raise click.BadParameter(f"{misfit}.", ctx, parameter) from None
        except OSError as error:  # or it would be taken for one of Click's own output
            raise Unforeseen from error

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The demo's own options first, apart from those that every demo has."""
        _section(formatter, "Options of this demo", ctx, self.own)
        for group in options.GROUPS:
            own: list[click.Option] = [option for option in self.common if option.group == group]
            if group == options.SEE and (help_option := self.get_help_option(ctx)):
                own.append(help_option)
            _section(formatter, group, ctx, own)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What can be expected of the result, and examples."""
        outcome = self.demo.Outcome
        with formatter.section("Promise (--check)"):
            formatter.write_text(outcome.ok.__doc__ or "")
        with formatter.section("Facts (--expect)"):
            formatter.write_text(", ".join(outcome._fields))
        path = ctx.command_path
        replay = [] if real_only(self.demo) else [(f"{path} --seed 1", "Replay it.")]
        examples = [
            (f"{path} --timeline", "Look at it."),
            *replay,
            (f"{path} --check --quiet", "Hold it to its promise."),
        ]
        with formatter.section("Examples"):
            formatter.write_dl(examples, col_max=WIDEST)
            formatter.write_text(self.demo.EXAMPLE)


def _section(
    formatter: click.HelpFormatter, title: str, ctx: click.Context, group: list[Any]
) -> None:
    """Some options under a title of their own."""
    records = [option.get_help_record(ctx) for option in group]
    if not records:
        return
    with formatter.section(title):
        formatter.write_dl([record for record in records if record])


def _variables_of_others(name: str) -> set[str]:
    """The variables of the demos that one may be for, by its beginning."""
    found: set[str] = set()
    for lesson in lessons():
        if name.startswith(f"{hints.PREFIX}{lesson}_".replace("-", "_").upper()):
            try:
                found.update(options.variables(load(lesson).own))
            except CannotLoad:  # whose variable it is can't be told, nor is it this run's business
                found.add(name)
    return found


def load(name: str) -> DemoCommand:
    """The command of a demo.

    Raises:
        CannotLoad: its file is no demo.
    """
    try:
        return DemoCommand(name, module(name))
    except AttributeError as error:  # it has no OPTIONS
        raise CannotLoad(name, error) from error


class RunCommand(DemoCommand):
    """The command that runs a file: a script, or a demo whose options it then has, too."""

    def __init__(self, name: str = RUN) -> None:
        self.demo: Any = None
        self.own = []
        self.common = [*options.for_every_demo(), options.letting()]
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
            return super().parse_args(ctx, args)
        rest = click.Command.parse_args(self, ctx, args)  # the help, or what else is wrong
        if problem is not None:
            raise click.BadParameter(str(problem), ctx, options.named(ctx, "file"))
        return rest

    def _read(self, ctx: click.Context, words: list[str]) -> None:
        """Read the file, if one is named.

        Raises:
            Unreadable: it is no Python.
            CannotLoad: it is in the form of a demo, but is none.
        """
        from threaddemo.script import Script

        file, args = options.positional(ctx, words)
        if file is None:
            return
        self.demo = script = Script(file, args)
        self.name = script.__name__
        if script.is_demo:
            try:
                self.demo = script.load()
            except (Exception, SystemExit) as error:
                raise CannotLoad(file, error) from error
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
        if cmd_name == RUN:
            return RunCommand()
        return load(cmd_name) if cmd_name in lessons() else super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As Click does; an option before the command is told its place."""
        words = list(args)  # Click empties the list
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            flag = error.option_name
            command = next((word for word in words if word in self.list_commands(ctx)), None)
            known = options.flags(self._params(ctx, command))
            if not any(name.startswith(flag) for name in known):
                raise options.unknown(ctx, flag) from None
            line = hints.moved(PROGRAM, command or "DEMO", words)
            ctx.fail(f"The option {flag} comes after the command: {line}")

    def _params(self, ctx: click.Context, name: str | None) -> Sequence[click.Parameter]:
        """What a command has, or else what every demo has."""
        command = self.get_command(ctx, name) if name else None
        return command.params if command else options.for_every_demo()

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As Click does; a mistyped command gets a suggestion."""
        known = self.list_commands(ctx)
        if args and not ctx.resilient_parsing and args[0] not in known:
            word, *rest = args
            if f"--{word}" in options.flags([*self.get_params(ctx)]):
                command = [name for name in rest[:1] if name in known]
                hint = f" Try: {' '.join([PROGRAM, *command, f'--{word}'])}"
            else:
                hint = hints.meant(hints.near(word, known)) or f" Choose from {', '.join(known)}."
            ctx.fail(f"No such command '{word}'.{hint}")
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it is, and what to run first."""
        super().format_help_text(ctx, formatter)
        with formatter.section("Run this first, then look closer"):
            formatter.write_dl(FIRST_STEPS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lists of demos, from the first lines of their files, with their texts in line."""
        width = max(map(len, lessons()))
        rows = [(name.ljust(width), line) for name, line in lessons().items()]
        for title, group in (
            ("The classic demos", [row for row in rows if _number(row[1]) <= CLASSIC]),
            ("More lessons", [row for row in rows if _number(row[1]) > CLASSIC]),
        ):
            if group:
                with formatter.section(title):
                    formatter.write_dl(group)
        others = {RUN: RUN_LINE}
        others |= {name: one.get_short_help_str(80) for name, one in self.commands.items()}
        with formatter.section("Other commands"):
            formatter.write_dl([(name.ljust(width), line) for name, line in others.items()])

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
            if os.environ.get(hints.COMPLETE):
                return self._complete(*args, **extra)
            return super().main(*args, **extra) or 0
        except click.exceptions.NoArgsIsHelpError as error:
            streams.write("stderr", f"{error.format_message()}\n")
            return error.exit_code
        except click.ClickException as error:
            ctx = getattr(error, "ctx", None)
            path = ctx.command_path if ctx else PROGRAM
            streams.complain(f"{path}: error: {error.format_message()}")
            return error.exit_code
        except click.Abort:
            return 130

    def _complete(self, *args: Any, **extra: Any) -> int:
        """Answer a shell; whatever is wrong with the line, its prompt stays as it is.

        Raises:
            click.UsageError: it is no shell that asks.
        """
        if problem := hints.completion(os.environ):
            raise click.UsageError(problem)
        _check_for_compinit()
        try:
            return super().main(*args, **extra) or 0
        except click.ClickException:
            return 1


def _check_for_compinit() -> None:
    """Let the script for zsh say what it needs, where Click's fails with "compdef not found"."""
    from click.shell_completion import ZshComplete, add_completion_class

    class Checked(ZshComplete):
        source_template = ZshComplete.source_template.replace(REGISTERS, REGISTERS_IF_IT_CAN)

    add_completion_class(Checked)


def _listed(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    """The names of the demos, a line each."""
    if value and not ctx.resilient_parsing:
        streams.write("stdout", "".join(f"{name}\n" for name in lessons()))
        ctx.exit()


@click.command(
    cls=Demos,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=f"""See what threads do: classic demos and more lessons, each with its log and its result.

    The log goes to stderr, the result to stdout. Every demo has a help of its own:
    {PROGRAM} race --help.
    """,  # no docstring: -OO leaves those out
)
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_listed,
    help="List the demos, a line each, and exit.",
)
def cli() -> None:
    """See ``help``."""


@cli.command(
    help="""Run every demo for real, from a seed and explored, held to what it must show.

    Each run is bounded, and gets a line; exit 1 if one falls short. For CI.
    """
)
@click.argument("demo", nargs=-1, type=click.Choice(list(lessons())), metavar="[DEMO]...")
@click.option("--junit", metavar="FILE", help="Write the verdicts as JUnit's XML, too.")
def smoke(demo: tuple[str, ...], junit: str | None) -> int:
    """See ``help``."""
    from threaddemo import smoke

    planned = smoke.checks({name: module(name) for name in demo or lessons()})
    return 0 if smoke.run(planned, junit) else 1
