# SPDX-License-Identifier: GPL-2.0-only
"""explain: the examples of the rules are what the rules do, and a site is told what its verdict rests on."""

import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from helpers import FENCEMIG, PROJECT, Run, add, environment, fencemig, put_tool, refused
from hypothesis import given
from hypothesis import strategies as st

from fencemig.conditions import CONDITIONS
from fencemig.errors import UserError
from fencemig.explain import Place, explain_rule, nearest, place_of, sites_at
from fencemig.migration import Rule, load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, survey
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import find_spatch

MIGRATION = load_migration(PROJECT / "semantic_patches" / "dma_fence_signal")
_TREE = PROJECT / "kernel_fixtures" / "tree"
_HEAD = "#include <linux/dma-fence.h>\n\nint wren(struct dma_fence *f, int ret, struct wren *p, ktime_t now)\n{\n"
_BROKEN = 'case "$*" in *--version*) echo "spatch version 1.1.1";; esac; exit 1'
_LOCALS = ("\tunsigned long flags;\n", "\tbool late;\n")


def bare_kernel(folder: Path, generation: str) -> Path:
    """A kernel without drivers."""
    shutil.copytree(_TREE / generation / "include", folder / "include")
    for name in ("MAINTAINERS", "Kbuild", "Makefile"):
        shutil.copy(_TREE / generation / name, folder)
    return folder


# --- rules --------------------------------------------------------------------------------------------------------


def function(example: str) -> str:
    """An example in a function that has the names it uses; `late` decides, and `flags` goes with the lock."""
    locals_ = "".join(line for line in _LOCALS if line.split()[-1].rstrip(";") in re.findall(r"\w+", example))
    body = "".join(f"\t{line}\n" if line else "\n" for line in example.strip("\n").split("\n"))
    return f"{_HEAD}{locals_}\n{body}}}\n" if locals_ else f"{_HEAD}{body}}}\n"


def words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


@pytest.mark.parametrize("generation", ["void", "int"])
def test_the_examples_are_what_the_rules_do(generation: str, tmp_path: Path) -> None:
    tree = bare_kernel(tmp_path, generation)
    rules = {rule.id: rule for rule in MIGRATION.rules_for(generation)}
    if generation == "int":
        rules = {name: rules[name] for name in ("check_int_truth", "check_int_errno")}
    for name, rule in rules.items():
        add(tree, f"drivers/{name}/wren.c", function(rule.before))
    found = survey(Request(open_tree(tree, None), MIGRATION, find_spatch(), ("drivers",), 2, 60, lambda *_: None))
    after = {change.path: change.after.decode() for change in found.changes}
    for name, rule in rules.items():
        path = f"drivers/{name}/wren.c"
        rows = {site.rule for site in found.sites if site.path == path and site.verdict is not Verdict.KEEP}
        assert rows == {rule.row or name}, name
        wanted = function(rule.after) if rule.after else function(rule.before)
        assert words(after.get(path, function(rule.before))) == words(wanted), name


@pytest.mark.parametrize("rule", MIGRATION.rules, ids=lambda rule: rule.id)
def test_a_rule_is_explained_in_full(rule: Rule) -> None:
    said = explain_rule(MIGRATION, rule.id).plain
    lines = [line.strip() for line in said.splitlines()]
    for line in rule.file.read_text().splitlines():
        if line.startswith("//"):  # of the header, which is one paragraph
            assert "SPDX" in line or line.removeprefix("//").strip() in said, line
        else:
            assert line.expandtabs(8).strip() in lines, line
    for line in (*rule.before.splitlines(), *rule.after.splitlines()):
        assert line.strip() in lines
    for condition in rule.conditions:
        summary = (CONDITIONS[condition].__doc__ or "").split()
        assert " ".join(summary[1:4]) in said
    for name in rule.pure:
        assert f"- {name} has no side effect" in said
    assert ("\nAfter\n" in said) is (rule.verdict is not Verdict.MANUAL)


@pytest.mark.parametrize("row", list(MIGRATION.filed))
def test_whatever_a_site_is_filed_under_can_be_explained(row: str) -> None:
    said = explain_rule(MIGRATION, row).plain
    assert said.startswith(f"{row}\n{MIGRATION.filed[row].rstrip('.')}.\n")
    assert ("Semantic patch" in said) is not ("a person decides" in said)


def test_a_row_of_several_rules_shows_them_all() -> None:
    said = explain_rule(MIGRATION, "check_open_coded").plain
    assert re.findall(r"^(\S+\.cocci)  ", said, re.MULTILINE) == [
        "06-check_open_coded_early.cocci",
        "44-check_open_coded.cocci",
        "45-check_open_coded_guard.cocci",
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("merge_adjcent", "merge_adjacent"), ("residual_stor", "residual_store"), ("plain_carry", "plain_carried")],
)
def test_an_unknown_rule_is_told_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(UserError, match=rf"'{name}'; the nearest: {meant}, \w+, \w+$"):
        explain_rule(MIGRATION, name)


@given(st.text(max_size=20), st.sets(st.text(min_size=1, max_size=8), min_size=1))
def test_something_is_always_near(name: str, known: set[str]) -> None:
    assert nearest(name, known).split(", ")[0] in {one.split(", ")[0] for one in known}


# --- places -------------------------------------------------------------------------------------------------------

_PATHS = st.from_regex(r"[\w. -]+(/[\w.: -]*[\w.-])*\.[ch]", fullmatch=True)


@given(_PATHS, st.one_of(st.just(""), st.from_regex(r"[a-z_]\w*", fullmatch=True)), st.integers(1, 99))
def test_an_id_is_read_back(path: str, function: str, number: int) -> None:
    for callee in ("dma_fence_signal", "->error", "SIGNALED_BIT"):
        rest = f"{function}:{callee}#{number}"
        assert place_of(f"{path}:{rest}") == Place(path, None, rest)


@given(_PATHS, st.integers(1, 99999))
def test_a_line_is_read_back(path: str, line: int) -> None:
    assert place_of(f"{path}:{line}") == place_of(f"{path}:{line}:7") == Place(path, line, None)


@given(st.from_regex(r"[a-z_]+", fullmatch=True))
def test_a_rule_is_no_place(name: str) -> None:
    assert place_of(name) is None


@given(_PATHS)
def test_a_file_is_a_place_without_a_line(path: str) -> None:
    assert place_of(path) == Place(path, None, None)


def test_a_file_without_sites() -> None:
    with pytest.raises(UserError, match=r"^a\.c has no site$"):
        sites_at(Place("a.c", 3, None), "a.c", [])


# --- sites --------------------------------------------------------------------------------------------------------

_DRIVER = "drivers/gpu/drm/finch"
_FINCH = """\
#include <linux/dma-fence.h>

struct finch_job {
	struct dma_fence done;
	struct dma_fence idle;
};

static void finch_fail(struct finch_job *job, int err)
{
	dma_fence_set_error(&job->done, err);
}

static void finch_done(struct finch_job *job)
{
	dma_fence_signal(&job->done);
}

static void finch_idle(struct finch_job *job)
{
	dma_fence_signal(&job->idle);
}

static void finch_kill(struct finch_job *job)
{
	dma_fence_set_error(&job->idle, -EIO);
	dma_fence_signal(&job->idle);
}

static void finch_pop(struct finch_job **jobs)
{
	dma_fence_signal(&(*jobs++)->idle);
}
"""
_OTHER = """\
#include <linux/dma-fence.h>

struct siskin {
	struct dma_fence flipped;
};

void siskin_fail(struct siskin *s)
{
	dma_fence_set_error(&s->flipped, -EIO);
}
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = bare_kernel(tmp_path_factory.mktemp("explain") / "linux", "void")
    add(tree, f"{_DRIVER}/finch.c", _FINCH)
    add(tree, "drivers/gpu/drm/siskin/siskin.c", _OTHER)
    return tree


def explained(kernel: Path, site: str) -> str:
    run = fencemig(kernel, "explain", site)
    assert run.status == 0, run
    assert run.err == ""
    return run.out.decode()


def parts(said: str) -> dict[str, list[str]]:
    """Title → lines, of the parts of an explanation."""
    found = re.findall(r"^(\w[^\n]*)\n((?:[ >][^\n]*\n)+)", said, re.MULTILINE)
    return {title: [line.strip() for line in text.splitlines()] for title, text in found}


def line_of(code: str, nth: int = 1) -> int:
    return [number for number, line in enumerate(_FINCH.splitlines(), 1) if code in line][nth - 1]


def test_a_merge(kernel: Path) -> None:
    store, signal = line_of("-EIO"), line_of("-EIO") + 1
    said = explained(kernel, f"{_DRIVER}/finch.c:finch_kill:dma_fence_signal#1")
    assert said.splitlines()[1].startswith("convert  merge_adjacent: ")
    told = parts(said)
    assert told["Before"] == ["dma_fence_signal(&job->idle)"]
    assert told["After"] == ["dma_fence_signal(&job->idle, -EIO)"]
    assert any(f"line {store}: dma_fence_set_error(&job->idle, -EIO)" in line for line in told["Found"])
    assert any("label" in line for line in told["Looked for, and not found"])
    gone = parts(explained(kernel, f"{_DRIVER}/finch.c:{store}"))
    assert gone["After"] == [f"gone into {_DRIVER}/finch.c:finch_kill:dma_fence_signal#1"]
    assert any(f"in line {signal}" in line for line in gone["Found"])


def test_the_code_stands_around_the_site(kernel: Path) -> None:
    line = line_of("&job->idle);")
    code = parts(explained(kernel, f"{_DRIVER}/finch.c:{line}"))["Code"]
    marked = [shown for shown in code if shown.startswith(">")]
    assert [shown.split(maxsplit=2)[1:] for shown in marked] == [[str(line), "dma_fence_signal(&job->idle);"]]
    numbers = [int(re.findall(r"\d+", shown)[0]) for shown in code]
    assert numbers == list(range(line - 6, line + 7))


def test_the_code_ends_with_the_file(kernel: Path) -> None:
    last = len(_FINCH.splitlines())
    code = parts(explained(kernel, f"{_DRIVER}/finch.c:{line_of('jobs++')}"))["Code"]
    assert code[-1].split() == [str(last), "}"]


def test_a_plain_signal_is_told_of_the_stores_that_are_not_its(kernel: Path) -> None:
    told = parts(explained(kernel, f"{_DRIVER}/finch.c:finch_idle:dma_fence_signal#1"))
    assert "- the signal is about 'idle' of struct finch_job" in told["Found"]
    missed = told["Looked for, and not found"]
    store = f"finch_fail(), {_DRIVER}/finch.c:{line_of('->done, err')}"
    assert f"- an error for this fence in {store}: that is about 'done' of struct finch_job" in missed
    assert any("other drivers: 1 left, none" in line for line in missed)
    assert not any("siskin" in line for line in missed)


def test_a_carried_signal_is_told_of_the_stores(kernel: Path) -> None:
    said = explained(kernel, f"{_DRIVER}/finch.c:finch_done:dma_fence_signal#1")
    assert said.splitlines()[1].startswith("review  plain_carried: ")
    store = f"finch_fail(), {_DRIVER}/finch.c:{line_of('->done, err')}"
    assert f"- {store} stores an error for 'done' of struct finch_job" in parts(said)["Found"]


def test_a_manual_site(kernel: Path) -> None:
    said = explained(kernel, f"{_DRIVER}/finch.c:finch_pop:dma_fence_signal#1")
    assert said.splitlines()[1].startswith("manual  side_effect: ")
    assert said.splitlines()[2] == "'jobs++' has a side effect"
    assert "After" not in parts(said)


def test_all_sites_of_a_line(kernel: Path, tmp_path: Path) -> None:
    tree = bare_kernel(tmp_path / "linux", "void")
    add(tree, "drivers/a.c", "void f(struct dma_fence *x)\n{\n\tdma_fence_signal(x); /* dma_fence_signal() */\n}\n")
    said = explained(tree, "drivers/a.c:3")
    assert re.findall(r"^drivers/a\.c:3:\d+  (\S+)$", said, re.MULTILINE) == [
        "drivers/a.c:f:dma_fence_signal#1",
        "drivers/a.c:f:dma_fence_signal#2",
    ]


def test_paths_are_relative_to_the_tree_or_to_the_folder(kernel: Path) -> None:
    place = f"finch.c:{line_of('jobs++')}"
    at_top = explained(kernel, f"{_DRIVER}/{place}")
    assert explained(kernel / _DRIVER, place) == at_top
    assert explained(kernel / _DRIVER, f"{_DRIVER}/{place}") == at_top  # an id out of a ledger, from anywhere
    outside = fencemig(kernel.parent, "explain", "-C", kernel, f"{_DRIVER}/{place}")
    assert outside.out.decode() == at_top


def test_a_rule_needs_neither_tree_nor_spatch(tmp_path: Path) -> None:
    run = fencemig(tmp_path, "explain", "merge_gap", PATH="/nowhere")
    assert (run.status, run.err) == (0, "")
    assert run.out.decode() == explain_rule(MIGRATION, "merge_gap").plain


def test_a_file_is_told_its_sites(kernel: Path) -> None:
    codes = ["set_error(&job->done", "signal(&job->done", "signal(&job->idle", "-EIO", "jobs++"]
    lines = sorted([*map(line_of, codes), line_of("signal(&job->idle", 2)])
    places = ", ".join(f"{_DRIVER}/finch.c:{line}" for line in lines)
    refused(fencemig(kernel, "explain", f"{_DRIVER}/finch.c"), f"name one of its sites: {places}\n")
    refused(fencemig(kernel / _DRIVER, "explain", "finch.c"), f"name one of its sites: {places}\n")
    refused(fencemig(kernel, "explain", f"{_DRIVER}/finsh.c"), "does not exist", f"the nearest: {_DRIVER}/finch.c")
    refused(fencemig(kernel, "explain", _DRIVER), "a site is PATH:LINE")


def test_of_many_sites_of_a_file_the_first_are_told(kernel: Path, tmp_path: Path) -> None:
    tree = bare_kernel(tmp_path / "linux", "void")
    calls = "\tdma_fence_signal(x);\n" * 25
    add(tree, "drivers/a.c", f"void f(struct dma_fence *x)\n{{\n{calls}}}\n")
    refused(fencemig(tree, "explain", "drivers/a.c"), "drivers/a.c:22 and 5 more\n")


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("plain", "convert"),
        ("plain_carried", "review"),
        ("check_existing", "convert, or review where an error is carried"),
    ],
)
def test_what_is_carried_is_for_review(name: str, verdict: str) -> None:
    said = explain_rule(MIGRATION, name).plain
    assert re.search(rf"^4\d-(?:plain|check_existing)\.cocci  {verdict}; generations", said, re.MULTILINE)
    assert ("\nCarried: an error may have been stored" in said) is (name != "plain")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("merge_adjacnt", "merge_adjacent"),
        (f"{_DRIVER}/finsh.c:12", f"{_DRIVER}/finch.c"),
        (f"{_DRIVER}/finch.c:{line_of('jobs++') + 1}", f"{_DRIVER}/finch.c:{line_of('jobs++')}, "),
        (f"{_DRIVER}/finch.c:finch_idel:dma_fence_signal#1", "finch_idle:dma_fence_signal#1"),
        (f"{_DRIVER}/finch.c:finch_idle:dma_fence_signal#2", "finch_idle:dma_fence_signal#1"),
        (f"{_DRIVER}:3", f"{_DRIVER} has no site"),
        ("../elsewhere.c:3", "the nearest: "),
    ],
)
def test_what_is_unknown_is_told_the_nearest(kernel: Path, name: str, meant: str) -> None:
    refused(fencemig(kernel, "explain", name), meant)


def test_an_unreached_site(kernel: Path, tmp_path: Path) -> None:
    broken = put_tool(tmp_path / "bin", "spatch", _BROKEN)
    run: Run = fencemig(kernel, "explain", f"{_DRIVER}/finch.c:{line_of('jobs++')}", PATH=broken)
    assert run.status == 3
    assert run.out.decode().splitlines()[1].startswith("unreached  no rule")


def test_colours_on_a_terminal_only(kernel: Path) -> None:
    command = [FENCEMIG, "explain", f"{_DRIVER}/finch.c:finch_pop:dma_fence_signal#1"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=kernel, stdout=theirs, env=environment({"TERM": "xterm-256color", "PAGER": "cat"})
    ):
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    assert b"\x1b[" in shown
    assert b"\x1b" not in fencemig(kernel, *command[1:]).out


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how a terminal on Linux says that the other side is gone
        return b""
