# SPDX-License-Identifier: GPL-2.0-only
"""The semantic patches that are no rules for drivers, each alone: those of the core patch, and the probe."""

import json
import re
from pathlib import Path

import pytest

from fencemig.replay import PREFIX
from fencemig.system.spatch import find_spatch

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "kernel_fixtures"
MIGRATION = ROOT / "semantic_patches/dma_fence_signal"
OF_CORE = {path.stem.partition("-")[2]: path for path in sorted((MIGRATION / "core").glob("*.cocci"))}
_MARK = re.compile(rb"/\* site \*/")


def run(semantic_patch: Path, fixture: Path) -> tuple[bytes, bytes]:
    """What spatch makes of a fixture, and what it prints."""
    done = find_spatch().rewrite(fixture.read_bytes(), semantic_patch, MIGRATION / "kernel-macros.h", 60)
    assert done.complaint == ""
    return done.text, done.output


def marked(text: bytes) -> list[int]:
    """The lines with a mark."""
    return [number for number, line in enumerate(text.splitlines(), 1) if _MARK.search(line)]


@pytest.mark.parametrize("name", OF_CORE)
def test_each_one_of_the_core_has_what_it_changes_and_what_it_must_not(name: str) -> None:
    fixtures = [path.name for path in (FIXTURES / "core" / name).glob("*.c")]
    for kind in ("change_", "keep_"):
        assert any(fixture.startswith(kind) for fixture in fixtures), f"no {kind}*.c"


_CASES = [path for path in sorted((FIXTURES / "core").glob("*/*.c")) if not path.name.endswith(".expected.c")]


@pytest.mark.parametrize("fixture", _CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_of_the_core(fixture: Path) -> None:
    expected = fixture if fixture.name.startswith("keep_") else fixture.with_suffix(".expected.c")
    assert run(OF_CORE[fixture.parent.name], fixture)[0] == expected.read_bytes()


def test_the_probe_reports_every_form_of_a_site() -> None:
    fixture = FIXTURES / "probe/forms.c"
    text, said = run(MIGRATION / "00-probe.cocci", fixture)
    assert text == fixture.read_bytes()
    reports = [json.loads(line.removeprefix(PREFIX)) for line in said.splitlines() if line.startswith(PREFIX)]
    lines = sorted(line for report in reports for _, line, _ in report["places"]["site"])
    assert lines == marked(text)
