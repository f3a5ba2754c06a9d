# SPDX-License-Identifier: GPL-2.0-only
"""A small repository about lamps, and a series for it: what the tests of the door to git work on."""

import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from fencemig.model import Change, Patch, Series, Subsystem
from fencemig.system import git
from fencemig.system.commits import committed
from fencemig.system.git import Repository

HALL = Subsystem("HALL LAMPS", "lamp/hall:")
LATIN = "/* Bj\xf6rn's lamp */\nint lamp_off(l);\n".encode("latin-1")
ODD = 'drivers/odd "name" [x]*\u00e9.c'
FILES = {
    "drivers/hall.c": b"int a;\n\nint hall(void)\n{\n\tlamp_off(l);\n}\n",
    "drivers/latin.c": LATIN,
    "drivers/run.h": b"lamp_off(l);\n",
    "drivers/other.c": b"int other;\n",
    "drivers/notes.txt": b"lamp_off(l);\n",
    ODD: b"lamp_off(l);\n",
    "include/lamp.h": b"void lamp_off(struct lamp *l);\n",
}
MENTIONING = ["drivers/hall.c", "drivers/latin.c", ODD, "drivers/run.h"]


def run(folder: Path, *arguments: str, **extra: str) -> str:
    env = os.environ | extra
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, check=True)
    return done.stdout.decode(errors="surrogateescape").strip()


def commit_all(folder: Path, subject: str = "Add lamps", date: str = "@1767225600 +0100") -> str:
    run(folder, "add", "--all", "--force", ".")
    run(folder, "commit", "-q", "-m", subject, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    return run(folder, "rev-parse", "HEAD")


def lamps(folder: Path) -> Path:
    """A repository of one commit, with hooks that would tell on us and a .gitignore that hides everything."""
    tree = folder / "lamps"
    tree.mkdir()
    run(tree, "init", "-q", "-b", "main")
    for name, content in FILES.items():
        path = tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    (tree / ".gitignore").write_text("*\n")
    (tree / "drivers/run.h").chmod(0o755)
    (tree / "drivers/link.c").symlink_to("hall.c")
    commit_all(tree)
    for hook in (
        "post-commit",
        "applypatch-msg",
        "reference-transaction",
        "post-checkout",
        "post-index-change",
    ):
        script = tree / ".git/hooks" / hook
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\ntouch '{folder}/hook-ran'\n")
        script.chmod(0o755)
    return tree


def opened(tree: Path) -> Repository:
    repository = git.discover(tree)
    assert repository is not None
    return repository


def converted(path: str, mode: str = "100644") -> Change:
    return Change(path, FILES[path], FILES[path].replace(b"(l)", b"(l, 0)"), mode)


def lamp_series(base: str, notes: str = "look at drivers/hall.c\n\n---\nand here") -> Series:
    first = (converted("drivers/hall.c"), converted("drivers/latin.c"))
    second = (converted("drivers/run.h", "100755"), converted(ODD))
    return Series(
        base,
        "lamp: Give lamp_off() a reason",
        "Lamps go out.\n\nThey should say why.",
        (
            Patch(HALL, "lamp/hall: Pass no reason to lamp_off()", "Why not.\n\nIndeed.", first, notes),
            Patch(HALL, "lamp/roof: Pass no reason to lamp_off()", "Thanks to Bj\u00f6rn.", second),
        ),
    )


def fingerprint(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file of a folder, with mode and content: the objects, references, index and hooks too."""
    found: dict[str, tuple[int, str]] = {}
    for path in sorted(folder.rglob("*")):
        content = os.fsencode(path.readlink()) if path.is_symlink() else b"" if path.is_dir() else path.read_bytes()
        found[str(path.relative_to(folder))] = (path.lstat().st_mode, hashlib.sha256(content).hexdigest())
    return found


def write(tree: Path, folder: Path, series: Series | None = None) -> tuple[str, ...]:
    repository = opened(tree)
    with committed(repository, series or lamp_series(repository.resolve("HEAD"))) as commits:
        commits.write_patches(folder)
        return commits.hashes


def written(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("0000"))


def applied(tree: Path, into: Path, patches: Sequence[Path]) -> str:
    """Apply a series to a clone of the tree; return the hash of the resulting tree."""
    run(tree.parent, "clone", "-q", str(tree), str(into))
    run(into, "am", "-q", *map(str, patches))
    return run(into, "rev-parse", "HEAD^{tree}")
