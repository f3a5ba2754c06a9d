# SPDX-License-Identifier: GPL-2.0-only
"""Who may import whom, over the syntax trees: a newcomer knows where a line belongs, and it stays so."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "fencemig"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
# What only one place may touch: the terminal's options, other processes.
DOORS = {"typer": "fencemig.cli", "subprocess": "fencemig.system.process"}
LOCKING = {"fencemig.pool": {"threading"}}  # a lock is no effect
EFFECTS = ("subprocess", "tempfile", "shutil", "git", "socket", "threading", "signal", "os")


def layer(module: str) -> int:
    """From the errors, 0, up to the command line. A module may import its own layer and those below."""
    match module.split("."):
        case ["fencemig"] | ["fencemig", "model" | "errors"]:
            return 0
        case ["fencemig", "pipeline" | "rewriter" | "conversion" | "proof", *_]:
            return 2
        case ["fencemig", "commands", *_]:
            return 3
        case ["fencemig", "cli", *_]:
            return 4
    return 1  # pure modules, report and system


def side(module: str) -> str:
    """Within layer 1: pure, report or system."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ("system", "report") else "pure"


@cache
def imports(module: str) -> frozenset[str]:
    """All modules that a module imports anywhere, those inside functions and under TYPE_CHECKING included."""
    return frozenset(_imports(ast.parse(MODULES[module].read_text(encoding="utf-8"))))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module is not None, "imports are absolute"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    own = {name for name in imports(module) if name.partition(".")[0] == "fencemig"}
    assert own <= set(MODULES)
    assert [name for name in own if layer(name) > layer(module)] == []
    if layer(module) == 1:
        beside = {side(name) for name in own if layer(name) == 1}
        assert beside <= ({"pure"} if side(module) == "pure" else {"pure", side(module)})
    if layer(module) == 0:
        assert {name for name in own if name != "fencemig"} == set()


@pytest.mark.parametrize("module", MODULES)
def test_each_door_has_one_keeper(module: str) -> None:
    for door, keeper in DOORS.items():
        used = any(name.partition(".")[0] == door for name in imports(module))
        assert not used or f"{module}.".startswith(f"{keeper}."), f"{module} imports {door}"


@pytest.mark.parametrize("module", [name for name in MODULES if layer(name) <= 1 and side(name) == "pure"])
def test_pure_modules_have_no_effects(module: str) -> None:
    effects = set(EFFECTS) - LOCKING.get(module, set())
    assert [name for name in imports(module) if name.partition(".")[0] in effects] == []
    calls = [node for node in ast.walk(ast.parse(MODULES[module].read_text())) if isinstance(node, ast.Call)]
    named = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    assert named.isdisjoint({"print", "open", "input", "exec", "eval"})


def test_no_two_modules_import_each_other() -> None:
    order = TopologicalSorter({module: imports(module) & set(MODULES) - {module} for module in MODULES}).static_order()
    assert set(order) == set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_the_licence_stands_on_top(module: str) -> None:
    assert MODULES[module].read_text().startswith("# SPDX-License-Identifier: GPL-2.0-only\n")
