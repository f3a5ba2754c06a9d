# SPDX-License-Identifier: GPL-2.0-only
"""Odd files in a tree: each is converted byte for byte, or said to be left. Nothing hangs, or is lost in silence."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers import Run, add, commit, driver, fencemig, git, one_driver

from fencemig.census import Kind
from fencemig.commands.places import default_migration
from fencemig.migration import load_migration
from fencemig.source import Source
from fencemig.types import Headers

D = "drivers/odd"
BEFORE = driver("\tdma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f);\n").encode()
AFTER = driver("\tdma_fence_signal(f, -EIO);\n").encode()
SYMBOLS = load_migration(default_migration()).symbols


def both(*, old: bytes = b"", new: bytes = b"", above: bytes = b"", below: bytes = b"") -> tuple[bytes, bytes]:
    """The driver before and after, both with something replaced, and with something above and below it."""
    before, after = (text.replace(old, new) if old else text for text in (BEFORE, AFTER))
    return above + before + below, above + after + below


TEXTS = {
    "latin1.c": both(below=b"/* Bj\xf6rn */\n"),
    "bom.c": both(above=b"\xef\xbb\xbf"),
    "invalid.c": both(above=b"/* \xff\xc3( \xed\xa0\x80 */\n"),
    "crlf.c": both(old=b"\n", new=b"\r\n"),
    "mixed.c": both(old=b"{\n", new=b"{\r\n"),
    "nul.c": both(below=b"/* \0 */\n"),
    "formfeed.c": both(old=b"void", new=b"\fvoid", below=b"\f\n"),
    "no_newline.c": (BEFORE.rstrip(b"\n"), AFTER.rstrip(b"\n")),
    "trigraph.c": both(below=b"int a??(3??);\n"),
    "unbalanced_above.c": both(above=b"}}}\n"),
    "large.c": both(above=b"/* " + b"lamp " * 1_000_000 + b"\n*/\n"),
}
# As names for the driver. Names cost no spatch: it has seen the text.
NAMES = [
    *("two words.c", "quo'te\".c", "new\nline.c", "tab\t.c", "-rf.c", ":(glob)x.c", "[ab]*?.c", "back\\slash.c"),
    *("Case.c", "case.c", ".hidden.c", ".c", "%s%n.c", "$(touch x).c", " lead.c", "zo\u00eb.c", "#x.c", "!x.c"),
    *("HEAD.c", "x.c.h", "generated.mod.c", "ignored.c", os.fsdecode(b"caf\xe9.c"), "folder.c/in.c"),
]
FILES = {**TEXTS, **dict.fromkeys(NAMES, (BEFORE, AFTER))}
# What is not converted: how many sites have which verdict.
LEFT: dict[str, tuple[bytes, dict[str, int]]] = {
    "nul_in_code.c": (BEFORE.replace(b"(f);", b"(f);\0"), {"unreached": 2}),
    "unclosed_string.c": (BEFORE + b'char *s = "??/"";\nint a;\n', {"unreached": 2}),  # which spatch closes at the end
    "unclosed.c": (b"void f(void)\n{\n\tdma_fence_signal((f;\n", {"unreached": 1}),
    "comment.c": (b"/* dma_fence_signal(f);\n", {"keep": 1}),
    "string.c": (b'"dma_fence_signal(f);\n', {"keep": 1}),
    "macros.c": (b"#define X(f) dma_fence_signal(f)\n#define Y \\\n\tdma_fence_signal(f)\n", {"manual": 2}),
    "word.c": (b"dma_fence_signal", {"manual": 1}),
    "empty.c": (b"", {}),
    "newline.c": (b"\n", {}),
    "utf16.c": (BEFORE.decode().encode("utf-16"), {}),  # no compiler reads it either
}


@dataclass(frozen=True)
class Odd:
    """The tree, and what the commands said of it."""

    tree: Path
    base: str
    ledger: dict[str, Any]
    dry: Run
    convert: Run


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Odd]:
    """A tree with all of the odd files, and what is no file."""
    tree = one_driver(tmp_path_factory.mktemp("odd"), with_git=False)
    for name, (before, _) in FILES.items():
        add(tree, f"{D}/{name}", before)
    for name, (text, _) in LEFT.items():
        add(tree, f"{D}/{name}", text)
    add(tree, ".gitignore", "ignored.c\n")
    for name, target in {
        "loop": ".",
        "loop.c": "loop.c",
        "link.c": "crlf.c",
        "nowhere.c": "nowhere",
        "up.c": "/",
    }.items():
        (tree / D / name).symlink_to(target)
    base = commit(tree)
    os.mkfifo(tree / D / "fifo.c")
    os.mkfifo(tree / D / "fifo.h")
    (tree / D / "zero.c").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound, chdir(tree / D):
        bound.bind("socket.c")
    ledger = fencemig(tree, "scan", "--format", "json", D)
    assert ledger.status == 3, ledger.err
    dry = fencemig(tree, "convert", "--dry-run", D)
    yield Odd(tree, base, ledger.ledger, dry, fencemig(tree, "convert", "--branch", "topic", "--output", "../out", D))


def counted(odd: Odd, name: str) -> dict[str, int]:
    """How many sites of a file have each verdict."""
    found: dict[str, int] = {}
    for site in odd.ledger["sites"]:
        if site["path"] == f"{D}/{name}":
            found[site["verdict"]] = found.get(site["verdict"], 0) + 1
    return found


def test_every_odd_file_is_accounted_for(odd: Odd) -> None:
    expected = {name: {"convert": 2} for name in FILES} | {name: counts for name, (_, counts) in LEFT.items()}
    assert {name: counted(odd, name) for name in expected} == expected
    links = {"loop", "loop.c", "link.c", "nowhere.c", "up.c", "fifo.c", "fifo.h", "zero.c", "socket.c"}
    assert not [site for site in odd.ledger["sites"] if links & set(Path(site["path"]).parts)]


def test_the_disk_and_the_commit_have_the_same_sites(odd: Odd) -> None:
    run = fencemig(odd.tree, "scan", "--base", "HEAD", "--format", "json", D)
    assert run.ledger["sites"] == odd.ledger["sites"]


def test_the_diff_and_the_series_make_the_expected_bytes(odd: Odd, tmp_path: Path) -> None:
    assert (odd.dry.status, odd.convert.status) == (3, 3), odd.convert.err
    clones = [tmp_path / "applied", tmp_path / "mailed"]
    for clone in clones:
        git(tmp_path, "clone", "--quiet", str(odd.tree), str(clone))
    subprocess.run(["git", "apply"], cwd=clones[0], input=odd.dry.out, check=True)
    patches = sorted((odd.tree.parent / "out").glob("*.patch"))
    git(clones[1], "am", "--quiet", "--empty=drop", "--keep-cr", *map(str, patches))
    assert git(clones[1], "rev-parse", "HEAD^{tree}") == git(odd.tree, "rev-parse", "topic^{tree}")
    for clone in clones:
        for name, (_, after) in FILES.items():
            assert (clone / D / name).read_bytes() == after, (clone.name, name)
        for name, (text, _) in LEFT.items():
            assert (clone / D / name).read_bytes() == text, (clone.name, name)


@pytest.mark.parametrize("form", ["csv", "sarif", "table"])
def test_what_is_printed_is_utf8_whatever_the_names(odd: Odd, form: str) -> None:
    run = fencemig(odd.tree, "scan", "--format", form, "--", D)
    assert run.status == 3
    text = run.out.decode()
    assert "zo" in text
    if form == "sarif":
        uris = [
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for one in json.loads(text)["runs"][0]["results"]
        ]
        assert f"{D}/caf%E9.c" in uris and f"{D}/new%0Aline.c" in uris


def test_names_come_back_from_json_as_they_are(odd: Odd) -> None:
    paths = {os.fsencode(site["path"]) for site in odd.ledger["sites"]}
    assert {os.fsencode(f"{D}/{name}") for name in FILES} <= paths


def test_the_page_of_an_odd_series_is_made(odd: Odd) -> None:
    run = fencemig(odd.tree, "review", odd.tree.parent / "out", "--output", "-")
    assert run.status == 0, run.err
    assert "new" in run.out.decode()


@pytest.mark.parametrize(
    "code",
    [
        "signal(" + "(" * 10_000 + "f" + ")" * 10_000 + ");",
        "signal(f);" + "{" * 10_000 + "}" * 10_000,
        "signal(" + "f + " * 10_000 + "f);",
        "signal(" + "g(" * 5_000 + "f" + ")" * 5_000 + ");",
    ],
    ids=["parentheses", "blocks", "sum", "calls"],
)
def test_what_is_nested_deep_is_counted(code: str) -> None:
    text = BEFORE.replace(b"signal(f);", code.encode())
    source = Source("drivers/deep.c", text, SYMBOLS, Headers(lambda path: None, b"dma_fence"))
    assert [(use.kind, use.line) for use in source.uses] == [(Kind.CALL, 5), (Kind.CALL, 6)]


@pytest.mark.usefixtures("own_cache")
def test_what_is_too_much_for_spatch_is_not_reached_and_costs_no_other_file(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    add(tree, f"{D}/deep.c", BEFORE.replace(b"(f);", b"(" * 10_000 + b"f" + b")" * 10_000 + b";"))
    add(tree, f"{D}/plain.c", BEFORE)
    run = fencemig(tree, "scan", "--format", "json", "--timeout", "3", D)
    assert run.status == 3
    found = {(Path(site["path"]).name, site["verdict"]) for site in run.ledger["sites"]}
    assert found == {("deep.c", "unreached"), ("plain.c", "convert")}
