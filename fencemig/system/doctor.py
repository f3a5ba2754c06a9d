# SPDX-License-Identifier: GPL-2.0-only
"""What this machine has of the tools that fencemig runs, and what to install for what it lacks."""

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from fencemig.errors import ToolError
from fencemig.system.needs import Missing, missing_for
from fencemig.system.process import run
from fencemig.system.spatch import TRIED
from fencemig.verify.model import Level

Version = tuple[int, int, int]

_PYTHON: Version = (3, 11, 0)
_SPATCH: Version = (1, 1, 0)
_GIT: Version = (2, 35, 0)  # `git am --empty=drop`, for the cover letter
_PERL: Version = (5, 10, 0)  # `require`d by the kernel's scripts
_PATIENCE = 20.0  # seconds for a tool that only says its version

_PROBE = '@script:python@\n@@\nprint("ran")\n'


@dataclass(frozen=True)
class TreeFacts:
    """What is known of the kernel tree: version (None without a Makefile) and generation, or its problem."""

    path: Path
    version: str | None = None
    generation: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing examined. `advice` says what to do about it, and is empty when there is nothing to do."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def examine(tree: TreeFacts | None) -> tuple[Finding, ...]:
    """Look at Python, spatch, git and who it commits as, perl and the kernel tree (None: there is none here, which
    is no fault).
    """
    git = _tool("git", _GIT, "apt install git")
    perl = _tool("perl", _PERL, "apt install perl (checkpatch.pl and get_maintainer.pl need it)")
    proofs = judge_proofs(missing_for(tuple(Level)[-1]))
    where = tree.path if tree is not None and not tree.problem else Path.cwd()
    of_git = (git, _identity(where), _mailer()) if shutil.which("git") else (git,)
    return (_python(), _spatch(), *of_git, perl, proofs, judge_tree(tree))


def parse_version(text: str) -> Version | None:
    """Return the first dotted version number in what a tool prints, or None; parts left out are 0."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    if match is None:
        return None
    major, minor, micro = match.groups(default="0")
    return int(major), int(minor), int(micro)


def judge_version(name: str, printed: str, minimum: Version, advice: str) -> Finding:
    """Hold the version that a tool printed against the oldest one that will do."""
    version = parse_version(printed)
    if version is None:
        return Finding(name, False, "does not tell its version", advice)
    if version < minimum:
        return Finding(name, False, f"{_dotted(version)} is older than {_dotted(minimum)}", advice)
    return Finding(name, True, _dotted(version))


def judge_tree(tree: TreeFacts | None) -> Finding:
    """Say what the kernel tree is, or what keeps it from being one."""
    if tree is None:
        return Finding("kernel tree", True, "none here", "name one with -C DIR")
    if tree.problem:
        return Finding("kernel tree", False, tree.problem, "name a kernel tree with -C DIR")
    version = tree.version or "of unknown version"
    return Finding("kernel tree", True, f"Linux {version}, generation {tree.generation}, in {tree.path}")


def judge_proofs(missing: Iterable[Missing]) -> Finding:
    """Say what `fencemig verify` lacks; all else works without it."""
    needed = [piece for piece in missing if piece.needed]
    if not needed:
        return Finding("verify", True, "all levels")
    detail = "compiling needs what is missing here: " + ", ".join(piece.name for piece in needed)
    return Finding("verify", True, detail, "apt install " + " ".join(sorted({piece.package for piece in needed})))


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))


def _python() -> Finding:
    return judge_version("python", platform.python_version(), _PYTHON, "install Python 3.11 or newer")


def _tool(name: str, minimum: Version, advice: str) -> Finding:
    try:
        # Elsewhere than here, for spatch obeys a .cocciconfig even then.
        finished = run([name, "--version"], cwd=Path(tempfile.gettempdir()), timeout=_PATIENCE)
    except ToolError as error:
        return Finding(name, False, str(error), advice)
    return judge_version(name, finished.stdout.decode(errors="replace"), minimum, advice)


def _identity(where: Path) -> Finding:
    """Whether git knows who commits in a folder: convert makes no series without."""
    asked = [run(["git", "var", name], cwd=where, check=False) for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT")]
    if all(one.status == 0 for one in asked):
        return Finding("identity", True, asked[0].stdout.decode(errors="replace").rpartition(">")[0] + ">")
    advice = "git config --global user.name and user.email: convert commits as you"
    return Finding("identity", False, "git does not know who you are", advice)


def _mailer() -> Finding:
    """Whether there is git send-email; only to send a series takes it, which fencemig never does."""
    folder = run(["git", "--exec-path"], cwd=Path(tempfile.gettempdir()), check=False).stdout.decode().strip()
    if (Path(folder) / "git-send-email").exists():
        return Finding("send-email", True, "git send-email is there")
    return Finding("send-email", True, "git send-email is not there; only to send takes it", "apt install git-email")


def _spatch() -> Finding:
    found = _tool("spatch", _SPATCH, "apt install coccinelle (1.1.0 or newer)")
    if not found.ok or _spatch_runs_python():
        known = not found.ok or parse_version(found.detail) in map(parse_version, TRIED)
        return found if known else replace(found, advice=f"{' and '.join(TRIED)} were tried, this one never was")
    advice = "install the library of the python3 that spatch finds: apt install libpython3.X"
    return Finding("spatch", False, f"{found.detail}, but it cannot run scripts in Python", advice)


def _spatch_runs_python() -> bool:
    """Run a script in Python with spatch, with the system's python3 first in PATH.

    spatch loads the library of the first python3 there, and Debian's package does not depend on that library:
    `spatch --version` claims "Python scripting support: yes" all the same.
    """
    spatch = shutil.which("spatch") or "spatch"
    env = os.environ | {"PATH": f"/usr/bin:{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "probe.cocci").write_text(_PROBE)
        (work / "probe.c").write_text("int x;\n")
        argv = [spatch, "--very-quiet", "--sp-file", "probe.cocci", "probe.c"]
        return b"ran" in run(argv, cwd=work, env=env, timeout=_PATIENCE, check=False).stdout.split()
