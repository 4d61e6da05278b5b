"""The page of an exploration: the reader is the scheduler."""

import documents
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from threaddemo.output.page import page as page_of

LOST = "2 threads took the value from 0 to 1, expected 2: 1 update lost"
KEPT = "2 threads took the value from 0 to 2, expected 2: 0 updates lost"


def choose(page, name):
    page.locator("#choices button").filter(has_text=name).click()


def test_both_outcomes_of_a_race_are_found(exported, show):
    page = show(exported("race", "--explore"))
    question, found = page.locator("#question"), page.locator("#found")
    expect(question).to_have_text("Choice 1. Who goes next?")
    expect(found).to_have_text("Found by you so far: 0 of 2 outcomes.")
    choose(page, "Thread 0")
    expect(question).to_have_text("Choice 2. Who goes next?")
    choose(page, "Thread 0")
    expect(question).to_contain_text(f"The run has ended: {KEPT}")
    expect(question).to_contain_text("The promise was kept.")
    expect(found).to_have_text("Found by you so far: 1 of 2 outcomes.")
    expect(page.locator("#path")).to_contain_text("threaddemo race --schedule 1x2")

    page.locator("#undo").click()
    choose(page, "Thread 1")
    choose(page, "Thread 0")
    expect(question).to_contain_text(f"The run has ended: {LOST}")
    expect(found).to_have_text("You have found all there are: 2 outcomes.")
    expect(page.locator("#objects")).to_contain_text("an update is lost")
    expect(page.locator("#path")).to_contain_text("--schedule 1.2.1")


def test_the_outcomes_have_counts_and_a_click_replays_one(exported, show):
    page = show(exported("race", "--explore"))
    lost = page.locator("#outcomes li").filter(has_text=LOST)
    expect(lost).to_contain_text("4 schedules, 66.7%")
    expect(lost).to_contain_text("not kept")
    page.get_by_role("button", name=f"Replay: {LOST}").click()
    expect(page.locator("#slider")).to_have_value("0")
    expect(page.locator("#question")).to_contain_text(LOST)
    page.keyboard.press("End")
    expect(page.locator("#objects")).to_contain_text("value")
    expect(page.locator("#found")).to_have_text("Found by you so far: 0 of 2 outcomes.")


def test_it_can_be_played_by_keys_alone(exported, show):
    """The focus goes on from choice to choice."""
    page = show(exported("race", "--explore"))
    page.locator("#choices button").first.focus()
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("Found by you so far: 1 of 2 outcomes.")
    expect(page.locator("#again")).to_be_focused()


def test_run_on_goes_to_an_end(exported, show):
    page = show(exported("deadlock", "--explore"))
    page.locator("#run-on").click()
    expect(page.locator("#question")).to_contain_text("The run has ended")
    page.locator("#again").click()
    expect(page.locator("#question")).to_contain_text("Choice 1.")


def test_a_deadlock_is_an_outcome_to_be_found(exported, show):
    page = show(exported("deadlock", "--explore"))
    page.get_by_role("button", name="Replay: deadlock").click()
    page.keyboard.press("End")
    expect(page.locator("#deed")).to_contain_text("is stuck, waiting for locks")


def test_what_is_not_on_the_page_is_said(show):
    page = show(page_of(documents.exploration(), "race"))
    choose(page, "Thread 1")
    missing = page.locator("#choices button").filter(has_text="(not on this page)")
    expect(missing).to_be_disabled()
    expect(page.locator("#bounds")).to_contain_text("Not all can be chosen here: 3 schedules")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1400])
def test_it_fits_and_is_accessible(exported, show, width, scheme):
    text = exported("prodcons-lock", "--messages", "1", "--explore")
    page = show(text, width, color_scheme=scheme, bypass_csp=True)
    for _ in range(3):
        page.locator("#choices button").last.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#run-on").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
