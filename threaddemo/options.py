"""Every option, once: the ones all demos have, and how a demo's own become Click's.

Click goes in, typed ``Settings`` come out; nothing behind them knows of a command line.
"""

import math
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from threaddemo import hints, promises
from threaddemo.demo import LONGEST_SLEEP, Demo, Parameter, patience, real_only
from threaddemo.settings import Settings

if TYPE_CHECKING:
    from threaddemo.script import Script

T = TypeVar("T")
#: Digits with or without a fraction and an exponent: no underscores, no words such as nan and inf.
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
MOST_RUNS = 1_000_000
MOST_SCHEDULES = 30_000  #: the default of --max-schedules
LARGEST_SEED = 2**32 - 1
CONFLICTS = {
    "schedule": {"seed", "repeat"},
    "explore": {"seed", "schedule", "repeat"},
    "timeline": {"repeat", "explore", "json"},
    "explain": {"repeat", "csv"},
    "vary": {"schedule", "timeline", "explain", "export"},
    "export": {"repeat"},
    "step": {"seed", "schedule", "explore", "repeat", "vary", "timeout", "jsonl"},
}
#: What the options that all demos have are about, in the order of the help.
RUN, SEE, HOLD, FORM = GROUPS = (
    "What to run (options of every demo)",
    "What to see",
    "What to hold it to",
    "The form of the output",
)
#: Options that are settings as they stand.
AS_GIVEN = (
    *("log_format", "color", "check", "repeat", "seed", "schedule", "explore", "step"),
    *("preemptions", "timeline", "explain", "source", "export"),
)
#: What goes with some others only: with at least one of them.
NEEDS = {
    "preemptions": ("explore",),
    "max_schedules": ("explore",),
    "fine": ("seed", "schedule", "explore", "step"),
    "by": ("repeat", "explore"),
    "csv": ("repeat", "explore", "vary"),
}
MOST_ROWS = 1_000  #: combinations of values


class Whole(click.IntRange):
    """A whole number in a range; the error names the range whatever the word was."""

    name = "n"

    @property
    def range(self) -> str:
        """The range in words."""
        return f"from {self.min:,} to {self.max:,}"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """The number that a word is; fails with the range for any other word."""
        if NUMBER.fullmatch(str(value)):
            with suppress(ValueError):  # of a fraction
                number = int(value)
                if self.min <= number <= self.max:  # type: ignore[operator]
                    return number
        self.fail(f"{value!r} is not a whole number {self.range}.", param, ctx)


class Seconds(click.FloatRange):
    """Seconds in a range; not a number and infinity are in none."""

    name = "seconds"

    @property
    def range(self) -> str:
        """The range in words."""
        return f"from {'more than ' * self.min_open}{self.min:,} to {self.max:,}"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """The seconds that a word is; fails with the range for any other word."""
        if NUMBER.fullmatch(str(value)):
            number = float(value) + 0.0  # which makes 0 of -0
            if self.min <= number <= self.max and not (self.min_open and number == self.min):  # type: ignore[operator]
                return number
        self.fail(f"{value!r} is not a number of seconds {self.range}.", param, ctx)


class Option(click.Option):
    """An option whose errors name the environment variable, if that is where the value was.

    Args:
        group: the group of the help that it stands in; None for a demo's own.
    """

    def __init__(self, names: list[str], group: str | None = None, **settings: Any) -> None:
        super().__init__(names, **settings)
        self.group = group

    def get_help_extra(self, ctx: click.Context) -> Any:
        """What the help adds in brackets, with a range in words."""
        extra = super().get_help_extra(ctx)
        if isinstance(self.type, Whole | Seconds):
            extra["range"] = self.type.range
        return extra

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The variable's own text; some Clicks take any text of a flag's variable for yes."""
        return click.Parameter.resolve_envvar_value(self, ctx)

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """What an error calls the option: the name by which the value was given."""
        if ctx and self.name and ctx.get_parameter_source(self.name) is ParameterSource.ENVIRONMENT:
            names = [self.envvar] if isinstance(self.envvar, str) else self.envvar or []
            return " / ".join(f"'{name}'" for name in names if name in os.environ)
        return super().get_error_hint(None)


def own(demo: str, parameter: Parameter) -> Option:
    """The Click option that a demo's declaration asks for."""
    variable = f"{hints.PREFIX}{demo}_{parameter.name}".replace("-", "_").upper()
    settings: dict[str, Any] = {"help": parameter.help, "envvar": variable}
    if isinstance(parameter.default, bool):
        settings["is_flag"] = True
    elif isinstance(parameter.default, float):
        settings["type"] = Seconds(parameter.minimum, parameter.maximum)
    else:
        settings["type"] = Whole(int(parameter.minimum), int(parameter.maximum))
    settings["default"] = parameter.default
    settings["show_default"] = parameter.unset or not isinstance(parameter.default, bool)
    return Option([f"--{parameter.name}"], **settings)


def common(group: str, *names: str, **settings: Any) -> Option:
    """An option that every demo has."""
    longest = max(names, key=len).partition("/")[0]
    variable = hints.PREFIX + longest.lstrip("-").replace("-", "_").upper()
    return Option(list(names), group, envvar=variable, **settings)


def for_every_demo() -> list[Option]:
    """The options that every demo has, in the order of the help."""
    return [*_what_to_run(), *_what_to_see(), *_what_to_hold_it_to(), *_form_of_the_output()]


def _what_to_run() -> list[Option]:
    """Words are explained where they first stand: seed, schedule, preemption."""
    return [
        common(RUN, "--repeat", type=Whole(1, MOST_RUNS), help="Run N times; count the outcomes."),
        common(
            RUN,
            "--vary",
            multiple=True,
            metavar="OPTION=V1,V2,...",
            shell_complete=_varied,
            help="Run once, or one series, for each value: workers=1,2,4..8; may be given several "
            "times, for every combination.",
        ),
        common(
            RUN,
            "--timeout",
            type=Seconds(0, LONGEST_SLEEP, min_open=True),
            help="Give up on a run after so long, say where each thread is, and exit 124.",
        ),
        common(
            RUN,
            "--seed",
            type=Whole(0, LARGEST_SEED),
            help="Run on the simulator, which waits for nothing. The seed is a number from which "
            "it draws who goes next: same seed, same bytes.",
        ),
        common(
            RUN,
            "--schedule",
            metavar="S",
            help="Replay one schedule: who goes next, wherever several threads can. In 1x2.0 the "
            "first thread started goes twice, then Main. The tables of --explore have them.",
        ),
        common(
            RUN,
            "--explore",
            is_flag=True,
            help="Try every schedule on the simulator, and count the outcomes. Of schedules that "
            "differ in nothing that a thread could notice, a kind, one is run and all are counted.",
        ),
        common(
            RUN,
            "--step",
            is_flag=True,
            help="Choose yourself who goes next, wherever several threads can: the questions go to "
            "stderr, the answers come from stdin. No --timeout hurries you.",
        ),
        common(
            RUN,
            "--preemptions",
            type=Whole(0, MOST_RUNS),
            help="Explore only schedules with at most N preemptions: a thread that could go on "
            "is interrupted by another one.",
        ),
        common(
            RUN,
            "--fine/--coarse",
            default=None,
            help="Interrupt simulated threads also where they share a variable and nothing orders "
            "them, and tell such data races; or at locks, queues and the like alone. Fine for run, "
            "coarse for the demos, if nothing is said.",
        ),
        common(
            RUN,
            "--max-schedules",
            type=Whole(1, 10 * MOST_RUNS),
            show_default=f"{MOST_SCHEDULES:,}",
            help="Stop exploring after N kinds of schedules; then N/2 more schedules are drawn at "
            "random.",
        ),
    ]


def letting() -> Option:
    """What lets a script have, on the simulator, what has no twin there."""
    return common(
        RUN,
        "--let",
        multiple=True,
        metavar="NAME",
        help="On the simulator, let the script have the real module (or os.system, open, input): "
        "you say that it starts no thread and waits for none; may be given several times.",
    )


def for_a_file(takes_arguments: bool = True) -> list[click.Argument]:
    """The file that is run, and what it is run with."""
    path = click.Path()  # which a shell completes; whether it can be read is found out later
    file = click.Argument(["file"], type=path, metavar="FILE")
    args = click.Argument(["args"], nargs=-1, type=path, metavar="[ARG]...")
    return [file, args] if takes_arguments else [file]


def positional(ctx: click.Context, words: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """The file and its arguments on a command line, whatever options there are besides."""
    parser = ctx.command.make_parser(ctx)
    parser.ignore_unknown_options = True
    try:
        values, _, _ = parser.parse_args(list(words))
    except click.UsageError:  # which is told when the line is read for good
        return None, ()
    file, args = values.get("file"), values.get("args")
    return file if isinstance(file, str) else None, args if isinstance(args, tuple) else ()


def _what_to_see() -> list[Option]:
    return [
        common(
            SEE,
            "--log-level",
            type=click.Choice(LEVELS, case_sensitive=False),
            metavar="LEVEL",
            default="INFO",
            show_default=True,
            help="Least level of the narrative, the log on stderr: DEBUG, INFO, WARNING, ERROR or "
            "CRITICAL.",
        ),
        common(SEE, "--debug", is_flag=True, help="The same as --log-level DEBUG."),
        common(SEE, "-q", "--quiet", is_flag=True, help="No narrative; errors still show."),
        common(
            SEE,
            "--timeline",
            is_flag=True,
            help="After the run, draw it: a lane for each thread.",
        ),
        common(
            SEE,
            "--explain",
            is_flag=True,
            help="After the run, tell it in words, step by step: who reads and writes what, who "
            "waits for what held by whom, where in the source. With --explore: the first outcome "
            "that is not as it should be.",
        ),
        common(
            SEE,
            "--export",
            multiple=True,
            type=click.Path(),
            metavar="FILE",
            help="Write what the threads did to a file: a picture (.svg), a page to step through "
            "(.html), or its events (.json). With --explore: a page (.html), in which you choose "
            "who goes next. May be given several times.",
        ),
        common(SEE, "--source", is_flag=True, help="Print the demo's source and stop."),
        common(
            SEE,
            "--color",
            type=click.Choice(("auto", "always", "never")),
            default="auto",
            show_default=True,
            help="One colour a thread; auto means on a terminal.",
        ),
    ]


def _what_to_hold_it_to() -> list[Option]:
    """Words are explained where they first stand: promise, fact."""
    return [
        common(
            HOLD,
            "--check",
            is_flag=True,
            help="Exit 1 when the demo breaks its promise: the sentence below, which should be "
            "true of every run.",
        ),
        common(
            HOLD,
            "--expect",
            multiple=True,
            metavar="FACT=VALUE",
            shell_complete=_facts,
            help="Exit 1 when a fact is not as expected: what was observed of the run, by the "
            "names below, or elapsed, or the number of outcomes or of races. lost=0, or in quotes "
            "'peak<=2'; "
            "may be given several times.",
        ),
    ]


def _form_of_the_output() -> list[Option]:
    return [
        common(
            FORM,
            "--format",
            type=click.Choice(("text", "json", "csv")),
            default="text",
            show_default=True,
            help="Form of the result on stdout; csv is for tables.",
        ),
        common(FORM, "--json", is_flag=True, help="The same as --format json."),
        common(
            FORM,
            "--by",
            multiple=True,
            metavar="FACT",
            shell_complete=_facts,
            help="Group a table's outcomes by this fact alone; may be given several times.",
        ),
        common(
            FORM,
            "--log-format",
            type=click.Choice(("text", "jsonl")),
            default="text",
            show_default=True,
            help="Form of the narrative.",
        ),
    ]


def flags(params: Iterable[click.Parameter]) -> list[str]:
    """Every spelling of some options."""
    return [flag for param in params for flag in (*param.opts, *param.secondary_opts)]


def variables(params: Iterable[click.Parameter]) -> dict[str, str]:
    """The environment variables of some options, and the option that each of them sets."""
    return {
        param.envvar: max(param.opts, key=len) for param in params if isinstance(param.envvar, str)
    }


def unknown(ctx: click.Context, flag: str) -> click.UsageError:
    """The error about an option that a command has not."""
    near = hints.near(flag, [*flags(ctx.command.params), *ctx.help_option_names])
    takes_any = any(param.name == "args" for param in ctx.command.params)
    place = " The script's own options stand after --." if takes_any else ""
    return click.UsageError(f"No such option '{flag}'.{hints.meant(near)}{place}", ctx)


def named(ctx: click.Context, name: str) -> click.Parameter:
    """The option of that name, for an error to be about."""
    return next(param for param in ctx.command.params if param.name == name)


def settings(ctx: click.Context, demo: "Demo | Script", words: Sequence[str]) -> Settings:
    """What a demo's command was asked for.

    Args:
        ctx: the command's context, its options read.
        demo: the demo.
        words: what stood on the command line after the command's name.

    Raises:
        click.UsageError: the options do not go together, or ask for a fact that there is not.
    """
    options = ctx.params
    level, form = settled(ctx, words)
    _check_combination(ctx, form)
    params = _params(ctx, demo)
    is_series = bool(options["repeat"] or options["explore"])
    is_table = is_series or bool(options["vary"])
    simulates = options["explore"] or options["step"] or options["schedule"] is not None
    is_real = not simulates and options["seed"] is None
    if not is_real and (reason := real_only(demo)):
        raise click.UsageError(f"{ctx.command.name} runs for real only: {reason}.", ctx)
    for name, why in getattr(demo, "LACKS", {}).items():
        if is_real and options[name]:
            raise click.UsageError(f"{_flag(name)} is not for {ctx.command.name}: {why}.", ctx)
    _read(ctx, "export", _check_exports, options["export"], options["explore"])
    is_file = hasattr(demo, "params") or hasattr(demo, "__program__")  # a script, or a demo in one
    fine = is_file if options["fine"] is None else bool(options["fine"])
    points = "" if fine == is_file else "--fine " if fine else "--coarse "
    races = fine and not is_real
    expect = (promises.expectations, demo.Outcome, options["expect"], is_series, races)
    return Settings(
        command=ctx.info_name or "",
        demo=ctx.command.name or "",
        params=params,
        level=level or ("WARNING" if is_table else "INFO"),
        form=form,
        expected=_read(ctx, "expect", *expect),
        by=_read(ctx, "by", promises.facts, demo.Outcome, options["by"]),
        vary=_read(ctx, "vary", _variations, ctx, demo, options["vary"]),
        timeout=options["timeout"] or (patience(demo.OPTIONS, params) if is_real else None),
        fine=races,
        points=points,
        max_schedules=options["max_schedules"] or MOST_SCHEDULES,
        let=tuple(options.get("let") or ()),
        **{name: options[name] for name in AS_GIVEN},
    )


def _read(ctx: click.Context, name: str, read: Callable[..., T], *args: Any) -> T:
    """What ``read`` makes of an option; its ValueError becomes an error about the option."""
    try:
        return read(*args)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, named(ctx, name)) from None


def _check_exports(files: Sequence[str], explored: bool) -> None:
    """See that there is a form for each file.

    Raises:
        ValueError: there is none, or none for an exploration.
    """
    from threaddemo.output import export  # which a help has no need of

    for file in files:
        if explored and not export.form_of(file).explored:
            raise ValueError(f"{file!r} is for a single run: it and --explore exclude each other.")
        export.form_of(file)


def _variations(
    ctx: click.Context, demo: "Demo | Script", texts: Sequence[str]
) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The values of each option that varies.

    Raises:
        ValueError: it is no option of the demo, or a value is none that it can have.
    """
    if (args := getattr(demo, "args", None)) is not None:
        return _varied_arguments(args, texts)
    found: dict[str, tuple[Any, ...]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        keyword = name.strip().lstrip("-").replace("-", "_")
        parameters = {one.keyword: one for one in demo.OPTIONS}
        if not equals or keyword not in parameters or keyword in found:
            names = ", ".join(one.name for one in demo.OPTIONS)
            once = "only once each" if keyword in found else "one of the options"
            raise ValueError(f"{text} is not OPTION=V1,V2,... with {once} {names}.")
        option = named(ctx, keyword)
        words = [word for part in values.split(",") for word in _spread(part.strip())]
        found[keyword] = tuple(_value(ctx, option, parameters[keyword], word) for word in words)
    return _combined(found)


def _varied_arguments(
    args: Sequence[str], texts: Sequence[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The values of each argument of a script that varies: it is called by its place.

    Raises:
        ValueError: there is no such argument.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        place, equals, values = text.partition("=")
        place = place.strip()
        if not equals or not re.fullmatch("[1-9][0-9]{0,3}", place) or place in found:
            once = "only once each" if place in found else "the place of"
            raise ValueError(f"{text} is not N=V1,V2,... with {once} an argument of the script.")
        if int(place) > len(args) + 1:
            raise ValueError(f"{text}: the script is given {len(args)} arguments.")
        found[place] = tuple(word for part in values.split(",") for word in _spread(part.strip()))
    return _combined(found)


def _combined(found: dict[str, tuple[T, ...]]) -> tuple[tuple[str, tuple[T, ...]], ...]:
    if (rows := math.prod(map(len, found.values()))) > MOST_ROWS:
        raise ValueError(f"{rows:,} combinations of values are too many; from 1 to {MOST_ROWS:,}.")
    return tuple(found.items())


def _spread(part: str) -> Sequence[str]:
    """The numbers of a range such as 1..8; else the word alone."""
    match = re.fullmatch(r"([0-9]{1,9})\.\.([0-9]{1,9})", part)
    if match is None:
        return (part,)
    first, last = int(match[1]), int(match[2])
    if not 0 <= last - first < MOST_ROWS:
        raise ValueError(
            f"{part} is not a range of 1 to {MOST_ROWS:,} numbers, the lower one first."
        )
    return [str(number) for number in range(first, last + 1)]


def _value(ctx: click.Context, option: click.Parameter, parameter: Parameter, word: str) -> Any:
    """What the option makes of a word, as if it had been given alone."""
    if parameter.unset and word == parameter.unset:
        return None
    try:
        return option.type.convert(word, option, ctx)
    except click.BadParameter as error:
        raise ValueError(f"{parameter.name}={word}: {error.message}") from None


def _facts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The facts that a shell can offer."""
    sign = "=" if param.name == "expect" else ""
    demo = getattr(ctx.command, "demo")  # noqa: B009 - Click knows no demo
    facts = demo.Outcome._fields if demo else ("end", "error", "exit", "output")
    return [f"{fact}{sign}" for fact in facts if fact.startswith(incomplete)]


def _varied(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The options that a shell can offer."""
    demo: Demo = getattr(ctx.command, "demo")  # noqa: B009 - as above
    return [f"{one.name}=" for one in demo.OPTIONS if one.name.startswith(incomplete)]


def _params(ctx: click.Context, demo: "Demo | Script") -> dict[str, Any]:
    """The demo's own options; where schedules are explored its smaller defaults count."""
    if (known := getattr(demo, "params", None)) is not None:  # a script's
        return dict(known)
    explored = any(ctx.params[name] for name in ("explore", "schedule", "step"))
    params = {}
    for parameter in demo.OPTIONS:
        name = parameter.keyword
        default = ctx.get_parameter_source(name) is ParameterSource.DEFAULT
        smaller = explored and default and parameter.explored is not None
        params[name] = parameter.explored if smaller else ctx.params[name]
    return params


def settled(ctx: click.Context, words: Sequence[str]) -> tuple[str | None, str]:
    """Of the options that say the same thing the last one: the level, if any, and the form.

    Flags beat the environment, where --debug beats --quiet beats --log-level.
    """
    _, _, order = ctx.command.make_parser(ctx).parse_args(list(words))
    given = [param.name for param in order]

    def last(*names: str) -> str | None:
        environment = ParameterSource.ENVIRONMENT
        flags = [name for name in given if name in names]
        variables = [name for name in names if ctx.get_parameter_source(name) is environment]
        return next((name for name in [*flags[::-1], *variables] if ctx.params[name]), None)

    levels = {"debug": "DEBUG", "quiet": "WARNING", "log_level": ctx.params["log_level"].upper()}
    level = last("debug", "quiet", "log_level")
    is_json = last("json", "format") == "json"
    return levels.get(level or ""), "json" if is_json else ctx.params["format"]


def _check_combination(ctx: click.Context, form: str) -> None:
    """See that the options that were given go together.

    Raises:
        click.UsageError: they do not.
    """
    given = {name for name, value in ctx.params.items() if value not in (None, False, ())}
    if ctx.params["fine"] is False:  # which somebody has asked for
        given.add("fine")
    given = given - {"json"} | {form, ctx.params["log_format"]}  # however it was asked for
    for name in given & CONFLICTS.keys():
        for other in given & CONFLICTS[name]:
            raise click.UsageError(f"{_flag(name)} and {_flag(other)} exclude each other.", ctx)
    for name in sorted(given & NEEDS.keys()):
        if not given.intersection(NEEDS[name]):
            wanted = " or ".join(map(_flag, NEEDS[name]))
            raise click.UsageError(f"{_flag(name)} goes with {wanted} only.", ctx)


def _flag(name: str) -> str:
    special = {
        "csv": "--format csv",
        "jsonl": "--log-format jsonl",
        "fine": "--fine or --coarse",
    }
    return special.get(name) or "--" + name.replace("_", "-")
