# SPDX-License-Identifier: GPL-2.0-only
"""The review page in a real browser: nothing that others wrote ever runs, and everybody can read it."""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect
from review_pages import NAME, PLOVER, TAINT, Made, Opener, exported, mark, reviewed, slug_of
from synthetic import write_folder

from fencemig.decisions import parse_decisions

pytestmark = pytest.mark.xdist_group("browser")  # they share a conversion


def test_nothing_that_others_wrote_runs(look: Opener, made: Made, hostile: Made) -> None:
    page = look(hostile).page
    plain = look(made).page
    kinds = "document.querySelectorAll('script').length + document.querySelectorAll('img, iframe, object').length"
    assert page.evaluate(kinds) == plain.evaluate(kinds)
    text = page.locator("body").inner_text()
    page.locator("details").evaluate_all("all => { for (const one of all) one.open = true; }")
    for place in (".patch h3", ".card h4", ".site .reason", ".diff del", ".code", ".evidence li", ".people"):
        assert TAINT in (page.locator(place).first.text_content() or ""), place
    assert TAINT in text
    page.locator("[name=text]").fill("onerror")
    expect(page.locator("#shown")).to_contain_text(f"{len(hostile.sites)}")
    site = hostile.some(verdict="review")[0]
    mark(page, site, "h", TAINT)
    sites = parse_decisions(exported(page), Path(NAME)).sites
    assert [(one.id, one.reason) for one in sites.values()] == [(site["id"], TAINT), (f"a{TAINT}", TAINT)]
    assert page.evaluate("window.pwned === undefined")


def test_only_the_page_s_own_scripts_run(look: Opener, made: Made) -> None:
    view = look(made)
    view.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.pwned = 1";
        document.body.append(script);
        const image = "<img src='http://127.0.0.1:9/a.png' onerror='window.pwned = 2'>";
        document.body.insertAdjacentHTML("beforeend", image);
        fetch("http://127.0.0.1:9/").catch(() => {});
        const style = document.createElement("style");
        style.textContent = "body { display: none }";
        document.body.append(style);
    }""")
    expect(view.page.locator("h1")).to_be_visible()
    assert view.page.evaluate("window.pwned === undefined")
    assert len(view.complaints) >= 4
    assert all("Content Security Policy" in said for said in view.complaints), view.complaints
    assert {one.failure for one in view.requests} <= {"csp"}  # refused before it went anywhere
    view.complaints.clear()
    view.requests.clear()


# Without a script, without a mouse, on a small screen, on paper


def test_without_scripts_everything_is_there_to_read(look: Opener, made: Made) -> None:
    page = look(made, java_script_enabled=False).page
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".tool:visible")).to_have_count(0)
    expect(page.locator(".site:visible")).to_have_count(
        sum(site["verdict"] not in ("core", "keep") for site in made.sites)
    )
    expect(page.locator(".diff:visible").first).to_contain_text("dma_fence_signal")
    page.locator("details.rest summary").first.click()
    expect(page.locator("details.rest tr:visible").first).to_be_visible()


NAMELESS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=img]')]
    .filter(one => !(one.ariaLabel ?? [...one.labels ?? []].map(label => label.textContent).join('')
                     + (one.matches('select, input') ? '' : one.textContent)).trim())
    .map(one => one.outerHTML)"""
LEVELS = "[...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1]))"
TWICE = "[...document.querySelectorAll('[id]')].map(one => one.id).filter((id, at, all) => all.indexOf(id) !== at)"
DANGLING = """() => [...document.querySelectorAll('[aria-labelledby], [aria-describedby], label[for], a[href^="#"]')]
    .flatMap(one => [one.getAttribute('aria-labelledby'), one.getAttribute('aria-describedby'), one.htmlFor,
                     one.hash?.includes('=') ? null : one.hash?.slice(1)])
    .filter(id => id && !document.getElementById(id))"""


def test_the_page_says_what_everything_is(look: Opener, made: Made) -> None:
    page = look(made).page
    mark(page, made.some(verdict="review", merged_into=None)[0], "a")
    for script in (NAMELESS, TWICE, DANGLING):
        assert page.evaluate(script) == [], script
    assert page.get_by_role("banner").count() == page.get_by_role("main").count() == 1
    assert page.get_by_role("contentinfo").count() == page.locator("h1").count() == 1
    names = page.get_by_role("navigation").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(set(names)) == len(names) > 0 and all(names)
    levels = page.evaluate(LEVELS)
    assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))
    assert page.evaluate("document.documentElement.lang") == "en"


def test_one_sees_where_the_focus_is(look: Opener, made: Made) -> None:
    page = look(made).page
    drawn = """() => {
        const one = document.activeElement, style = getComputedStyle(one);
        const around = getComputedStyle(one.closest('label') ?? one);
        const visible = [style, around].some(at => at.outlineStyle !== 'none' && at.outlineWidth !== '0px');
        return [one.outerHTML.slice(0, 120), visible];
    }"""
    seen = {}
    for _ in range(60):
        page.keyboard.press("Tab")
        name, visible = page.evaluate(drawn)
        seen[name] = visible
    assert len(seen) > 30
    assert [name for name, visible in seen.items() if not visible] == []


CONTRAST = """() => {
    const context = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const known = new Map();
    const rgba = colour => {
        if (!known.has(colour)) {
            context.clearRect(0, 0, 1, 1);
            context.fillStyle = colour;
            context.fillRect(0, 0, 1, 1);
            known.set(colour, [...context.getImageData(0, 0, 1, 1).data]);
        }
        return known.get(colour);
    };
    const luminance = colour => colour.slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const poor = new Set();
    const hold = (what, colour, ground) => {
        const [a, b] = [luminance(rgba(colour)), luminance(rgba(ground))].sort((x, y) => x - y);
        if ((b + 0.05) / (a + 0.05) < 4.5) poor.add(`${what} ${((b + 0.05) / (a + 0.05)).toFixed(2)}`);
    };
    const groundOf = one => {
        for (let at = one; at; at = at.parentElement) {
            const found = getComputedStyle(at).backgroundColor;
            if (rgba(found)[3] === 255) return found;
            if (rgba(found)[3]) throw new Error('see-through: ' + at.outerHTML.slice(0, 80));
        }
        return 'white';
    };
    for (const one of document.body.querySelectorAll('*')) {
        const own = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!own || one.closest('script, template, title, :disabled')) continue;
        hold(`${one.tagName}.${one.className}`, getComputedStyle(one).color, groundOf(one));
    }
    // What stands in a line of code depends on the line: every colour may come on every ground.
    const value = name => {
        const found = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
        if (!found) throw new Error(`no --${name}`);
        return found;
    };
    for (const ground of ['bg', 'panel', 'del', 'del-mark', 'ins', 'ins-mark', 'at']) {
        for (const name of ['text', 'keyword', 'type', 'comment', 'string', 'number', 'function', 'macro']) {
            hold(`--${name} on --${ground}`, value(name), value(ground));
        }
    }
    return [...poor];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_in_both_themes(look: Opener, made: Made, scheme: str) -> None:
    page = look(made, color_scheme=scheme).page
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == scheme
    mark(page, made.some(path=PLOVER, verdict="review", merged_into=None)[0], "h")
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_itself_never_scrolls_sideways(look: Opener, made: Made, hostile: Made, width: int) -> None:
    for one in (made, hostile):
        page = look(one, viewport={"width": width, "height": 740}).page
        page.locator("details").evaluate_all("all => { for (const one of all) one.open = true; }")
        mark(page, one.some(verdict="review", merged_into=None)[0], "h")
        page.keyboard.press("Escape")
        for _ in ("unified", "split"):
            page.keyboard.press("v")
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_there_is_all_of_it_and_no_tools(look: Opener, made: Made) -> None:
    page = look(made).page
    held, other = made.some(path=PLOVER, verdict="review", merged_into=None)[:2]
    mark(page, held, "h", "later")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".tool:visible, .permalink:visible, #help:visible")).to_have_count(0)
    expect(page.locator(".diff:visible")).to_have_count(page.locator(".diff").count())
    expect(page.locator(".evidence:not([open])")).to_have_count(0)
    expect(page.locator("details.rest tr:visible").first).to_be_visible()
    expect(page.locator(f"#{slug_of(page, held)} .decide")).to_be_visible()
    expect(page.locator(f"#{slug_of(page, other)} .decide")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(dark) != "rgb(255, 255, 255)"
    page.emulate_media(media="print")  # paper is white
    assert page.evaluate(dark) in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert page.pdf().startswith(b"%PDF")


# Large


def test_a_site_more_costs_little(look: Opener, tmp_path: Path) -> None:
    """What 10,000 sites cost follows from it. No times: they depend on the machine."""
    bytes_, nodes = [], []
    for number in (250, 500):
        write_folder(tmp_path / str(number), number)
        large = reviewed(tmp_path / str(number))
        bytes_.append(large.page.stat().st_size)
        page = look(large).page
        expect(page.locator("#shown")).to_have_text(f"{number} sites")
        nodes.append(page.evaluate("document.querySelectorAll('*').length"))
        assert page.locator(".decide").count() < 100
    assert (bytes_[1] - bytes_[0]) / 250 < 2500
    assert (nodes[1] - nodes[0]) / 250 < 50
