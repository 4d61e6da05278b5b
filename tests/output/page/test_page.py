"""The files that ``--export FILE.html`` writes, as far as that can be told without a browser."""

import json
import re

import documents
import pytest

from threaddemo.output.page import SCRIPTS, embedded, page, script
from threaddemo.output.page import __name__ as package

HOSTILE = "</script><!--<script>\u2028\u2029{{data}}&lt;\ud800"


def read(text):
    """What is embedded in a page."""
    (found,) = re.findall(r'<script type="application/json" id="run">(.*?)</script>', text, re.S)
    return json.loads(found)


@pytest.fixture
def exported(invoke, tmp_path):
    def export(*words, suffixes=("html",)):
        files = [tmp_path / f"run.{suffix}" for suffix in suffixes]
        result = invoke(*words, "-q", *(f"--export={file}" for file in files))
        return result, [file.read_text("utf-8") for file in files]

    return export


def test_a_page_has_the_events_that_the_document_has(exported, quick, simulated):
    """Whoever reads the page by program finds in it what ``.json`` has."""
    words = [simulated, *quick[simulated], "--seed", "1"]
    _, (shown, plain) = exported(*words, suffixes=("html", "json"))
    assert read(shown) == json.loads(plain)


def test_a_page_needs_nothing_but_itself(exported):
    """No address but the name of SVG; nothing loads, and the browser is told to load nothing."""
    _, (text,) = exported("race", "--seed", "1")
    outside = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"(?:https?:)?//[a-z]|@import|url\((?!#)| src=| href=", outside)
    assert "default-src 'none'" in text


def test_what_was_run_and_how_it_ended_stands_in_the_page_itself(exported):
    """Also for a browser without JavaScript."""
    _, (text,) = exported("race", "--threads", "3", "--seed", "2")
    head = text.partition("<script")[0]
    assert "<title>race: 3 threads took the value from 0 to 1" in head
    assert "<code>threaddemo race --threads 3 --seed 2</code>" in head
    assert 'No update is lost. <b class="broken">not kept</b>' in head
    assert "lost=2" in head


def test_a_real_run_is_not_said_to_be_repeatable(exported):
    _, (text,) = exported("race", "--sleep", "0.01")
    assert "<code>threaddemo race --sleep 0.01</code> runs it again; threads may then" in text


def test_a_deadlock_has_its_page(exported):
    result, (text,) = exported("deadlock", "--seed", "1")
    assert result.exit_code == 1, result.output
    assert "deadlock: Thread 0 waits in" in text
    assert any(event["do"] == "stuck" for event in read(text)["events"])


def test_data_are_no_markup():
    """No name ends the script, begins a comment, or is taken for a part of the template."""
    document = documents.run(HOSTILE, HOSTILE, demo=HOSTILE, summary=HOSTILE)
    text = page(document, HOSTILE, HOSTILE).encode("utf-8", "backslashreplace").decode("utf-8")
    assert read(text) == document
    assert text.count("<script") == 2
    assert text.count("</script>") == 2
    assert "<!--" not in text
    assert embedded({"a": HOSTILE}).isascii()
    assert "&lt;/script&gt;&lt;!--" in text.partition("<script")[0]


def test_the_parts_of_the_script_fit_together():
    """Each imports what there is, from parts that stand before it, and no name is there twice."""
    from importlib.resources import files

    exported, names = {}, []
    for part in SCRIPTS:
        text = files(package).joinpath(f"{part}.js").read_text("utf-8")
        for wanted, other in re.findall(r'^import \{ (.*) \} from "\./(\w+)\.js";$', text, re.M):
            assert set(wanted.split(", ")) <= exported[other], part
        assert text.count("\nimport ") + text.startswith("import ") == len(
            re.findall(r"^import \{ ", text, re.M)
        )
        exported[part] = set(re.findall(r"^export (?:function|class|const) (\w+)", text, re.M))
        names += re.findall(r"^(?:export )?(?:function|class|const|let) (\w+)", text, re.M)
        assert max(map(len, text.splitlines())) <= 100, part
    assert len(names) == len(set(names))
    assert "</script" not in script()
    assert not re.search(r"^(import|export)\b", script(), re.M)


def test_it_is_a_run_or_an_exploration_and_no_series(invoke, tmp_path):
    file = tmp_path / "run.html"
    for others in (["--repeat=2"], ["--vary=threads=1,2"]):
        result = invoke("race", f"--export={file}", *others)
        assert (result.exit_code, file.exists()) == (2, False)


def test_an_exploration_has_outcomes_shares_and_a_tree(exported):
    result, (text,) = exported("race", "--explore")
    assert result.exit_code == 0
    found = read(text)
    assert [(one["count"], one["share"]) for one in found["outcomes"]] == [
        (4, "66.7%"),
        (2, "33.3%"),
    ]
    assert (found["tree"]["schedules"], found["tree"]["complete"]) == (6, True)
    assert "<code>threaddemo race --explore</code> tries every schedule." in text


def test_the_hand_made_exploration_is_like_those_that_are_exported(exported):
    """So what is tested with it holds for them."""
    _, (text,) = exported("race", "--explore")
    real, made = read(text), documents.exploration()
    assert made.keys() <= real.keys()
    assert made["tree"].keys() == real["tree"].keys()
    assert made["tree"]["columns"] == real["tree"]["columns"]
    assert made["tree"]["branches"] == real["tree"]["branches"]
    assert made["outcomes"][0].keys() <= real["outcomes"][0].keys()


def test_the_hand_made_run_is_like_those_that_are_exported(exported):
    _, (text,) = exported("race", "--seed=1", suffixes=("json",))
    real, made = json.loads(text), documents.run()
    assert made.keys() == real.keys()
    assert made["events"][0].keys() == real["events"][0].keys()
    assert made["output"][0].keys() == real["output"][0].keys()
