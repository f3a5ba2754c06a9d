# SPDX-License-Identifier: GPL-2.0-only
"""The checkout and the compiler, with a Makefile that takes kbuild's place and a compiler that is the real one."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import PROJECT, add, commit, git

from fencemig.commands.shared import migration_of
from fencemig.errors import UserError
from fencemig.ledger import Ledger
from fencemig.proof.compiling import check_compiling
from fencemig.proof.request import Compiling, Request
from fencemig.system import checkout, kernel
from fencemig.system.checks import Applied
from fencemig.system.git import Blob
from fencemig.system.spatch import Spatch
from fencemig.verify.model import Check, Level, Outcome

FINCH, WREN, EXOTIC = "drivers/finch.c", "drivers/wren.c", "drivers/exotic.c"
HEADER = "include/linux/dma-fence.h"
# Objects, out of tree, with .cmd files as kbuild writes them; exotic.o is for another machine.
MAKEFILE = """\
VERSION = 7
PATCHLEVEL = 3
CC = gcc
FLAGS = -Wall -I$(CURDIR)/include $(KCFLAGS)
NOTE = $(O)/$(dir $@).$(notdir $@).cmd

allnoconfig allmodconfig prepare olddefconfig:
	@mkdir -p $(O)

drivers/exotic.o:
	@echo "no rule to make $@" >&2; exit 1

%.o: always
	@mkdir -p $(O)/$(dir $@)
	@cd $(O) && $(CC) $(FLAGS) -c -o $@ $(CURDIR)/$*.c
	@echo 'savedcmd_$@ := $(CC) $(FLAGS) -Wp,-MMD,x -c -o $@ $(CURDIR)/$*.c' > $(NOTE)
	@printf 'deps_$@ := \\\\\\n' >> $(NOTE)
	@gcc $(FLAGS) -M $(CURDIR)/$*.c | sed 's/^[^:]*://' >> $(NOTE)

Makefile: ;
always:
.PHONY: always allnoconfig allmodconfig prepare olddefconfig
"""
TEXTS = {
    "MAINTAINERS": "",
    "Kbuild": "",
    "Makefile": MAKEFILE,
    HEADER: "void dma_fence_signal(int f);\n",
    FINCH: "#include <linux/dma-fence.h>\nvoid finch(void)\n{\n\tint odd;\n\tdma_fence_signal(1);\n}\n",
    WREN: "#include <linux/dma-fence.h>\nint wren(void)\n{\n\treturn 1;\n}\n",
    EXOTIC: "int exotic;\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> kernel.Tree:
    top = tmp_path / "linux"
    for path, text in TEXTS.items():
        add(top, path, text)
    commit(top)
    return kernel.open_tree(top, "HEAD")


def stage(tree: kernel.Tree, **texts: str) -> Applied:
    """A patch that gives files, named by the variables above, another text."""
    paths = {"finch": FINCH, "wren": WREN, "exotic": EXOTIC, "header": HEADER}
    before = {paths[name]: Blob("100644", tree.read(paths[name]) or b"") for name in texts}
    after = {paths[name]: Blob("100644", text.encode()) for name, text in texts.items()}
    return Applied(before, after, ())


def compiled(
    tree: kernel.Tree,
    *stages: Applied,
    level: Level = Level.BUILD,
    keep: bool = False,
    arguments: tuple[str, ...] = (),
) -> list[Check]:
    files = [f"{number:04}-x.patch" for number, _ in enumerate(stages, 1)]
    request = Request(
        tree=tree,
        folder=tree.top,
        files=files,
        mails=[],
        ledger=Ledger("1.1.1", None, "void", tree.commit, (".",), ()),
        migration=migration_of(None),
        spatch=Spatch("", ""),
        level=level,
        jobs=2,
        timeout=1.0,
        compiling=Compiling(PROJECT / "tools/kernel", arguments=arguments, keep=keep),
        progress=lambda what, done, total, name: None,
    )
    with checkout.checkout(tree, keep) as source:
        return check_compiling(request, stages, source)


def test_good_patches_pass_whatever_the_base_complains_of(tree: kernel.Tree) -> None:
    moved = stage(tree, finch="\n\n" + TEXTS[FINCH].replace("signal(1)", "signal(2)"))
    checks = compiled(tree, moved, stage(tree, wren=TEXTS[WREN].replace("1", "2")))
    assert [check.outcome for check in checks] == [Outcome.PASSED] * 5
    assert [(check.level, check.patch, check.looked_at) for check in checks[1:]] == [
        (Level.SYNTAX, 1, 1),
        (Level.SYNTAX, 2, 1),
        (Level.BUILD, 1, 1),
        (Level.BUILD, 2, 1),
    ]
    assert b"unused variable" in checks[0].output
    assert not (checkout.cache_folder() / "linux").exists()


def test_an_error_is_told_at_its_patch_and_the_checkout_stays(tree: kernel.Tree) -> None:
    broken = stage(tree, wren=TEXTS[WREN].replace("return 1", "return missing"))
    checks = compiled(tree, stage(tree, finch=TEXTS[FINCH]), broken)
    (failed,) = [check for check in checks if check.problems]
    assert (failed.level, failed.patch) == (Level.SYNTAX, 2)
    assert any(problem.startswith(f"{WREN}:4: error: ") for problem in failed.problems)
    assert (checkout.cache_folder() / "linux" / WREN).read_text() == TEXTS[WREN]


def test_a_new_warning_fails_the_build(tree: kernel.Tree) -> None:
    careless = stage(tree, wren=TEXTS[WREN].replace("{\n", "{\n\tint fresh;\n"))
    checks = compiled(tree, careless)
    (failed,) = [check for check in checks if check.level is Level.SYNTAX and check.patch]
    assert "fresh" in failed.problems[0]


def test_a_touched_header_is_compiled_in_every_file_that_includes_it(tree: kernel.Tree) -> None:
    touched = stage(tree, finch=TEXTS[FINCH], wren=TEXTS[WREN])
    changed = stage(tree, header="void dma_fence_signal(int f, int err);\n")
    checks = compiled(tree, touched, changed, level=Level.SYNTAX)
    assert checks[2].looked_at == 2
    assert [problem.split(":")[0] for problem in checks[2].problems] == [FINCH]


def test_what_cannot_be_compiled_here_is_named(tree: kernel.Tree) -> None:
    checks = compiled(tree, stage(tree, exotic="int exotic = 2;\n", wren=TEXTS[WREN]), level=Level.SYNTAX)
    assert [check.outcome for check in checks] == [Outcome.UNPROVED] * 2
    assert all(check.unproved[0].startswith(f"{EXOTIC}: ") for check in checks)


def test_a_cache_behind_a_symbolic_link_is_like_any_other(
    tree: kernel.Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "link"))
    checks = compiled(tree, stage(tree, header=TEXTS[HEADER], finch=TEXTS[FINCH]), level=Level.SYNTAX)
    assert [check.outcome for check in checks] == [Outcome.PASSED] * 2


def test_a_checkout_is_kept_on_demand_and_made_right_again(tree: kernel.Tree) -> None:
    compiled(tree, stage(tree, wren=TEXTS[WREN]), level=Level.SYNTAX, keep=True)
    top = checkout.cache_folder() / "linux"
    add(top, WREN, "changed by somebody\n")
    add(top, "drivers/new.c", "left by an interrupted run\n")
    with checkout.checkout(tree, keep=True) as source:
        assert source.read(WREN) == TEXTS[WREN].encode()
        assert source.names("drivers") == ["exotic.c", "finch.c", "wren.c"]
        source.switch({WREN: None, "drivers/sub/more.c": Blob("100755", b"more\n")})
        assert source.read(WREN) is None
        assert source.read("drivers/sub/more.c") == b"more\n"
        source.switch({})
        assert source.read(WREN) == TEXTS[WREN].encode()
        assert source.read("drivers/sub/more.c") is None
        with pytest.raises(UserError, match="another"), checkout.checkout(tree, keep=True):
            pass
    assert git(tree.top, "status", "--porcelain") == ""
    assert checkout.clean() > 0
    assert not top.exists()


def test_a_checkout_follows_the_base(tree: kernel.Tree) -> None:
    with checkout.checkout(tree, keep=True):
        pass
    add(tree.top, WREN, "int wren;\n")
    second = commit(tree.top, "Change wren")
    with checkout.checkout(replace(tree, commit=second), keep=True) as source:
        assert source.read(WREN) == b"int wren;\n"


def test_objects_are_compiled_on_several_machines(
    tree: kernel.Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with distccd(tmp_path / "one.log") as one, distccd(tmp_path / "other.log") as other:
        monkeypatch.setenv("DISTCC_HOSTS", f"127.0.0.1:{one}/1 127.0.0.1:{other}/1")
        monkeypatch.setenv("DISTCC_FALLBACK", "0")
        both = stage(tree, finch=TEXTS[FINCH], wren=TEXTS[WREN])
        checks = compiled(tree, both, both, arguments=("CC=distcc gcc",))
    assert not [check for check in checks if check.problems]
    for log in ("one.log", "other.log"):
        assert "COMPILE_OK" in (tmp_path / log).read_text()


@contextmanager
def distccd(log: Path) -> Iterator[int]:
    """A machine that compiles for others, on a free port of this one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    where = [f"--port={port}", "--listen=127.0.0.1", "--allow=127.0.0.1", "--enable-tcp-insecure"]
    how = ["--daemon", "--no-detach", "--jobs=1", "--log-stderr", "--log-level=info"]
    with log.open("wb") as said, subprocess.Popen(["distccd", *where, *how], stderr=said) as server:
        try:
            until = time.monotonic() + 10
            while time.monotonic() < until:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
