# SPDX-License-Identifier: GPL-2.0-only
"""What all parts stand on: a kernel of our own to change, the semantic patches in one file, spatch, fencemig."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measuring import JOBS, Taken, measured
from fencemig.commands.places import default_migration
from fencemig.migration import Migration, load_migration
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import OPTIONS, find_spatch

PROJECT = Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "build" / "bench"
PLAIN = PROJECT / "tools" / "benchmarks" / "plain.cocci"
FENCEMIG = str(Path(sys.executable).with_name("fencemig"))
_NOT_FOR_PEERS = ("--in-place", "--no-show-diff", "--quiet")
_BASE = "bench-base"
_SOMEBODY = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org")


@dataclass(frozen=True)
class Ground:
    """`kernel` is a git repository that may be changed, `few` a copy of its files that name the API, `together` all
    semantic patches in one, `scratch` a folder for what comes and goes.
    """

    kernel: Path
    few: Path
    together: Path
    scratch: Path
    migration: Migration

    def spatch(self, semantic_patch: Path, *more: str) -> list[str]:
        """spatch as a person would run it, without a change on disk; what it is to look at comes last in `more`."""
        options = [option for option in OPTIONS if option not in _NOT_FOR_PEERS]
        named = ["--sp-file", str(semantic_patch), "--macro-file", str(self.migration.macros), "-D", "patch"]
        return [find_spatch().path, *options, *named, "--very-quiet", "--jobs", str(JOBS), *more]

    def run(self, *argv: str | Path | int, limit: float | None = None, cwd: Path | None = None) -> Taken:
        """What a command takes, run in the kernel's folder unless said otherwise, without the settings of anyone."""
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        return measured(list(map(str, argv)), cwd or self.kernel, limit, HOME=str(home), **self._environment)

    def fencemig(self, *arguments: str | Path) -> Taken:
        """What a command of fencemig on the kernel takes, with the cache as it is."""
        return self.run(FENCEMIG, "-C", self.kernel, *arguments)

    def scan(self, where: str, *more: str) -> Taken:
        """The census, the transformation and the verdicts."""
        return self.fencemig("scan", "--format", "json", "-j", str(JOBS), *more, where)

    def forget(self) -> None:
        """Empty the cache."""
        shutil.rmtree(self.scratch / "cache", ignore_errors=True)

    def git(self, *arguments: str) -> str:
        """Run git on the kernel."""
        argv = ["git", "-C", str(self.kernel), *_SOMEBODY, *arguments]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "XDG_CACHE_HOME": str(self.scratch / "cache"),
            "GIT_AUTHOR_NAME": "Bench",
            "GIT_AUTHOR_EMAIL": "bench@example.org",
            "GIT_COMMITTER_NAME": "Bench",
            "GIT_COMMITTER_EMAIL": "bench@example.org",
        }


def prepared(tree: Path, scratch: Path) -> Ground:
    """The ground for a kernel tree. The repository with its copy stays in build/bench: it takes minutes to make."""
    kernel = RESULTS / tree.name
    if not kernel.exists():
        _copy(tree, kernel)
    # What a run that was killed has left goes.
    subprocess.run(["git", "checkout", "--quiet", "--force", _BASE], cwd=kernel, check=True)
    migration = load_migration(default_migration())
    opened = open_tree(kernel, None)
    generation = migration.generation_of(opened.read(migration.header) or b"")
    together = scratch / "all.cocci"
    rules = [rule.file.read_text() for rule in migration.rules_for(generation)]
    together.write_text("\n".join(["virtual patch", migration.probe.read_text(), *rules]))
    few = scratch / "few"
    for path in opened.mentioning(list(migration.symbols.functions)):
        if path not in migration.symbols.core:
            (few / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(kernel / path, few / path)
    return Ground(kernel, few, together, scratch, migration)


def _copy(tree: Path, kernel: Path) -> None:
    """A git repository with the files of a tree. It appears whole or not at all."""
    print(f"copying {tree} to {kernel}", file=sys.stderr, flush=True)
    draft = kernel.with_name(f".{kernel.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    if (tree / ".git").exists():
        subprocess.run(["git", "clone", "--quiet", "--shared", str(tree), str(draft)], check=True)
    else:
        shutil.copytree(tree, draft, symlinks=True)
        git = partial(subprocess.run, check=True, cwd=draft, stdout=subprocess.DEVNULL)
        git(["git", "init", "--quiet"])
        git(["git", "add", "--all", "--force", "."])
        git(["git", *_SOMEBODY, "commit", "--quiet", "-m", tree.name])
    subprocess.run(["git", "tag", _BASE], cwd=draft, check=True)
    draft.replace(kernel)
