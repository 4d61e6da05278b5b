"""The page of one run, as its reader has it."""

import json

import documents
import lessons
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from threaddemo.output.page import page as page_of
from threaddemo.output.page import script

LOST = 16  # the step at which the update is lost
WIDTHS = (360, 800, 1400)
SCHEMES = ("light", "dark")


@pytest.fixture
def page(show):
    return show(page_of(documents.run(), "race"))


def deed(page):
    return page.locator("#deed")


def row(page, table, name):
    return page.locator(f"#{table} tr").filter(has=page.get_by_role("rowheader", name=name))


def go(page, step):
    slider = page.locator("#slider")
    slider.fill(str(step))


def test_keys_step_through_the_run(page):
    expect(deed(page)).to_have_text("Nothing has happened yet.")
    page.keyboard.press("ArrowRight")
    expect(deed(page)).to_have_text("Main begins")
    page.keyboard.press("End")
    expect(page.locator("#where")).to_have_text("step 20 of 20, 0.02 s")
    page.keyboard.press("ArrowLeft")
    expect(deed(page)).to_have_text("Main runs")
    page.keyboard.press("Home")
    expect(deed(page)).to_have_text("Nothing has happened yet.")


def test_keys_work_wherever_the_focus_is_and_once(page):
    """A button takes the space, the slider its arrows: nothing is done twice."""
    page.locator("#next").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#slider")).to_have_value("1")
    page.keyboard.press("Space")
    expect(page.locator("#slider")).to_have_value("2")
    expect(page.locator("#play")).to_have_text("Play")
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#slider")).to_have_value("3")
    page.keyboard.press("Home")
    expect(page.locator("#slider")).to_have_value("0")


def test_space_plays_and_pauses(page):
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_text("Pause")
    expect(page.locator("#now")).to_have_attribute("aria-live", "off")
    expect(page.locator("#slider")).to_have_value("2")
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_text("Play")
    expect(page.locator("#now")).to_have_attribute("aria-live", "polite")
    assert page.evaluate("scrollY") == 0


def test_it_stops_to_play_at_the_end_and_begins_again(page):
    go(page, 19)
    page.locator("#play").click()
    expect(page.locator("#slider")).to_have_value("20")
    expect(page.locator("#play")).to_have_text("Play")
    page.locator("#play").click()
    expect(page.locator("#slider")).to_have_value("1")


def test_the_lines_of_all_threads_are_in_the_source(page):
    go(page, 11)
    expect(page.locator("#code .current code")).to_have_text("    with lock:")
    expect(page.locator("#code .current .tags")).to_have_text("Thread 0Thread 1")
    go(page, 6)
    expect(page.locator("#code .current code")).to_have_text("    copy = value")


def test_locks_have_holders_and_waiters(page):
    go(page, 11)
    expect(row(page, "objects", "lock")).to_contain_text("held by Thread 1; waited for by Thread 0")
    expect(row(page, "threads", "Thread 0")).to_contain_text("waits for lock")
    expect(row(page, "threads", "Thread 1")).to_contain_text("runs, holding lock")
    go(page, 13)
    expect(row(page, "objects", "lock")).to_contain_text("free")


def test_a_lost_update_is_marked_where_it_is_overwritten(page):
    go(page, LOST - 1)
    assert page.locator("#objects .lost").count() == 0
    go(page, LOST)
    told = "Thread 0 writes value: 1, over 1 by Thread 1, which it has not seen: an update is lost"
    expect(deed(page)).to_have_text(told)
    expect(row(page, "objects", "value")).to_contain_text("an update is lost")
    expect(page.locator("#lanes .struck")).to_have_text("1")
    expect(page.locator("#legend")).to_contain_text("an update is lost")


def test_a_barrier_is_no_event(exported, show):
    """It lets go on who waits there: so the legend says, and the picture's words."""
    page = show(exported("barrier", "--seed", "1"))
    expect(page.locator("#legend")).to_contain_text("lets go on who waits at a barrier")
    expect(page.locator("#legend")).not_to_contain_text("sets an event")


def test_a_thread_that_could_go_on_is_ready_and_a_preemption_is_told(page):
    go(page, 7)
    expect(deed(page)).to_have_text("Thread 1 begins, though Thread 0 could have gone on")
    go(page, 8)
    expect(row(page, "threads", "Thread 0")).to_contain_text("could go on")
    expect(page.locator("#legend")).to_contain_text("preempted")


def test_output_comes_as_it_was_said(page):
    go(page, 5)
    expect(page.locator("#output")).to_have_text("Nothing so far.")
    go(page, 6)
    expect(page.locator("#output")).to_contain_text("starting")


def test_what_becomes_of_who_has_not_ended_is_told_as_it_is(show):
    """A daemon, another thread, one that never began; a wait that was given up is no deadlock."""
    base = documents.run()
    begun = [*base["events"][:11], *({**base["events"][10], "n": n} for n in (11, 12, 13))]
    begun[11] |= {"do": "stuck", "line": 1}
    begun[12] |= {"do": "abandoned", "thread": 0, "object": None}
    never = [*base["events"][:2], {**base["events"][1], "n": 2, "do": "abandoned", "line": 3}]
    threads = [thread | {"daemon": True} for thread in base["threads"]]
    ends = {
        "Thread 0 still waits for lock: the run was given up": ({"events": begun}, 12),
        "Thread 0 is stuck, waiting for lock": ({"events": begun, "deadlock": [{}]}, 12),
        "Main is stopped where it stands: the run ends": ({"events": begun}, 13),
        "Main is stopped where it stands: it is a daemon, and the program ends": (
            {"events": begun, "threads": threads},
            13,
        ),
        "Thread 0 never begins: the run ends": ({"events": never}, 3),
    }
    for words, (others, step) in ends.items():
        page = show(page_of(documents.run(**others), "race"))
        go(page, step)
        expect(deed(page)).to_have_text(words)
        if step == 12:  # it is stuck where it waits
            expect(page.locator("#code .current code")).to_have_text("    with lock:")
        if step == 3:
            assert page.locator("#code .current").count() == 0
            expect(row(page, "threads", "Thread 0")).to_contain_text("has never begun")


def test_pieces_of_a_line_are_one_unless_another_thread_printed_in_between(show):
    pieces = [(1, "a ", False), (1, "b", False), (2, "x", False), (1, "", True), (2, "", True)]
    output = [
        {"after": 2, "t": 0, "thread": who, "level": "INFO", "text": text, "ends": ends}
        for who, text, ends in [*pieces, (0, "c ", False), (0, "d", True)]
    ]
    page = show(page_of(documents.run(output=output), "race"))
    go(page, 20)
    lines = page.locator("#output code").all_text_contents()
    assert lines == ["a b", "x", "", "", "c d"]


def test_a_screen_reader_hears_what_every_thread_is_at(page):
    go(page, 11)
    now = page.locator("#now")
    expect(now).to_have_attribute("aria-live", "polite")
    expect(now).to_contain_text("Main waits for Thread 0.")
    expect(now).to_contain_text("Thread 1 runs, holding lock.")
    value = page.locator("#slider").get_attribute("aria-valuetext")
    assert value == "step 11 of 20, 0.007 s, race.py:6"


def test_the_picture_is_in_true_time_or_by_steps(page):
    bar = page.locator("#lanes .waiting").first
    by_time = bar.bounding_box()["width"]
    page.get_by_label("steps", exact=True).check()
    assert bar.bounding_box()["width"] != by_time
    page.get_by_label("true time").check()
    assert bar.bounding_box()["width"] == by_time


def test_a_click_in_the_picture_goes_there(page):
    box = page.locator("#lanes").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + 40)
    expect(page.locator("#slider")).to_have_value("20")


HOSTILE = ("</script><script>alert(1)</script>", "<!--\u2028<b>]]>&amp;{{data}}")


def test_names_are_only_text(show):
    document = documents.run(*HOSTILE)
    document["output"][0]["text"] = HOSTILE[1]
    document["sources"][0] |= {"name": HOSTILE[0], "text": f"{HOSTILE[1]}\n" * 8}
    page = show(page_of(document | {"demo": HOSTILE[0], "summary": HOSTILE[1]}, HOSTILE[0]))
    go(page, 11)
    names = page.locator("#threads th")
    assert names.all_text_contents() == ["Main", *HOSTILE]
    assert page.locator("h1").text_content().startswith(HOSTILE[0])
    assert page.locator(".summary").text_content() == HOSTILE[1]
    assert page.locator("#code .current code").text_content() == HOSTILE[1]
    assert page.locator("#output code").text_content() == HOSTILE[1]


def test_it_works_without_events(show):
    page = show(page_of(documents.run(events=[], threads=[], objects=[], output=[]), "race"))
    expect(deed(page)).to_have_text("Nothing was noted of this run.")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#slider")).to_have_value("0")


def words(demo):
    real = lessons.real_only(demo)
    short = lessons.words(lessons.short(demo))
    return [demo, *short, *([] if real else ["--seed", "1"])]


def test_every_lesson_fits_every_width_and_scheme(exported, show, demo):
    """Nothing is wider than the window, nothing written fails, at any step that is looked at."""
    text = exported(*words(demo))
    for width, scheme in zip(WIDTHS, ("dark", "light", "dark"), strict=True):
        page = show(text, width, color_scheme=scheme)
        last = int(page.locator("#slider").get_attribute("max"))
        for step in range(0, last + 1, max(last // 6, 1)):
            go(page, step)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (step, wide)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_accessible(show, width, scheme):
    """As far as a machine can tell: names, roles, contrast, focus."""
    page = show(page_of(documents.run(), "race"), width, color_scheme=scheme, bypass_csp=True)
    go(page, LOST)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def model(chromium):
    """What the page's own script makes of a document: each thread's states in turn."""
    without_start = script().rpartition("const found = ")[0]
    context = chromium.new_context()
    page = context.new_page()
    ask = """async ([code, text]) => {
        const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
        const { Run } = await import(address);
        const run = new Run(JSON.parse(text));
        return run.segments.map((all) => all.map(({ from, state, object, holds }) =>
            [run.time(from), state, object ?? null, holds]));
    }"""
    yield lambda text: page.evaluate(ask, [f"{without_start}\nexport {{ Run }};", text])
    context.close()


def test_the_page_has_the_states_of_the_document(exported, model, demo):
    """The page makes them of the events, the document has them made already: they are the same."""
    text = exported(*words(demo), suffix="json")
    threads = json.loads(text)["threads"]
    expected = [
        [[one["from"], one["state"], one["for"], one["holds"]] for one in thread["states"]]
        for thread in threads
    ]
    found = [merged(segments) for segments in model(text)]
    assert found == expected


def merged(segments):
    """What is the same as before is no other state."""
    kept = []
    for segment in segments:
        if not kept or kept[-1][1:] != segment[1:]:
            kept.append(segment)
    return kept
