# SPDX-License-Identifier: GPL-2.0-only
"""convert, end to end: real git, real spatch, the fixture kernels."""

import email
import email.policy
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import KernelTree
from helpers import (
    Run,
    add,
    commit,
    driver,
    fencemig,
    git,
    one_driver,
    put_tool,
    refused,
    small_kernel,
    snapshot,
    verdicts,
)

pytestmark = pytest.mark.xdist_group("convert")  # they share a few conversions

_DRIVER = "drivers/gpu/host1x/fence.c"


class Converted(NamedTuple):
    """A small kernel that was converted with all defaults, the runs around that, and how it was before."""

    tree: Path
    base: str
    run: Run
    series: Path
    before: dict[str, tuple[object, ...]]
    after: dict[str, tuple[object, ...]]
    dry: Run


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """A conversion of a small kernel whose work tree, index and HEAD all differ."""
    tree = small_kernel(tmp_path_factory.mktemp("converted"))
    base = git(tree, "rev-parse", "HEAD")
    dry = fencemig(tree, "convert", "--dry-run", "drivers")
    git(tree, "checkout", "-b", "topic")
    text = (tree / _DRIVER).read_text()
    add(tree, _DRIVER, text + "\nvoid host1x_new(struct dma_fence *f)\n{\n\tdma_fence_signal(f);\n}\n")
    add(tree, "drivers/gpu/host1x/untracked.c", driver("\tdma_fence_signal(f);\n"))
    add(tree, "Kbuild", "# staged\n")
    git(tree, "add", "Kbuild")
    before = snapshot(tree)
    run = fencemig(tree, "convert", "drivers")
    after = snapshot(tree)
    return Converted(tree, base, run, tree / f"outgoing/HEAD-{base[:12]}", before, after, dry)


def patches(series: Path) -> list[Path]:
    return sorted(path for path in series.glob("*.patch") if not path.name.startswith("0000"))


def body(patch: Path) -> str:
    message = email.message_from_bytes(patch.read_bytes(), policy=email.policy.default)
    return str(message.get_content())


def subject(patch: Path) -> str:
    message = email.message_from_bytes(patch.read_bytes(), policy=email.policy.default)
    return re.sub(r"\s+", " ", str(message["Subject"]))


def clone_at(tree: Path, base: str, folder: Path) -> Path:
    git(tree, "clone", "--quiet", "--no-checkout", str(tree), str(folder))
    git(folder, "checkout", "--quiet", "-b", "applied", base)
    return folder


def apply_as_told(run: Run, tree: Path, clone: Path) -> None:
    """Run the command that the end of the conversion tells, in a clone."""
    told = re.search(r"apply them with: (git am .*)$", run.err, re.MULTILINE)
    assert told, run.err
    command = told[1].replace("outgoing/", f"{shlex.quote(str(tree))}/outgoing/")
    done = subprocess.run(["sh", "-c", command], cwd=clone, capture_output=True, check=False)
    assert done.returncode == 0, done


@pytest.mark.parametrize("generation", ["void", "int"])
def test_the_series_gives_the_branch_and_a_second_run_finds_nothing(
    generation: str, kernel_tree: KernelTree, tmp_path: Path
) -> None:
    tree = kernel_tree(generation)
    base = git(tree, "rev-parse", "HEAD")
    run = fencemig(tree, "convert", "--branch", "fences", "drivers")
    assert run.status == 0, run
    assert git(tree, "rev-parse", "HEAD") == base
    assert git(tree, "status", "--porcelain", "--untracked-files=no") == ""
    clone = clone_at(tree, base, tmp_path / "clone")
    apply_as_told(run, tree, clone)
    tip = git(tree, "rev-parse", "fences^{tree}")
    assert git(clone, "rev-parse", "HEAD^{tree}") == tip != git(tree, "rev-parse", "HEAD^{tree}")
    ledger = json.loads(next((tree / "outgoing").glob("*/ledger.json")).read_bytes())
    assert ledger["tree"]["generation"] == generation
    assert ledger["totals"]["unreached"] == 0

    again = fencemig(clone, "convert", "drivers")
    assert (again.status, again.out) == (0, b"")
    assert again.err == "fencemig: nothing to convert\n"
    assert not (clone / "outgoing").exists()


def test_nothing_of_the_user_is_touched(converted: Converted) -> None:
    grown = {name: state for name, state in converted.after.items() if not name.startswith("outgoing")}
    assert grown == converted.before
    assert converted.run.status == 0
    assert converted.run.out.decode().strip() == f"outgoing/HEAD-{converted.base[:12]}"
    assert {path.name for path in (converted.tree / "outgoing").iterdir()} == {converted.series.name}


def test_modified_files_are_pointed_out_and_no_part_of_the_series(converted: Converted) -> None:
    notes = [line for line in converted.run.err.splitlines() if "modified" in line]
    assert len(notes) == 1
    assert _DRIVER in notes[0]
    text = b"".join(patch.read_bytes() for patch in patches(converted.series))
    assert _DRIVER.encode() in text
    assert b"host1x_new" not in text
    assert b"untracked.c" not in text
    clone = clone_at(converted.tree, converted.base, converted.tree.parent / "clone")
    apply_as_told(converted.run, converted.tree, clone)


def test_the_dry_run_is_the_sum_of_the_series(converted: Converted, tmp_path: Path) -> None:
    assert converted.dry.status == 0
    clone = clone_at(converted.tree, converted.base, tmp_path / "clone")
    core, *drivers, _ = map(str, patches(converted.series))
    git(clone, "am", "--quiet", core, *drivers)
    applied = git(clone, "rev-parse", "HEAD^{tree}")
    git(clone, "reset", "--quiet", "--hard", converted.base)
    git(clone, "am", "--quiet", core)
    for check in ("--check", "--index"):
        subprocess.run(["git", "apply", check], cwd=clone, input=converted.dry.out, check=True)
    assert git(clone, "write-tree") == applied


def test_the_dry_run_is_plain_and_goes_by_subsystem(converted: Converted) -> None:
    assert b"\x1b" not in converted.dry.out
    assert converted.dry.out.startswith(b"diff --git ")
    names = re.findall(rb"^diff --git a/(\S+)", converted.dry.out, re.MULTILINE)
    in_series = [
        sorted(re.findall(rb"^diff --git a/(\S+)", patch.read_bytes(), re.MULTILINE))
        for patch in patches(converted.series)[1:-1]
    ]
    position = {name: number for number, group in enumerate(in_series) for name in group}
    assert sorted(names) == sorted(position)
    groups = [position[name] for name in names]
    assert len(groups) > 3
    changes = [one for one, other in zip(groups, [*groups[1:], None], strict=True) if one != other]
    assert len(changes) == len(set(changes))  # no subsystem comes twice


def test_the_ledger_is_what_scan_says(converted: Converted) -> None:
    ledger = json.loads((converted.series / "ledger.json").read_bytes())
    scanned = fencemig(converted.tree, "scan", "--base", "HEAD", "--format", "json", "drivers")
    assert scanned.status == 0
    assert scanned.out == (converted.series / "ledger.json").read_bytes()
    assert ledger["tree"]["commit"] == converted.base
    assert {name: count for name, count in ledger["totals"].items() if count} == verdicts(ledger["sites"])
    assert {"convert", "review", "manual", "core", "keep"} <= set(verdicts(ledger["sites"]))


def test_the_cover_letter(converted: Converted) -> None:
    cover = body(converted.series / "0000-cover-letter.patch")
    assert "macros take the old calls as well" in " ".join(cover.split())
    assert f"fencemig convert --base {converted.base[:12]} drivers" in cover
    ledger = json.loads((converted.series / "ledger.json").read_bytes())
    totals = next(line.split()[1:] for line in cover.splitlines() if line.split()[:1] == ["total"])
    assert [int(count) for count in totals] == [count for count in ledger["totals"].values() if count]
    left = [site for site in ledger["sites"] if site["verdict"] == "manual"]
    assert left
    for site in left:
        assert site["path"] in cover
        assert re.search(rf"\b{site['line']}: {site['function']}\(\)", cover)
    assert f"base-commit: {converted.base}" in cover
    assert f"[PATCH 0/{len(patches(converted.series))}]" in subject(converted.series / "0000-cover-letter.patch")


def test_the_messages_of_the_patches(converted: Converted) -> None:
    series = patches(converted.series)
    subjects = [re.sub(r"^\[PATCH \d+/\d+\] ", "", subject(patch)) for patch in series]
    assert len(subjects) >= 4
    assert len(set(subjects)) == len(subjects)
    assert max(map(len, subjects)) <= 75
    assert not [line for line in subjects if not re.match(r"(?:[\w/-]+: )+[A-Z]", line)]
    for patch in [converted.series / "0000-cover-letter.patch", *series]:
        assert not re.search(rb"^(Signed-off-by|Reviewed-by|Acked-by|Fixes|Link):", patch.read_bytes(), re.MULTILINE)
    for patch in series:
        message = body(patch).partition("\n---\n")[0]
        assert "Generated with fencemig" in " ".join(message.split())


def test_each_patch_names_what_is_for_a_person(converted: Converted) -> None:
    ledger = json.loads((converted.series / "ledger.json").read_bytes())
    notes = {
        name: patch.read_text().partition("\n---\n")[2].partition("\ndiff --git")[0]
        for patch in patches(converted.series)
        for name in re.findall(r"^diff --git a/(\S+)", patch.read_text(), re.MULTILINE)
    }
    for_people = [
        site
        for site in ledger["sites"]
        if site["path"] in notes and site["verdict"] in ("review", "manual") and not site["merged_into"]
    ]
    assert {site["verdict"] for site in for_people} == {"review", "manual"}
    for site in for_people:
        assert f"{Path(site['path']).name}:{site['line']}: {site['function']}()" in notes[site["path"]]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kernel with one driver: quick to convert. Tests may add output folders, and nothing else."""
    return one_driver(tmp_path_factory.mktemp("tiny"))


def test_the_same_input_gives_the_same_bytes(converted: Converted, tmp_path: Path) -> None:
    clone = clone_at(converted.tree, converted.base, converted.tree.parent / "same")
    series = []
    for jobs in ("1", "4"):
        extra = {"PYTHONHASHSEED": jobs, "XDG_CACHE_HOME": str(tmp_path / jobs)}  # spatch is to run each time
        dry = fencemig(clone, "convert", "--dry-run", "-j", jobs, "drivers", **extra)
        assert dry.out == converted.dry.out
    for jobs in ("2", "3"):
        named = ("--jobs", jobs, "--output", f"out-{jobs}", "drivers")
        assert fencemig(clone, "convert", *named, PYTHONHASHSEED=jobs, TZ=f"UTC-{jobs}").status == 0
        series.append({path.name: path.read_bytes() for path in (clone / f"out-{jobs}").iterdir()})
    assert series[0] == series[1] == {path.name: path.read_bytes() for path in converted.series.iterdir()}


def test_an_output_folder_is_replaced_only_with_force_and_when_it_is_ours(tiny: Path) -> None:
    target = tiny / "sub/series"
    assert fencemig(tiny, "convert", "--output", "sub/series", "drivers").status == 0
    (target / "notes.txt").write_text("mine")
    before = snapshot(tiny)
    refused(fencemig(tiny, "convert", "--output", "sub/series", "drivers"), "sub/series", "--force")
    assert snapshot(tiny) == before
    assert fencemig(tiny, "convert", "--output", "sub/series", "--force", "drivers").status == 0
    assert not (target / "notes.txt").exists()
    assert len(patches(target)) == 3  # the core, the driver, the last one
    assert [path.name for path in target.parent.iterdir()] == ["series"]


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling"])
def test_what_is_not_ours_is_not_replaced_even_with_force(tiny: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "series"
    if kind == "folder":
        target.mkdir()
        (target / "thesis.txt").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path if kind == "link" else tmp_path / "nowhere")
    before = snapshot(tmp_path)
    refused(fencemig(tiny, "convert", "--output", target, "--force", "drivers"), str(target))
    assert snapshot(tmp_path) == before


def test_the_output_folder_is_relative_to_the_current_folder(tiny: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    run = fencemig(here, "-C", tiny, "convert", "drivers/gpu")
    assert run.status == 0
    base = git(tiny, "rev-parse", "HEAD")
    assert [path.name for path in (here / "outgoing").iterdir()] == [f"HEAD-{base[:12]}"]
    assert run.out.decode().strip() == f"outgoing/HEAD-{base[:12]}"


def test_another_base_is_converted_without_a_checkout(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    first = git(tree, "rev-parse", "HEAD")
    git(tree, "tag", "rel/v1")
    (tree / _DRIVER).unlink()
    add(tree, "drivers/gpu/later.c", driver("\tdma_fence_signal(f);\n"))
    commit(tree, "drm: Add a driver")
    before = snapshot(tree)
    run = fencemig(tree, "convert", "--base", "rel/v1", "drivers")
    assert run.status == 0
    series = tree / f"outgoing/rel-v1-{first[:12]}"
    assert run.out.decode().strip() == f"outgoing/{series.name}"
    assert {name: state for name, state in snapshot(tree).items() if not name.startswith("outgoing")} == before
    ledger = json.loads((series / "ledger.json").read_bytes())
    assert ledger["tree"]["commit"] == first
    paths = {site["path"] for site in ledger["sites"]}
    assert _DRIVER in paths
    assert "drivers/gpu/later.c" not in paths
    refused(fencemig(tree, "convert", "--base", "nowhere", "drivers"), "nowhere")


def test_a_branch_is_never_overwritten(tiny: Path) -> None:
    before = snapshot(tiny)
    for name in ("main", "no good", "-x", "main/below"):
        refused(fencemig(tiny, "convert", f"--branch={name}", "--output", "unmade", "drivers"), name)
    assert snapshot(tiny) == before


def test_a_header_that_has_err_already_leaves_nothing_to_convert(converted: Converted, tmp_path: Path) -> None:
    clone = clone_at(converted.tree, converted.base, tmp_path / "clone")
    git(clone, "am", "--quiet", *map(str, patches(converted.series)))
    run = fencemig(clone, "convert", ".")
    assert (run.status, run.out, run.err) == (0, b"", "fencemig: nothing to convert\n")
    assert not (clone / "outgoing").exists()
    scanned = fencemig(clone, "scan", "--format", "json", "drivers").ledger
    assert scanned["tree"]["generation"] == "err"
    assert not {"convert", "review", "unreached"} & set(verdicts(scanned["sites"]))


# --- input that nobody likes ---------------------------------------------------------------------------------------


def patch_of(tree: Path, path: str) -> Iterator[bytes]:
    """The lines that a dry run takes away and adds in a file."""
    run = fencemig(tree, "convert", "--dry-run", path)
    assert run.status == 0, run
    for line in run.out.splitlines(keepends=True):
        if line[:1] in b"-+" and line[:4] not in (b"--- ", b"+++ "):
            yield line


@pytest.mark.usefixtures("own_cache")
def test_no_cocciconfig_applies(tiny: Path, tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    plain = fencemig(tree, "convert", "--dry-run", "drivers")
    (tmp_path / "home").mkdir()
    config = "[spatch]\n\toptions = --max-width 20\n\toptions = --disallow-nested-exps --no-such-option\n"
    for folder in (tree, tree / "drivers", tmp_path / "home"):
        (folder / ".cocciconfig").write_text(config)
    again = fencemig(tree, "convert", "--dry-run", "drivers", HOME=str(tmp_path / "home"), XDG_CACHE_HOME=None)
    assert (again.status, again.out) == (0, plain.out)
    assert again.out


_MERGED = driver("\tdma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f);\n")


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


def test_a_path_may_be_named_through_a_link(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tiny)
    direct = fencemig(tiny, "scan", "--format", "json", "drivers/gpu")
    for run in (
        fencemig(tiny, "scan", "--format", "json", tmp_path / "link/drivers/gpu"),
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


def test_the_users_settings_change_no_byte(tiny: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[user]\n\tname = Test Person\n\temail = test@example.org\n"
        "[diff]\n\tnoprefix = true\n\tcontext = 9\n\talgorithm = histogram\n\texternal = false\n"
        "[format]\n\tsignOff = true\n\tsubjectPrefix = RFC\n\tsuffix = .txt\n\tattach = true\n"
        "[color]\n\tui = always\n[core]\n\tabbrev = 40\n\tpager = false\n\tautocrlf = true\n"
        "[commit]\n\tgpgSign = true\n"
    )
    plain = fencemig(tiny, "convert", "--output", tmp_path / "plain", "drivers")
    odd = fencemig(tiny, "convert", "--output", tmp_path / "odd", "drivers", GIT_CONFIG_GLOBAL=str(config))
    assert plain.status == odd.status == 0
    series: list[dict[str, Any]] = [
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("plain", "odd")
    ]
    assert series[0] == series[1]


# --- one file that spatch cannot deal with -----------------------------------------------------------------------

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
