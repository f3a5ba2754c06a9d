# SPDX-License-Identifier: GPL-2.0-only
"""The filters of the review page, in a real browser."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect
from review_pages import HOST1X, PLOVER, Made, Opener, slugs

pytestmark = pytest.mark.xdist_group("browser")  # they share a conversion


def test_filters_show_what_the_ledger_has(look: Opener, made: Made) -> None:
    page = look(made).page
    names, shown = slugs(page), page.locator("#shown")
    expect(shown).to_have_text(f"{len(made.sites)} sites")
    for verdict, number in Counter(site["verdict"] for site in made.sites).items():
        page.locator(f"[name=verdict][value={verdict}]").check()
        expect(shown).to_have_text(f"{number} of {len(made.sites)} sites")
        there = page.locator(".site:visible, details.rest tr:visible").evaluate_all("all => all.map(one => one.id)")
        assert {names[site["id"]] for site in made.some(verdict=verdict)} <= set(there)
        page.locator(f"[name=verdict][value={verdict}]").uncheck()
    for rule, number in Counter(site["rule"] for site in made.sites if site["rule"]).items():
        page.locator("[name=rule]").select_option(rule)
        expect(shown).to_have_text(f"{number} of {len(made.sites)} sites")
    page.get_by_role("button", name="Show all").click()
    expect(shown).to_have_text(f"{len(made.sites)} sites")
    page.locator("[name=subsystem]").select_option("drm/plover")
    expect(shown).to_have_text(f"{len(made.some(path=PLOVER))} of {len(made.sites)} sites")
    headings = page.locator(".card:visible h4").all_text_contents()
    assert headings and all(PLOVER in heading for heading in headings)


def test_filters_go_together_and_into_the_address(look: Opener, made: Made) -> None:
    page = look(made).page
    here = len(made.some(path=HOST1X, verdict="convert"))
    page.locator("[name=text]").fill(f"  FENCE.c:  {HOST1X.upper()} ")
    expect(page.locator("#shown")).to_have_text(f"{len(made.some(path=HOST1X))} of {len(made.sites)} sites")
    page.locator("[name=verdict][value=convert]").check()
    page.locator("[name=subsystem]").select_option("gpu: host1x")
    expect(page.locator("#shown")).to_have_text(f"{here} of {len(made.sites)} sites")
    expect(page).to_have_url(re.compile("#text=.*&verdict=convert&subsystem=gpu%3A\\+host1x$"))
    page.reload()
    expect(page.locator("#shown")).to_have_text(f"{here} of {len(made.sites)} sites")
    page.locator("[name=subsystem]").select_option("drm/plover")
    expect(page.locator("#shown")).to_have_text(f"0 of {len(made.sites)} sites")
    expect(page.locator("#none")).to_have_text("No hunk has all of these words and fits the other filters.")
    page.locator("[name=text]").fill("")
    expect(page.locator("#none")).to_have_text("No site matches these filters.")
    expect(page.locator(".card:visible")).to_have_count(0)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#none")).to_be_empty()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_search_without_hits_says_so_where_one_looks(look: Opener, made: Made, width: int) -> None:
    page = look(made, viewport={"width": width, "height": 740}).page
    page.locator(".site[data-open]").last.scroll_into_view_if_needed()
    page.keyboard.press("/")
    page.keyboard.type("there is no such text")
    expect(page.locator("#none")).to_have_text("No hunk has all of these words.")
    expect(page.locator("#none")).to_be_in_viewport(ratio=1)


def test_a_hunk_without_a_site_goes_with_the_one_it_belongs_to(look: Opener, made: Made) -> None:
    page = look(made).page
    local = page.locator(".card[data-companion]").first
    site = page.locator(f"#{local.get_attribute('data-companion')} .site").first
    verdict, rule = site.get_attribute("data-verdict"), site.get_attribute("data-rule")
    page.locator("[name=rule]").select_option(rule)
    page.locator(f"[name=verdict][value={verdict}]").check()
    expect(site).to_be_visible()
    expect(local).to_be_visible()
    page.locator(f"[name=verdict][value={verdict}]").uncheck()
    page.locator("[name=verdict][value=keep]").check()
    expect(local).to_be_hidden()
