# SPDX-License-Identifier: GPL-2.0-only
"""A real browser for tests: Debian's Chromium, driven by playwright, with pages that are opened from disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, for as long as the block lasts. Starting one takes about a second: share it."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    assert found is not None, "no Chromium: tools/need tests installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class View:
    """A page in a context of its own: with a storage, a window and settings that no other has.

    `complaints` has what its console called an error or a warning, `requests` what it asked of a network.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def listen(self, said: ConsoleMessage) -> None:
        """Note what the console says."""
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def watch(self, request: Request) -> None:
        """Note what the page asks for."""
        if not request.url.startswith(("file:", "blob:")):
            self.requests.append(request)


@contextmanager
def opened(browser: Browser, file: Path, fragment: str = "", **settings: Any) -> Iterator[View]:
    """A file in the browser. Settings are those of playwright's new_context(): viewport, color_scheme and so on."""
    context = browser.new_context(**{"reduced_motion": "reduce", "color_scheme": "light", **settings})
    context.set_default_timeout(10_000)
    view = View(context.new_page())
    view.page.on("console", view.listen)
    view.page.on("pageerror", lambda error: view.complaints.append(str(error)))
    view.page.on("request", view.watch)
    try:
        view.page.goto(file.as_uri() + fragment)
        yield view
    finally:
        context.close()
