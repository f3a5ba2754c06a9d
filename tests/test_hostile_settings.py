# SPDX-License-Identifier: GPL-2.0-only
"""A kernel tree is data: what its .git, its files and the folders around it would run or steer does neither.

Two repositories of the same commit are given the same commands. One is clean; in the other everything that git, spatch
and the kernel's scripts would obey names a program that leaves a trace.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import Run, add, fencemig, git, one_driver, put_tool

from fencemig.errors import UserError
from fencemig.system import git as door
from fencemig.system.kernel import open_tree

SITES = "drivers/gpu/host1x"
HOOKS = [
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "p4-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
    "p4-prepare-changelist",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
]
# Settings whose value is a program.
PROGRAMS = [
    "alias.cat-file",
    "alias.diff-tree",
    "alias.grep",
    "alias.ls-tree",
    "alias.rev-parse",
    "alias.status",
    "alias.var",
    "browser.trap.cmd",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.cpp.command",
    "diff.cpp.textconv",
    "diff.external",
    "diff.trap.command",
    "diff.trap.textconv",
    "difftool.trap.cmd",
    "filter.trap.clean",
    "filter.trap.process",
    "filter.trap.smudge",
    "gpg.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.ssh.program",
    "gpg.x509.program",
    "interactive.diffFilter",
    "man.trap.cmd",
    "merge.trap.driver",
    "mergetool.trap.cmd",
    "pager.diff",
    "pager.grep",
    "pager.log",
    "pager.status",
    "remote.origin.receivepack",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "sendemail.sendmailCmd",
    "sendemail.toCmd",
    "sendemail.ccCmd",
    "sequence.editor",
    "tar.tar.command",
    "tar.tgz.command",
    "trailer.signed.cmd",
    "trailer.signed.command",
    "uploadpack.packObjectsHook",
]
# Settings that change what git writes, or where it looks.
STEERING = {
    "color.diff": "always",
    "color.grep": "always",
    "color.status": "always",
    "color.ui": "always",
    "commit.gpgSign": "true",
    "commit.cleanup": "scissors",
    "core.abbrev": "5",
    "core.autocrlf": "true",
    "core.bigFileThreshold": "1",
    "core.checkStat": "minimal",
    "core.commentChar": "d",
    "core.eol": "crlf",
    "core.excludesFile": "/dev/null",
    "core.fileMode": "false",
    "core.ignoreCase": "true",
    "core.ignoreStat": "true",
    "core.notesRef": "refs/notes/trap",
    "core.precomposeUnicode": "true",
    "core.quotePath": "false",
    "core.sparseCheckout": "true",
    "core.symlinks": "false",
    "core.trustctime": "false",
    "core.warnAmbiguousRefs": "true",
    "core.whitespace": "tab-in-indent",
    "diff.algorithm": "patience",
    "diff.colorMoved": "zebra",
    "diff.context": "1",
    "diff.cpp.binary": "true",
    "diff.cpp.xfuncname": "^nothing",
    "diff.dirstat": "lines",
    "diff.dstPrefix": "after/",
    "diff.ignoreSubmodules": "none",
    "diff.indentHeuristic": "false",
    "diff.interHunkContext": "99",
    "diff.mnemonicPrefix": "true",
    "diff.noprefix": "true",
    "diff.orderFile": "/dev/null",
    "diff.relative": "true",
    "diff.renames": "copies",
    "diff.srcPrefix": "before/",
    "diff.statGraphWidth": "3",
    "diff.submodule": "diff",
    "diff.suppressBlankEmpty": "true",
    "diff.wordRegex": ".",
    "extensions.partialClone": "origin",
    "fetch.fsckObjects": "true",
    "format.attach": "trap",
    "format.cc": "mallory@example.org",
    "format.coverLetter": "true",
    "format.encodeEmailHeaders": "false",
    "format.filenameMaxLength": "9",
    "format.from": "mallory@example.org",
    "format.headers": "X-Trap: yes\n",
    "format.notes": "true",
    "format.numbered": "false",
    "format.outputDirectory": "elsewhere",
    "format.pretty": "%H",
    "format.signature": "trap",
    "format.signOff": "true",
    "format.subjectPrefix": "TRAP",
    "format.suffix": ".trap",
    "format.thread": "deep",
    "format.to": "mallory@example.org",
    "format.useAutoBase": "true",
    "gc.auto": "1",
    "gpg.format": "ssh",
    "grep.column": "true",
    "grep.extendedRegexp": "true",
    "grep.fullName": "false",
    "grep.lineNumber": "true",
    "grep.patternType": "perl",
    "i18n.commitEncoding": "utf-16",
    "i18n.logOutputEncoding": "utf-16",
    "index.sparse": "true",
    "init.defaultBranch": "trap",
    "log.abbrevCommit": "true",
    "log.date": "relative",
    "log.decorate": "full",
    "log.follow": "true",
    "log.showSignature": "true",
    "mailinfo.scissors": "true",
    "mailmap.blob": "HEAD:MAINTAINERS",
    "notes.displayRef": "refs/notes/*",
    "pack.compression": "0",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "rerere.enabled": "true",
    "status.relativePaths": "false",
    "status.short": "true",
    "status.showUntrackedFiles": "all",
    "status.submoduleSummary": "true",
    "submodule.recurse": "true",
    "tag.gpgSign": "true",
    "trailer.ifexists": "replace",
    "trailer.separators": "%",
    "trailer.sign.key": "Signed-off-by: ",
    "user.signingKey": "trap",
    "worktree.guessRemote": "true",
}
ATTRIBUTES = "* filter=trap diff=trap merge=trap text eol=crlf ident export-ignore export-subst\n*.c diff=cpp\n"
COCCICONFIG = "[spatch]\n\toptions = --macro-file {0}/none.h --iso-file {0}/none.iso --sp-file {0}/evil.cocci -D trap\n"
COMMANDS: dict[str, tuple[str, ...]] = {
    "scan": ("scan", SITES, "--base", "HEAD", "--format", "json"),
    "audit": ("audit", SITES, "--format", "json"),
    "dry run": ("convert", "--dry-run", SITES),
    "convert": ("convert", "--branch", "topic", "--output", "../out", "--signoff", "."),
    "review": ("review", "../out", "--output", "-"),
    "status": ("status", "../out", "--format", "json"),
    "verify": ("verify", "--level", "apply", "../out"),
    "doctor": ("doctor",),
}


@dataclass(frozen=True)
class Seen:
    """What the commands said, and what they wrote beside the tree."""

    runs: dict[str, Run]
    written: dict[str, bytes]
    branch: str


def commanded(tree: Path, **variables: str) -> Seen:
    """Give a tree all commands."""
    runs = {name: fencemig(tree, *arguments, **variables) for name, arguments in COMMANDS.items()}
    written = {file.name: file.read_bytes() for file in (tree.parent / "out").iterdir() if file.name != "verify.json"}
    return Seen(runs, written, git(tree, "rev-parse", "topic"))


def same(seen: Seen, clean: Seen) -> None:
    """Hold what was seen against what the clean tree gives, byte for byte."""
    for name, run in clean.runs.items():
        if name in ("doctor", "verify"):  # which name the folder, and how long it took
            assert seen.runs[name].status == run.status == 0, (name, seen.runs[name].err)
        else:
            assert (seen.runs[name].status, seen.runs[name].out) == (run.status, run.out), (name, seen.runs[name].err)
    assert seen.written == clean.written
    assert seen.branch == clean.branch


def make_kernel(folder: Path) -> Path:
    """A small kernel of one commit, which has in it what a tree can name that tools obey."""
    tree = one_driver(folder, with_git=False)
    add(tree, ".gitattributes", ATTRIBUTES)
    add(
        tree,
        ".gitmodules",
        '[submodule "trap"]\n\tpath = trap\n\turl = ext::sh -c "touch trapped"\n\tupdate = !touch x\n',
    )
    add(tree, ".mailmap", "Mallory <mallory@example.org> <nobody@example.org>\n")
    add(tree, ".cocciconfig", COCCICONFIG.format("."))
    add(tree, ".gitignore", "*\n")
    git(tree, "init")
    git(tree, "add", "--all", "--force", ".")
    date = "2026-01-01T00:00:00Z"
    git(tree, "commit", "-m", "A small kernel", GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    return tree


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What the commands say of the clean tree."""
    return commanded(make_kernel(tmp_path_factory.mktemp("clean")))


@pytest.fixture
def trace(tmp_path: Path) -> Iterator[Path]:
    """A program that leaves a trace, which is looked for at the end."""
    marker = tmp_path / "marker"
    put_tool(tmp_path / "tools", "trap", f"echo \"$0 $*\" >> '{marker}'")
    yield tmp_path / "tools/trap"
    assert not marker.exists(), marker.read_text()


def set_traps(tree: Path, trap: Path) -> None:
    """Let all that a repository can say name the program."""
    settings = {name: f"!{trap}" if name.startswith("alias.") else str(trap) for name in PROGRAMS} | STEERING
    settings |= {"remote.origin.url": f"ext::{trap}", "remote.origin.promisor": "true", "core.worktree": str(tree)}
    settings |= {"core.hooksPath": str(tree / ".git/hooks"), "core.attributesFile": str(tree / ".gitattributes")}
    lines = []
    for name, value in settings.items():
        section, _, key = name.rpartition(".")
        first, _, second = section.partition(".")
        heading = f'[{first} "{second}"]' if second else f"[{first}]"
        lines.append(f'{heading}\n\t{key} = "{value.replace(chr(10), chr(92) + "n")}"\n')
    (tree / ".git/more").write_text("".join(lines))
    with (tree / ".git/config").open("a") as config:
        config.write("".join(lines) + "[include]\n\tpath = more\n")
    for hook in HOOKS:
        (tree / ".git/hooks").mkdir(exist_ok=True)
        shutil.copy(trap, tree / ".git/hooks" / hook)
    info = tree / ".git/info"
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text(ATTRIBUTES)
    (info / "exclude").write_text("*\n")
    (info / "grafts").write_text("")
    (info / "sparse-checkout").write_text("/nothing\n")
    for file in tree.glob("drivers/**/*.c"):
        os.utime(file, (2_000_000_000, 2_000_000_000))  # git must look at the content again, by way of the filters


def test_nothing_of_a_repository_runs_or_steers(clean: Seen, trace: Path, tmp_path: Path) -> None:
    tree = make_kernel(tmp_path / "trapped")
    set_traps(tree, trace)
    seen = commanded(tree)
    same(seen, clean)


def test_variables_of_git_do_not_count_but_for_who_commits(clean: Seen, trace: Path, tmp_path: Path) -> None:
    tree = make_kernel(tmp_path / "named")
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init")
    (other / "hooks").mkdir()
    shutil.copy(trace, other / "hooks/reference-transaction")
    programs = "ASKPASS EDITOR EXTERNAL_DIFF PAGER PROXY_COMMAND SEQUENCE_EDITOR SSH SSH_COMMAND"
    variables = {f"GIT_{name}": str(trace) for name in programs.split()}
    variables |= {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(other / ".git/objects"),
        "GIT_ATTR_SOURCE": "HEAD",
        "GIT_COMMON_DIR": str(other / ".git"),
        "GIT_CONFIG_COUNT": "3",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(trace),
        "GIT_CONFIG_KEY_1": "diff.noprefix",
        "GIT_CONFIG_VALUE_1": "true",
        "GIT_CONFIG_KEY_2": "core.hooksPath",
        "GIT_CONFIG_VALUE_2": str(other / "hooks"),
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_DIFF_OPTS": "-u0",
        "GIT_DIR": str(other / ".git"),
        "GIT_EXEC_PATH": str(other),
        "GIT_GRAFT_FILE": str(other / "grafts"),
        "GIT_ICASE_PATHSPECS": "1",
        "GIT_INDEX_FILE": str(other / "index"),
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NAMESPACE": "other",
        "GIT_NOTES_REF": "refs/notes/other",
        "GIT_OBJECT_DIRECTORY": str(other / ".git/objects"),
        "GIT_QUARANTINE_PATH": str(other),
        "GIT_REPLACE_REF_BASE": "refs/heads",
        "GIT_SHALLOW_FILE": str(other / "shallow"),
        "GIT_TEMPLATE_DIR": str(other),
        "GIT_WORK_TREE": str(other),
    }
    for name in ("scan", "dry run"):
        run = fencemig(tree, *COMMANDS[name], **variables)
        assert (run.status, run.out) == (0, clean.runs[name].out), run.err
    del variables["GIT_EXEC_PATH"]  # by which git is told who commits, too
    done = fencemig(tree, *COMMANDS["convert"], **variables, GIT_AUTHOR_NAME="Jane Roe")
    assert done.status == 0, done.err
    written = {file.name: file.read_bytes() for file in (tree.parent / "out").iterdir()}
    assert written.keys() == clean.written.keys()
    differ = {name for name in written if b"From: Jane Roe <test@example.org>" in written[name]}
    assert differ == {name for name in written if name.endswith(".patch")}


def test_what_a_partial_clone_lacks_is_asked_of_nobody(trace: Path, tmp_path: Path) -> None:
    tree = make_kernel(tmp_path)
    base = git(tree, "rev-parse", "HEAD")
    blob = git(tree, "rev-parse", "HEAD:drivers/gpu/host1x/fence.c")
    (tree / ".git/objects" / blob[:2] / blob[2:]).unlink()
    git(tree, "config", "core.repositoryFormatVersion", "1")
    git(tree, "config", "extensions.partialClone", "origin")
    git(tree, "config", "remote.origin.promisor", "true")
    git(tree, "config", "remote.origin.url", str(tree))
    git(tree, "config", "remote.origin.uploadpack", str(trace))
    repository = door.discover(tree)
    assert repository is not None
    with pytest.raises(UserError, match="fetch"):
        repository.read_blob(base, "drivers/gpu/host1x/fence.c")
    run = fencemig(tree, "convert", "--output", "../out", ".")
    assert run.status == 2
    assert not (tmp_path / "out").exists()


def test_a_work_tree_in_another_encoding_hides_no_site(tmp_path: Path) -> None:
    tree = make_kernel(tmp_path)
    path = "drivers/gpu/host1x/fence.c"
    add(tree, ".gitattributes", f"{path} working-tree-encoding=UTF-16\n")
    text = (tree / path).read_bytes().decode()
    git(tree, "add", "--force", ".gitattributes")
    git(tree, "commit", "-m", "Another encoding")
    (tree / path).write_bytes(text.encode("utf-16"))
    git(tree, "add", "--force", path)
    assert git(tree, "status", "--short") == ""  # for git it is the same text
    assert path in open_tree(tree, "HEAD").mentioning(["dma_fence_signal"])
