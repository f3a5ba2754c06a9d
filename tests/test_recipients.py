# SPDX-License-Identifier: GPL-2.0-only
"""A patch goes to whom the kernel's own get_maintainer.pl names, its maintainers in To."""

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import KernelTree
from hypothesis import given, settings
from hypothesis import strategies as st

from fencemig.maintainers import Owners, parse_maintainers
from fencemig.model import Change, Person
from fencemig.recipients import LIMIT, Directory, Recipients, union
from fencemig.system.process import run

MAINTAINERS = """\
KITE DRIVER
M:\tAda Kite <ada@example.org>
M:\tBo Wind, of the Hills <bo@example.org>
R:\tCy D. Cloud <cy@example.org>
L:\tkites@lists.example.org (moderated for non-subscribers)
L:\tcaptains@lists.example.org (subscribers-only)
S:\tMaintained
F:\tdrivers/toys/kite/

MARBLES
R:\tEmil Glass <emil@example.org>
L:\tmarbles@lists.example.org
S:\tOrphan
F:\tdrivers/toys/marble.c

TOYS
M:\tDée Doll <dee@example.org>, ada kite <ada@other.example.org>
M:\tEve\x07 <eve@example.org>
M:\tnobody at all
R:\tOld Ernest <ernest@old.example.org>
L:\ttoys@lists.example.org
L:\tKITES@lists.example.org
S:\tOdd Fixes
F:\tdrivers/toys/

STRINGS
M:\tStine String <stine@example.org>
K:\t(?i)string_pull
K:\tknot|ravel

THE REST
M:\tLinus Torvalds <torvalds@linux-foundation.org>
L:\tlinux-kernel@lists.example.org
F:\t*
F:\t*/
"""
MAILMAP = """\
# people who moved
Ernest Elder <ERNEST@example.org> <ernest@old.example.org>
<cy@new.example.org> <cy@example.org>
"""


def directory(maintainers: str = MAINTAINERS, mailmap: str = MAILMAP) -> Directory:
    return Directory(Owners(parse_maintainers(maintainers.encode())), mailmap.encode())


def touched(*paths: str) -> list[Change]:
    """Files of a patch whose lines do not matter."""
    return [Change(path, b"", b"") for path in paths]


def addresses(people: Sequence[Person]) -> list[str]:
    return [person.address for person in people]


def test_maintainers_in_to_then_the_section_then_the_others_with_lists_last() -> None:
    found = directory().recipients(touched("drivers/toys/kite/x.c"))
    assert found.to == (
        Person("Ada Kite <ada@example.org>", "maintainer"),
        Person('"Bo Wind, of the Hills" <bo@example.org>', "maintainer"),
    )
    assert found.cc == (
        Person('"Cy D. Cloud" <cy@new.example.org>', "reviewer"),
        Person("kites@lists.example.org", "list"),
        Person('"Dée Doll" <dee@example.org>', "maintainer"),
        Person("Ernest Elder <ERNEST@example.org>", "reviewer"),
        Person("toys@lists.example.org", "list"),
        Person("linux-kernel@lists.example.org", "list"),
    )


def test_an_orphan_goes_to_those_above_it() -> None:
    found = directory().recipients(touched("drivers/toys/marble.c"))
    assert addresses(found.to) == ['"Dée Doll" <dee@example.org>', "ada kite <ada@other.example.org>"]
    assert addresses(found.cc)[:2] == ["Emil Glass <emil@example.org>", "marbles@lists.example.org"]


def test_a_patch_that_nobody_minds_goes_to_the_lists() -> None:
    found = directory().recipients(touched("lib/x.c"))
    assert addresses(found.to) == ["linux-kernel@lists.example.org"]
    assert found.cc == ()
    assert directory("", "").recipients(touched("lib/x.c")) == Recipients((), ())


def test_a_patch_of_two_sections_goes_to_the_maintainers_of_both() -> None:
    found = directory().recipients(touched("drivers/toys/x.c", "drivers/toys/kite/x.c"))
    assert addresses(found.to) == [
        "Ada Kite <ada@example.org>",
        '"Bo Wind, of the Hills" <bo@example.org>',
        '"Dée Doll" <dee@example.org>',
    ]


STRING = "Stine String <stine@example.org>"


@pytest.mark.parametrize(
    ("before", "after", "message", "asked"),
    [
        pytest.param("a\n", "b\n", "", False, id="none"),
        pytest.param("a\nString_Pull(1);\n", "a\n", "", True, id="removed"),
        pytest.param("a\n", "a\nstring_pull(2);\n", "", True, id="added"),
        pytest.param("string_pull(1);\na\n", "string_pull(1);\nb\n", "", False, id="context"),
        pytest.param("a\n", "b\n", "kite: Pull\n\nsay string_pull", True, id="message"),
        pytest.param("knot\na\n", "knot\nb\n", "", False, id="the prefix binds the first alternative"),
        pytest.param("ravel\na\n", "ravel\nb\n", "", True, id="but no other"),
        pytest.param("ravel\n" + 9 * "a\n", "ravel\n" + 8 * "a\n" + "b\n", "", False, id="far away"),
    ],
)
def test_keywords_are_sought_where_get_maintainer_seeks_them(
    before: str, after: str, message: str, asked: bool
) -> None:
    found = directory().recipients([Change("lib/x.c", before.encode(), after.encode())], message)
    assert (STRING in addresses(found.cc)) == asked
    assert STRING not in addresses(found.to) or not asked


def test_people_are_recognised_by_name_and_address_and_known_by_mailmap() -> None:
    maintainers = (
        "A\nM:\tAda <ada@a.org>\nM:\tADA <other@a.org>\nR:\tOther Name <ADA@a.org>\nM:\tBo <bo@old.org>\n"
        "R:\tNo One <shared@old.org>\nR:\tBo Two <shared2@old.org>\nF:\t*\n"
    )
    mailmap = (
        "Ada Kite <ada@a.org>\n<bo@new.org> <BO@old.org>\n"
        "Someone <some@new.org> No One <shared@old.org> # remark\nWrong <wrong@new.org> Bo Three <shared2@old.org>\n"
        "no entry\n"
    )
    found = directory(maintainers, mailmap).recipients(touched("x.c"))
    assert addresses(found.to) == ["Ada Kite <ada@a.org>", "Bo <bo@new.org>"]
    assert addresses(found.cc) == ["Someone <some@new.org>", "Bo Two <shared2@old.org>"]


@pytest.mark.parametrize(
    "line",
    ["M:\tEve\rBcc: x@example.org <eve@example.org>", "L:\teve@lists\x0b", "M:\tEve <e\x00ve@example.org>", "M:\t<>"],
)
def test_nothing_in_the_file_can_add_a_header(line: str) -> None:
    found = directory(f"A\n{line}\nM:\tAda <ada@a.org>\nF:\t*\n", "").recipients(touched("x.c"))
    assert addresses([*found.to, *found.cc]) == ["Ada <ada@a.org>"]


def test_names_that_a_mailmap_spoils_are_not_taken() -> None:
    found = directory("A\nM:\tAda <ada@a.org>\nF:\t*\n", "Eve\x1b <ada@a.org>\n").recipients(touched("x.c"))
    assert addresses(found.to) == ["Ada <ada@a.org>"]


def person(number: int, role: str = "maintainer") -> Person:
    return Person(f"p{number}@example.org", role)


def test_each_is_named_once_in_to_rather_than_in_cc() -> None:
    again = Person("P One <P1@example.org>", "")
    assert Recipients.of([person(1), again, person(2)], [again, person(3), person(3)]) == Recipients(
        (person(1), person(2)), (person(3),)
    )


def test_the_union_puts_to_first_then_the_users_choice_then_lists() -> None:
    mails = [
        Recipients((person(1),), (person(2), person(3, "list"), person(4, "reviewer"))),
        Recipients((person(2),), (person(5, ""), person(1), person(6, "list"))),
    ]
    everyone, left_out = union(mails)
    assert everyone.to == (person(1), person(2))
    assert everyone.cc == (person(5, ""), person(3, "list"), person(6, "list"), person(4, "reviewer"))
    assert left_out == 0
    assert union(mails, limit=4) == (Recipients(everyone.to, everyone.cc[:2]), 2)
    assert union(mails, limit=1) == (Recipients((person(1),), ()), 5)
    assert union([]) == (Recipients((), ()), 0)


@given(st.lists(st.tuples(*[st.lists(st.integers(0, 300), max_size=60)] * 2), max_size=8))
def test_the_union_loses_nobody_unsaid(drawn: list[tuple[list[int], list[int]]]) -> None:
    mails = [Recipients.of(map(person, to), map(person, cc)) for to, cc in drawn]
    everyone, left_out = union(mails)
    kept = {*everyone.to, *everyone.cc}
    assert len(kept) == len(everyone.to) + len(everyone.cc) <= LIMIT
    assert len(kept) + left_out == len({p for mail in mails for p in (*mail.to, *mail.cc)})


def test_a_patch_of_the_small_kernel(kernel_tree: KernelTree) -> None:
    text = (kernel_tree(git=False) / "MAINTAINERS").read_text()
    change = Change("drivers/gpu/drm/acme/a.c", b"dma_fence_signal(f);\n", b"dma_fence_signal(f, 0);\n")
    found = directory(text, "").recipients([change])
    assert addresses(found.to) == ['"Jürgen Öztürk" <juergen@example.org>']
    assert found.cc[0] == Person("dri-devel@lists.example.org", "list")
    assert "Sunniva Halvorsen <sunniva@example.org>" in addresses(found.cc)
    assert "Sunniva Halvorsen <sunniva@example.org>" not in addresses(
        directory(text, "").recipients(touched(change.path)).cc
    )


# What the kernel's own script says. Its options are those of a tree without git.


def asked(tree: Path, *arguments: str | Path) -> set[str]:
    argv = ["perl", "scripts/get_maintainer.pl", "--no-git-fallback", "--no-rolestats", *map(str, arguments)]
    return set(run(argv, cwd=tree, timeout=120).stdout.decode().splitlines())


def everyone(found: Recipients) -> set[str]:
    return {person.address for person in (*found.to, *found.cc)}


def as_patch(changes: Sequence[Change], message: str = "") -> str:
    lines = [*message.split("\n"), "---"]
    for change in changes:
        before, after = (text.decode(errors="replace").split("\n") for text in (change.before, change.after))
        lines += difflib.unified_diff(before, after, f"a/{change.path}", f"b/{change.path}", lineterm="")
    return "\n".join([*lines, ""])


def real(tree: Path) -> tuple[Directory, Owners]:
    owners = Owners(parse_maintainers((tree / "MAINTAINERS").read_bytes()))
    return Directory(owners, (tree / ".mailmap").read_bytes()), owners


def touched_files(tree: Path) -> list[str]:
    names = ("dma_fence_signal", "dma_fence_set_error", "dma_fence_check_and_signal")
    patterns = [arg for name in names for arg in ("-e", name)]
    found = run(["grep", "-rlF", "--include=*.[ch]", *patterns, "drivers", "include"], cwd=tree).stdout.decode()
    return sorted(found.split())


def held_to_the_script(tree: Path, paths: Sequence[str]) -> None:
    """Files that the same sections claim get one call: test_maintainers holds those to the script, file by file."""
    found, owners = real(tree)
    groups = defaultdict(list)
    for path in paths:
        groups[owners.ranking(path)].append(path)
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda group: asked(tree, *(arg for path in group for arg in ("-f", path))), groups.values())
        for group, answer in zip(groups.values(), answers, strict=True):
            recipients = found.recipients(touched(*group))
            assert everyone(recipients) == answer, group
            assert recipients.to, group
            assert {person.role for person in recipients.to} == {"maintainer"}, group


def test_all_touched_files_of_7_3_go_to_whom_the_script_names(kernel_7_3: Path) -> None:
    paths = touched_files(kernel_7_3)
    assert len(paths) > 55
    held_to_the_script(kernel_7_3, paths)


def test_files_of_6_12_go_to_whom_the_script_names(kernel_6_12: Path) -> None:
    held_to_the_script(kernel_6_12, touched_files(kernel_6_12)[::5])


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        ("drivers/gpu/drm/v3d/v3d_irq.c", "dma_fence_signal(", "dma_fence_signal_locked(", ""),
        ("drivers/usb/gadget/function/f_fs.c", "__counted_by(", "__counted_by_le(", "riscv and rust\n\npwm_ops"),
        ("drivers/gpu/host1x/fence.c", "timeout", "PidFD dma-buf xdp", "gpu: host1x: clone3, struct phylink"),
        ("drivers/iio/industrialio-buffer.c", "buffer", "phy_port_x .phylink spi_offload", "iio: buffer: Fix"),
        ("drivers/gpu/drm/drm_file.c", "event->", "LANDLOCK struct  psp_dev ", "drm: zstd"),
    ],
)
def test_patches_go_to_whom_the_script_names(
    kernel_7_3: Path, tmp_path: Path, path: str, old: str, new: str, message: str
) -> None:
    before = (kernel_7_3 / path).read_bytes()
    change = Change(path, before, before.replace(old.encode(), new.encode()))
    assert change.after != before
    (tmp_path / "x.patch").write_text(as_patch([change], message))
    found, _ = real(kernel_7_3)
    assert everyone(found.recipients([change], message)) == asked(kernel_7_3, tmp_path / "x.patch")


# The same on small kernels, full of people that are hard to tell apart.

PEOPLE = st.builds(
    lambda name, address: f"{name} <{address}>" if name else address,
    st.sampled_from(["", "Ada", "ada", "Bö Ö", "Bo C. D", '"Bo C. D"', "E, F", "G (H)", "日 ş", "Linus Torvalds"]),
    st.sampled_from(["a@x.org", "b@x.org", "C@x.org", "c@X.org", "d@x.org", "torvalds@linux-foundation.org"]),
)
LINES = st.one_of(
    st.builds("{}:\t{}{}".format, st.sampled_from("MR"), PEOPLE, st.sampled_from(["", " (strings)"])),
    st.builds("L:\t{}@x.org{}".format, st.sampled_from("abl"), st.sampled_from(["", " (moderated)"])),
    st.sampled_from(
        ["L:\tz@x.org (subscribers-only)", "S:\tOrphan", "M:\tAda <a@x.org>, Y <y@x.org>", "M:\tq@x.org, r@x.org"]
    ),
)
MAPPED = st.builds(
    "{}<{}> {}<{}>".format,
    st.sampled_from(["Ada ", "Zoë ", "I. J. "]),
    st.sampled_from(["a@x.org", "new@x.org"]),
    st.sampled_from(["", "Ada ", "Bo C. D "]),
    st.sampled_from(["a@x.org", "b@x.org", "d@x.org", "l@x.org"]),
) | st.sampled_from(["Proper Name <b@x.org>", "<new@x.org> <d@x.org>", "# <a@x.org>", "nothing"])
CLAIMS = ("F:\tdrivers/a/b/x.c", "F:\tdrivers/a/b/", "F:\tdrivers/a/", "N:\t[x]", "K:\tkite", "F:\t*")


@pytest.fixture(scope="module")
def small(kernel_7_3: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tree with what the script takes for a kernel, but for MAINTAINERS."""
    tree = tmp_path_factory.mktemp("small")
    for name in ("Documentation", "arch", "drivers/a/b", "fs", "include", "init", "ipc", "kernel", "lib", "scripts"):
        (tree / name).mkdir(parents=True)
    for name in ("COPYING", "CREDITS", "Kbuild", "Makefile", "README", "drivers/a/b/x.c", "drivers/a/y.c"):
        (tree / name).touch()
    (tree / "scripts/get_maintainer.pl").write_bytes((kernel_7_3 / "scripts/get_maintainer.pl").read_bytes())
    return tree


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(LINES, max_size=4), min_size=len(CLAIMS), max_size=len(CLAIMS)),
    st.lists(MAPPED, max_size=4),
    st.lists(st.sampled_from(["drivers/a/b/x.c", "drivers/a/y.c", "lib/z"]), min_size=1, max_size=3, unique=True),
)
def test_any_people_are_told_apart_as_the_script_does(
    small: Path, drawn: list[list[str]], mapped: list[str], paths: list[str]
) -> None:
    sections = ["\n".join([f"S{n}", *lines, claim]) for n, (lines, claim) in enumerate(zip(drawn, CLAIMS, strict=True))]
    maintainers, mailmap = "\n\n".join(sections) + "\n", "\n".join(mapped) + "\n"
    (small / "MAINTAINERS").write_text(maintainers)
    (small / ".mailmap").write_text(mailmap)
    changes = [Change(path, b"a\n", b"kite\n") for path in sorted(paths)]
    (small / "x.patch").write_text(as_patch(changes))
    answer = asked(small, "x.patch")
    found = everyone(directory(maintainers, mailmap).recipients(changes))
    assert found <= answer
    assert {_bare(text) for text in found} == {_bare(text) for text in answer}


def _bare(text: str) -> str:
    return re.sub(r".*<|>$", "", text).lower()
