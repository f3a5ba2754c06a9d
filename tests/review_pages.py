# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the review page in a browser share: the browser, the pages, and what a reader does with them.

No page may ask for anything on a network or complain in its console. A plugin of pytest: conftest.py names it.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import View, chromium, opened
from helpers import PROJECT, commit, fencemig, small_kernel
from playwright.sync_api import Browser, Page, expect
from synthetic import write_folder

from fencemig.decisions import Choice, Decision, with_decision

NAME = "decisions.toml"
TAINT = """<img src=x onerror="window.pwned=1">&amp;'</script><script>window.pwned=2</script><!--"""
PLOVER, HOST1X = "drivers/gpu/drm/plover/plover_fence.c", "drivers/gpu/host1x/fence.c"


@dataclass(frozen=True)
class Made:
    """A conversion and its page; `sites` are those of the ledger."""

    folder: Path
    page: Path
    sites: tuple[dict[str, Any], ...]

    def some(self, **wanted: str | None) -> list[dict[str, Any]]:
        """The sites with these values, in the order of the ledger."""
        return [site for site in self.sites if all(site[name] == value for name, value in wanted.items())]


def reviewed(folder: Path) -> Made:
    page = folder.with_name(f"{folder.name} page.html")
    run = fencemig(folder.parent, "review", folder.name, "-o", page)
    assert run.status == 0, run.err
    return Made(folder, page, tuple(json.loads((folder / "ledger.json").read_text())["sites"]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of a module: while it is there, playwright has an event loop running."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A conversion of a small kernel, and its page. Nothing may write into it."""
    folder = tmp_path_factory.mktemp("made")
    tree = small_kernel(folder, with_git=False)
    far = "drivers/gpu/drm/kestrel/kestrel_job.c"  # its new local has a hunk of its own
    (tree / far).parent.mkdir()
    shutil.copy(PROJECT / "kernel_fixtures/tree/void" / far, tree / far)
    commit(tree)
    assert fencemig(folder / "linux", "convert", "--output", "../out", ".").status == 0
    return reviewed(folder / "out")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A page in which all that others wrote is markup and script."""
    folder = tmp_path_factory.mktemp("hostile")
    write_folder(folder / "out", 10, TAINT)
    (folder / NAME).write_text(with_decision("", Decision(f"a{TAINT}", Choice.SKIP, TAINT), folder))
    return reviewed(folder / "out")


Opener = Callable[..., View]


@pytest.fixture
def look(browser: Browser) -> Iterator[Opener]:
    """Opens pages, and holds them to what always holds when the test is over."""
    entered, views = [], []

    def look(made: Made, fragment: str = "", **settings: Any) -> View:
        manager = opened(browser, made.page, fragment, **settings)
        views.append(manager.__enter__())
        entered.append(manager)
        return views[-1]

    yield look
    for manager in reversed(entered):
        manager.__exit__(None, None, None)
    assert [(view.complaints, [one.url for one in view.requests]) for view in views] == [([], [])] * len(views)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def slugs(page: Page) -> dict[str, str]:
    """The sites' names in the page, by their ids in the ledger."""
    pairs = page.evaluate("window.review.data.sites.map(site => [site.id, site.slug])")
    return dict(pairs)


def slug_of(page: Page, site: dict[str, Any]) -> str:
    return slugs(page)[site["id"]]


def marked(page: Page, site: dict[str, Any]) -> str:
    """What a site is marked as: the word beside the radio button that is on."""
    return page.locator(f"#{slug_of(page, site)} label", has=page.locator("input:checked")).inner_text().split()[0]


def count_of(page: Page) -> str:
    return page.locator("#marked").inner_text()


def exported(page: Page) -> str:
    with page.expect_download() as download:
        page.locator("#export").click()
    assert download.value.suggested_filename == NAME
    return download.value.path().read_bytes().decode()


def imported(page: Page, text: str | bytes) -> str:
    """What the page says when it has read a file."""
    content = text.encode() if isinstance(text, str) else text
    page.locator("#marks-status").evaluate("element => { element.textContent = ''; }")
    page.locator("#import").set_input_files({"name": NAME, "mimeType": "", "buffer": content})
    expect(page.locator("#marks-status")).not_to_be_empty()
    return page.locator("#marks-status").inner_text()


def mark(page: Page, site: dict[str, Any], letter: str, note: str = "") -> None:
    """By keyboard alone, from the site's link on."""
    page.locator(f"#{slug_of(page, site)} .permalink").focus()
    page.keyboard.press(letter)
    if note:
        page.keyboard.type(note)
        page.keyboard.press("Enter")
