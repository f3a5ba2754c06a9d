# SPDX-License-Identifier: GPL-2.0-only
"""The core patch and the last patch, made with the real spatch, and a program that runs the core they make."""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path

from conftest import PROJECT

from fencemig.core.patch import core_changes, final_changes
from fencemig.migration import load_migration
from fencemig.model import Change
from fencemig.system.spatch import Spatch, find_spatch

FOLDER = PROJECT / "semantic_patches/dma_fence_signal"
MIGRATION = load_migration(FOLDER)
HEADER, SOURCE = "include/linux/dma-fence.h", "drivers/dma-buf/dma-fence.c"
SELFTEST = "drivers/dma-buf/st-dma-fence.c"
FIXTURES = PROJECT / "kernel_fixtures/tree"
GENERATIONS = ("void", "int")
SIGNALS = [name for name, function in MIGRATION.symbols.functions.items() if function.role == "signal"]
CHECKS = [name for name, function in MIGRATION.symbols.functions.items() if function.role == "check"]

Files = Mapping[str, bytes]
_rewritten: dict[tuple[bytes, tuple[Path, ...]], bytes] = {}


def rewrite(text: bytes, semantic_patches: Sequence[Path]) -> bytes:
    """spatch as the pipeline runs it; what came out is remembered, for most tests ask for the same."""
    key = text, tuple(semantic_patches)
    if key not in _rewritten:
        with tempfile.NamedTemporaryFile(suffix=".cocci") as combined:
            Path(combined.name).write_text("\n".join(path.read_text() for path in semantic_patches))
            result = _spatch().rewrite(text, Path(combined.name), MIGRATION.macros, timeout=60)
        assert not result.complaint
        _rewritten[key] = result.text
    return _rewritten[key]


@cache
def _spatch() -> Spatch:
    return find_spatch()


@cache
def files_of(tree: Path) -> Files:
    """The texts that the core patch may look at."""
    assert MIGRATION.core is not None
    paths = {HEADER, SOURCE, *(text.path for text in MIGRATION.core.texts)}
    return {path: (tree / path).read_bytes() for path in paths if (tree / path).is_file()}


def core(files: Files, generation: str) -> dict[str, bytes]:
    """The files after the core patch."""
    return over(files, core_changes(MIGRATION, generation, files.get, rewrite))


def final(files: Files, *, drop_store: bool = False) -> dict[str, bytes]:
    """The files after the last patch."""
    return over(files, final_changes(MIGRATION, files.get, rewrite, drop_store=drop_store))


def over(files: Files, changes: tuple[Change, ...]) -> dict[str, bytes]:
    for change in changes:
        assert change.before == files[change.path] != change.after
    return {**files, **{change.path: change.after for change in changes}}


def compiled(files: Files, generation: str, folder: Path, *, returns: bool) -> Path:
    """A program that runs the core of a fixture kernel."""
    for path in (HEADER, SOURCE):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(files[path])
    command = ["gcc", "-std=gnu11", "-Wall", "-Werror", "-fno-builtin", f"-DSIGNAL_RETURNS={int(returns)}"]
    command += [f"-I{folder / 'include'}", f"-I{FIXTURES / generation / 'include'}", f"-I{FIXTURES / 'void/include'}"]
    command += [f'-DDMA_FENCE_C="{folder / SOURCE}"', str(PROJECT / "tests/model/core.c"), "-o", str(folder / "core")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "core"


Case = tuple[str, str, int, int]  # function, state, error stored before, err
CASES = list(product([*SIGNALS, *CHECKS], ["fresh", "signaled", "raced"], [0, -12], [0, -5, -4095, -4096, 1]))


def answers(program: Path, cases: list[Case]) -> list[str]:
    lines = "".join(" ".join(map(str, case)) + "\n" for case in cases)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


def expected(case: Case, *, returns: bool) -> str:
    """What the contract says: result, error, warnings, error when the bit is set and in a callback."""
    function, state, prior, err = case
    late = state == "signaled"
    error = prior if late or err == 0 else err
    warnings = int(not late and (err > 0 or err < -4095))
    result = int(late) if function in CHECKS else -22 * int(state != "fresh") if returns else 0
    at_bit = "-" if late else str(error)
    return f"{result} {error} {warnings} {at_bit} {error if state == 'fresh' else '-'}"
