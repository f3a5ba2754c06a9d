# SPDX-License-Identifier: GPL-2.0-only
"""The example of docs/own-migration.md, a rename: every command on a small kernel, and Linux 6.12 held against 7.3.

On 6.12 a part of the tree is converted, or all of it where WHOLE is set: `make own-migration`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import PROJECT
from helpers import Run, add, commit, fencemig, git, refused

from fencemig import syntax
from fencemig.migration import KEYS, load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, Survey, survey
from fencemig.series.cover import Part, cover_letter
from fencemig.series.texts import Origin
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import find_spatch

FOLDER = PROJECT / "semantic_patches/timer_delete_sync"
HEADER = "include/linux/timer.h"
OLD, NEW = b"del_timer_sync", b"timer_delete_sync"
PARTS = (".",) if os.environ.get("WHOLE") else ("drivers/input", "drivers/usb", "net/mac80211")

MAINTAINERS = """\
PLOVER DRIVER
M:	Pat Plover <plover@example.org>
F:	drivers/plover/

KNOT NETWORKING
M:	Kim Knot <knot@example.org>
F:	net/knot/

TIMERS
M:	Tess Timer <timer@example.org>
F:	include/linux/timer.h
"""
PLOVER = """\
#include <linux/timer.h>

void plover_stop(struct plover *p)
{
	scoped_guard(mutex, &p->mutex)
		del_timer_sync(&p->timer);
}
"""
KNOT = """\
#include <linux/timer.h>

/* del_timer_sync() may sleep. */
int knot_stop(struct knot *k)
{
	timer_delete_sync(&k->slow);
	return del_timer_sync(&k->fast) &&
\t       del_timer_sync(&k->late);
}
"""


@dataclass(frozen=True)
class Own:
    """A small kernel in git, and a folder with a migration outside of it and of the project."""

    tree: Path
    migration: Path

    def run(self, *arguments: str | Path) -> Run:
        """Run a command of fencemig in the tree; the folder is named as people name folders."""
        command, *others = arguments
        return fencemig(self.tree, command, "--migration", os.path.relpath(self.migration, self.tree), *others)


@pytest.fixture
def own(tmp_path: Path) -> Own:
    folder = tmp_path / "mine" / "timers"
    shutil.copytree(FOLDER, folder)
    shutil.copy(FOLDER.parent / "dma_fence_signal/kernel-macros.h", folder)
    manifest = folder / "migration.toml"
    manifest.write_text(manifest.read_text().replace("../dma_fence_signal/kernel-macros.h", "kernel-macros.h"))
    tree = tmp_path / "linux"
    shutil.copytree(FOLDER / "fixtures/tree/wrapper", tree)
    for path, text in {
        "MAINTAINERS": MAINTAINERS,
        "Kbuild": "",
        "include/linux/dma-fence.h": "",
        "drivers/plover/main.c": PLOVER,
        "net/knot/main.c": KNOT,
    }.items():
        add(tree, path, text)
    commit(tree)
    return Own(tree, folder)


def test_every_call_is_found_and_judged(own: Own) -> None:
    run = own.run("scan", "--format", "json", ".")
    assert run.status == 0, run.err
    judged = {(site["path"], site["callee"], site["verdict"], site["after"]) for site in run.ledger["sites"]}
    assert judged == {
        ("drivers/plover/main.c", "del_timer_sync", "convert", "timer_delete_sync(&p->timer)"),
        ("net/knot/main.c", "del_timer_sync", "keep", None),
        ("net/knot/main.c", "timer_delete_sync", "keep", None),
        ("net/knot/main.c", "del_timer_sync", "convert", "timer_delete_sync(&k->fast)"),
        ("net/knot/main.c", "del_timer_sync", "convert", "timer_delete_sync(&k->late)"),
        (HEADER, "del_timer_sync", "core", None),
        (HEADER, "timer_delete_sync", "core", None),
        (HEADER, "del_timer_sync", "keep", None),
        (HEADER, "timer_delete_sync", "keep", None),
        (HEADER, "try_to_del_timer_sync", "keep", None),
    }
    assert run.ledger["totals"]["convert"] == 3
    assert run.ledger["tree"]["generation"] == "wrapper"


def test_the_diff_renames_calls_and_nothing_else(own: Own) -> None:
    out = own.run("convert", "--dry-run", ".").out.decode()
    changed = [line for line in out.splitlines() if re.match(r"[-+](?![-+])", line)]
    assert changed == [
        "-\treturn del_timer_sync(&k->fast) &&",
        "-\t       del_timer_sync(&k->late);",
        "+\treturn timer_delete_sync(&k->fast) &&",
        "+\t       timer_delete_sync(&k->late);",
        "-\t\tdel_timer_sync(&p->timer);",
        "+\t\ttimer_delete_sync(&p->timer);",
    ]


def test_the_series_speaks_of_timers_and_drops_the_wrapper(own: Own) -> None:
    made = own.run("convert", "--output", "../out", ".")
    assert made.status == 0, made.err
    mails = {path.name[:4]: path.read_text() for path in sorted((own.tree.parent / "out").glob("*.patch"))}
    subjects = [
        " ".join(re.findall(r"^Subject: (.*(?:\n .*)*)", mail, re.MULTILINE)[0].split()) for mail in mails.values()
    ]
    assert subjects == [
        "[PATCH 0/3] treewide: Switch to timer_delete_sync()",
        "[PATCH 1/3] net: knot: Switch to timer_delete_sync()",
        "[PATCH 2/3] plover: main: Switch to timer_delete_sync()",
        "[PATCH 3/3] timer: Drop del_timer_sync()",
    ]
    for mail in mails.values():
        assert not re.search(r"fence(?!mig)|signal|\berror\b", mail.replace("include/linux/dma-fence.h", "")), mail
    assert "The last patch drops del_timer_sync()" in " ".join(mails["0000"].split())
    assert "knot_stop()" in mails["0001"]
    assert "To: Kim Knot <knot@example.org>" in mails["0001"]

    proof = own.run("verify", "--level", "apply", "../out")
    assert proof.status == 0, proof.err
    explained = own.run("explain", "net/knot/main.c:7")
    assert "timer_delete_sync(&k->fast)" in explained.out.decode()
    assert own.run("explain", "rename").status == 0

    git(own.tree, "am", "--empty=drop", *(str(path) for path in sorted((own.tree.parent / "out").glob("*.patch"))))
    assert "del_timer_sync" not in (own.tree / HEADER).read_text().replace("try_to_del_timer_sync", "")
    again = own.run("convert", "--output", "../again", ".")
    assert (again.status, "nothing to convert" in again.err) == (0, True)
    status = own.run("status", "--format", "json", "../out")
    assert [patch["state"] for patch in status.ledger["patches"]] == ["applied"] * 3


def test_the_wrapper_stays_while_somebody_calls_it(own: Own) -> None:
    own.run("convert", "--output", "../out", "drivers")
    mails = sorted((own.tree.parent / "out").glob("*.patch"))
    assert [path.name[:4] for path in mails] == ["0000", "0001"]
    cover = mails[0].read_text()
    assert "del_timer_sync() stays" in cover
    assert "net/knot/main.c: 2 calls" in cover


def test_a_series_is_looked_at_with_its_own_migration(own: Own) -> None:
    own.run("convert", "--output", "../out", "drivers")
    for command in ("verify", "status"):
        refused(fencemig(own.tree, command, "../out"), "made by the migration timer_delete_sync", "--migration")
    command = own.run("status", "--format", "json", "../out").ledger["next"]
    assert f"--migration {os.path.relpath(own.migration, own.tree)} " in command


def test_of_many_files_that_keep_the_wrapper_some_are_named() -> None:
    files = [f"drivers/{number}.c: 1 call" for number in range(500)]
    origin = Origin("0" * 40, None, "wrapper", "fencemig convert drivers", "1", "1")
    cover = cover_letter(Part((), {}, {}, files), load_migration(FOLDER).texts, origin, "")
    named = re.findall(r"^  (drivers/\d+\.c: 1 call)$", cover, re.MULTILINE)
    assert named == files[: len(named)]
    assert len(named) < 100
    assert f"  and {500 - len(named)} more files" in cover


def test_one_patch_for_all_drops_it_too(own: Own) -> None:
    own.run("convert", "--layout", "flag-day", "--output", "../out", ".")
    _, patch = sorted((own.tree.parent / "out").glob("*.patch"))
    text = patch.read_text()
    assert "treewide: Switch to timer_delete_sync()" in text
    assert "drop the wrapper" in " ".join(text.split())
    assert "-static inline int del_timer_sync" in text


def test_a_caller_that_came_too_late_is_converted(own: Own) -> None:
    shutil.copy(FOLDER / "fixtures/tree/dropped" / HEADER, own.tree / HEADER)
    run = own.run("scan", "--format", "json", "drivers")
    assert (run.ledger["tree"]["generation"], run.ledger["totals"]["convert"]) == ("dropped", 1)


def test_the_guide_shows_what_is_in_the_folder() -> None:
    guide = (PROJECT / "docs/own-migration.md").read_text()
    manifest = (FOLDER / "migration.toml").read_text()
    rules = [path.read_text() for path in FOLDER.glob("*.cocci")]
    toml, smpl = (
        re.findall(r"^```toml\n(.*?)^```", guide, re.M | re.S),
        re.findall(r"^```\n(.*?)^```", guide, re.M | re.S),
    )
    assert len(toml) == 5
    assert [block for block in toml if block.strip() not in manifest] == []
    assert [block for block in smpl if "@" in block and not any(block in rule for rule in rules)] == []


def test_the_guide_explains_every_key_that_the_loader_knows() -> None:
    """Headings name the tables, first columns the keys; a table of several headings is checked for the first."""
    guide = (PROJECT / "docs/own-migration.md").read_text().partition("## The keys of migration.toml")[2]
    told: dict[str, set[str]] = {}
    for section in guide.split("\n### ")[1:]:
        heading, _, body = section.partition("\n")
        named = re.match(r"`\[+([\w.]+)", heading)
        cells = re.findall(r"^\| (`.*?) \|", body, re.MULTILINE)
        told[named[1] if named else ""] = {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}
    assert told == KEYS


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_copy_that_the_guide_begins_with_is_a_migration() -> None:
    guide = (PROJECT / "docs/own-migration.md").read_text()
    commands = re.findall(r"^```sh\n(.*?)^```", guide, re.M | re.S)[0]
    subprocess.run(["sh", "-e", "-c", commands], cwd=PROJECT, check=True)
    mine = load_migration(Path.home() / "mine")
    assert (mine.name, mine.macros) == ("timer_delete_sync", Path.home() / "mine/kernel-macros.h")


def test_a_report_of_a_rule_that_is_not_there_is_named_with_its_file(own: Own) -> None:
    _edit(own.migration / "10-rename.cocci", 'report("rename"', 'report("renam"')
    run = own.run("convert", "--output", "../out", ".")
    refused(run, "10-rename.cocci reports the rule 'renam', which migration.toml does not have")
    assert not (own.tree.parent / "out").exists()


@pytest.mark.usefixtures("own_cache")
def test_needs_that_a_match_does_without_are_refused(own: Own) -> None:
    """spatch sees both drivers together, and so the rule in a file that lacks the word."""
    _edit(own.migration / "migration.toml", 'needs = ["del_timer_sync"]', 'needs = ["scoped_guard"]')
    refused(own.run("scan", "--jobs", "1", "."), "rule rename matched in net/knot/main.c", "needs")


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "around"),
    [
        ("10-rename.cocci", "(...)\n", "(...\n", "@script:python@", "@"),
        ("10-rename.cocci", "<< rename.", "<< renam.", "call << renam.call;", "renam"),
        ("10-rename.cocci", "@rename@", "@merge@", "@merge@", "merge"),
        ("00-probe.cocci", "(...)\n", "(...\n", "@script:python@", "@"),
    ],
)
def test_a_semantic_patch_that_does_not_parse_ends_the_run(
    own: Own, file: str, old: str, new: str, line: str, around: str
) -> None:
    _edit(own.migration / file, old, new)
    number = (own.migration / file).read_text().splitlines().index(line) + 1
    run = own.run("convert", "--output", "../out", ".")
    refused(run, f"{file}: spatch cannot parse it: line {number}, around '{around}'")
    assert not (own.tree.parent / "out").exists()


def test_semantic_patches_that_parse_alone_only_are_told_apart(own: Own) -> None:
    second = (own.migration / "10-rename.cocci").read_text()
    (own.migration / "20-again.cocci").write_text(second)
    manifest = (own.migration / "migration.toml").read_text()
    start, end = manifest.index("[[rules]]"), manifest.index("[texts]")
    again = manifest[start:end].replace('"rename"', '"again"').replace("10-rename", "20-again")
    (own.migration / "migration.toml").write_text(manifest[:end] + again + manifest[end:])
    refused(own.run("scan", "."), "10-rename.cocci, 20-again.cocci: spatch can parse each", "'rename'")


def test_a_name_that_the_probe_lacks_is_asked_for(own: Own) -> None:
    _edit(own.migration / "00-probe.cocci", "{del_timer_sync, ", "{")
    run = own.run("scan", "--format", "json", "drivers")
    reasons = {site["reason"] for site in run.ledger["sites"] if site["verdict"] == "unreached"}
    assert [reason for reason in reasons if "is its name in the probe's braces?" not in reason] == []
    assert reasons


def test_a_rename_of_the_same_length_leaves_long_lines_alone(own: Own) -> None:
    """cancel_delayed_work_sync() and delayed_work_cancel_sync(), in lines that have more than 100 columns."""
    for path in [*own.migration.rglob("*.*"), own.tree / HEADER]:
        if path.suffix in (".cocci", ".toml", ".c", ".h") and path.name != "kernel-macros.h":
            text = path.read_text().replace("timer_delete_sync", "delayed_work_cancel_sync")
            path.write_text(re.sub(r"(?<!try_to_)del_timer_sync", "cancel_delayed_work_sync", text))
    why = "/* cancel_delayed_work_sync() waits for the callback, and more words to be over a hundred columns */"
    add(own.tree, "drivers/plover/main.c", PLOVER.replace("del_timer_sync", "cancel_delayed_work_sync").replace(
        "->timer);\n", f"->timer);\t{why}\n"))  # fmt: skip
    commit(own.tree, "Long lines")
    out = own.run("convert", "--dry-run", "drivers").out.decode()
    assert re.findall(r"^[-+](?![-+]).*", out, re.MULTILINE) == [
        f"-\t\tcancel_delayed_work_sync(&p->timer);\t{why}",
        f"+\t\tdelayed_work_cancel_sync(&p->timer);\t{why}",
    ]


def _fixtures(folder: Path) -> subprocess.CompletedProcess[str]:
    """What `make fixtures MIGRATION=folder` runs."""
    command = re.findall(r"^fixtures: setup\n\t@?\$\(BIN\)/python (.*)", (PROJECT / "Makefile").read_text(), re.M)[0]
    argv = [sys.executable, *command.split(), "-p", "no:cacheprovider"]
    env = {**os.environ, "MIGRATION": str(folder)}
    return subprocess.run(argv, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)


def test_fixtures_of_a_folder_elsewhere_are_run(own: Own) -> None:
    expected = own.migration / "fixtures/rules/rename/change_calls.expected.c"
    expected.write_text(expected.read_text().replace("return timer_delete_sync", "return del_timer_sync"))
    run = _fixtures(own.migration)
    assert run.returncode == 1
    # Two generations of one fixture; the look-alikes, and that both kinds are there.
    assert "2 failed, 2 passed" in run.stdout
    for line in (
        f"--- expected text of {expected}",
        "-\treturn del_timer_sync(&d->timer) != 0;",
        "+\treturn timer_delete_sync(&d->timer) != 0;",
    ):
        assert run.stdout.count(f"\n{line}\n") == 2, run.stdout
    assert "assert " not in run.stdout and "Error" not in run.stdout, run.stdout


def test_verdicts_of_fixtures_that_differ_are_shown(own: Own) -> None:
    for name in ("change_calls.c", "change_calls.expected.c"):
        _edit(
            own.migration / "fixtures/rules/rename" / name,
            "dunlin_was_armed:del_timer_sync#1 = convert",
            "x:y#1 = keep",
        )
    said = _fixtures(own.migration).stdout
    assert said.count("\n+dunlin_was_armed:del_timer_sync = convert [rename]\n") == 2, said
    assert "--- expected text" not in said


def test_fixtures_that_cannot_be_run_say_so_at_once(own: Own) -> None:
    bare, bad = own.migration.parent / "bare", own.migration.parent / "bad"
    shutil.copytree(own.migration, bare, ignore=shutil.ignore_patterns("fixtures"))
    shutil.copytree(own.migration, bad)
    _edit(bad / "migration.toml", "probe =", "prob =")
    for folder, said in (
        (Path("/nope"), "/nope has no migration.toml"),
        (bare, f"{bare} has no fixtures/rules"),
        (bad, f"{bad}/migration.toml: unknown key 'prob'"),
    ):
        run = _fixtures(folder)
        assert run.returncode == 2
        assert f"\n{said}\n" in run.stdout
        assert "passed" not in run.stdout and "Traceback" not in run.stdout + run.stderr


# Linux 6.12 held against 7.3, where people have made the same change.


@pytest.fixture(scope="module")
def converted(kernel_6_12: Path) -> Survey:
    tree = open_tree(kernel_6_12, None)
    jobs = len(os.sched_getaffinity(0))
    return survey(Request(tree, load_migration(FOLDER), find_spatch(), PARTS, jobs, 60, lambda *_: None))


@pytest.mark.xdist_group("own-migration")
def test_no_site_of_6_12_is_missed(converted: Survey, kernel_6_12: Path) -> None:
    """The sites are all words with one of the names; what is a call, with comments and strings gone, is converted."""
    words: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for path in _files(kernel_6_12):
        text = (kernel_6_12 / path).read_bytes()
        words[path] = len(re.findall(rb"\w*(?:%b|%b)\w*" % (OLD, NEW), text))
        calls[path] = len(re.findall(rb"\b%b\s*\(" % OLD, _code(text)))
    assert Counter(site.path for site in converted.sites) == +words
    del calls[HEADER]
    assert Counter(site.path for site in converted.sites if site.verdict is Verdict.CONVERT) == +calls
    assert {site.verdict for site in converted.sites} <= {Verdict.CONVERT, Verdict.KEEP, Verdict.CORE}


@pytest.mark.xdist_group("own-migration")
def test_nothing_but_the_name_changes(converted: Survey) -> None:
    """White space aside: lines may be broken anew where the longer name needs it."""
    for change in converted.changes:
        before, after = (b"".join(text.replace(NEW, OLD).split()) for text in (change.before, change.after))
        assert after == before, change.path
        sites = [site for site in converted.sites if site.path == change.path and site.verdict is Verdict.CONVERT]
        assert change.after.count(NEW) == change.before.count(NEW) + len(sites), change.path


@dataclass
class Comparison:
    """The functions that the conversion changed, by what 7.3 has in their place."""

    same: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)  # changed in other ways, too, with each of our calls in it
    gone: list[str] = field(default_factory=list)  # there is no such file or function
    other: list[str] = field(default_factory=list)  # a call of ours is not there, with those that are
    contradictions: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (f"{len(places)} {name}" for name, places in vars(self).items())
        return "\n".join(["functions in 7.3: " + ", ".join(counts), *(f"  {place}" for place in self.other)])


@pytest.mark.xdist_group("own-migration")
def test_7_3_has_what_comes_out(converted: Survey, kernel_7_3: Path) -> None:
    """A function that differs in 7.3 by the name alone must be the same after the conversion, to the last blank."""
    calls: dict[str, set[str]] = {}
    for site in converted.sites:
        if site.after is not None:
            calls.setdefault(site.path, set()).add("".join(site.after.split()))
    found = Comparison()
    for change in converted.changes:
        newer = kernel_7_3 / change.path
        before = {name: texts for name, texts in _functions(change.before).items() if OLD in b"".join(texts)}
        after = _functions(change.after, before)
        theirs = _functions(newer.read_bytes(), before) if newer.exists() else {}
        for name, ours in after.items():
            if ours == before[name]:
                continue  # the name stands in a string
            place = f"{change.path}: {name}()"
            renamed = {re.sub(rb"\b%b\b" % OLD, NEW, text) for text in before[name]}
            text = _unspaced(theirs.get(name, ()))
            if name not in theirs:
                found.gone.append(place)
            elif ours == theirs[name]:
                found.same.append(place)
            elif renamed == theirs[name]:
                found.contradictions.append(place)
            elif all(call in text for call in calls[change.path] if call in _unspaced(ours)):
                found.called.append(place)
            else:
                timers = ", ".join(re.findall(r"\w*timer\w*\([^()]*\)", text)) or "nothing of timers"
                found.other.append(f"{place} has {timers}")
    print(f"\n{len(converted.sites)} sites in {len(converted.changes)} files; {found}")
    assert found.contradictions == []
    agreeing = len(found.same) + len(found.called)
    assert agreeing > 9 * len(found.other), found
    assert len(found.same) > agreeing / 2, found


def _files(tree: Path) -> list[str]:
    """The files that have one of the names in them."""
    command = ["grep", "-rlaE", "--include=*.c", "--include=*.h", "-e", f"{OLD.decode()}|{NEW.decode()}", "--", *PARTS]
    found = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
    return [path.removeprefix("./") for path in found.stdout.splitlines()]


_NOT_CODE = re.compile(rb"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", re.DOTALL)


def _code(text: bytes) -> bytes:
    """A text without comments, strings, and what they leave behind: blank lines, and blanks at the end of lines."""
    bare = _NOT_CODE.sub(b"", text)
    return b"\n".join(line.rstrip() for line in bare.split(b"\n") if line.strip())


def _functions(text: bytes, names: Collection[str] | None = None) -> dict[str, set[bytes]]:
    """The code of the named functions of a file, or of those with the old name in them.

    One that is there twice, under another #if, has several.
    """
    found: dict[str, set[bytes]] = {}
    for node in syntax.defined_names(syntax.parse(text)):
        definition, name = syntax.enclosing(node, syntax.FUNCTION), syntax.text_of(node).decode(errors="replace")
        whole = b"" if definition is None else syntax.text_of(definition)
        if OLD in whole if names is None else name in names:
            found.setdefault(name, set()).add(_code(whole))
    return found


def _unspaced(texts: Iterable[bytes]) -> str:
    return b"".join(b"".join(texts).split()).decode(errors="replace")
