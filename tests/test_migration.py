# SPDX-License-Identifier: GPL-2.0-only
"""A migration's manifest: refused with the file and the key, and generations told by the header."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fencemig.errors import UserError
from fencemig.migration import load_migration
from fencemig.symbols import Function, Symbols

FOLDER = Path(__file__).parent.parent / "semantic_patches" / "dma_fence_signal"
RENAME = FOLDER.parent / "timer_delete_sync"
MIGRATION = load_migration(FOLDER)
HEADER = "include/linux/dma-fence.h"
STORE = Function("store", 2, 2)


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a maker of a copy of the migration, its manifest changed in one place."""

    def edit(old: str, new: str) -> Path:
        folder = tmp_path / "migration"
        shutil.copytree(FOLDER, folder)
        manifest = folder / "migration.toml"
        text = manifest.read_text()
        assert old in text
        manifest.write_text(text.replace(old, new, 1))
        return folder

    return edit


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('name = "dma', 'nam = "dma', "nam"),
        ('name = "dma', 'extra = 1\nname = "dma', "extra"),
        ('name = "dma_fence_signal"\n', "", "name"),
        ('flag = "', 'flagg = "', "flagg"),
        ('struct = "dma_fence"\n', "", "struct"),
        ('role = "store"', 'roll = "store"', "roll"),
        ('role = "store"', 'role = "sotre"', "sotre"),
        ('header = "', 'heeder = "', "heeder"),
        ("patterns = ['", "pattern = ['", "pattern"),
        ("patterns = ['", "patterns = ['(", "recognise"),
        ('id = "merge_adjacent"\n', 'id = "merge_adjacent"\nneed = []\n', "need"),
        ('id = "merge_adjacent"\n', "", "id"),
        ('needs = ["dma_fence_set_error"]', 'needs = "dma_fence_set_error"', "needs"),
        ('file = "10-merge_adjacent.cocci"', 'file = "10-absent.cocci"', "10-absent.cocci"),
        ('file = "10-merge_adjacent.cocci"', 'file = "12-merge_guard_same.cocci"', "12"),
        ('macros = "kernel-macros.h"', 'macros = "absent.h"', "absent.h"),
        ('verdict = "convert"', 'verdict = "perhaps"', "perhaps"),
        ("before = '''", "befor = '''", "befor"),
        ("after = '''", "extra = '''", "extra"),
        ("before = '''\ndma_fence_set_error(f, -EIO);\ndma_fence_signal(f);'''\n", "", "before"),
        ("after = '''\ndma_fence_signal(f, -EIO);'''\n", "", "merge_adjacent"),
        ("spin_unlock_irqrestore(f->lock, flags);'''\n", "'''\nafter = 'x'\n", "check_open_coded_early"),
        ('verdict = "convert"', 'verdict = "core"', "core"),
        ('generations = ["int", ', 'generations = ["itn", ', "itn"),
        ('[carried]\nsubject = "', '[carried]\nsubjct = "', "subjct"),
        ('why = """', 'wy = """', "wy"),
        ('why = "stored"', 'why = "stord"', "stord"),
        ("[symbols]\n", "[symbols\n", "line"),
        ("[functions]\n", "functions = 5\n[other]\n", ""),
    ],
)
def test_a_bad_manifest_is_refused_with_file_and_key(
    edited: Callable[[str, str], Path], old: str, new: str, named: str
) -> None:
    folder = edited(old, new)
    with pytest.raises(UserError) as refused:
        load_migration(folder)
    message = str(refused.value)
    assert message.startswith(f"{folder / 'migration.toml'}: ")
    assert named in message.removeprefix(str(folder))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('role = "new"', 'role = "gnu"', "functions.timer_delete_sync"),
        ('role = "call"', 'role = "signal"', "functions.del_timer_sync"),
        ('role = "call"', 'role = "call", converted = 2', "functions.del_timer_sync"),
        ('core = ["include/linux/timer.h"]', "core = []", "core"),
        ("[symbols]\n", '[symbols]\nmember = "error"\n', "struct"),
        ("[symbols]\n", '[symbols]\nflag = "BUSY"\n', "struct"),
        ("[symbols]\n", '[symbols]\ncallbacks = ["stop"]\n', "callbacks_of"),
        (
            "[[core.text]]\n",
            '[core]\nsemantic_patches = { wrapper = ["10-rename.cocci"] }\n[[core.text]]\n',
            "parameter",
        ),
        ("[[core.text]]\n", "[core]\nfinals = []\n[[core.text]]\n", "finals"),
    ],
)
def test_what_a_plain_manifest_leaves_out_is_left_out_whole(tmp_path: Path, old: str, new: str, named: str) -> None:
    shutil.copytree(FOLDER.parent, tmp_path / "all")
    manifest = tmp_path / "all" / RENAME.name / "migration.toml"
    text = manifest.read_text()
    assert old in text
    manifest.write_text(text.replace(old, new, 1))
    with pytest.raises(UserError, match=re.escape(named)):
        load_migration(manifest.parent)


def test_a_call_is_done_by_its_name_or_by_its_arguments() -> None:
    functions = {"old": Function("call"), "new": Function("new"), "more": Function("call", 1, 2), "keep": STORE}
    symbols = Symbols(functions, ("a.h",))
    calls = [("old", 1), ("new", 1), ("more", 1), ("more", 2), ("keep", 2), ("other", 1)]
    assert [call for call in calls if symbols.is_converted(*call)] == [("new", 1), ("more", 2)]
    assert symbols.stores
    assert not load_migration(RENAME).symbols.stores


def test_a_file_is_searched_by_names_or_by_the_struct_of_what_is_stored_by_hand() -> None:
    rename = load_migration(RENAME).symbols
    assert rename.words == ["del_timer_sync", "timer_delete_sync"]
    assert rename.in_sight(b"x = del_timer_sync;")
    assert not rename.in_sight(b"x->error = 1; dma_fence")
    assert MIGRATION.symbols.words == ["dma_fence"]
    assert MIGRATION.symbols.in_sight(b"x.error = 1;")
    assert not MIGRATION.symbols.in_sight(b"struct dma_fence *f;")


def test_a_folder_named_from_here_has_files_that_others_find(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(RENAME.parent)
    migration = load_migration(Path(RENAME.name))
    assert migration.macros.is_absolute()
    assert migration.macros.samefile(FOLDER / "kernel-macros.h")


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=re.escape(str(tmp_path / "migration.toml"))):
        load_migration(tmp_path)


def test_a_manifest_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "migration.toml").write_bytes(b'name = "\xff"\n')
    with pytest.raises(UserError, match=r"migration\.toml"):
        load_migration(tmp_path)


def test_every_semantic_patch_of_the_folder_is_a_rule() -> None:
    assert {rule.file for rule in MIGRATION.rules} | {MIGRATION.probe} == set(FOLDER.glob("*.cocci"))
    assert [rule.file.name for rule in MIGRATION.rules] == sorted(rule.file.name for rule in MIGRATION.rules)


def test_real_headers(kernel_7_3: Path, kernel_6_12: Path) -> None:
    assert MIGRATION.generation_of((kernel_7_3 / HEADER).read_bytes()) == "void"
    assert MIGRATION.generation_of((kernel_6_12 / HEADER).read_bytes()) == "int"
    rename = load_migration(RENAME)
    assert rename.generation_of((kernel_7_3 / rename.header).read_bytes()) == "dropped"
    assert rename.generation_of((kernel_6_12 / rename.header).read_bytes()) == "wrapper"


ERR = b"void dma_fence_signal(struct dma_fence *fence, int err);\n"
VOID = b"void dma_fence_signal(struct dma_fence *fence);\n"
INT = b"int dma_fence_signal(struct dma_fence *fence);\n"
CHECK = b"bool dma_fence_check_and_signal(struct dma_fence *fence);\n"


@pytest.mark.parametrize(
    ("header", "generation"),
    [
        (INT, "int"),
        (VOID + CHECK, "void"),
        (CHECK + VOID, "void"),
        (ERR + CHECK.replace(b")", b", int err)"), "err"),
        (ERR + CHECK, "err"),  # half-way
        (INT.replace(b")", b", int err)") + CHECK, "err"),  # what the core patch makes of the int generation
        (ERR + b"#define dma_fence_signal(args...)\t__dma_fence_compat(dma_fence_signal, args)\n", "err"),
        (b"/* " + INT + b" */\n" + VOID + CHECK, "void"),
        ((VOID + CHECK).replace(b"\n", b"\r\n"), "void"),
        (b"extern void\ndma_fence_signal(struct dma_fence\n\t\t *fence,\n\t\t int err);", "err"),
        (b"static inline int dma_fence_signal(struct dma_fence *fence)\n{\n}\n/* \xff */", "int"),
    ],
)
def test_the_generation_is_told_by_the_prototypes(header: bytes, generation: str) -> None:
    assert MIGRATION.generation_of(header) == generation


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (VOID, "void dma_fence_signal(struct dma_fence *fence)"),
        (
            b"int dma_fence_signal(struct dma_fence *fence,\n\t\t     u64 seqno);",
            "(struct dma_fence *fence, u64 seqno)",
        ),
        (b"long dma_fence_signal_locked(struct dma_fence *fence);", "long dma_fence_signal_locked(struct dma_fence"),
        (b"/* " + INT + b" */", "none"),
        (b"", "none"),
    ],
)
def test_an_unknown_shape_is_refused_and_shown(header: bytes, shown: str) -> None:
    with pytest.raises(UserError) as refused:
        MIGRATION.generation_of(header)
    assert HEADER in str(refused.value)
    assert shown in str(refused.value)


def test_an_unknown_shape_is_told_with_the_patterns_that_did_not_match() -> None:
    rename = load_migration(RENAME)
    wrapper, dropped = rename.generations
    with pytest.raises(UserError) as refused:
        rename.generation_of(b"int del_timer_sync(struct timer_list *t);\nint timer_delete(struct timer_list *t);\n")
    assert str(refused.value).splitlines() == [
        "include/linux/timer.h has an unknown shape of the API; prototypes found:",
        "  int del_timer_sync(struct timer_list *t)",
        "  int timer_delete(struct timer_list *t)",
        "no generation fits:",
        f"  wrapper: nothing matches {wrapper.patterns[1]}",
        f"  dropped: nothing matches {dropped.patterns[0]}",
    ]


def test_a_rule_is_spared_a_file_only_without_its_words() -> None:
    rule = next(rule for rule in MIGRATION.rules if rule.id == "check_open_coded")
    assert rule.may_match(b"dma_fence_signal_locked unlock DMA_FENCE_FLAG_SIGNALED_BIT")
    assert rule.may_match(b"dma_fence_signal_locked spin_lock dma_fence_is_signaled_locked")
    assert not rule.may_match(b"dma_fence_signal_locked unlock")
