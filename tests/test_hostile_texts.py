# SPDX-License-Identifier: GPL-2.0-only
"""Names and code of others in what people read: they command no terminal, forge no mail and leave no folder."""

import email
import email.policy
import io
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from helpers import FENCEMIG, PROJECT, add, commit, driver, fencemig, git, one_driver, put_tool, refused
from hypothesis import given
from hypothesis import strategies as st
from rich.markup import escape
from rich.text import Text

from fencemig.decisions import parse_decisions
from fencemig.errors import UserError
from fencemig.inert import inert, one_line
from fencemig.ledger import from_json
from fencemig.migration import load_migration
from fencemig.report.screen import Screen
from fencemig.system.checkout import Checkout
from fencemig.system.git import Blob
from fencemig.system.kernel import open_tree
from fencemig.verify.recorded import from_json as results_from_json

# What ends a line, colours, retitles, links, turns the direction of reading, or rings.
COMMANDS = "\x1b[31m\x1b]0;title\x07\x1b]8;;http://x\x1b\\\x9b31m\x90q\r\x08\x7f\u202e\u2066\u2028\u200b"
MERGED = "\tdma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f);\n"
# Everything that a terminal obeys in what rich prints: colours, the cursor, links to files of the tree.
OURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^;\x1b]*;(?:file://[\w./%-]*)?\x1b\\")


@given(st.text())
def test_no_text_commands_a_terminal(text: str) -> None:
    assert all(one.isprintable() or one in "\n\t" for one in inert(text))
    assert "\n" not in one_line(text) and one_line(text).isprintable()
    screen = Screen(file=io.StringIO(), width=80, highlight=False)
    screen.print(Text(text), soft_wrap=True)
    assert isinstance(screen.file, io.StringIO)
    assert all(one.isprintable() or one == "\n" for one in screen.file.getvalue().replace("\t", " "))


def test_markup_in_a_text_for_people_stays_and_control_is_shown() -> None:
    screen = Screen(file=io.StringIO(), width=200, highlight=False)
    screen.print(Text(f"[bold]{COMMANDS}[/x]"), escape("[red]"), soft_wrap=True)
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue().startswith("[bold]\\x1b[31m\\x1b]0;title")


@pytest.fixture(scope="module")
def odd_kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small kernel in which names and code would command a terminal, forge a mail, or lead out of a folder."""
    tree = one_driver(tmp_path_factory.mktemp("odd"), with_git=False)
    body = f"\tdma_fence_set_error(f, /* {COMMANDS} */ -EIO);\n\tdma_fence_signal(f);\n"
    add(tree, f"drivers/gpu/[bold]{COMMANDS}/a.c", driver(body))
    add(tree, "drivers/[red]/[link=x]b.c", driver("\tdma_fence_signal(f);\n"))
    forged = "drivers/c\n---\ndiff --git a/Kbuild b/Kbuild\n--- a/Kbuild\n+++ b/Kbuild\n@@ -1 +1 @@\n-x\n+y\n.c"
    add(tree, forged, driver("\tint r = c;\n\n\tif (c)\n\t\tf->error = r;\n\tdma_fence_signal(f);\n"))
    add(tree, "drivers/d\nSigned-off-by: Mallory <mallory@example.org>\nTo: x@example.org\n/e.c", driver(MERGED))
    with (tree / "MAINTAINERS").open("a") as maintainers:
        maintainers.write(
            "\nODD \x1b[31m\u202eLAMPS\nM:\tJane\x00 Roe\x1b[31m <jane@example.org>\r\n"
            "M:\tBcc: all@example.org, <x@example.org>\\nBcc: y@example.org\n"
            'M:\t=?utf-8?q?=0ABcc:_z@example.org?= <q@example.org>\nM:\t"a\\" <evil@example.org>, b" <w@example.org>\n'
            "L:\tlist@example.org\x0bBcc:v@example.org\nF:\tdrivers/\n"
        )
    commit(tree)
    return tree


def test_a_terminal_gets_only_colours_and_links_of_ours(odd_kernel: Path) -> None:
    for arguments in (("scan", "drivers"), ("convert", "--dry-run", "drivers")):
        leader, follower = pty.openpty()
        env = os.environ | {"TERM": "xterm-256color", "PAGER": "cat", "FORCE_HYPERLINK": "1", "COLUMNS": "100"}
        with subprocess.Popen(
            [FENCEMIG, *arguments], cwd=odd_kernel, env=env, stdout=follower, stderr=follower, stdin=follower
        ) as process:
            os.close(follower)
            said = b""
            while True:
                try:
                    piece = os.read(leader, 65536)
                except OSError:
                    break
                said += piece
        os.close(leader)
        assert process.returncode == 0, said
        left = OURS.sub("", said.decode())
        assert not [one for one in left if not one.isprintable() and one not in "\r\n\t"], arguments
        assert "[bold]" in left


def test_a_pipe_gets_a_line_for_each_site(odd_kernel: Path) -> None:
    run = fencemig(odd_kernel, "scan", "drivers")
    text = run.out.decode()
    assert all(one.isprintable() or one == "\n" for one in text)
    assert "\nSigned-off-by" not in text and "\ndiff --git" not in text


def test_no_name_forges_a_mail(odd_kernel: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = fencemig(odd_kernel, "convert", "--branch", "topic", "--output", out, ".")
    assert run.status == 0, run.err
    names = [file.name for file in out.iterdir()]
    assert all(re.fullmatch(r"\d{4}-[A-Za-z0-9._-]+\.patch|ledger\.json", name) for name in names)
    people = set()
    for file in sorted(out.glob("*.patch")):
        text = file.read_bytes()
        mail = email.message_from_bytes(text.split(b"\n", 1)[1], policy=email.policy.default)
        assert set(mail.keys()) <= {
            *("From", "Date", "Subject", "To", "Cc", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        }, file
        assert "\n" not in str(mail["Subject"])
        people |= {one.addr_spec for field in ("To", "Cc") for one in getattr(mail[field], "addresses", ())}
        assert b"\nSigned-off-by:" not in text
        if file.name.startswith("0000"):
            applied = subprocess.run(["git", "apply", "--numstat"], cwd=tmp_path, input=text, capture_output=True)
            assert applied.stdout == b""  # a cover letter changes nothing
    assert not {one for one in people if one.startswith(("y@", "z@", "v@", "evil@", "all@", "mallory@", "x@"))}, people
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(odd_kernel), str(clone))
    git(clone, "am", "--quiet", "--empty=drop", *map(str, sorted(out.glob("*.patch"))))
    assert git(clone, "rev-parse", "HEAD^{tree}") == git(odd_kernel, "rev-parse", "topic^{tree}")
    assert "Kbuild" not in git(clone, "diff", "--name-only", "origin/HEAD", "HEAD").splitlines()


def test_a_tree_brings_no_output_folder_that_leads_out_of_it(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    (tmp_path / "elsewhere").mkdir()
    (tree / "outgoing").symlink_to(tmp_path / "elsewhere")
    commit(tree)
    refused(fencemig(tree, "convert", "."), "outgoing is a symbolic link", "--output")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_build_writes_through_no_link_of_the_tree(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    checkout = Checkout(tmp_path / "cache", open_tree(tree, "HEAD"), keep=True)
    checkout.top.mkdir(parents=True)
    (checkout.top / "folder").symlink_to(outside)
    (checkout.top / "file.c").symlink_to(outside / "kept")
    with pytest.raises(UserError, match="symbolic link"):
        checkout.switch({"folder/new.c": Blob("100644", b"x")})
    checkout.switch({"file.c": Blob("100644", b"x")})
    assert (checkout.top / "file.c").read_bytes() == b"x"
    assert {file.name: file.read_text() for file in outside.iterdir()} == {"kept": "kept"}


# Folders and files that others hand over.


@pytest.fixture
def handed(tmp_path: Path) -> tuple[Path, Path]:
    """A tree, and the output folder of a conversion of it."""
    tree = one_driver(tmp_path)
    assert fencemig(tree, "convert", "--output", tmp_path / "out", ".").status == 0
    return tree, tmp_path / "out"


def test_what_an_output_folder_names_stays_in_the_tree_and_ends(handed: tuple[Path, Path]) -> None:
    tree, out = handed
    ledger = out / "ledger.json"
    whole = json.loads(ledger.read_bytes())
    for paths in (["/etc"], ["../.."], ["drivers/../../x"]):
        ledger.write_text(json.dumps(whole | {"paths": paths}))
        refused(fencemig(tree, "status", out), "damaged", "not in a tree")
    ledger.write_text(json.dumps(whole | {"sites": [whole["sites"][0] | {"path": "../../etc/passwd"}]}))
    refused(fencemig(tree, "review", out, "--output", "-"), "damaged", "not in a tree")
    ledger.write_text(json.dumps(whole))
    os.mkfifo(out / "0009-x.patch")
    for command in ("review", "status", "verify"):
        refused(fencemig(tree, command, out), "0009-x.patch", "no regular file")
    refused(fencemig(tree, "convert", "--previous", out, "--output", "../new", "."), "0009-x.patch", "no regular file")


@pytest.mark.parametrize("parse", [from_json, results_from_json])
def test_json_that_is_nested_too_deep_is_damaged(parse: object) -> None:
    assert callable(parse)
    with pytest.raises(UserError):
        parse(b"[" * 100_000 if parse is from_json else "[" * 100_000)


def test_toml_that_is_nested_too_deep_is_damaged(tmp_path: Path) -> None:
    deep = "a = " + "[" * 100_000
    with pytest.raises(UserError):
        parse_decisions(deep, Path("decisions.toml"))
    (tmp_path / "migration.toml").write_text(deep)
    with pytest.raises(UserError):
        load_migration(tmp_path)


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret.patch", "a/../../secret.patch"])
def test_decisions_name_only_what_is_beside_them(name: str) -> None:
    text = f'[[patch]]\nsubsystem = "drm/finch"\nfile = "{name}"\n'
    with pytest.raises(UserError, match="below the folder"):
        parse_decisions(text, Path("decisions.toml"))


# Whose code runs.


@pytest.mark.parametrize("key", ["probe", "file"])
def test_a_migration_has_its_semantic_patches_in_its_folder(key: str, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    own = PROJECT / "semantic_patches/timer_delete_sync"
    folder.mkdir()
    for file in own.glob("*.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    macros = (PROJECT / "semantic_patches/dma_fence_signal/kernel-macros.h").read_text()
    (folder / "macros.h").write_text(macros)
    manifest = (folder / "migration.toml").read_text().replace("../dma_fence_signal/kernel-macros.h", "macros.h")
    name = re.findall(rf'^{key} = "(.*)"', manifest, re.MULTILINE)[0]
    (folder / "migration.toml").write_text(manifest)
    load_migration(folder)
    (folder / name).rename(tmp_path / name)
    (folder / "migration.toml").write_text(manifest.replace(f'{key} = "{name}"', f'{key} = "../{name}"'))
    with pytest.raises(UserError, match="outside"):
        load_migration(folder)
    (folder / "migration.toml").write_text(manifest)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(UserError, match="outside"):
        load_migration(folder)


@pytest.mark.usefixtures("own_cache")
def test_no_program_of_a_tree_runs(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    marker = tmp_path / "marker"
    evil = f"open({str(marker)!r}, 'w').write(__file__)\n"
    for name in ("sitecustomize.py", "usercustomize.py", "coccilib.py", "json.py", "fencemig/__init__.py", "git.py"):
        add(tree, name, evil)
    script = f"@initialize:python@\n@@\nopen({str(marker)!r}, 'w')\n"
    for name in ("evil.cocci", "semantic_patches/dma_fence_signal/10-merge_adjacent.cocci", "standard.iso"):
        add(tree, name, script)
    add(tree, "migration.toml", 'name = "evil"\n')
    add(tree, ".cocciconfig", "[spatch]\n\toptions = --sp-file evil.cocci\n")
    for name in (
        "git",
        "spatch",
        "grep",
        "perl",
        "less",
        "python3",
        "scripts/get_maintainer.pl",
        "scripts/checkpatch.pl",
    ):
        folder, _, tool = name.rpartition("/")
        put_tool(tree / folder, tool, f"touch '{marker}'")
    commit(tree)
    for command in (("convert", "--output", "../out", "drivers"), ("scan", "drivers"), ("doctor",)):
        assert fencemig(tree, *command).status == 0
    assert not marker.exists()


def test_code_makes_no_link_in_sarif(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    add(tree, "drivers/gpu/table.c", driver("\tdma_fence_signal(ops[0](f));\n"))
    text = fencemig(tree, "scan", "--format", "sarif", "drivers/gpu/table.c").out.decode()
    (result,) = json.loads(text)["runs"][0]["results"]
    assert "ops[0] (f)" in result["message"]["text"] and "](" not in result["message"]["text"]
    assert result["properties"]["before"] == "dma_fence_signal(ops[0](f))"
