# SPDX-License-Identifier: GPL-2.0-only
"""The review page: it says what the output folder has, all of it, and nothing that others wrote becomes markup.

What it does in a browser is in test_review_browser.py and those beside it."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from helpers import Run, fencemig, one_driver, put_tool, refused
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import write_folder

from fencemig.ledger import Ledger
from fencemig.model import Change, Site, Verdict
from fencemig.report.page.build import Material, page_of
from fencemig.report.page.code import coloured, cut, visible
from fencemig.report.page.diff import blocks
from fencemig.report.page.model import Block, Row
from fencemig.report.page.places import Places, slug, tag_of
from fencemig.report.page.render import render
from fencemig.sent import Hunk, Sent, SentPatch, read_diff
from fencemig.system import scratch
from fencemig.system.folder import read_folder

VOID = {"meta", "input", "link", "img", "br", "rect"}
HARM = """<img src=x onerror="x()">&amp;'</script><script>x()</script><!--\u202e\u2028\x1b[31m"""


class Document(HTMLParser):
    """The elements of a page, each with its attributes and all text in it. Refuses what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for number in self._open:
            self.texts[number] += data

    def those(self, tag: str, **wanted: str) -> list[tuple[dict[str, str], str]]:
        """The elements of a kind with these attributes (class_ for class), each with its text."""
        named = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            (attributes, self.texts[number])
            for number, (found, attributes) in enumerate(self.elements)
            if found == tag and named.items() <= attributes.items()
        ]

    @property
    def data(self) -> Any:
        ((_, text),) = self.those("script", id="data")
        return json.loads(text)


def document(page: Path) -> Document:
    return Document(page.read_text(encoding="utf-8"))


def reviewed(folder: Path, *arguments: str | Path) -> Document:
    """The page of an output folder, made by the command."""
    run = fencemig(folder.parent, "review", folder, "-o", "-", *arguments)
    assert run.status == 0, run.err
    return Document(run.out.decode())


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output folder of a small conversion, for reading only."""
    folder = tmp_path_factory.mktemp("converted")
    tree = one_driver(folder)
    run = fencemig(tree, "convert", "--output", folder / "out", ".")
    assert run.status == 0, run.err
    return folder / "out"


@pytest.fixture
def out(converted: Path, tmp_path: Path) -> Path:
    """Return a copy of that, to change."""
    return shutil.copytree(converted, tmp_path / "runs/out")


# What is on the page


def test_every_site_every_patch_and_every_line_is_there_once(converted: Path) -> None:
    sent, page = read_folder(converted), reviewed(converted)
    ids = {site.id: slug(site.id, site.function) for site in sent.ledger.sites}
    assert {one["id"]: one["slug"] for one in page.data["sites"]} == ids
    named = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(named) == len(set(named)) and set(ids.values()) <= set(named)
    titles = [text for attributes, text in page.those("h3") if attributes["id"].startswith("title-")]
    assert titles[: len(sent.patches)] == [patch.subject for patch in sent.patches]
    shown = "".join(text for _, text in [*page.those("del"), *page.those("ins")])
    for patch in sent.patches:
        for line in [line for file in patch.files for hunk in file.hunks for line in hunk.lines]:
            assert line[1:].decode() in shown or line[:1] == b" "
        assert patch.message in page.those("pre", class_="text")[1 + sent.patches.index(patch)][1]
    for attributes, text in page.those("div", class_="site"):
        (site,) = [site for site in sent.ledger.sites if ids[site.id] == attributes["id"]]
        assert (attributes["data-verdict"], attributes["data-rule"]) == (site.verdict, site.rule or "")
        assert site.reason in text and f"line {site.line}" in text and text.strip().startswith(site.verdict)
    assert len(page.those("tr")) - 3 >= sum(site.verdict in ("core", "keep") for site in sent.ledger.sites)


def test_a_site_stands_below_the_hunk_that_rewrites_it(converted: Path) -> None:
    page = page_of(Material("out", read_folder(converted), ()))
    cards = [card for section in page.patches for card in section.cards]
    for card in cards:
        gone = {row.number for block in card.blocks for row in block.removed if row.mark}
        assert {view.site.path for view in card.sites} <= {card.path}
        assert {view.site.line for view in card.sites} <= gone
    assert sum(len(card.sites) for card in cards) == page.counts["convert"] + page.counts["review"] > 0


def test_evidence_and_code_of_what_is_left_to_people(out: Path) -> None:
    data = json.loads((out / "ledger.json").read_text())
    site = next(site for site in data["sites"] if site["verdict"] == "convert")
    code = {"line": site["line"] - 1, "text": ["{", "\tdma_fence_signal(f);", "}"]}
    last = data["sites"][-1]
    site |= {"verdict": "manual", "after": None, "reason": f"see {last['path']}:{last['line']}"}
    site["evidence"] = {"found": ["line 7 is odd"], "missed": ["a <store>"], "code": code}
    data["tree"]["kernel"] = "7.3.4"
    (out / "ledger.json").write_text(json.dumps(data))
    page = reviewed(out)
    ((_, code_shown),) = page.those("pre", class_="code")
    assert code_shown == "{\n\tdma_fence_signal(f);\n}"
    ((marked, text),) = [one for one in page.those("span", class_="at") if "data-l" in one[0]]
    assert (int(marked["data-l"]), text) == (site["line"], "\tdma_fence_signal(f);")
    (whole,) = [text for attributes, text in page.those("section") if attributes.get("class") == "patch todo"]
    assert "line 7 is odd" in whole and "a <store>" in whole
    links = {(text, attributes["href"].rpartition("/tree/")[2]) for attributes, text in page.those("a")}
    assert (site["reason"].removeprefix("see "), "#" + slug(last["id"], last["function"])) in links
    assert ("line 7", f"{site['path']}?h=v7.3.4#n7") in links
    assert all(one["rel"] == "noreferrer" for one, _ in page.those("a") if "://" in one["href"])


def test_a_ledger_from_before_there_was_evidence(out: Path) -> None:
    data = json.loads((out / "ledger.json").read_text())
    del data["migration"]
    for site in data["sites"]:
        site.pop("evidence", None)
    (out / "ledger.json").write_text(json.dumps(data))
    assert len(reviewed(out).data["sites"]) == len(data["sites"])


def test_patches_by_hand_and_in_several_folders(converted: Path, tmp_path: Path) -> None:
    tree = converted.parent / "linux"
    out = tmp_path / "trees"
    run = fencemig(tree, "convert", "--split-by", "tree", "--output", out, "drivers")
    assert run.status == 0, run.err
    page = reviewed(out)
    files = [text for _, text in page.those("code", class_="file")]
    assert files == [str(file.relative_to(out)) for file in sorted(out.rglob("*.patch"), key=lambda file: (
        ["core", "final"].index(file.parent.name) * 2 if file.parent.name in ("core", "final") else 1, str(file)
    )) if not file.name.startswith("0000")]  # fmt: skip
    rename = (out / "core").glob("0001-*.patch")
    text = next(rename).read_text()
    new = re.sub(r"^diff --git .*", "", text, flags=re.DOTALL | re.MULTILINE) + NEW_FILE
    (out / "core" / "0002-new.patch").write_text(new)
    cards = [text for attributes, text in reviewed(out).those("article") if "drivers/new.c" in text]
    assert len(cards) == 1 and "+" not in cards[0] and "int finch;" in cards[0]


NEW_FILE = """\
diff --git a/drivers/new.c b/drivers/new.c
new file mode 100644
index 000000000000..111111111111
--- /dev/null
+++ b/drivers/new.c
@@ -0,0 +1,2 @@
+/* new */
+int finch;
"""


# Runs


def put_run(parent: Path, source: Path, name: str, *, date: str = "", migration: str = "dma_fence_signal") -> Path:
    folder = shutil.copytree(source, parent / name)
    data = json.loads((folder / "ledger.json").read_text())
    (folder / "ledger.json").write_text(json.dumps(data | {"migration": migration}))
    (letter,) = folder.glob("0000-*")
    text = letter.read_text()
    letter.write_text(re.sub(r"(?m)^Date: .*$", f"Date: {date}", text) if date else text)
    return folder


def test_runs_stand_in_the_order_of_their_dates(converted: Path, tmp_path: Path) -> None:
    put_run(tmp_path, converted, "b", date="Mon, 5 Jan 2026 00:00:00 +0000")
    put_run(tmp_path, converted, "a", date="Tue, 6 Jan 2026 00:00:00 +0000")
    put_run(tmp_path, converted, "c", date="Sun, 4 Jan 2026 00:00:00 +0000")
    put_run(tmp_path, converted, "other", migration="timer_delete")
    (put_run(tmp_path, converted, "broken") / "ledger.json").write_text("{")
    (tmp_path / "no run").mkdir()
    run = fencemig(tmp_path, "review", "b", "-o", "-")
    assert "broken/ledger.json" in run.err and run.status == 0

    def runs(run: Run) -> list[tuple[str, bool]]:
        page = Document(run.out.decode())
        lines = page.those("li", class_="run")
        return [(text.split()[0], "aria-current" in attributes) for attributes, text in lines]

    assert runs(run) == [("c", False), ("b", True), ("a", False)]
    shutil.rmtree(tmp_path / "broken")
    shutil.rmtree(tmp_path / "other")
    assert runs(fencemig(tmp_path, "review", ".", "-o", "-")) == [("c", False), ("b", False), ("a", True)]
    put_run(tmp_path, converted, "0", date="Tue, 6 Jan 2026 00:00:00 +0000")  # the same base, made later
    assert runs(fencemig(tmp_path, "review", ".", "-o", "-"))[-2:] == [("0", True), ("a", False)]


def test_where_the_page_goes(out: Path) -> None:
    run = fencemig(out.parent, "review", "out/")
    assert (run.status, run.out, run.err) == (0, b"review-out.html\n", "")
    assert (out.parent / "review-out.html").read_bytes() == fencemig(out, "review", ".", "-o", "-").out
    run = fencemig(out.parent, "review", "out", "-o", "page.html")
    assert (run.status, run.out) == (0, b"page.html\n")
    refused(fencemig(out.parent, "review", "out", "-o", "none/page.html"), "none/page.html", "cannot be written")
    refused(fencemig(out.parent, "review", "out", "-o", "-", "--open"), "--open")


def test_open_shows_the_file_in_the_browser(out: Path) -> None:
    asked = out.parent / "asked"
    path = put_tool(out.parent / "bin", "finch-browser", f'echo "$1" > {asked}')
    run = fencemig(out.parent, "review", "out", "--open", PATH=path, BROWSER="finch-browser")
    assert (run.status, run.err) == (0, "")
    assert asked.read_text() == (out.parent / "review-out.html").as_uri() + "\n"


def test_the_same_folder_gives_the_same_bytes_anywhere(converted: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(converted, tmp_path / "elsewhere/out")
    one = fencemig(converted.parent, "review", "out", "-o", "-").out
    other = fencemig(tmp_path, "review", copy, "-o", "-").out
    assert one == other
    assert str(tmp_path).encode() not in one and str(converted.parent).encode() not in one


def test_what_cannot_be_shown_is_refused(out: Path) -> None:
    refused(fencemig(out.parent, "review", "none"), "none", "no output folder")
    (out.parent / "empty").mkdir()
    refused(fencemig(out.parent, "review", "empty"), "empty", "no output folder")
    (out.parent / "decisions.toml").write_text("[[site]]\n")
    refused(fencemig(out.parent, "review", "out"), "decisions.toml", "'id' is missing")
    (out.parent / "decisions.toml").write_bytes(b"\xff")
    refused(fencemig(out.parent, "review", "out"), "decisions.toml", "UTF-8")
    (out.parent / "decisions.toml").unlink()
    mail = sorted(out.glob("*.patch"))[-1]
    mail.write_bytes(mail.read_bytes()[:-200])
    refused(fencemig(out.parent, "review", "out"), mail.name, "damaged")
    (out / "ledger.json").write_text("[]")
    refused(fencemig(out.parent, "review", "out"), "ledger.json", "damaged")
    run = fencemig(out.parent, "review", ".")
    assert run.status == 2 and "no output folder that can be read" in run.err and "ledger.json" in run.err


# Nothing of others becomes markup


def test_only_our_own_style_and_scripts_count(converted: Path) -> None:
    page = reviewed(converted)
    ((policy, _),) = page.those("meta", http_equiv="Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy["content"].split("; "))

    def hashes(texts: list[str]) -> str:
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == hashes([text for _, text in page.those("style")])
    scripts = [text for attributes, text in page.those("script") if "type" not in attributes]
    assert rules["script-src"] == hashes(scripts) and len(scripts) >= 2
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "action")]
    assert not page.those("link") and not page.those("iframe")


def test_texts_that_mean_harm_are_texts(tmp_path: Path) -> None:
    for name, taint in (("plain", "x"), ("harm", HARM)):
        (tmp_path / name).mkdir()
        write_folder(tmp_path / name / "out", 10, taint)
    plain, harm = (reviewed(tmp_path / name / "out") for name in ("plain", "harm"))
    own = ("mark", "i")  # words and colours within code: other code, others of them

    def shape(page: Document) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attributes)) for tag, attributes in page.elements if tag not in own]

    assert shape(harm) == shape(plain)
    assert {tag for tag, _ in harm.elements if tag in own} <= set(own)
    ids = {site.id for site in read_folder(tmp_path / "harm/out").ledger.sites}
    assert {one["id"] for one in harm.data["sites"]} == ids
    hidden = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e]")
    assert not [text for _, text in harm.those("body") if hidden.search(text)]
    assert not [value for _, attributes in harm.elements for value in attributes.values() if hidden.search(value)]


# Code


LINES = st.lists(st.text(st.sampled_from('ab_ */"\\\t(){};,0#\x07\u202e\udcff<&'), max_size=12), max_size=8)


@settings(deadline=None)
@given(LINES, st.sampled_from(["a.c", "a.h", "Kconfig"]))
def test_colours_leave_the_text_alone(lines: list[str], path: str) -> None:
    found = coloured(lines, path)
    assert ["".join(text for _, text in line) for line in found] == [visible(line) for line in lines]


def test_a_hunk_may_begin_within_a_comment() -> None:
    within = coloured([" * if (this)", " */", "if (that)"], "a.c")
    assert [line[0][0] for line in within] == ["c", "c", "k"]
    assert coloured(["if (a) /* b */"], "a.c")[0][0] == ("k", "if")
    assert [{name for name, _ in line} for line in coloured(["\t * only", "\t * this"], "a.h")] == [{"c"}, {"c"}]


@settings(deadline=None)
@given(st.text())
def test_nothing_hides(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert all(one.isprintable() or one in "\t\n" or not one.isascii() for one in shown)
    assert not set(shown) & set("\u202e\u2066\u200b\u2028\ufeff\udcff\x1b\x85")


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "k"]), st.text("abc", min_size=1, max_size=4)), max_size=5), st.data())
def test_a_cut_line_is_whole_and_marks_the_ranges(line: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(part for _, part in line)
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    ranges = list(zip(edges[::2], edges[1::2], strict=False))
    runs = [(inside, "".join(part for _, part in run)) for inside, run in cut(line, ranges)]
    assert "".join(part for _, part in runs) == text
    assert [part for inside, part in runs if inside] == [text[start:end] for start, end in ranges]


EDITS = st.lists(st.sampled_from(["f(a);", "f(a, 0);", "g(b);", "}", "", "return x;"]), max_size=6)


@settings(deadline=None, max_examples=30)
@given(EDITS, EDITS, EDITS, EDITS)
def test_blocks_are_the_hunk(head: list[str], old: list[str], new: list[str], tail: list[str]) -> None:
    before, after = ("".join(f"{line}\n" for line in (*head, *lines, *tail)) for lines in (old, new))
    if before == after or not before:
        return
    (file,) = read_diff(scratch.diff([Change("a.c", before.encode(), after.encode())]))
    for hunk in file.hunks:
        found = blocks(hunk)
        left = [row for block in found for row in (*block.kept, *block.removed) if row.mark]
        right = [row for block in found for row in (*block.kept, *block.added) if row.mark]
        assert "".join(f"{row.text}\n" for row in left) == hunk.before.decode()
        assert "".join(f"{row.text}\n" for row in right) == hunk.after.decode()
        assert [row.number for row in left] == list(range(hunk.old, hunk.old + len(left)))
        assert [row.number for row in right if row.mark == "+"] == [
            hunk.new + at for at, row in enumerate(right) if row.mark == "+"
        ]


def block_of(old: list[str], new: list[str]) -> Block:
    lines = (*(f"-{line}".encode() for line in old), *(f"+{line}".encode() for line in new))
    (block,) = blocks(Hunk(10, 20, b"", lines))
    return block


def test_a_call_stands_beside_what_became_of_it() -> None:
    block = block_of(["\tset_error(f, -EIO);", "\tsignal(f);"], ["\tsignal(f, -EIO);"])
    assert block.removed[1] == Row("-", 11, "\tsignal(f);")
    assert block.added == (Row(""), Row("+", 20, "\tsignal(f, -EIO);", ((9, 15),)))


def test_lines_that_are_not_alike_have_no_words_marked() -> None:
    block = block_of(["\tif (a) {"], ["\treturn do_something_else(b);"])
    assert not any(row.changed for row in (*block.removed, *block.added))
    assert not block_of(["x" * 2000], ["x" * 2000 + "y"]).added[0].changed


# Places


@pytest.mark.parametrize(
    ("kernel", "tag"),
    [
        ("7.3.4", "v7.3.4"),
        ("7.3.0", "v7.3"),
        ("7.3.0-rc2", "v7.3-rc2"),
        ("6.12.95", "v6.12.95"),
        ("7.3.4-rc1", ""),
        ("7.3.0-fixture", ""),
        ("7.3.4+", ""),
        ("7", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_only_a_release_has_a_tag(kernel: str | None, tag: str) -> None:
    assert tag_of(kernel) == tag


def test_sentences_lead_to_sites_and_else_to_the_code() -> None:
    places = Places("7.3.0", {("drivers/a.c", 7): "site-a-1"})
    found = places.linked("in drivers/a.c:7, drivers/b c.c:8 and line 7; file.c:9", "drivers/a.c")
    assert "".join(piece.text for piece in found) == "in drivers/a.c:7, drivers/b c.c:8 and line 7; file.c:9"
    assert [(piece.text, piece.href) for piece in found if piece.href] == [
        ("drivers/a.c:7", "#site-a-1"),
        ("line 7", "#site-a-1"),
    ]
    tree = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/tree"
    assert places.url("drivers/a b#?.c", 3) == f"{tree}/drivers/a%20b%23%3F.c?h=v7.3#n3"
    assert Places("7.3.0+", {}).linked("in drivers/a.c:7", "drivers/a.c")[-1].href == ""


def site(path: str, line: int, verdict: Verdict = Verdict.CONVERT) -> Site:
    ordinal = f"{path}:f:signal#{line}"
    return Site(ordinal, path, line, 1, "f", "signal", verdict, "plain", "signal(f)", "signal(f, 0)", None, "", "FINCH")


def sent_of(diffs: list[str], sites: list[Site]) -> Sent:
    patches = tuple(
        SentPatch(f"000{number}.patch", f"finch: Change {number}", "", 0, (), diff.encode(), read_diff(diff.encode()))
        for number, diff in enumerate(diffs, 1)
    )
    return Sent(Ledger("1", None, "void", None, ("drivers",), tuple(sites)), 1, (), patches, ())


def diff_of(path: str, *hunks: str) -> str:
    return f"--- a/{path}\n+++ b/{path}\n" + "".join(hunks)


def test_lines_are_those_before_the_series() -> None:
    """A patch that comes first moves what the next one rewrites, and a call of several lines changes in its last."""
    first = diff_of("drivers/a.c", "@@ -1,2 +1,12 @@\n top\n" + "+new\n" * 10 + " next\n")
    second = diff_of(
        "drivers/a.c",
        "@@ -20,3 +20,3 @@\n x\n-signal(f)\n+signal(f, 0)\n y\n",
        "@@ -32,4 +32,4 @@\n z\n signal(\n-f)\n+f, 0)\n w\n",
    )
    sites = [site("drivers/a.c", 11), site("drivers/a.c", 23), site("drivers/lost.c", 1)]
    page = page_of(Material("out", sent_of([first, second], sites), ()))
    shown = [[[view.site.line for view in card.sites] for card in section.cards] for section in page.patches]
    assert shown == [[[]], [[11], [23]], [[1]]]
    assert [section.file for section in page.patches] == ["0001.patch", "0002.patch", ""]


def test_only_lines_of_the_base_are_linked() -> None:
    first = diff_of("a.c", "@@ -1 +1 @@\n-one\n+1\n") + diff_of("new.c", "@@ -0,0 +1 @@\n+new\n")
    again = diff_of("a.c", "@@ -1,2 +1,2 @@\n 1\n-signal(f)\n+signal(f, 0)\n", "@@ -9 +9 @@\n-nine\n+9\n")
    sent = sent_of([first, again], [site("a.c", 2)])
    sent = replace(sent, ledger=replace(sent.ledger, kernel="7.3.0"))
    page = page_of(Material("out", sent, ()))
    cards = [card for section in page.patches for card in section.cards]
    assert [card.url.rpartition("/")[2] for card in cards] == ["a.c?h=v7.3#n1", "", "a.c?h=v7.3#n2", ""]


def test_a_subsystem_is_named_as_its_patch_names_it() -> None:
    path = "drivers/gpu/drm/finch/a.c"
    diff = diff_of(path, "@@ -1 +1 @@\n-signal(f)\n+signal(f, 0)\n")
    sent = sent_of([diff], [site(path, 1), site("drivers/gpu/drm/finch/b.c", 1, Verdict.MANUAL)])
    named = replace(sent.patches[0], subject="drm: finch: Pass the error")
    page = page_of(Material("out", replace(sent, patches=(named,)), ()))
    assert [section.subsystem for section in (*page.patches, *page.todo)] == ["drm: finch", "drm: finch"]
    assert page.heat == {"drm: finch": {**page.counts}}


def test_one_patch_for_many_subsystems_names_none_of_them() -> None:
    paths = "drivers/gpu/drm/finch/a.c", "drivers/gpu/host1x/b.c"
    diff = "".join(diff_of(path, "@@ -1 +1 @@\n-signal(f)\n+signal(f, 0)\n") for path in paths)
    other = replace(site(paths[1], 1), subsystem="HOST1X")
    page = page_of(Material("out", sent_of([diff], [site(paths[0], 1), other]), ()))
    assert list(page.heat) == ["drm/finch", "gpu: host1x"]


def test_names_that_are_no_utf8_are_shown() -> None:
    path = "drivers/gpu/drm/f\udce9/a\udce9.c"
    diff = diff_of(path, "@@ -1 +1 @@\n-signal(f)\n+signal(f, 0)\n").encode(errors="surrogateescape")
    sent = sent_of([], [site(path, 1), site(path, 9, Verdict.MANUAL), site(path, 12, Verdict.KEEP)])
    sent = replace(sent, patches=(SentPatch("1.patch", "drm/x: \udce9", "\ud800", 0, (), diff, read_diff(diff)),))
    page = Document(render(page_of(Material("out", sent, ()))).decode())
    assert any("drivers/gpu/drm/f\\xe9/a\\xe9.c:1" in text for _, text in page.those("h4"))
    assert [one["id"] for one in page.data["sites"]] == [one.id for one in sent.ledger.sites]


# Colours


def themes() -> Iterator[tuple[str, dict[str, str]]]:
    style = (Path(__file__).parent.parent / "fencemig/report/page/templates/review.css").read_text()
    roots = re.findall(r":root[^{]*\{[^}]*\}", style)
    sheets = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", root)) for root in roots]
    light, system, dark = (sheet for sheet in sheets if "bg" in sheet)
    assert system == dark and light.keys() == dark.keys()
    yield from (("light", light), ("dark", dark))


def luminance(colour: tuple[float, ...]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def rgb(text: str) -> tuple[float, ...]:
    return tuple(int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))


def mixed(one: str, share: float, other: str) -> tuple[float, ...]:
    return tuple(share * a + (1 - share) * b for a, b in zip(rgb(one), rgb(other), strict=True))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


VERDICTS = [verdict.value for verdict in Verdict]
CODE = ["text", "keyword", "type", "comment", "string", "number", "function", "macro"]


@pytest.mark.parametrize(("theme", "colours"), list(themes()))
def test_everything_can_be_read(theme: str, colours: dict[str, str]) -> None:
    pairs = [(name, "bg") for name in ["text", "muted", "link", *VERDICTS, *CODE]]
    pairs += [(name, "panel") for name in ["text", "muted", "link"]] + [("bg", "link"), ("muted", "at"), ("text", "at")]
    pairs += [(name, ground) for name in CODE for ground in ("del", "ins", "del-mark", "ins-mark", "at")]
    faint = {pair: contrast(rgb(colours[pair[0]]), rgb(colours[pair[1]])) for pair in pairs}
    assert {pair: found for pair, found in faint.items() if found < 4.5} == {}
    for verdict in VERDICTS:
        for share in (0.1, 0.2, 0.3, 0.4):  # the heat map
            assert contrast(rgb(colours["text"]), mixed(colours[verdict], share, colours["bg"])) >= 4.5
        assert contrast(rgb(colours[verdict]), mixed(colours[verdict], 0.1, colours["bg"])) >= 4.5  # a chip that is on
        assert contrast(rgb(colours[verdict]), rgb(colours["panel"])) >= 3  # a part of a bar
