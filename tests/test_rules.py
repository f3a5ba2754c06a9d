# SPDX-License-Identifier: GPL-2.0-only
"""Every rule's fixtures through the whole pipeline: the text byte for byte, and a verdict for each site.

A fixture names in its first comment the generations that it is for and the verdict of each of its sites. MIGRATION
in the environment names another folder, whose fixtures are run instead of those of the project's own migrations.
"""

import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from fencemig.migration import Migration, load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, Survey, survey
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import find_spatch

ROOT = Path(__file__).parent.parent
_GENERATION = re.compile(r"^ \* Generation: (\w+(?:, \w+)*)$", re.MULTILINE)
_VERDICT = re.compile(r"^ \*   (\S+):(\S+)#(\d+) = (\w+) \[(\S+)\]$", re.MULTILINE)
_MARKS = ("MAINTAINERS", "Kbuild", "include/linux/dma-fence.h")  # of a kernel tree

load = cache(load_migration)


def _folders() -> list[Path]:
    named = os.environ.get("MIGRATION")
    return [Path(named).absolute()] if named else sorted((ROOT / "semantic_patches").glob("*/"))


def _fixtures(folder: Path) -> Path:
    """The folder with rules/RULE/*.c, and tree/GENERATION/ with what these include."""
    own = folder / "fixtures"
    return own if own.is_dir() else ROOT / "kernel_fixtures"


def _cases() -> Iterator[tuple[Path, Path, str]]:
    for folder in _folders():
        fixtures = _fixtures(folder)
        for path in sorted((fixtures / "rules").glob("*/*.c")):
            if path.name.endswith(".expected.c"):
                continue
            found = _GENERATION.search(path.read_text(encoding="utf-8"))
            assert found, f"{path} does not say for which generation it is"
            every = sorted(tree.name for tree in (fixtures / "tree").glob("*/"))
            for generation in every if found[1] == "both" else found[1].split(", "):
                yield folder, path, generation


def _survey(path: Path, generation: str, migration: Migration, folder: Path) -> Survey:
    given = _fixtures(migration.folder) / "tree" / generation
    shutil.copytree(given / "include", folder / "include")
    for name in _MARKS:
        mark = folder / name
        mark.parent.mkdir(parents=True, exist_ok=True)
        if not mark.exists():
            mark.write_bytes((given / name).read_bytes() if (given / name).exists() else b"")
    driver = folder / "drivers" / "fixture"
    driver.mkdir(parents=True)
    shutil.copy(path, driver / "fixture.c")
    tree = open_tree(folder, None)
    found = survey(Request(tree, migration, find_spatch(), ("drivers",), 1, 60, lambda *_: None))
    assert found.generation == generation
    return found


@pytest.mark.parametrize(
    ("folder", "path", "generation"),
    [pytest.param(*case, id=f"{case[1].parent.name}/{case[1].stem}-{case[2]}") for case in _cases()],
)
def test_fixture(folder: Path, path: Path, generation: str, tmp_path: Path) -> None:
    found = _survey(path, generation, load(folder), tmp_path)
    expected = path.with_suffix(".expected.c")
    wanted = expected if expected.exists() else path
    text = found.changes[0].after if found.changes else path.read_bytes()
    assert text.decode() == wanted.read_bytes().decode()
    stated = [
        (None if function == "-" else function, callee, verdict, rule)
        for function, callee, _, verdict, rule in _VERDICT.findall(path.read_text(encoding="utf-8"))
        if verdict != "keep"
    ]
    judged = [
        (site.function, site.callee, site.verdict.value, site.rule)
        for site in found.sites
        if site.verdict is not Verdict.KEEP
    ]
    assert judged == stated


@pytest.mark.parametrize("folder", [pytest.param(folder, id=folder.name) for folder in _folders()])
def test_every_rule_has_fixtures_that_change_and_that_stay(folder: Path) -> None:
    for rule in load(folder).rules:
        found = (_fixtures(folder) / "rules" / (rule.row or rule.id)).glob("*.c")
        assert {"change", "keep"} <= {path.name.partition("_")[0] for path in found}, rule.id
