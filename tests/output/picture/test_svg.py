"""The picture as SVG: well formed whatever names are, true, and of a bounded size."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from threaddemo.events.updates import losses
from threaddemo.events.vocabulary import SENTINEL, Lane, Note, Thing
from threaddemo.output.page import part
from threaddemo.output.picture.svg import draw, look
from threaddemo.output.picture.svg.bands import Span, band, shares
from threaddemo.output.picture.svg.scale import Scale

MAIN, ONE, TWO = Lane("Main"), Lane("One"), Lane("Two")
VALUE, LOCK, QUEUE = Thing("variable", "value"), Thing("lock", "a lock"), Thing("queue", "queue")
HOSTILE = "</script></svg>]]>&amp;\"'<b>\x00\x1b[31m\u202e\ud800\ufffe\n--"
SCRIPT = f"""
import threading

lock = threading.Lock()
value = ""


def work():
    global value
    with lock:
        value += {HOSTILE[:8]!r}


threads = [threading.Thread(target=work, name={HOSTILE!r}) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
MOST_BYTES = 400_000


def result(**others):
    """The document of a run."""
    return {
        "demo": "made",
        "summary": "it ended",
        "mode": "simulated",
        "seed": 1,
        "schedule": None,
        "elapsed": 0.0,
        "params": {},
        "facts": {},
        **others,
    }


def notes(*rows):
    """Notes from times, lanes, what they do, and what with."""
    return [Note(time, lane, what, *others) for time, lane, what, *others in rows]


def parsed(text):
    """A picture's elements."""
    return ET.fromstring(text.encode("utf-8"))


def of_class(root, name, tag="*"):
    """The elements that are of a class, those of the legend left out."""
    return [one for one in root.findall(f"{{*}}{tag}") if name in one.get("class", "").split()]


def legend(root):
    """The words of the legend, which stand beside its signs."""
    return [one.text for one in root if one.get("class") == "words"]


def texts(root, name):
    return [one.text for one in of_class(root, name)]


def start(mark):
    """Where a mark or a line begins."""
    if mark.get("cx"):
        return float(mark.get("cx")), float(mark.get("cy"))
    return tuple(map(float, re.findall(r"[-\d.]+", mark.get("d"))[:2]))


@pytest.fixture
def exported(invoke, tmp_path):
    """Run a command, and read the files that it has written."""

    def export(*words, json_too=False):
        """The picture's elements, and the document of the same run."""
        files = [tmp_path / "run.svg", *([tmp_path / "run.json"] if json_too else [])]
        invoke(*words, "-q", *(f"--export={file}" for file in files))
        root = parsed(files[0].read_text("utf-8"))
        return (root, json.loads(files[1].read_text("utf-8"))) if json_too else root

    return export


def lost_update(in_order=True):
    """Two threads read before either writes; a third thing happens in between."""
    made = notes(
        (0.0, ONE, "begin"),
        (0.0, TWO, "begin"),
        (0.1, ONE, "read", VALUE, "0"),
        (0.2, TWO, "read", VALUE, "0"),
        (0.5, TWO, "write", VALUE, "1"),
        (0.9, ONE, "write", VALUE, "2"),
        (1.0, ONE, "end"),
        (1.0, TWO, "end"),
    )
    mode = "simulated" if in_order else "real"
    return parsed(draw(result(mode=mode), made))


def test_every_demo_for_real_is_well_formed(exported, quick, demo):
    """With a title, a description, and nothing that has to be loaded."""
    root = exported(demo, *quick[demo])
    assert root.find("{*}title").text.startswith(f"{demo}: ")
    assert "\n1. " in root.find("{*}desc").text
    assert set(root.get("aria-labelledby").split()) == {
        root.find("{*}title").get("id"),
        root.find("{*}desc").get("id"),
    }
    assert "Main" in texts(root, "name")
    assert not of_class(root, "ready")
    assert not of_class(root, "preempts")


def test_every_simulated_demo(exported, quick, simulated):
    """As many marks as the document has events that are drawn, unless some are folded."""
    root, document = exported(simulated, *quick[simulated], "--seed=1", json_too=True)
    for thread in document["threads"]:
        assert thread["name"] in texts(root, "name")
    drawn = {
        name
        for name in ("running", "ready", "sleeping", "waiting", "stuck", "abandoned")
        if of_class(root, name)
    }
    assert drawn <= {state["state"] for one in document["threads"] for state in one["states"]}
    preempted = [event for event in document["events"] if event["preempts"] is not None]
    assert bool(preempted) == bool(of_class(root, "chevron"))


def test_nothing_has_to_be_loaded(exported):
    """No address but the name of SVG, no script, and references to itself alone."""
    text = ET.tostring(exported("fixrace", "--seed=1"), "unicode")
    assert set(re.findall(r"\w+://[^\s\"']*", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(\w+:)?(script|image|use|foreignObject|a)\b|@import|\shref", text)
    known = set(re.findall(r'\sid="([^"]*)"', text))
    assert set(re.findall(r"url\(#([^)]*)\)", text)) <= known


def test_a_lost_update_is_marked_where_it_is_overwritten():
    """On the lane and at the time of the later write, with a line from the write that is lost."""
    root = lost_update()
    (cross,) = of_class(root, "cross")
    (line,) = of_class(root, "overwrites")
    dots = [start(dot) for dot in of_class(root, "dot")]
    begin, end = start(line), tuple(map(float, re.findall(r"[-\d.]+", line.get("d"))[2:]))
    assert dots == [begin]
    assert start(cross) == end
    assert end[1] < begin[1]  # the lane of the first thread is the upper one
    left, right = (start(of_class(root, "circle")[number])[0] for number in (0, 1))
    second = (right - left) / 0.1
    assert end[0] - left == pytest.approx(0.8 * second, abs=1)
    assert (texts(root, "struck"), texts(root, "lost")) == (["1"], ["2"])
    assert "overwrites what it has not seen: an update is lost" in legend(root)


def test_no_update_is_called_lost_that_may_not_be():
    """In a real run the values have to show it: here what was written differs from what was read.

    And where the second has read what the first has written, there is none.
    """
    assert of_class(lost_update(in_order=False), "cross")
    made = notes(
        (0.1, ONE, "read", VALUE, "0"),
        (0.2, ONE, "write", VALUE, "1"),
        (0.3, TWO, "read", VALUE, "1"),
        (0.4, TWO, "write", VALUE, "2"),
    )
    root = parsed(draw(result(), made))
    assert len(of_class(root, "dot")) == 2
    assert not of_class(root, "cross")
    assert not [words for words in legend(root) if "lost" in words]


@pytest.mark.parametrize("seed", range(4))
def test_the_words_and_the_picture_agree_on_what_is_lost(exported, invoke, seed):
    """It is one judgement."""
    root = exported("race", "--threads=3", f"--seed={seed}")
    told = invoke("race", "--threads=3", f"--seed={seed}", "-q", "--explain").stdout
    assert len(of_class(root, "cross")) == told.count("an update is lost") > 0


def test_what_is_lost_is_not_folded_away(exported):
    """However many threads there are, and however close together they write."""
    root = exported("race", "--threads=60", "--seed=1", "--sleep=1000")
    assert of_class(root, "cross")
    assert of_class(root, "overwrites")


def test_time_is_true():
    """A bar is as long as what it shows lasted, wherever something else happens."""
    made = notes(
        (0.0, ONE, "begin"),
        (0.1, ONE, "sleep", None, "0.3"),
        (0.4, ONE, "wait", LOCK),
        (1.0, ONE, "end"),
    )
    root = parsed(draw(result(), made))
    (running, sleeping, waiting) = (
        of_class(root, name)[0] for name in ("running", "sleeping", "waiting")
    )
    widths = [float(bar.get("width")) for bar in (running, sleeping, waiting)]
    assert [width / sum(widths) for width in widths] == pytest.approx([0.1, 0.3, 0.6], abs=0.001)
    assert float(sleeping.get("x")) == pytest.approx(float(running.get("x")) + widths[0], abs=0.1)


def test_a_wait_says_for_what():
    """By its name where there is room, else by a letter that the legend has."""
    thread = Thing("thread")
    thread.lane = TWO
    made = notes(
        (0.0, ONE, "begin"),
        (0.0, TWO, "begin"),
        (0.1, ONE, "wait", QUEUE, "get"),
        (0.5, ONE, "wait", thread),
        (0.515, ONE, "end"),
        (1.0, TWO, "end"),
    )
    root = parsed(draw(result(), made))
    assert texts(root, "for") == ["queue", "b"]
    assert "waits for queue, Two (b)" in legend(root)


def test_who_holds_a_lock_and_who_waits_for_it_have_one_colour():
    """The one below the lane, the other at its upper edge; and one that is stuck says so."""
    made = notes(
        (0.0, ONE, "begin"),
        (0.0, TWO, "begin"),
        (0.1, ONE, "take", LOCK),
        (0.2, TWO, "wait", LOCK),
        (0.9, ONE, "sleep", None, "9"),
        (1.0, TWO, "stuck", LOCK),
    )
    root = parsed(draw(result(), made))
    held, edge = of_class(root, "lock-0")
    (waiting,), (stuck,) = of_class(root, "waiting"), of_class(root, "stuck")
    assert float(held.get("y")) < float(waiting.get("y"))
    assert (edge.get("x"), edge.get("y")) == (waiting.get("x"), waiting.get("y"))
    assert float(edge.get("width")) == pytest.approx(
        sum(float(one.get("width")) for one in (waiting, stuck)), abs=0.2
    )
    assert texts(root, "for") == ["a lock", "a lock"]
    assert legend(root)[-3:] == [
        "stuck: still waits at the end",
        "holds a lock",
        "waits for a lock",
    ]


def test_a_released_lock_is_held_no_more():
    """Not even by its taker, if it is another that releases it."""
    made = notes(
        (0.0, ONE, "begin"),
        (0.0, TWO, "begin"),
        (0.2, ONE, "take", LOCK),
        (0.6, TWO, "release", LOCK),
        (1.0, ONE, "end"),
    )
    root = parsed(draw(result(), made))
    (held,), (*running,) = of_class(root, "lock-0"), of_class(root, "running")
    whole = float(running[0].get("width"))
    assert float(held.get("width")) == pytest.approx(0.4 * whole, abs=0.2)


def test_a_preemption_is_marked_on_the_lane_of_who_could_have_gone_on(exported):
    """With a line to who went on instead."""
    root, document = exported("fixrace", "--seed=2", json_too=True)
    (event,) = [one for one in document["events"] if one["preempts"] is not None]
    (mark,), (line,) = of_class(root, "chevron"), of_class(root, "preempts")
    lanes = {one.text: float(one.get("y")) - 4 for one in of_class(root, "name")}
    x1, y1, x2, y2 = map(float, re.findall(r"[-\d.]+", line.get("d")))
    assert (x1, x1) == (x2, start(mark)[0])
    assert 0 < y1 - start(mark)[1] < 16  # at its upper edge
    assert y1 == lanes[document["threads"][event["preempts"]]["name"]]
    assert y2 == lanes[document["threads"][event["thread"]]["name"]]
    assert "preempted: it could have gone on" in legend(root)


def test_a_condition_goes_by_the_name_of_its_lock():
    """In the program they are one, and so they are in the words of the run."""
    own, condition = Thing("rlock", "cond"), Thing("condition", "cond")
    made = notes(
        (0.0, ONE, "begin"),
        (0.1, ONE, "take", own),
        (0.2, ONE, "release", own),
        (0.2, ONE, "wait", condition),
        (1.0, ONE, "end"),
    )
    root = parsed(draw(result(), made))
    assert texts(root, "for") == ["cond"]
    assert legend(root)[-2:] == ["waits for cond", "holds cond"]


def test_messages_and_the_sentinel(exported):
    """The row of the queue has its depths; the sentinel is told, and is no message."""
    root, document = exported("prodcons-queue", "--messages=3", "--seed=1", json_too=True)
    depths = {event["depth"] for event in document["events"] if event["depth"] is not None}
    assert "in pipeline" in texts(root, "name")
    assert "sentinel" in texts(root, "value")
    assert SENTINEL not in texts(root, "value")
    row = max(float(one.get("y")) for one in of_class(root, "value"))
    numbers = {int(one.text) for one in of_class(root, "value") if float(one.get("y")) == row}
    assert numbers == depths


def test_a_barrier_is_not_called_an_event(exported):
    """Who sets it lets the others go on."""
    told = legend(exported("barrier", "--seed=1"))
    assert "lets go on who waits at a barrier" in told
    assert "sets an event" not in told


def test_a_real_run_does_not_claim_that_a_thread_runs(exported):
    """Nobody knows who is ready only; on the simulator it is known."""
    words = "runs, or could: a real run does not tell"
    assert words in legend(exported("many", "--sleep=0.05"))
    assert words not in legend(exported("many", "--seed=1"))


def test_the_legend_has_what_occurs_and_nothing_else():
    """One thread that runs."""
    assert legend(parsed(draw(result(), notes((0.0, ONE, "begin"), (1.0, ONE, "end"))))) == ["runs"]


def test_what_is_too_short_is_folded_and_that_is_said():
    """A column has the shares of what was in it, and a mark says of how many it is."""
    made = notes((0.0, ONE, "begin"))
    for step in range(4_000):
        what = ("sleep", None, "0") if step % 4 else ("run",)
        made += notes((step * 0.001, ONE, *what), (step * 0.001, ONE, "put", QUEUE, "x", None, 1))
    root = parsed(draw(result(), [*made, Note(4.0, ONE, "end")]))
    said = next(words for words in legend(root) if words.startswith("("))
    assert "folded by time" in said
    assert "one mark, with how many" in said
    (path,) = of_class(root, "running", "path")
    boxes = re.findall(r"h([\d.]+)v(\d+)", path.get("d"))
    wide = sum(float(width) for width, _ in boxes)
    mean = sum(float(width) * int(height) for width, height in boxes) / wide
    assert mean == pytest.approx(16 / 4, rel=0.02)  # a fourth of the time, a fourth of the height
    counts = [int(one.text[1:].replace(",", "")) for one in of_class(root, "value", "text")[:-1]]
    assert 3_800 < sum(counts) <= 4_000


def test_nothing_is_called_folded_that_is_not():
    """A remark that is always there is none."""
    assert not [words for words in legend(lost_update()) if words.startswith("(")]


def test_what_was_not_kept_is_a_gap():
    """And not the state from before it, drawn on."""
    made = notes((0.0, ONE, "begin"), (0.2, ONE, "sleep", None, "1"))
    made += [Note(0.8, ONE, "run", was_before=True), Note(1.0, ONE, "end")]
    root = parsed(draw(result(), made, left_out=1_234))
    (gap,), (sleeping,) = of_class(root, "seam"), of_class(root, "sleeping")
    assert (gap.get("x"), gap.get("width")) == (sleeping.get("x"), sleeping.get("width"))
    assert list(root).index(gap) > list(root).index(sleeping)
    assert "1,234 events in the middle were not kept" in legend(root)[-1]


def test_names_that_are_markup(exported, tmp_path):
    """They are text, in one line; what XML has no sign for stands as Python would write it."""
    (tmp_path / "hostile & <odd>.py").write_text(SCRIPT, "utf-8", "surrogatepass")
    (tmp_path / "hostile & <odd>.py").write_bytes(SCRIPT.encode("utf-8", "backslashreplace"))
    root = exported("run", str(tmp_path / "hostile & <odd>.py"), "--seed=3")
    (name, _) = (text for text in texts(root, "name") if text.startswith("</script"))
    assert name == "</script></svg>]]>&am…"
    described = root.find("{*}desc").text
    assert "</script></svg>]]>&amp;\"'<b>\\x00\\x1b[31m\\u202e\\ud800\\ufffe --" in described
    assert root.find("{*}title").text == "hostile & <odd>.py: finished"


@pytest.mark.parametrize("threads", [1, 20, 500])
def test_the_size_is_bounded(exported, tmp_path, threads):
    """Twenty threads and thousands of events are a file that a page can show."""
    words = [f"--threads={threads}", "--seed=1"]
    for demo in ("race", "semaphore"):
        exported(demo, *words)
        assert (tmp_path / "run.svg").stat().st_size < MOST_BYTES
    many = [f"--{who}={min(threads, 20)}" for who in ("producers", "consumers")]
    exported("prodcons-queue", "--messages=60", *many, "--seed=1")
    assert (tmp_path / "run.svg").stat().st_size < MOST_BYTES


def test_more_threads_than_lanes_share_the_last(exported):
    """It says how many they are."""
    names = texts(exported("many", "--threads=100", "--seed=1"), "name")
    assert (len(names), names[-1]) == (40, "62 more")


def test_the_same_seed_is_the_same_picture(run_process, tmp_path):
    """Byte for byte, in processes of their own."""
    for name in ("a.svg", "b.svg"):
        run_process("semaphore", "--seed", "3", "-q", "--export", name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_picture_is_of_one_run(invoke):
    """Of an exploration there is a page alone."""
    found = invoke("race", "--explore", "--export=run.svg")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "'run.svg' is for a single run" in found.stderr


def test_patterns_and_signs_are_those_of_the_page():
    """What the page's script has is not said twice in different ways."""
    script = part("signs.js")
    for name, (size, inside) in look.PATTERNS.items():
        (told,) = re.findall(rf'pattern\("p-{name}", (\d+), (.*)\),\n', script)
        assert int(told[0]) == size
        path = re.search(r' d="([^"]*)"', inside)
        assert path is None or f'line("{path[1]}")' in told[1]
    assert f"LOCKS = {look.LOCKS};" in script


def test_colours_are_the_pages_by_day_and_by_night():
    """Each that is used is in the page's style, and most differ in the dark."""
    light, dark = look.colors(dark=False), look.colors(dark=True)
    used = {name for _, _, name in look.COLORS}
    assert used <= light.keys() == dark.keys()
    assert not {name for name in used if light[name] == dark[name]}
    assert f"{look.DARK}{{" in look.style(["ready"])


def test_shares_add_up():
    """Whatever the spans, a column has no more than all of its time."""
    spans = [Span(at * 0.7, (at + 1) * 0.7, "ab"[at % 3 == 0]) for at in range(30)]
    found = shares(spans, 0.0, 21.0, 7)
    assert [a + b for a, b in zip(found["a"], found["b"], strict=True)] == pytest.approx([1.0] * 7)
    assert sum(found["b"]) == pytest.approx(7 / 3)


def test_a_wide_span_is_drawn_for_itself():
    """Between two that are folded."""
    spans = [Span(0, 1, "a"), Span(1, 50, "b"), Span(50, 50.5, "c")]
    drawn = band(spans, 0, 16)
    assert 'class="b" x="1"' in drawn.shapes[0]
    assert not drawn.is_folded


def test_a_scale_without_time_has_one_tick():
    """A run may be over at once."""
    scale = Scale(0.0, 10, 100, 0)
    assert (list(scale.ticks()), scale.x(0.0)) == ([(10, "0 s")], 10)


def test_losses_are_those_of_the_words():
    """The place of the write, and of the write that it is over."""
    made = notes(
        (0.1, ONE, "read", VALUE, "0"),
        (0.2, TWO, "read", VALUE, "0"),
        (0.5, TWO, "write", VALUE, "1"),
        (0.9, ONE, "write", VALUE, "2"),
    )
    assert {place: over for place, (over, _) in losses(made, in_order=True).items()} == {3: 2}
