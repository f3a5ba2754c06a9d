# SPDX-License-Identifier: GPL-2.0-only
"""Patches made by hand, on top of what a series makes: they follow the code as far as git can merge, or say why not."""

import subprocess
from pathlib import Path

import pytest
from helpers import add, commit, git, snapshot

from fencemig.errors import UserError
from fencemig.model import Change
from fencemig.system.handmade import File, Handmade, apply_handmade

PATH = "drivers/finch.c"
LINES = [f"line {number}\n" for number in range(1, 31)]
AUTHOR = ("--author=Zoë Łąka <zoe@example.org>", "--date=2026-02-03T04:05:06+0100")


def text(**changed: str) -> bytes:
    """Thirty lines of which some are others: l3="x" makes the third an x."""
    return "".join(changed.get(f"l{number}", line) for number, line in enumerate(LINES, 1)).encode()


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """A person's repository, with a file in two folders."""
    folder = tmp_path / "person"
    add(folder, PATH, text())
    add(folder, "include/finch.h", "#define FINCH 1\n")
    commit(folder)
    return folder


def made(folder: Path, subject: str = "drm/finch: Retire the quirk", *options: str) -> Path:
    """Commit all that is in a person's folder, as somebody else, and make a patch of it."""
    git(folder, "add", "--all")
    message = f"{subject}\n\nIt hides an error.\n\nSigned-off-by: Zoë Łąka <zoe@example.org>"
    git(folder, "commit", *AUTHOR, "-m", message)
    done = subprocess.run(
        ["git", "-C", folder, "format-patch", "-1", "--stdout", *options], capture_output=True, check=True
    )
    file = folder.parent / "fixups.patch"
    file.write_bytes(done.stdout)
    return file


def applied(folder: Path, file: Path, files: dict[str, File], base: dict[str, File] | None = None) -> Handmade:
    before = snapshot(folder)
    try:
        return apply_handmade(file, files, (base or {}).get, folder / ".git/objects")
    finally:
        assert snapshot(folder) == before  # the person's repository is only read


def test_a_patch_keeps_its_words_and_its_author(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    found = applied(person, made(person), {PATH: ("100644", text())})
    assert found == Handmade(
        "drm/finch: Retire the quirk",
        "It hides an error.\n\nSigned-off-by: Zoë Łąka <zoe@example.org>",
        "Zoë Łąka <zoe@example.org> 1770087906 +0100",
        (Change(PATH, text(), text(l20="quirk 20\n")),),
    )


def test_it_goes_on_top_of_what_the_series_makes_of_the_file_and_of_the_base_for_others(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    add(person, "include/finch.h", "#define FINCH 2\n")
    converted, header = text(l5="signal(f, 0)\n"), b"#define FINCH 1\n"
    base: dict[str, File] = {"include/finch.h": ("100644", header), PATH: ("100644", text())}
    found = applied(person, made(person), {PATH: ("100644", converted)}, base)
    assert found.changes == (
        Change(PATH, converted, text(l5="signal(f, 0)\n", l20="quirk 20\n")),
        Change("include/finch.h", header, b"#define FINCH 2\n"),
    )


def test_it_is_merged_three_ways_where_its_context_has_changed(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    file, now = made(person), text(l18="signal(f, 0)\n")
    assert applied(person, file, {PATH: ("100644", now)}).changes[0].after == text(
        l18="signal(f, 0)\n", l20="quirk 20\n"
    )
    with pytest.raises(UserError):  # without the version that it was made for, the context must fit
        apply_handmade(file, {PATH: ("100644", now)}, lambda path: None, None)


def test_an_old_version_of_the_repository_is_enough(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    file = made(person)
    newer = text(l18="moved\n", l25="more\n")
    add(person, PATH, newer)
    commit(person, "Onwards")
    assert applied(person, file, {PATH: ("100644", newer)}).changes[0].after == text(
        l18="moved\n", l20="quirk 20\n", l25="more\n"
    )


def test_what_no_longer_fits_is_named_with_what_to_do(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    add(person, "include/finch.h", "#define FINCH 2\n")
    file = made(person)
    base: dict[str, File] = {"include/finch.h": ("100644", b"#define FINCH 1\n")}
    for objects in (person / ".git/objects", None):
        with pytest.raises(UserError) as refusal:
            apply_handmade(file, {PATH: ("100644", text(l20="signal(f, 0)\n"))}, base.get, objects)
        message = str(refusal.value)
        assert message.startswith(f"{file} no longer fits {PATH}: ")
        assert "rebase it" in message and "decisions.toml" in message and "finch.h" not in message


def test_a_file_that_is_gone_is_named(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    with pytest.raises(UserError, match=r"fixups\.patch no longer fits drivers/finch\.c: rebase"):
        applied(person, made(person), {})


def test_what_is_there_already_is_said(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    with pytest.raises(UserError, match="there already"):
        applied(person, made(person), {PATH: ("100644", text(l20="quirk 20\n"))})


def test_new_files_and_modes_can_be_said(person: Path) -> None:
    add(person, "tools/new.sh", "#!/bin/sh\n")
    (person / "tools/new.sh").chmod(0o755)
    (person / PATH).chmod(0o755)
    found = applied(person, made(person), {PATH: ("100644", text())})
    assert found.changes == (
        Change(PATH, text(), text(), "100755"),
        Change("tools/new.sh", b"", b"#!/bin/sh\n", "100755"),
    )


def test_a_new_file_that_is_there_with_other_text_is_a_misfit(person: Path) -> None:
    add(person, "tools/new.sh", "one\n")
    with pytest.raises(UserError, match=r"tools/new\.sh"):
        applied(person, made(person), {"tools/new.sh": ("100644", b"two\n")})


def test_what_a_change_cannot_say_is_refused(person: Path) -> None:
    files: dict[str, File] = {PATH: ("100644", text()), "include/finch.h": ("100644", b"#define FINCH 1\n")}
    (person / "include/finch.h").unlink()
    with pytest.raises(UserError, match=r"cannot delete a file.*include/finch\.h"):
        applied(person, made(person), files)
    git(person, "mv", PATH, "drivers/robin.c")
    with pytest.raises(UserError, match=r"cannot rename a file.*finch\.c => robin\.c"):
        applied(person, made(person, "drm/finch: Rename", "-M"), files)
    (person / "link").symlink_to("/etc/passwd")
    with pytest.raises(UserError, match=r"link, which is no regular file \(mode 120000\)"):
        applied(person, made(person, "drm/finch: Link"), files)


def test_line_ends_of_code_and_of_mails_are_told_apart(person: Path) -> None:
    dos = text().replace(b"\n", b"\r\n")
    add(person, "drivers/dos.c", dos)
    git(person, "add", "--all")
    git(person, "commit", "-m", "DOS")
    add(person, "drivers/dos.c", dos.replace(b"line 20\r", b"quirk 20\r"))
    wanted = dos.replace(b"line 20\r", b"quirk 20\r")
    assert applied(person, made(person), {"drivers/dos.c": ("100644", dos)}).changes[0].after == wanted
    add(person, PATH, text(l20="quirk 20\n"))
    file = made(person)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert applied(person, file, {PATH: ("100644", text())}).changes[0].after == text(l20="quirk 20\n")


def test_other_files_are_refused_with_advice(person: Path) -> None:
    add(person, PATH, text(l20="quirk 20\n"))
    file = made(person)
    mail = file.read_bytes()
    diff = mail[mail.index(b"diff --git") :]
    bad = {
        "header of a mail": diff,
        "2 patches": mail + mail,
        "no changes": mail[: mail.index(b"diff --git")],
        "is no date": mail.replace(b"Date: ", b"Date: long ago, "),
        "Subject missing": mail.replace(b"Subject: [PATCH] drm/finch: Retire the quirk", b"Subject: [PATCH]"),
        "garbage": mail.replace(b"@@ -17", b"@@ x-17"),
    }
    for words, content in bad.items():
        assert content != mail
        file.write_bytes(content)
        with pytest.raises(UserError, match=words) as refusal:
            applied(person, file, {PATH: ("100644", text())})
        assert str(refusal.value).startswith(str(file))
    file.unlink()
    with pytest.raises(UserError, match="No such file"):
        applied(person, file, {})


@pytest.mark.parametrize("path", ["../outside.c", "/etc/outside.c", ".git/config", "a/../../outside.c"])
def test_nothing_outside_of_the_tree_can_be_named(person: Path, path: str) -> None:
    add(person, "new.c", "x\n")
    file = made(person)
    file.write_bytes(
        file.read_bytes().replace(b"b/new.c", b"b/" + path.encode()).replace(b"a/new.c", b"a/" + path.encode())
    )
    with pytest.raises(UserError):
        applied(person, file, {})


def test_settings_and_hooks_of_people_do_not_matter(person: Path, tmp_path: Path) -> None:
    git(person, "config", "apply.whitespace", "error-all")
    git(person, "config", "core.autocrlf", "true")
    config = Path.home() / "gitconfig"
    config.write_text(config.read_text() + "[apply]\n\twhitespace = error-all\n[mailinfo]\n\tscissors = true\n")
    add(person, PATH, text(l20="quirk 20 \n"))
    file = made(person, "drm/finch: Retire\n\nfirst\n-- >8 --\nsecond")
    found = applied(person, file, {PATH: ("100644", text())})
    assert found.changes[0].after == text(l20="quirk 20 \n")
    assert "first" in found.body
