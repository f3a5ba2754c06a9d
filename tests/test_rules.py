# SPDX-License-Identifier: GPL-2.0-only
"""Every rule's fixtures through the whole pipeline: the text byte for byte, and a verdict for each site.

A fixture names in its first comment the generations that it is for and the verdict of each of its sites. MIGRATION
in the environment names another folder, whose fixtures are run instead of those of the project's own migrations.
"""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from functools import cache
from pathlib import Path

import pytest

from fencemig.errors import UserError
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
_unusable = pytest.Collector.CollectError  # pytest shows what it says, and no traceback


def _folders() -> list[Path]:
    named = os.environ.get("MIGRATION")
    if not named:
        return sorted((ROOT / "semantic_patches").glob("*/"))
    folder = Path(named).expanduser().absolute()
    if not (folder / "migration.toml").is_file():
        raise _unusable(f"{folder} has no migration.toml")
    try:
        load(folder)
    except UserError as error:
        raise _unusable(str(error)) from None
    if not (_fixtures(folder) / "rules").is_dir():
        raise _unusable(f"{folder} has no fixtures/rules")
    return [folder]


def _fixtures(folder: Path) -> Path:
    """The folder with rules/RULE/*.c, and tree/GENERATION/ with what these include."""
    return ROOT / "kernel_fixtures" if load(folder).name == "dma_fence_signal" else folder / "fixtures"


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
    try:
        found = _survey(path, generation, load(folder), tmp_path)
    except UserError as error:
        raise pytest.fail.Exception(f"{path}: {error}", pytrace=False) from None
    expected = path.with_suffix(".expected.c")
    wanted = expected if expected.exists() else path
    text = next(iter(found.changes)).after if found.changes else path.read_bytes()
    stated = [
        f"{function}:{callee} = {verdict} [{rule}]"
        for function, callee, _, verdict, rule in _VERDICT.findall(path.read_text(encoding="utf-8"))
        if verdict != "keep"
    ]
    judged = [
        f"{site.function or '-'}:{site.callee} = {site.verdict.value} [{site.rule or '-'}]"
        for site in found.sites
        if site.verdict is not Verdict.KEEP
    ]
    different = [
        *_difference(f"text of {wanted}", _lines(wanted.read_bytes()), _lines(text)),
        *_difference(f"verdicts in {path}", stated, judged),
        *(f"{site.path}:{site.line}: {site.reason}" for site in found.sites if site.verdict is Verdict.UNREACHED),
    ]
    if different:
        pytest.fail("\n".join(different), pytrace=False)


def _lines(text: bytes) -> list[str]:
    """The lines, and what ends each: a difference in white space can be seen."""
    return [line.replace("\r", "\\r") for line in text.decode().split("\n")]


def _difference(what: str, expected: Sequence[str], got: Sequence[str]) -> list[str]:
    return list(unified_diff(expected, got, f"expected {what}", "got", lineterm=""))


@pytest.mark.parametrize("folder", [pytest.param(folder, id=folder.name) for folder in _folders()])
def test_every_rule_has_fixtures_that_change_and_that_stay(folder: Path) -> None:
    for rule in load(folder).rules:
        of_rule = _fixtures(folder) / "rules" / rule.id
        wanted = {"keep"} if rule.verdict is Verdict.MANUAL else {"change", "keep"}  # the former only report
        if lacking := wanted - {path.name.partition("_")[0] for path in of_rule.glob("*.c")}:
            pytest.fail(f"{of_rule} has no {sorted(lacking)[0]}_*.c", pytrace=False)
