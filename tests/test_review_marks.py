# SPDX-License-Identifier: GPL-2.0-only
"""Marks on the review page, in a real browser, and their way into the next conversion and back."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import opened
from decision_files import COMMENTED, FULL, PARTS, TEXT
from helpers import fencemig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from review_pages import (
    NAME,
    PLOVER,
    Made,
    Opener,
    count_of,
    exported,
    focused,
    imported,
    mark,
    marked,
    reviewed,
    slug_of,
)

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

pytestmark = pytest.mark.xdist_group("browser")  # they share a conversion


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
