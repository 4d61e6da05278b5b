"""An instrumented program means what it meant; whether anybody hears it or not."""

import ast
import builtins
import importlib
import inspect
import io
import re
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from threaddemo.program import Program
from threaddemo.simulation.footprints import Recorder
from threaddemo.simulation.hearing import Hearing
from threaddemo.simulation.instrument import instrument
from threaddemo.simulation.points import Points
from threaddemo.simulation.scheduler import Task
from threaddemo.simulation.scopes import settled

HERE = Path(__file__).parent
TRICKY = HERE / "tricky.py"


class Everywhere:
    """The sites of a program that may be interrupted at each access."""

    def __contains__(self, site):
        return True


def hearing(heard):
    """Helpers of which somebody hears, maybe at points of shared memory, or nobody."""
    recorder = Recorder(lambda: 0) if heard else None
    scheduler = SimpleNamespace(recorder=recorder, namer=recorder, mentioned=set(), points=None)
    scheduler.strategy = SimpleNamespace(recorder=recorder)
    scheduler.go_round = scheduler.announce = lambda *_: None
    scheduler.current = Task(SimpleNamespace(name="Main"))
    if heard == "at points":
        scheduler.points = Points(scheduler, Everywhere())
        scheduler.points.attention.count = lambda _: False  # also of long loops all is heard
    return Hearing(scheduler), recorder


def printed(source, file, helpers=None):
    """All that a program prints, and the traceback of the error that it ends with."""
    tree = source if helpers is None else instrument(source, "__main__", file)
    module = ModuleType("__main__")
    module.__dict__["__builtins__"] = {**vars(builtins), **(helpers or {})}
    module.__file__ = file
    out = io.StringIO()
    with redirect_stdout(out):
        try:
            exec(compile(tree, file, "exec", dont_inherit=True), module.__dict__)
        except BaseException as error:
            shown = traceback.format_exception(error.with_traceback(error.__traceback__.tb_next))
            out.write("".join(shown))
    return re.sub("0x[0-9a-f]+", "0x", out.getvalue())


@pytest.mark.parametrize("heard", [False, True, "at points"])
def test_a_program_full_of_syntax_prints_the_same(heard):
    """Every construct, its order of evaluation, and tracebacks with their lines and carets."""
    file, source = str(TRICKY), TRICKY.read_text(encoding="utf-8")
    helpers = hearing(heard)[0].helpers
    assert printed(source, file, helpers) == printed(source, file)


ERRORS = {
    "attribute": "None.a",
    "call": "len(\n    5)",
    "item": "{}['k']",
    "slice": "[1, 2][1:'a']",
    "store": "x = ()\nx[0] = 1",
    "delete": "d = {}\ndel d['k']",
    "augmented item": "d = {}\nd['k'] += 1",
    "augmented attribute": "x = 1\nx.a += 1",
    "augmented name": "x = 1\nx += 'a'",
    "operator": "a, b = 1, 'b'\nprint(a + b)",
    "comparison": "print(1 < 'a' + '')",
    "containment": "a = 5\n3 in a",
    "name": "def f():\n    return unknown\nf()",
    "unbound": "def f():\n    x += 1\n    x = 1\nf()",
    "unpack": "a, b = [1, 2, 3]",
    "unpack few": "a, *b, c = {1}",
    "loop": "d = {1: 1}\nfor k in d:\n    d[k + 1] = 1",
    "argument": "def f(a): pass\nf(*[1], **{'b': 2})",
    "raised within": "def f():\n    raise ValueError('x')\nmax([1, 2], key=lambda v: f())",
    "chained": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "with": "with open('/nowhere/at/all') as f:\n    pass",
    "assert": "x = [1]\nassert not x, f'{x}'",
    "class body": "class A:\n    x = 1\n    y = x.z",
    "decorator": "@(lambda f: f.nothing)\ndef g():\n    pass",
    "exit": "import sys\nsys.exit(3)",
    "generator": "def g():\n    yield 1\n    1 / 0\nprint(sum(g()))",
    "lambda": "(lambda: [][0])()",
    "f-string": "x = object()\nf'{x:5}'",
    "match": "match [1, {'a': 2}]:\n    case [x, {'a': y}] if y / 0:\n        pass",
}


@pytest.mark.parametrize("heard", [False, True, "at points"])
@pytest.mark.parametrize("source", ERRORS.values(), ids=ERRORS)
def test_an_error_has_the_traceback_it_had(source, heard, tmp_path):
    """The same frames, lines, carets and message: none of the tool's own is to be seen."""
    file = tmp_path / "program.py"
    file.write_text(source, encoding="utf-8")
    plain = printed(source, str(file))
    assert "Error" in plain or "SystemExit" in plain
    assert printed(source, str(file), hearing(heard)[0].helpers) == plain


def use_textwrap(module):
    text = "The quick brown fox, which is not that quick, jumps over a lazy dog. " * 5
    return module.wrap(text, 30), module.dedent("  a\n   b\n"), module.shorten(text, 40)


def use_heapq(module):
    rows = list(module.merge([3, 6, 9], [1, 2, 8], key=lambda v: v))
    return rows, module.nsmallest(3, [5, 1, 4, 2]), module.nlargest(2, "hello", key=ord)


def use_difflib(module):
    one, two = ["one", "two", "three", "four"], ["one", "too", "three", "and", "four"]
    matcher = module.SequenceMatcher(None, "abcd", "bcde")
    return list(module.ndiff(one, two)), list(module.unified_diff(one, two)), matcher.ratio()


def use_argparse(module):
    parser = module.ArgumentParser("prog", description="It does.")
    parser.add_argument("--size", type=int, default=3, help="how many")
    parser.add_argument("names", nargs="*")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("-v", action="store_true")
    return parser.format_help(), vars(parser.parse_args(["--size", "4", "-v", "a", "b"]))


def use_tokenize(module):
    text = TRICKY.read_bytes()
    return [token[:2] for token in module.tokenize(io.BytesIO(text).readline)]


def use_ast(module):
    text = TRICKY.read_text(encoding="utf-8")
    return module.unparse(ast.parse(text)), module.literal_eval("[1, {'a': (2, None)}]")


def use_dataclasses(module):
    @module.dataclass(order=True)
    class Point:
        x: int
        y: list = module.field(default_factory=list, compare=False)

    points = [Point(2), Point(1, [3])]
    return repr(sorted(points)), module.asdict(points[1]), module.replace(points[0], x=9).x


def use_json(module):
    scan = module.JSONDecoder()
    return scan.decode('{"a": [1, 2.5, null, "x\\u00e9"], "b": {"c": true}}'), str(scan)[:5]


def use_enum(module):
    class Color(module.Enum):
        RED = 1
        BLUE = 2

    class Flags(module.IntFlag):
        A = 1
        B = 2

    return str(Color.RED), [color.name for color in Color], int(Flags.A | Flags.B), Color(2).name


def use_configparser(module):
    parser = module.ConfigParser()
    parser.read_string("[a]\nx = 1\ny = %(x)s2\n[b]\nz: no\n")
    return {name: dict(parser[name]) for name in parser}, parser.getboolean("b", "z")


def use_pprint(module):
    return module.pformat({"a": list(range(30)), "b": {"c": ["d" * 30] * 4}}, width=50)


def use_statistics(module):
    return module.mean([1, 2, 4]), module.median([3, 1, 2]), module.mode("aab")


def use_string(module):
    formatter = module.Formatter()
    return module.Template("$a ${b}").substitute(a=1, b=2), formatter.format(
        "{0!r:>5} {x.real}", "q", x=1
    )


def use_shlex(module):
    return module.split('a \'b c\' "d\\"e" f\\ g # no', comments=True), module.join(["a b", "c"])


def use_collections(module):
    counter = module.Counter("abracadabra")
    point = module.namedtuple("Point", "x y")(1, y=2)
    chain = module.ChainMap({"a": 1}, {"b": 2})
    user = module.UserList([3, 1])
    user.sort()
    return counter.most_common(2), point, sorted(chain.items()), list(user), str(counter - counter)


def use_html(module):
    class Collect(module.HTMLParser):
        def __init__(self):
            super().__init__()
            self.seen = []

        def handle_starttag(self, tag, attrs):
            self.seen.append((tag, attrs))

        def handle_data(self, data):
            self.seen.append(data)

    parser = Collect()
    parser.feed("<p class=x>one &amp; <b>two</b><!-- no --></p>")
    return parser.seen


MODULES = {
    "textwrap": use_textwrap,
    "heapq": use_heapq,
    "difflib": use_difflib,
    "argparse": use_argparse,
    "tokenize": use_tokenize,
    "ast": use_ast,
    "dataclasses": use_dataclasses,
    "json.decoder": use_json,
    "enum": use_enum,
    "configparser": use_configparser,
    "pprint": use_pprint,
    "statistics": use_statistics,
    "string": use_string,
    "shlex": use_shlex,
    "collections": use_collections,
    "html.parser": use_html,
}


@pytest.mark.parametrize("heard", [False, True, "at points"])
@pytest.mark.parametrize("name", MODULES)
def test_modules_of_the_standard_library_do_the_same(name, heard):
    """Large programs that others have written, instrumented from their first line on."""
    helpers, recorder = hearing(heard)
    source = inspect.getsource(importlib.import_module(name))
    top = name.replace(".", "_")
    module = Program.of(source, top, instrument).load({}, None, helpers.helpers)
    plain = Program.of(source, top).load({}, None)
    assert MODULES[name](module) == MODULES[name](plain)
    assert not heard or recorder.step.reads


@pytest.mark.parametrize("heard", [False, True, "at points"])
def test_what_is_dropped_is_gone(heard):
    """Nothing is kept alive that the program lets go: finalizers and generators end in time."""
    source = (HERE / "dropped.py").read_text(encoding="utf-8")
    plain = printed(source, "dropped.py")
    assert plain.splitlines() == ["closed", "finalized", "freed", "None", "end"]
    assert printed(source, "dropped.py", hearing(heard)[0].helpers) == plain


@pytest.mark.parametrize("heard", [False, True, "at points"])
def test_a_metaclass_is_not_asked_for_what_the_program_does_not_ask_for(heard):
    """As the one of enumerations was until 3.12, which is not ready before its class is whole."""
    source = """
class Asked(type):
    def __getattr__(cls, name):
        raise RuntimeError(name)

class Thing(metaclass=Asked):
    def __init__(self):
        self.parts = []

Thing().parts.append(1)
"""
    assert printed(source, "asked.py", hearing(heard)[0].helpers) == ""


def test_settled_names_are_bound_once_before_anything_is_called():
    """An import and a definition are; what comes after a call may not be there yet."""
    source = "import a, b\nfrom c import d\nb = 1\ndef f(): g()\nX = f()\ndef h(): pass\n"
    assert settled(ast.parse(source)) == {"a", "d", "f"}
    assert settled(ast.parse("from a import *\nimport b")) == set()
    assert settled(ast.parse("import a\ndef f():\n    global a\n    a = 1")) == {"f"}


def test_the_tree_is_the_same_on_every_python():
    """So are points and counts: what is heard is a matter of the text alone."""
    tree = instrument(TRICKY.read_text(encoding="utf-8"), "m", "f")
    helpers = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    helpers = [name for name in helpers if re.fullmatch("_[a-z]+_", name)]
    assert len(helpers) == NUMBER, sys.version


NUMBER = 665
