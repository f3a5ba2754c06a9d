# SPDX-License-Identifier: GPL-2.0-only
"""The review page in a real browser: filters, keys, links, marks and their way into the next conversion, and nothing
that others wrote ever runs. No page may ask for anything on a network or complain in its console."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import View, chromium, opened
from decision_files import COMMENTED, FULL, PARTS, TEXT
from helpers import PROJECT, commit, fencemig, small_kernel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from synthetic import write_folder

from fencemig.decisions import (
    NEW_FILE,
    Choice,
    Decision,
    Decisions,
    for_page,
    load_decisions,
    parse_decisions,
    with_decision,
)

pytestmark = pytest.mark.xdist_group("browser")  # one browser, one conversion

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
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    tree = small_kernel(folder, with_git=False)
    far = "drivers/gpu/drm/kestrel/kestrel_job.c"  # its new local has a hunk of its own
    (tree / far).parent.mkdir()
    shutil.copy(PROJECT / "kernel_fixtures/tree/void" / far, tree / far)
    commit(tree)
    assert fencemig(folder / "linux", "convert", "--output", "../out", ".").status == 0
    return reviewed(folder / "out")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Made:
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


# Filters


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


# Keys and links


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


def test_what_is_left_to_people_can_be_held_and_not_accepted(look: Opener, made: Made) -> None:
    page = look(made).page
    site = made.some(verdict="manual")[0]
    mark(page, site, "a")
    assert "In all: 0 accepted" in count_of(page)
    mark(page, site, "h", "waits for the rework")
    assert marked(page, site) == "held"
    expect(page.locator(f"#{slug_of(page, site)} .choices label")).to_have_text(["skipped s", "held h", "undecided u"])
    assert parse_decisions(exported(page), Path(NAME)).sites[site["id"]].choice is Choice.HOLD


def test_pages_of_one_name_keep_their_marks_apart(look: Opener, made: Made, tmp_path: Path) -> None:
    copy = tmp_path / made.page.name
    shutil.copy(made.page, copy)
    page = look(made).page
    mark(page, made.some(verdict="review", merged_into=None)[0], "a")
    assert "In all: 1 accepted" in count_of(page)
    page.goto(copy.as_uri())
    assert "In all: 0 accepted" in count_of(page)


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


# Marks


def test_marks_are_made_by_keyboard_and_survive_a_reload(look: Opener, made: Made) -> None:
    page = look(made).page
    one, two, three = made.some(path=PLOVER, verdict="review", merged_into=None)[:3]
    mark(page, one, "a")
    expect(page.locator("#marks-status")).to_have_text(f"accepted: {one['id']}")
    mark(page, two, "s", "the  firmware \u200breads it")
    mark(page, three, "h")
    page.keyboard.press("Escape")  # out of the note
    assert focused(page).startswith("card-")
    whole = len(made.some(verdict="review", merged_into=None))  # as many as convert -i asks about
    counted = f"3 of {whole} conversions for review decided. In all:"
    expect(page.locator("#marked")).to_have_text(f"{counted} 1 accepted, 1 skipped, 1 held.")
    mark(page, made.some(verdict="convert", merged_into=None)[0], "a")
    expect(page.locator("#marked")).to_have_text(f"{counted} 2 accepted, 1 skipped, 1 held.")
    page.keyboard.press("u")
    page.locator("#export").click()  # held needs a note: it is asked for, and nothing is written
    assert three["id"] in page.locator("#marks-status").inner_text()
    page.keyboard.type("later")
    page.reload()
    page.goto(f"{made.page.as_uri()}#{slug_of(page, one)}")
    assert count_of(page).startswith("3 of")
    wanted = [("accepted", ""), ("skipped", "the firmware reads it"), ("held", "later")]
    for site, known in zip((one, two, three), wanted, strict=True):
        note = page.locator(f"#{slug_of(page, site)} .note input")
        assert (marked(page, site), note.input_value()) == known
    mark(page, one, "u")
    assert count_of(page).startswith("2 of")
    assert [*parse_decisions(exported(page), Path(NAME)).sites] == [two["id"], three["id"]]


def test_ids_break_between_their_words(look: Opener, made: Made) -> None:
    page = look(made).page
    site = made.some(path=PLOVER, verdict="review", merged_into=None)[0]
    mark(page, site, "a")
    lines = page.evaluate("""() => {
        const found = [];
        const texts = document.createTreeWalker(document.getElementById('marks-status'), NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const range = document.createRange();
            for (const at of Array.from(texts.currentNode.data).keys()) {
                range.setStart(texts.currentNode, at);
                range.setEnd(texts.currentNode, at + 1);
                const {top} = range.getBoundingClientRect();
                if (found.at(-1)?.top !== top) found.push({top, text: ''});
                found.at(-1).text += texts.currentNode.data[at];
            }
        }
        return found.map(line => line.text);
    }""")
    assert "".join(lines) == f"accepted: {site['id']}" and len(lines) > 1
    assert [line[-1] for line in lines[:-1] if line[-1] not in "/:_ "] == []


def test_where_the_file_goes_is_named(look: Opener, made: Made) -> None:
    page = look(made).page
    expect(page.locator("#marks-help")).to_contain_text("put it as decisions.toml beside out/, and")
    imported(page, with_decision("", Decision("b", Choice.ACCEPT), Path(NAME)))
    expect(page.locator("#marked")).to_contain_text("1 more in decisions.toml is for another site, and is kept.")
    imported(page, with_decision("", Decision("c", Choice.ACCEPT), Path(NAME)))
    expect(page.locator("#marked")).to_contain_text("2 more in decisions.toml are for other sites, and are kept.")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("undecide a site, where there is a decision to make")


def test_decisions_go_out_into_a_conversion_and_come_back(look: Opener, made: Made) -> None:
    page = look(made).page
    held, accepted = made.some(path=PLOVER, verdict="review", merged_into=None)[:2]
    mark(page, held, "h", 'waits for "the rework" \\ é')
    mark(page, accepted, "a")
    text = exported(page)
    folder = made.folder.with_name("decided")
    decided = folder.with_name(NAME)
    decided.write_text('[changelog]\nv2 = "- more"\n\n' + text)
    assert load_decisions(decided, required=True).sites == {
        held["id"]: Decision(held["id"], Choice.HOLD, 'waits for "the rework" \\ é', held["before"]),
        accepted["id"]: Decision(accepted["id"], Choice.ACCEPT, "", accepted["before"], accepted["after"]),
    }
    options = ("--no-core", "--decisions", decided, "--output", folder)
    run = fencemig(folder.parent / "linux", "convert", *options, PLOVER)
    assert run.status == 0 and "does not count" not in run.err, run.err
    again = reviewed(folder)
    (now,), (same,) = again.some(id=held["id"]), again.some(id=accepted["id"])
    assert (now["verdict"], now["decision"]) == ("manual", "hold")
    assert (same["verdict"], same["decision"]) == ("review", "accept")

    fresh = look(made).page  # another browser
    assert count_of(fresh).startswith("0 of")
    assert imported(fresh, text) == f"Read from {NAME}: 2 decisions."
    assert count_of(fresh) == count_of(page)
    assert exported(fresh) == text

    later = look(again).page  # the page of the next run knows them from the file, and can take them back
    mark(later, now, "u")
    left = parse_decisions(exported(later), Path(NAME))
    assert ([*left.sites], left.changelog) == ([accepted["id"]], {2: "- more"})
    decided.unlink()


def test_two_windows_of_a_page_share_their_marks(look: Opener, made: Made) -> None:
    page = look(made).page
    one, two = made.some(path=PLOVER, verdict="review", merged_into=None)[:2]
    other = page.context.new_page()
    other.goto(made.page.as_uri())
    mark(page, one, "a")
    expect(other.locator("#marked")).to_contain_text("1 accepted")
    mark(other, two, "a")
    expect(page.locator("#marked")).to_contain_text("2 accepted")
    page.reload()
    expect(page.locator("#marked")).to_contain_text("2 accepted")


def test_a_mark_for_other_code_says_that_it_does_not_count(look: Opener, made: Made) -> None:
    page = look(made).page
    site = made.some(path=PLOVER, verdict="review", merged_into=None)[0]
    imported(page, with_decision("", Decision(site["id"], Choice.ACCEPT, "", "other_code()"), Path(NAME)))
    page.goto(f"{made.page.as_uri()}#{slug_of(page, site)}")
    problem = page.locator(f"#{slug_of(page, site)} .problem")
    expect(problem).to_contain_text("other code")
    mark(page, site, "a")
    expect(problem).to_be_hidden()


REFUSED: list[tuple[str | bytes, str]] = [
    ("[[site]\n", "line 1"),
    ('\n[[site]]\nid = "a"\ndecision = "drop"\n', "line 4"),
    ('[[site]]\ndecision = "accept"\n', "line 1"),
    ('[[site]]\nid = "a"\ndecision = "hold"\n', "reason"),
    ('[[site]]\nid = "a"\ndecision = "skip"\nreason = "r"\nafter = "x"\n', "line 5"),
    ('[[site]]\nid = "a"\ndecision = "accept"\n' * 2, "line 4"),
    ('[[site]]\nid = "a"\nid = "b"\ndecision = "accept"\n', "line 3"),
    ('[[site]]\nid = "a"\ndecision = "accept" x\n', "line 3"),
    ('[[site]]\nid = "a\ndecision = "accept"\n', "line 2"),
    ('[[site]]\nid = "\\ud800"\ndecision = "accept"\n', "line 2"),
    ('[[site]]\nid = "\\q"\ndecision = "accept"\n', "line 2"),
    ('[[site]]\nid = "a"\ndecision = "accept"\nreason = 3\n', "line 4"),
    ('[[site]]\nid = "a"\ndecision = "accept"\nreason = "\\u001b"\n', "line 4"),
    ('[[site]]\nid = "a"\ndecision = "accept"\nverdict = "x"\n', "line 4"),
    ('site = [{id = "a", decision = "accept"}]\n', "line 1"),
    ('[changelog]\nv2 = """\nopen\n', "line 2"),
    ("# \x07\n", "line 1"),
    (b'[[site]]\nid = "\xff"\ndecision = "accept"\n', "UTF-8"),
]


def test_what_cannot_be_read_changes_nothing_and_names_its_line(look: Opener, made: Made) -> None:
    page = look(made).page
    imported(page, FULL)
    before = exported(page)
    for text, word in REFUSED:
        said = imported(page, text)
        assert said.startswith(f"{NAME} is not read, and nothing is changed: ") and word in said, (text, said)
    assert exported(page) == before
    assert parse_decisions(before, Path(NAME)) == parse_decisions(FULL, Path(NAME))


@pytest.fixture(scope="module")
def parser(browser: Browser, made: Made) -> Iterator[Page]:
    """A page, for its reader and writer of decisions.toml."""
    with opened(browser, made.page) as view:
        yield view.page


def in_page(text: str) -> dict[str, Any]:
    """What for_page() says, but for line ends: the browser's part knows one kind of them."""
    found = for_page(text.replace("\r\n", "\n"), Path(NAME))
    whole = {one: {**table, "text": table["text"].removesuffix("\n")} for one, table in found["sites"].items()}
    return {"rest": found["rest"].strip("\n"), "sites": whole}


FILES = st.lists(st.sampled_from(PARTS)).map(
    lambda parts: "".join(part.replace("ID", f"id{number}") for number, part in enumerate(parts))
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(FILES | st.sampled_from([FULL, COMMENTED, NEW_FILE, FULL.replace("\n", "\r\n")]))
def test_the_page_reads_a_file_as_convert_does(parser: Page, text: str) -> None:
    found = parser.evaluate("text => ({...window.decisionsFile.read(text)})", text)
    for table in found["sites"].values():
        table["text"] = table["text"].removesuffix("\n")
    assert {**found, "rest": found["rest"].strip("\n")} == in_page(text)


ANY = st.text(st.characters(codec="utf-8"), min_size=1)


@QUICK
@given(st.dictionaries(ANY, st.tuples(st.sampled_from(Choice), TEXT, ANY)), FILES)
def test_any_text_gets_through_a_file_of_the_page(
    parser: Page, marks: dict[str, tuple[Choice, str, str]], text: str
) -> None:
    wanted = {one: Decision(one, choice, reason, before) for one, (choice, reason, before) in marks.items()}
    tables = [
        {"id": one.id, "decision": one.choice, "reason": one.reason, "before": one.before} for one in wanted.values()
    ]
    script = """([text, marks]) => {
        const file = window.decisionsFile;
        const whole = file.write(file.read(text).rest, marks);
        return [whole, {...file.read(whole).sites}];
    }"""
    whole, back = parser.evaluate(script, [text, tables])
    kept = parse_decisions(text, Path(NAME))
    assert parse_decisions(whole, Path(NAME)) == Decisions(wanted, kept.patches, kept.changelog)
    for one in back.values():
        del one["text"]
    assert back == {one["id"]: one for one in tables}


@QUICK
@given(st.text(st.characters(exclude_categories=["Cn"])))  # a browser may know newer ones than Python
def test_any_note_can_be_a_reason(parser: Page, note: str) -> None:
    folded = parser.evaluate("note => window.decisionsFile.folded(note)", note)
    decided = with_decision("", Decision("a", Choice.ACCEPT, folded), Path(NAME))
    assert parse_decisions(decided, Path(NAME)).sites["a"].reason == folded


# What others wrote


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
