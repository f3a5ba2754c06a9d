# SPDX-License-Identifier: GPL-2.0-only
"""Drivers made of several fixtures: what becomes of one does not depend on what else is in the file.

Converted, they are what is expected of each fixture, the compiler takes them, and a second conversion changes nothing.
COMPOSITIONS in the environment is how many are tried.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st
from model.declarations import read_fixture
from model.harness import make_harness
from model.run import compile_harness, compile_model

from fencemig.commands.places import default_migration
from fencemig.migration import load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, survey
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import find_spatch

FIXTURES = PROJECT / "kernel_fixtures"
DRIVER = "drivers/gpu/drm/mixed/mixed.c"
_VOID = re.compile(r"^ \* Generation: (?:void|both)$", re.MULTILINE)
_WHOLE_FILE = re.compile(rb"^#(?!include)|\r|[^\x00-\x7f]", re.MULTILINE)  # a composition would be another case
_NAMES = re.compile(rb"^struct (\w+) \{|^\w[\w *]*?(\w+)\(", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """A fixture that can stand beside others; `names` are those that it defines or declares."""

    name: str
    before: bytes
    after: bytes
    names: frozenset[bytes]


def _pieces() -> list[Piece]:
    found = []
    for path in sorted(FIXTURES.glob("rules/*/change_*.c")):
        before = path.read_bytes()
        if path.name.endswith(".expected.c") or _WHOLE_FILE.search(before) or not _VOID.search(before.decode()):
            continue
        names = frozenset(one or other for one, other in _NAMES.findall(before))
        after = path.with_suffix(".expected.c").read_bytes()
        found.append(Piece(f"{path.parent.name}/{path.stem}", before, after, names))
    return found


def _fitting(pieces: Sequence[Piece]) -> list[Piece]:
    """Those that do not define what one before them does."""
    chosen: list[Piece] = []
    for piece in pieces:
        if not any(piece.names & other.names for other in chosen):
            chosen.append(piece)
    return chosen


COMPOSITIONS = st.lists(st.sampled_from(_pieces()), min_size=2, max_size=6, unique_by=lambda one: one.name).map(
    _fitting
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model compiled, and a kernel that has no driver but the one to be."""
    folder = tmp_path_factory.mktemp("compositions")
    shutil.copytree(FIXTURES / "tree/void", folder / "tree", ignore=shutil.ignore_patterns("drivers"))
    (folder / "tree" / DRIVER).parent.mkdir(parents=True)
    return folder


def _converted(tree: Path, text: bytes) -> bytes:
    (tree / DRIVER).write_bytes(text)
    migration, paths = load_migration(default_migration()), (DRIVER,)
    found = survey(Request(open_tree(tree, None), migration, find_spatch(), paths, 1, 60, lambda *_: None))
    assert Verdict.UNREACHED not in {site.verdict for site in found.sites}
    return next(iter(found.changes)).after if found.changes else text


@given(pieces=COMPOSITIONS)
@settings(max_examples=int(os.environ.get("COMPOSITIONS", "8")), deadline=None)
def test_pieces_do_not_disturb_each_other(pieces: list[Piece], folder: Path) -> None:
    before, expected = (b"\n".join(text) for text in zip(*((one.before, one.after) for one in pieces), strict=True))
    after = _converted(folder / "tree", before)
    assert after.decode() == expected.decode()
    assert _converted(folder / "tree", after) == after
    harness = make_harness(read_fixture(before))
    with tempfile.TemporaryDirectory(dir=folder) as programs:
        compile_harness(harness, after, "err", compile_model(Path(programs)), Path(programs))
