# SPDX-License-Identifier: GPL-2.0-only
"""Git without a repository: diffs as git itself makes them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from fencemig.model import Change
from fencemig.system.scratch import diff

LATIN = "/* Bj\xf6rn's lamp */\nint lamp_off(l);\n".encode("latin-1")
ODD = 'drivers/odd "name" [x]*\u00e9.c'
FILES = {"drivers/latin.c": LATIN, "drivers/run.h": b"lamp_off(l);\n", ODD: b"lamp_off(l);\n"}


def _converted(path: str, mode: str = "100644") -> Change:
    return Change(path, FILES[path], FILES[path].replace(b"(l)", b"(l, 0)"), mode)


def test_the_diff_is_gits_in_the_order_given_and_applies(tmp_path: Path) -> None:
    (tmp_path / "drivers").mkdir()
    for path, content in FILES.items():
        (tmp_path / path).write_bytes(content)
    text = diff([_converted("drivers/run.h", "100755"), _converted(ODD), _converted("drivers/latin.c")])
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=text, check=True)
    assert (tmp_path / "drivers/latin.c").read_bytes() == LATIN.replace(b"(l)", b"(l, 0)")
    assert (tmp_path / ODD).read_bytes() == b"lamp_off(l, 0);\n"
    heads = [line for line in text.splitlines() if line.startswith(b"+++ ")]
    assert heads[0] == b"+++ b/drivers/run.h"
    assert heads[1].startswith(b'+++ "b/drivers/odd')
    assert heads[2] == b"+++ b/drivers/latin.c"
    assert LATIN.splitlines()[0] in text


def test_hashes_have_the_kernels_twelve_digits() -> None:
    (index,) = (line for line in diff([_converted("drivers/run.h")]).splitlines() if line.startswith(b"index "))
    assert re.fullmatch(rb"index [0-9a-f]{12}\.\.[0-9a-f]{12} 100644", index)


def test_the_diff_needs_neither_repository_nor_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    change = Change("a/b.c", b"int f(void)\n{\n" + b"\tx();\n" * 9 + b"}\n", b"", "100644")
    text = diff([change])
    assert b"--- a/a/b.c\n+++ b/a/b.c\n@@ -1,12 +0,0 @@\n-int f(void)\n" in text


def test_a_stray_zero_byte_does_not_hide_a_change() -> None:
    assert b"\n-x\0y\n+x\0z\n" in diff([Change("a.c", b"x\0y\n", b"x\0z\n")])


def test_no_changes_no_diff() -> None:
    assert diff([]) == b""
    assert diff([Change("a.c", b"same", b"same")]) == b""


def test_hunks_name_the_function_and_not_a_label() -> None:
    body = b"int hall(void)\n{\n" + b"\tx();\n" * 9 + b"out:\n" + b"\ty();\n" * 9
    text = diff([Change("a.c", body + b"\toff(l);\n}\n", body + b"\toff(l, 0);\n}\n")])
    assert b"@@ int hall(void)\n" in text
