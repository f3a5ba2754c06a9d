# SPDX-License-Identifier: GPL-2.0-only
"""Each path goes in by the tree that MAINTAINERS names for it, and each tree has a name of its own."""

import re
from pathlib import Path

import pytest
from conftest import KernelTree
from hypothesis import given
from hypothesis import strategies as st

from fencemig.maintainers import Owners, parse_maintainers
from fencemig.model import Section
from fencemig.system.process import run
from fencemig.trees import NO_TREE, group_by_tree


def names_of(*lines: str) -> list[str]:
    """The names of trees that sections with these T: lines have, side by side."""
    sections = [Section(f"S{number}", trees=(line,), files=(f"d{number}/",)) for number, line in enumerate(lines)]
    return list(group_by_tree([f"d{number}/x.c" for number in range(len(lines))], Owners(sections)).values())


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("git https://gitlab.example.org/drm/misc/kernel.git", "drm-misc"),
        ("git https://gitlab.example.org/drm/misc.git", "drm-misc"),
        ("git git://anongit.example.org/drm/drm-misc", "drm-misc"),
        ("git https://gitlab.example.org/drm/xe/kernel.git", "xe"),
        ("git https://gitlab.example.org/drm/i915/kernel.git/", "i915"),
        ("git https://gitlab.example.org/drm/tegra.git", "tegra"),
        ("git https://gitlab.example.org/drm/msm.git", "msm"),
        ("git git://git.example.org/pub/scm/linux/kernel/git/jic23/iio.git", "iio"),
        ("git git://git.example.org/pub/scm/linux/kernel/git/gregkh/usb.git usb-next", "usb"),
        ("git https://gitlab.example.org/agd5f/linux.git", "amd"),
        ("git git://people.example.org/~agd5f/linux", "amd"),
        ("git https://gitlab.example.org/drm/kernel.git", "drm-misc"),
        ("git git://anongit.example.org/drm/drm", "drm-misc"),
        ("git git://git.example.org/linux.git docs-next", "git-example-org"),
        ("git git://git.example.org/pub/scm/linux/kernel/git/akpm/mm", "mm"),
        ("https://gitlab.example.org/apparmor/apparmor-kernel.git", "apparmor-kernel"),
        ("git: https://git.example.org/ben717-linux/linux", "ben717-linux"),
        ("git git@git.example.org:kites/strings.git", "strings"),
        ("hg http://tboot.example.org:8000/hgroot/tboot/tboot", "tboot"),
        ("quilt https://example.org/patches/", "patches"),
        ("git https://git.example.org/parisc-2.6.git (old)", "parisc-2-6"),
        ("git https://git.example.org/..lock/.git", "lock"),
        ("git https://git.example.org/a/core.git", "a-core"),
        ("git https://git.example.org/Final.git", "git-example-org-final"),
        ("git", NO_TREE),
        ("git ///", NO_TREE),
    ],
)
def test_the_name_of_a_tree(line: str, name: str) -> None:
    assert names_of(line) == [name]


def test_protocol_suffix_and_branch_make_no_other_tree() -> None:
    variants = [
        "git://x.example.org/a/kite.git",
        "https://x.example.org/a/kite",
        "ssh://me@X.example.org/a/kite.git/ b",
    ]
    assert set(names_of(*(f"git {url}" for url in variants))) == {"kite"}


def test_trees_of_the_same_name_are_told_apart() -> None:
    assert names_of(
        "git https://x.example.org/ada/usb.git",
        "git https://x.example.org/bo/usb.git",
        "git https://x.example.org/ada/kite.git",
        "git https://y.example.org/ada/kite.git",
        "git https://x.example.org/cy/iio.git",
    ) == ["ada-usb", "bo-usb", "x-example-org-ada-kite", "y-example-org-ada-kite", "iio"]


def test_the_first_tree_of_the_most_specific_section_that_has_one() -> None:
    owners = Owners(
        [
            Section("KITES", files=("drivers/kite/",)),
            Section("TOYS", files=("drivers/",), trees=("git", "git x://a.org/toys", "git x://a.org/toys-next")),
            Section("THE REST", files=("*", "*/"), trees=("git x://a.org/all",)),
        ]
    )
    assert group_by_tree(["drivers/kite/x.c", "lib/x.c"], owners) == {"drivers/kite/x.c": "toys", "lib/x.c": NO_TREE}


PARTS = st.sampled_from(
    ["linux", "kernel", "misc", "drm", "core", "other", "a.b", "a-b", "A-b", "usb", "ä", "-", "next"]
)
URLS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


@given(st.lists(URLS, min_size=1, max_size=8, unique=True))
def test_no_two_trees_share_a_name(urls: list[str]) -> None:
    names = names_of(*(f"git https://host.example.org/{url}.git" for url in urls))
    told = [name for name, url in zip(names, urls, strict=True) if not url.endswith(("drm/kernel", "drm/drm"))]
    assert len(set(told)) == len(told)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    assert not {"core", "final", NO_TREE} & set(told)


def _trees_of_calls(tree: Path) -> dict[str, str]:
    names = ("dma_fence_signal", "dma_fence_set_error", "dma_fence_check_and_signal")
    patterns = [arg for name in names for arg in ("-e", name)]
    found = run(["grep", "-rlF", "--include=*.c", *patterns, "drivers"], cwd=tree).stdout.decode().split()
    return group_by_tree(found, Owners(parse_maintainers((tree / "MAINTAINERS").read_bytes())))


def test_the_seven_trees_of_7_3(kernel_7_3: Path) -> None:
    trees = _trees_of_calls(kernel_7_3)
    assert set(trees.values()) == {"drm-misc", "amd", "i915", "xe", "tegra", "iio", "usb"}
    amd = {path for path in trees if re.match(r"drivers/gpu/drm/(amd|radeon)/", path)}
    assert {path for path, name in trees.items() if name == "amd"} == amd
    assert trees["drivers/gpu/host1x/fence.c"] == "tegra"
    assert trees["drivers/accel/rocket/rocket_job.c"] == "drm-misc"
    assert trees["drivers/gpu/drm/etnaviv/etnaviv_gpu.c"] == "drm-misc"


def test_the_trees_of_6_12(kernel_6_12: Path) -> None:
    trees = _trees_of_calls(kernel_6_12)
    assert set(trees.values()) == {"drm-misc", "amd", "i915", "xe", "nouveau", "tegra", "iio", "usb"}
    assert [path for path, name in trees.items() if name == "nouveau"] == ["drivers/gpu/drm/nouveau/nouveau_fence.c"]


def test_all_trees_of_linux_have_a_name(kernel_7_3: Path) -> None:
    sections = parse_maintainers((kernel_7_3 / "MAINTAINERS").read_bytes())
    lines = dict.fromkeys(line for section in sections for line in section.trees)
    assert NO_TREE not in names_of(*lines)


def test_the_trees_of_the_small_kernel(kernel_tree: KernelTree) -> None:
    owners = Owners(parse_maintainers((kernel_tree(git=False) / "MAINTAINERS").read_bytes()))
    paths = {
        "drivers/gpu/drm/merlin/a.c": "merlin",
        "drivers/gpu/drm/plover/a.c": "drm-misc",
        "drivers/gpu/drm/amd/amdgpu/a.c": "amd",
        "drivers/gpu/host1x/a.c": "host1x",
        "drivers/iio/a.c": "iio",
        "Makefile": NO_TREE,
    }
    assert group_by_tree(list(paths), owners) == paths
