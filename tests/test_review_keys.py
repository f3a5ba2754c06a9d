# SPDX-License-Identifier: GPL-2.0-only
"""Keys, links and views of the review page, in a real browser."""

import pytest
from playwright.sync_api import expect
from review_pages import Made, Opener, count_of, focused, slug_of

pytestmark = pytest.mark.xdist_group("browser")  # they share a conversion


def test_keys_lead_through_the_page(look: Opener, made: Made) -> None:
    page = look(made).page
    cards = page.locator(".card").evaluate_all("all => all.map(one => one.id)")
    heads = page.locator(".patch h3").evaluate_all("all => all.map(one => one.id)")
    for key, wanted in zip("jjk", (cards[0], cards[1], cards[0]), strict=True):
        page.keyboard.press(key)
        assert focused(page) == wanted
    page.keyboard.press("n")
    later = heads.index(focused(page))
    page.keyboard.press("n")
    assert focused(page) == heads[later + 1]
    page.keyboard.press("p")
    assert focused(page) == heads[later]
    page.keyboard.press("/")
    assert focused(page) == "text"
    page.keyboard.type("jn?")
    expect(page.locator("[name=text]")).to_have_value("jn?")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("Escape")
    assert focused(page) != "text"
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_a_link_to_a_site_opens_it_whatever_hides_it(look: Opener, made: Made) -> None:
    page = look(made).page
    for verdict in ("manual", "keep", "review", "convert"):
        site = made.some(verdict=verdict)[-1]
        place = f"#{slug_of(page, site)}"
        page.goto(f"{made.page.as_uri()}#text=there+is+no+such+text")
        expect(page.locator("#none")).to_be_visible()
        page.goto(f"{made.page.as_uri()}{place}")
        expect(page.locator(place)).to_be_in_viewport()
    link = page.locator(".site:visible .permalink").first
    target = link.get_attribute("href")
    link.click()
    assert page.url.endswith(str(target)) and page.locator(str(target)).count() == 1


def test_a_link_from_elsewhere_leads_to_its_site(look: Opener, made: Made) -> None:
    page = look(made).page
    wanted = [slug_of(page, site) for verdict in ("convert", "review", "manual") for site in made.some(verdict=verdict)]
    for slug in wanted[:: max(1, len(wanted) // 8)]:
        page.goto("about:blank")
        page.goto(f"{made.page.as_uri()}#{slug}")
        expect(page.locator(f"#{slug}")).to_be_in_viewport()
        page.reload()
        expect(page.locator(f"#{slug}")).to_be_in_viewport()


def test_a_fragment_that_nobody_can_decode_is_a_filter(look: Opener, made: Made) -> None:
    page = look(made, "#text=50%25&verdict=convert").page
    expect(page.locator("#none")).to_be_visible()
    page.goto(f"{made.page.as_uri()}#text=50%")
    expect(page.locator("[name=text]")).to_have_value("50%")


def test_letters_mean_what_is_in_view(look: Opener, made: Made) -> None:
    page = look(made).page
    for key in "nnj":
        page.keyboard.press(key)
    card = page.locator(f"#{focused(page)}")
    expect(card).to_be_in_viewport()
    page.mouse.move(640, 360)
    page.mouse.wheel(0, 100_000)
    expect(card).not_to_be_in_viewport()
    before = count_of(page)
    page.keyboard.press("a")
    assert count_of(page) == before


def test_theme_and_view_are_remembered(look: Opener, made: Made) -> None:
    page = look(made).page
    for wanted in ("light", "dark"):
        page.keyboard.press("t")
        expect(page.locator("html")).to_have_attribute("data-theme", wanted)
    pair = page.locator(".diff .b:has(del mark):has(ins mark)").first
    removed, added = pair.locator("del:has(mark)").first, pair.locator("ins:has(mark)").first

    def beside() -> bool:
        left, right = removed.bounding_box(), added.bounding_box()
        assert left is not None and right is not None
        return left["y"] == right["y"] and left["x"] < right["x"]

    removed.scroll_into_view_if_needed()
    assert not beside()
    page.locator("#view").click()
    assert beside()
    page.reload()
    assert beside()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
