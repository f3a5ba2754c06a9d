# SPDX-License-Identifier: GPL-2.0-only
"""convert, end to end, of files that are odd, with settings that are odd, and of one that spatch cannot deal with."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import add, apply_as_told, clone_at, commit, driver, fencemig, git, one_driver, patches, put_tool, verdicts

_DRIVER = "drivers/gpu/host1x/fence.c"

_MERGED = driver("\tdma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f);\n")


def patch_of(tree: Path, path: str) -> Iterator[bytes]:
    """The lines that a dry run takes away and adds in a file."""
    run = fencemig(tree, "convert", "--dry-run", path)
    assert run.status == 0, run
    for line in run.out.splitlines(keepends=True):
        if line[:1] in b"-+" and line[:4] not in (b"--- ", b"+++ "):
            yield line


@pytest.mark.usefixtures("own_cache")
def test_no_cocciconfig_applies(kernel: Path, tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    plain = fencemig(tree, "convert", "--dry-run", "drivers")
    (tmp_path / "home").mkdir()
    config = "[spatch]\n\toptions = --max-width 20\n\toptions = --disallow-nested-exps --no-such-option\n"
    for folder in (tree, tree / "drivers", tmp_path / "home"):
        (folder / ".cocciconfig").write_text(config)
    again = fencemig(tree, "convert", "--dry-run", "drivers", HOME=str(tmp_path / "home"), XDG_CACHE_HOME=None)
    assert (again.status, again.out) == (0, plain.out)
    assert again.out


def test_odd_names_of_files(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    odd = ["drivers/gpu/two words/a b.c", "drivers/gpu/zo\u00eb's.c", 'drivers/gpu/a"b[x]*.c', "drivers/gpu/-rf.c"]
    for name in odd:
        add(tree, name, _MERGED)
    on_disk = fencemig(tree, "convert", "--dry-run", "drivers/gpu")
    base = commit(tree)
    run = fencemig(tree, "convert", "--branch", "fences", "drivers/gpu")
    assert run.status == 0
    clone = clone_at(tree, base, tmp_path / "clone")
    apply_as_told(run, tree, clone)
    assert git(clone, "rev-parse", "HEAD^{tree}") == git(tree, "rev-parse", "fences^{tree}")
    subprocess.run(["git", "apply", "--check"], cwd=tree, input=on_disk.out, check=True)
    for name in odd:
        assert (clone / name).read_text() == driver("\tdma_fence_signal(f, -EIO);\n")
    ledger = fencemig(tree, "scan", "--format", "json", "--", *odd).ledger
    assert {site["path"] for site in ledger["sites"]} == set(odd)
    assert verdicts(ledger["sites"]) == {"convert": 2 * len(odd)}


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    add(tree, os.fsdecode(b"drivers/gpu/caf\xe9/x.c"), _MERGED)
    base = commit(tree)
    for form in ("json", "csv", "table"):
        assert fencemig(tree, "scan", "--format", form, "drivers").status == 0
    dry = fencemig(tree, "convert", "--dry-run", "drivers", LC_ALL="C.UTF-8")
    assert dry.status == 0
    subprocess.run(["git", "apply", "--check"], cwd=tree, input=dry.out, check=True)
    run = fencemig(tree, "convert", "--branch", "fences", "drivers", LC_ALL="C.UTF-8")
    assert run.status == 0, run
    clone = clone_at(tree, base, tmp_path / "clone")
    apply_as_told(run, tree, clone)
    assert git(clone, "rev-parse", "HEAD^{tree}") == git(tree, "rev-parse", "fences^{tree}")


def test_links_are_not_rewritten(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    outside = tmp_path / "outside.c"
    outside.write_text(_MERGED)
    (tree / "drivers/gpu/linked.c").symlink_to(outside)
    (tree / "drivers/gpu/alias.c").symlink_to("host1x/fence.c")
    (tree / "drivers/more").symlink_to("gpu")
    commit(tree)
    for extra in ([], ["--base", "HEAD"]):
        run = fencemig(tree, "convert", "--dry-run", *extra, "drivers")
        assert run.status == 0
        assert re.findall(rb"^diff --git a/(\S+)", run.out, re.MULTILINE) == [_DRIVER.encode()]
    assert outside.read_text() == _MERGED


def test_a_path_may_be_named_through_a_link(kernel: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(kernel)
    direct = fencemig(kernel, "scan", "--format", "json", "drivers/gpu")
    for run in (
        fencemig(kernel, "scan", "--format", "json", tmp_path / "link/drivers/gpu"),
        fencemig(tmp_path, "-C", "link", "scan", "--format", "json", "drivers/gpu"),
        fencemig(tmp_path / "link/drivers", "scan", "--format", "json", "gpu"),
    ):
        assert (run.status, run.out) == (0, direct.out), run


def test_a_latin1_file_keeps_its_bytes(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    text = ("/* Bj\u00f6rn's driver */\n" + _MERGED.replace("-EIO);\n\t", "-EIO); /* f\u00fcr */\n\t")).encode(
        "latin-1"
    )
    add(tree, "drivers/gpu/latin.c", text)
    run = fencemig(tree, "convert", "--dry-run", "drivers/gpu/latin.c")
    assert run.status == 0
    subprocess.run(["git", "apply"], cwd=tree, input=run.out, check=True)
    now = (tree / "drivers/gpu/latin.c").read_bytes()
    assert b"dma_fence_signal(f, -EIO);" in now
    assert (now.count(b"\xf6"), now.count(b"\xfc")) == (1, 1)
    assert now.isascii() is False
    with pytest.raises(UnicodeDecodeError):
        now.decode()


def test_a_file_without_a_newline_at_its_end(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    add(tree, "drivers/gpu/short.c", _MERGED.rstrip("\n"))
    base = commit(tree)
    run = fencemig(tree, "convert", "drivers/gpu/short.c")
    assert run.status == 0
    clone = clone_at(tree, base, tmp_path / "clone")
    apply_as_told(run, tree, clone)
    assert (clone / "drivers/gpu/short.c").read_text() == driver("\tdma_fence_signal(f, -EIO);\n").rstrip("\n")


def test_a_file_with_carriage_returns(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    add(tree, "drivers/gpu/dos.c", _MERGED.replace("\n", "\r\n"))
    base = commit(tree)
    run = fencemig(tree, "convert", "drivers/gpu/dos.c")
    assert run.status == 0, run
    clone = clone_at(tree, base, tmp_path / "clone")
    apply_as_told(run, tree, clone)
    assert (clone / "drivers/gpu/dos.c").read_bytes() == driver("\tdma_fence_signal(f, -EIO);\n").replace(
        "\n", "\r\n"
    ).encode()


def test_an_executable_file_stays_one(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    add(tree, "drivers/gpu/tool.c", _MERGED)
    (tree / "drivers/gpu/tool.c").chmod(0o755)
    commit(tree)
    for extra in ([], ["--base", "HEAD"]):
        run = fencemig(tree, "convert", "--dry-run", *extra, "drivers/gpu/tool.c")
        assert b"100755" in run.out
        assert b"mode" not in run.out


def test_the_users_settings_change_no_byte(kernel: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[user]\n\tname = Test Person\n\temail = test@example.org\n"
        "[diff]\n\tnoprefix = true\n\tcontext = 9\n\talgorithm = histogram\n\texternal = false\n"
        "[format]\n\tsignOff = true\n\tsubjectPrefix = RFC\n\tsuffix = .txt\n\tattach = true\n"
        "[color]\n\tui = always\n[core]\n\tabbrev = 40\n\tpager = false\n\tautocrlf = true\n"
        "[commit]\n\tgpgSign = true\n"
    )
    plain = fencemig(kernel, "convert", "--output", tmp_path / "plain", "drivers")
    odd = fencemig(kernel, "convert", "--output", tmp_path / "odd", "drivers", GIT_CONFIG_GLOBAL=str(config))
    assert plain.status == odd.status == 0
    series: list[dict[str, Any]] = [
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("plain", "odd")
    ]
    assert series[0] == series[1]


_TROUBLE = {
    "crashes": "kill -SEGV $$",
    "fails": "echo 'Fatal error: exception Not_found' >&2; exit 2",
    "hangs": "sleep 600 & wait",
    "prints garbage": "head -c 4000 /dev/urandom; echo; echo '@fencemig {\"rule\": 7}'; exit 0",
    "says nothing": "exit 0",
    "empties the file": ': > "$bad"; exit 0',
    "removes the file": 'rm "$bad"; exit 0',
}


@pytest.mark.parametrize("trouble", _TROUBLE)
def test_trouble_with_one_file_is_that_files_alone(trouble: str, tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    add(tree, "drivers/gpu/bad.c", "/* TROUBLE */\n" + _MERGED)
    base = commit(tree)
    real = shutil.which("spatch")
    # The file goes through spatch with others (texts/), and alone.
    script = f'bad=$(grep -rls TROUBLE file.c texts)\n[ "$bad" ] && {{ {_TROUBLE[trouble]}; }}\nexec {real} "$@"'
    path = put_tool(tmp_path / "bin", "spatch", script)
    run = fencemig(tree, "convert", "--timeout", "3", "drivers", PATH=path)
    assert run.status == 3, run
    ledger = json.loads((tree / f"outgoing/HEAD-{base[:12]}/ledger.json").read_bytes())
    bad = [site for site in ledger["sites"] if site["path"] == "drivers/gpu/bad.c"]
    assert verdicts(bad) == {"unreached": 2}
    assert {site["verdict"] for site in ledger["sites"] if site["path"] == _DRIVER} >= {"convert"}
    assert ledger["totals"]["unreached"] == 2
    for site in bad:
        assert f"drivers/gpu/bad.c:{site['line']}: {site['before']}: {site['reason']}" in run.err
        assert site["reason"]
    text = b"".join(patch.read_bytes() for patch in patches(tree / f"outgoing/HEAD-{base[:12]}"))
    assert b"bad.c" not in text
