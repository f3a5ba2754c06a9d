# SPDX-License-Identifier: GPL-2.0-only
"""The texts that the core patch adds or changes, and the part of the manifest that names them."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cores import FOLDER, MIGRATION, SELFTEST, SOURCE, core, files_of

from fencemig.core.check import uses
from fencemig.core.kernel_doc import documented, without_results
from fencemig.core.manifest import Doc, Place, Text
from fencemig.core.patch import carried_over
from fencemig.core.texts import edited
from fencemig.errors import UserError
from fencemig.migration import load_migration


def test_tests_of_the_core_patch_go_below_those_of_a_subsystem(kernel_7_3: Path) -> None:
    files = files_of(kernel_7_3)
    assert carried_over(MIGRATION, SELFTEST, files[SELFTEST]) == core(files, "void")[SELFTEST] != files[SELFTEST]
    converted = files[SELFTEST].replace(b"dma_fence_signal(f);", b"dma_fence_signal(f, 0);")
    assert converted != files[SELFTEST]
    assert carried_over(MIGRATION, SELFTEST, converted).count(b"dma_fence_signal(f, 0);") >= 5
    assert carried_over(MIGRATION, SOURCE, files[SOURCE]) == files[SOURCE]
    assert carried_over(replace(MIGRATION, core=None), SELFTEST, converted) == converted


def text(anchor: bytes, place: Place = Place.AFTER, **more: object) -> Text:
    return replace(Text("a.c", "add b", re.compile(anchor, re.MULTILINE), place, b"new\n"), **more)  # type: ignore[arg-type]


def test_a_text_goes_where_its_anchor_is() -> None:
    source = b"one\ntwo\nthree\n"
    assert edited("a.c", source, [text(b"^two\n")]) == b"one\ntwo\nnew\nthree\n"
    assert edited("a.c", source, [text(b"^two\n", Place.BEFORE)]) == b"one\nnew\ntwo\nthree\n"
    assert edited("a.c", source, [text(b"^one\n(?P<at>two\n)", Place.REPLACE)]) == b"one\nnew\nthree\n"
    assert edited("a.c", source, [text(b"four", when=re.compile(b"five"))]) == source
    assert edited("a.c", source, [text(b"four", optional=True)]) == source
    assert edited("b.c", source, [text(b"^two\n")]) == source
    for anchor, problem in ((b"four", "nowhere"), (b"o", "in 2 places")):
        with pytest.raises(UserError, match=f"a.c: cannot add b: .*{problem}.*--no-core"):
            edited("a.c", source, [text(anchor)])


def test_kernel_doc_gets_a_parameter_and_a_paragraph_before_the_result() -> None:
    source = b"""\
/**
 * f - do it
 * @a: the first,
 *     in full
 *
 * Does it.
 *
 * Returns 0, or what
 * went wrong.
 *
 * See also g().
 */
int f(int a);
/** g - no kernel-doc of the usual form */
"""
    doc = Doc(("f", "g"), "@err: an error", "It " + "really " * 12 + "does.")
    after = documented(source, [doc])
    assert b" *     in full\n * @err: an error\n *\n * Does it.\n *\n * It really" in after
    assert b" does.\n *\n * Returns 0, or what\n" in after
    assert max(map(len, after.splitlines())) <= 80
    without = without_results(after, ["f"])
    assert b"Returns" not in without
    assert b"went wrong" not in without
    assert b" does.\n *\n * See also g().\n */\n" in without


@pytest.mark.parametrize("head", [b" * end - end it", b" * end() - end it", b" * end: end it", b" *\tend(): end it"])
def test_kernel_doc_may_name_its_function_in_several_ways(head: bytes) -> None:
    comment = b"/**\n%b\n * @f: the fence\n */\n" % head
    described = b"/**\n%b\n * @f: the fence\n * @err: an error\n */\n" % head
    assert documented(comment, [Doc(("end",), "@err: an error", "")]) == described


def test_uses_are_told_apart_by_words_and_brackets() -> None:
    source = b"""\
#define f(args...) compat(f, args)
/* f(1, 2, 3) */
extern int __must_check f(struct s *a, int (*cb)(int, int)) __attribute__((nonnull(1)));
int noinline
f(struct s *a, int (*cb)(int, int)) __must_hold(x)
{
	return g(f(a, (int[]){ 1, 2 }), "f(1, 2, 3)") + xf(1);
}
EXPORT_SYMBOL(f);
int f();
"""
    found = [(use.count, use.declares, use.body is not None) for use in uses(source, "f")]
    assert found == [(2, True, False), (2, True, True), (2, False, False), (0, True, False)]


# The manifest


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[core]\n", "[core]\nextra = 1\n", "extra"),
        ('final = ["core/50-void.cocci"]', "", "final"),
        ("core/50-void.cocci", "core/50-absent.cocci", "50-absent.cocci"),
        ('[core.semantic_patches]\nint = ["core/10', '[core.semantic_patches]\nint = ["core/11', "11-parameter"),
        ("[core.semantic_patches]\nint =", "[core.semantic_patches]\nlong =", "long"),
        ('functions = ["dma_fence_set_error"]\n', 'functions = ["dma_fence_set_error"]\ntxt = ""\n', "txt"),
        ('file = "core/check_functions.c"', 'file = "core/absent.c"', "absent.c"),
        ('file = "core/check_functions.c"', 'file = "core/check_functions.c"\ntext = ""', "either"),
        ('what = "add the check functions"\n', 'what = "add the check functions"\nwhere = ""\n', "where"),
        ('what = "add the check functions"\n', 'what = "add the check functions"\nkeep = "("\n', "regular expression"),
        ('stage = "drop_store"', 'stage = "drop"', "drop"),
        ('place = "after"', 'place = "behind"', "behind"),
    ],
)
def test_a_manifest_is_refused_with_the_key(old: str, new: str, named: str, tmp_path: Path) -> None:
    folder = tmp_path / "migration"
    shutil.copytree(FOLDER, folder)
    manifest = (folder / "migration.toml").read_text()
    assert old in manifest
    (folder / "migration.toml").write_text(manifest.replace(old, new, 1))
    with pytest.raises(UserError) as refused:
        load_migration(folder)
    assert named in str(refused.value)
    assert "migration.toml" in str(refused.value)


def test_every_semantic_patch_of_the_core_is_named_and_parses(tmp_path: Path) -> None:
    assert MIGRATION.core is not None
    named = {*MIGRATION.core.final, *(path for paths in MIGRATION.core.semantic_patches.values() for path in paths)}
    assert named == set((FOLDER / "core").glob("*.cocci"))
    for path in named:
        done = subprocess.run(["spatch", "--parse-cocci", path], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
