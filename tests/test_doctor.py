# SPDX-License-Identifier: GPL-2.0-only
"""doctor: versions are read and judged right, and the tools of this machine are found."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.system.doctor import Finding, TreeFacts, examine, judge_proofs, judge_tree, judge_version, parse_version
from fencemig.system.needs import Missing

numbers = st.integers(0, 999)
versions = st.tuples(numbers, numbers, numbers)


def dotted(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))


def by_name(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def put_tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("spatch version 1.1.1 compiled with OCaml version 4.13.1", (1, 1, 1)),
        ("spatch version 1.3 compiled with OCaml version 5.2.0", (1, 3, 0)),
        ("spatch version 1.1.1-00415-g5c4ae1f4 compiled with OCaml version 4.14.1", (1, 1, 1)),
        ("git version 2.39.5 (Apple Git-154)", (2, 39, 5)),
        ("git version 2.50.rc1", (2, 50, 0)),
        ("\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64-linux", (5, 36, 0)),
        ("3.14.0rc2", (3, 14, 0)),
        ("no such thing", None),
        ("", None),
    ],
)
def test_versions_that_tools_print(printed: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(printed) == version


@given(versions, versions)
def test_a_version_will_do_when_it_is_no_older(version: tuple[int, int, int], minimum: tuple[int, int, int]) -> None:
    finding = judge_version("git", f"git version {dotted(version)}", minimum, "apt install git")
    assert finding.ok == (version >= minimum)
    assert dotted(version) in finding.detail
    assert bool(finding.advice) != finding.ok


def test_ten_is_newer_than_nine() -> None:
    assert judge_version("git", "git version 2.10.0", (2, 9, 0), "").ok


def test_this_machine_has_what_the_tests_need() -> None:
    findings = examine(None)
    assert [finding.name for finding in findings] == [
        "python", "spatch", "git", "identity", "send-email", "perl", "verify", "kernel tree",
    ]  # fmt: skip
    assert [finding for finding in findings if not finding.ok] == []


def test_missing_tools_come_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = by_name(examine(None))
    assert found["python"].ok
    for name, package in (("spatch", "coccinelle"), ("git", "git"), ("perl", "perl")):
        assert not found[name].ok
        assert f"apt install {package}" in found[name].advice


def test_what_the_proofs_lack_is_no_fault_of_the_machine() -> None:
    lacking = judge_proofs([Missing("flex", "flex", needed=True), Missing("ccache", "ccache", needed=False)])
    assert (lacking.ok, lacking.advice) == (True, "apt install flex")
    assert "flex" in lacking.detail
    assert judge_proofs([Missing("ccache", "ccache", needed=False)]).advice == ""


def test_who_commits_and_what_sends_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {finding.name: finding for finding in examine(None)}
    assert (found["identity"].ok, found["identity"].detail) == (True, "Test Person <test@example.org>")
    assert found["send-email"].ok and "is there" in found["send-email"].detail
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "")
    put_tool(tmp_path, "git", f'case $1 in --exec-path) echo {tmp_path};; *) exec {shutil.which("git")} "$@";; esac')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = {finding.name: finding for finding in examine(None)}
    assert not found["identity"].ok and "user.name" in found["identity"].advice
    assert found["send-email"].ok and "git-email" in found["send-email"].advice


def test_an_old_spatch_is_told_from_a_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tool(tmp_path / "bin", "spatch", 'echo "spatch version 1.0.8 compiled with OCaml version 4.11.1"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    spatch = by_name(examine(None))["spatch"]
    assert (spatch.ok, spatch.detail) == (False, "1.0.8 is older than 1.1.0")


def test_a_spatch_that_only_claims_to_run_python_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'echo "spatch version 1.1.1"\necho "Python scripting support: yes"'
    put_tool(tmp_path / "bin", "spatch", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    spatch = by_name(examine(None))["spatch"]
    assert not spatch.ok
    assert "libpython" in spatch.advice


@pytest.mark.parametrize(
    ("tree", "ok", "told"),
    [
        (None, True, "none here"),
        (TreeFacts(Path("linux"), "7.3.4", "void"), True, "Linux 7.3.4, generation void"),
        (TreeFacts(Path("linux"), None, "int"), True, "unknown version"),
        (TreeFacts(Path("linux"), problem="linux has no MAINTAINERS"), False, "linux has no MAINTAINERS"),
    ],
)
def test_the_tree_is_told(tree: TreeFacts | None, ok: bool, told: str) -> None:
    finding = judge_tree(tree)
    assert finding.ok == ok
    assert told in finding.detail
