"""A real browser for the pages; collected only when asked for: ``make browser``."""

import os
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECONDS = 20  #: for anything that is waited for
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
#: Chromium has no sandbox for root, and nobody to call: it looks for updates of itself.
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]

sys.path.insert(0, str(HERE.parent / "output" / "page"))


def pytest_ignore_collect(collection_path, config):
    """Leave everything here out, unless a path on the command line leads into it."""
    named = [config.invocation_params.dir / word.split("::")[0] for word in config.args]
    wanted = any(path.resolve().is_relative_to(HERE) for path in named)
    return None if wanted or not collection_path.is_relative_to(HERE) else True


@pytest.fixture(scope="session")
def chromium():
    """The browser, for all tests."""
    from playwright.sync_api import sync_playwright

    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, f"there is no browser: none of {', '.join(BROWSERS)}; set CHROMIUM to one"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def show(chromium, tmp_path):
    """Show a page, given as text; nothing may go wrong in it, and it may ask for nothing."""
    from playwright.sync_api import expect

    expect.set_options(timeout=SECONDS * 1000)
    contexts, problems, requests = [], [], []

    def shown(text, width=1400, height=900, **options):
        size = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, **options)
        context.set_default_timeout(SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        requests.append((asked, [file.as_uri()]))
        return page

    yield shown
    for context in contexts:
        context.close()
    assert not problems
    assert all(asked == own for asked, own in requests)


@pytest.fixture
def exported(invoke, tmp_path, monkeypatch):
    """Run the command line with ``--export``, and read what it has written: a small tree."""
    monkeypatch.setattr("threaddemo.runs.walks.MOST", 100)

    def export(*args, suffix="html"):
        file = tmp_path / f"exported.{suffix}"
        done = invoke(*args, "-q", "--export", str(file))
        assert file.exists(), done.output
        return file.read_text(encoding="utf-8")

    return export
