# SPDX-License-Identifier: GPL-2.0-only
"""Every rule's fixtures through the whole pipeline: the text byte for byte, and a verdict for each site.

A fixture names in its first comment the generations that it is for and the verdict of each of its sites.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fencemig.migration import load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, Survey, survey
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import find_spatch

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "kernel_fixtures" / "rules"
MIGRATION = load_migration(ROOT / "semantic_patches" / "dma_fence_signal")
_GENERATION = re.compile(r"^ \* Generation: (void|int|both)$", re.MULTILINE)
_VERDICT = re.compile(r"^ \*   (\S+):(\S+)#(\d+) = (\w+) \[(\S+)\]$", re.MULTILINE)


def _cases() -> Iterator[tuple[Path, str]]:
    for path in sorted(FIXTURES.glob("*/*.c")):
        if path.name.endswith(".expected.c"):
            continue
        found = _GENERATION.search(path.read_text(encoding="utf-8"))
        assert found, f"{path} does not say for which generation it is"
        for generation in ("void", "int") if found[1] == "both" else (found[1],):
            yield path, generation


def _survey(path: Path, generation: str, folder: Path) -> Survey:
    shutil.copytree(ROOT / "kernel_fixtures/tree" / generation / "include", folder / "include")
    for name in ("MAINTAINERS", "Kbuild"):
        shutil.copy(ROOT / "kernel_fixtures/tree" / generation / name, folder)
    driver = folder / "drivers" / "fixture"
    driver.mkdir(parents=True)
    shutil.copy(path, driver / "fixture.c")
    tree = open_tree(folder, None)
    return survey(Request(tree, MIGRATION, find_spatch(), ("drivers",), 1, 60, lambda *_: None))


@pytest.mark.parametrize(
    ("path", "generation"),
    [pytest.param(*case, id=f"{case[0].parent.name}/{case[0].stem}-{case[1]}") for case in _cases()],
)
def test_fixture(path: Path, generation: str, tmp_path: Path) -> None:
    found = _survey(path, generation, tmp_path)
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


def test_every_rule_has_fixtures_that_change_and_that_stay() -> None:
    for rule in MIGRATION.rules:
        names = {path.name.partition("_")[0] for path in (FIXTURES / (rule.row or rule.id)).glob("*.c")}
        assert {"change", "keep"} <= names, rule.id
