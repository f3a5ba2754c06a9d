# SPDX-License-Identifier: GPL-2.0-only
"""Which object a file goes into, by Makefiles of the shapes that the kernel has, and how it is compiled."""

from collections.abc import Mapping

import pytest

from fencemig.verify.objects import Listing, dependencies, object_of, syntax_command

TREE = {
    "drivers/gpu/drm/finch/Makefile": "finch-y := finch_drv.o finch_ring.o \\\n\tring/finch_slot.o\n",
    "drivers/gpu/drm/finch/finch_ring.c": '#include "tests/finch_ring.c"\n',
    "drivers/gpu/drm/finch/finch_drv.c": "",
    "drivers/gpu/drm/finch/tests/finch_ring.c": "",
    "drivers/gpu/drm/finch/ring/finch_slot.c": "",
    "drivers/gpu/drm/wren/wrengpu/Makefile": "include $(FULL)/wrenkfd/Makefile\nwrengpu-y := wren.o $(FILES)\n",
    "drivers/gpu/drm/wren/wrengpu/wren.c": "",
    "drivers/gpu/drm/wren/wrenkfd/Makefile": "FILES := $(KFD_PATH)/kfd_process.o \\\n\t$(KFD_PATH)/kfd_queue.o\n",
    "drivers/gpu/drm/wren/wrenkfd/kfd_process.c": "",
    "drivers/dma-buf/Kbuild": "obj-y := fence.o\n",
    "drivers/dma-buf/fence.c": "",
}


def listing(files: Mapping[str, str]) -> Listing:
    def names(folder: str) -> set[str]:
        below = (path[len(folder) + 1 :] for path in files if path.startswith(f"{folder}/"))
        return {path.split("/")[0] for path in below}

    return Listing(lambda path: files[path].encode() if path in files else None, names)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("drivers/dma-buf/fence.c", "drivers/dma-buf/fence.o"),
        ("drivers/gpu/drm/finch/finch_ring.c", "drivers/gpu/drm/finch/finch_ring.o"),
        ("drivers/gpu/drm/finch/ring/finch_slot.c", "drivers/gpu/drm/finch/ring/finch_slot.o"),
        ("drivers/gpu/drm/finch/tests/finch_ring.c", "drivers/gpu/drm/finch/finch_ring.o"),
        ("drivers/gpu/drm/wren/wrengpu/wren.c", "drivers/gpu/drm/wren/wrengpu/wren.o"),
        ("drivers/gpu/drm/wren/wrenkfd/kfd_process.c", "drivers/gpu/drm/wren/wrengpu/../wrenkfd/kfd_process.o"),
        ("drivers/unknown/x.c", "drivers/unknown/x.o"),
    ],
)
def test_the_object_of_a_file(path: str, target: str) -> None:
    assert object_of(path, listing(TREE)) == target


CMD = """\
savedcmd_drivers/a.o := ccache gcc -Wp,-MMD,drivers/.a.o.d -DNAME='"a b"' -I/top/include -c -o drivers/a.o /top/drivers/a.c ; ./tools/objtool/objtool --x drivers/a.o

source_drivers/a.o := /top/drivers/a.c

deps_drivers/a.o := \\
  /top/include/linux/x.h \\
    $(wildcard include/config/FOO) \\
  include/generated/autoconf.h \\
  /top/drivers/../include/y.h \\

drivers/a.o: $(deps_drivers/a.o)
"""  # noqa: E501


@pytest.mark.parametrize("name", ["savedcmd_", "cmd_"])
def test_the_command_stops_after_parsing_and_writes_nothing(name: str) -> None:
    command = syntax_command(CMD.replace("savedcmd_", name))
    assert command == ["ccache", "gcc", '-DNAME="a b"', "-I/top/include", "/top/drivers/a.c", "-fsyntax-only"]


def test_no_command() -> None:
    assert syntax_command("") is None


def test_what_an_object_was_made_from() -> None:
    assert dependencies(CMD, "/top") == {"drivers/a.c", "include/linux/x.h", "include/y.h"}
    assert dependencies("", "/top") == frozenset()
