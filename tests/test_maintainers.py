# SPDX-License-Identifier: GPL-2.0-only
"""MAINTAINERS is read, and owners are found, as the kernel's own get_maintainer.pl does it."""

import re
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.maintainers import Owners, parse_maintainers
from fencemig.model import Person, Section
from fencemig.system.process import run

MAINTAINERS = b"""\
Whom to write to
================

Each entry has lines like these:
\tM: who looks after it
\tF: drivers/net/*\tthe files of one folder

The list
--------

.. note:: sorted by name

BALLOON BUS DRIVER
M:\tAda Kite <ada@example.org>
M:\tBo Wind<bo@example.org> (towing)
R:\t"Cy D. Cloud" <cy@example.org>
L:\tballoons@lists.example.org (moderated for non-subscribers)
L:\tcaptains@lists.example.org (subscribers-only)
S:\tMaintained
T:\tgit https://git.example.org/balloon.git for-next
T:\tquilt https://example.org/patches/
F:\tdrivers/balloon/
F:\tinclude/linux/balloon*.h
X:\tdrivers/balloon/paper/
K:\tballoon_inflate
# a remark of the editor

N:\tballoon

DRM DRIVERS
M:\tDee Screen <dee@example.org>
F:\tdrivers/gpu/
F:\tinclude/uapi/drm/

DRM DRIVERS AND LEFTOVERS
F:\tdrivers/gpu/drm/
F:\tinclude/uapi/drm/
X:\tdrivers/gpu/drm/kite/

FURNACES
F:\tdrivers/*/*.q

GAS BURNERS
F:\tdrivers/*/burner[0-9].[ch]
F:\tdrivers/gas/*
F:\tdrivers/propane
F:\tfs/**/*flame*.c

KITES
F:\tdrivers/gpu/drm/kite/

STRINGS OF KITES
F:\tdrivers/gpu/drm/kite/string_*.c
F:\tdrivers/gpu/drm/kite/st
F:\tdrivers/gpu/drm/kite/

KITES OF THE NORTH
F:\tdrivers/gpu/drm/kite/north/
F:\tdrivers/north/

KITES OF THE NORTH, TAILS
F:\tdrivers/gpu/drm/kite/north/

THE REST
M:\tEve Rest <eve@example.org>
F:\t*
F:\t*/
"""


@pytest.fixture(scope="module")
def owners() -> Owners:
    return Owners(parse_maintainers(MAINTAINERS))


def test_a_section_is_read_whole() -> None:
    assert parse_maintainers(MAINTAINERS)[0] == Section(
        name="BALLOON BUS DRIVER",
        people=(
            Person("Ada Kite <ada@example.org>", "maintainer"),
            Person("Bo Wind <bo@example.org>", "maintainer"),
            Person('"Cy D. Cloud" <cy@example.org>', "reviewer"),
            Person("balloons@lists.example.org", "list"),
        ),
        trees=("git https://git.example.org/balloon.git for-next", "quilt https://example.org/patches/"),
        files=("drivers/balloon/", "include/linux/balloon*.h"),
        excludes=("drivers/balloon/paper/",),
        regexes=("balloon",),
        keywords=("balloon_inflate",),
    )


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        pytest.param("ada@example.org, bo@example.org", ["ada@example.org", "bo@example.org"], id="bare"),
        pytest.param(
            "Ada <ada@example.org> (kites, wind),  Bo<bo@example.org>,",
            ["Ada <ada@example.org>", "Bo <bo@example.org>"],
            id="named, with remarks",
        ),
        pytest.param(
            'ada@example.org, "Bo @ Home" <bo@example.org>',
            ["ada@example.org", '"Bo @ Home" <bo@example.org>'],
            id="both",
        ),
        pytest.param("Kite, Ada <ada@example.org>", ["Kite, Ada <ada@example.org>"], id="comma in a name"),
        pytest.param("Ada <ada@example.org> (or bo@example.org)", ["Ada <ada@example.org>"], id="in a remark"),
        pytest.param("ada@example.org bo@example.org", ["ada@example.org"], id="no comma"),
        pytest.param('Ada "Bo" Kite (Wind) <ada@example.org>', ['Ada "Bo" Kite (Wind) <ada@example.org>'], id="quotes"),
        pytest.param("Ada <ada@example.org", [], id="torn"),
        pytest.param("Ada Kite", [], id="none"),
    ],
)
def test_a_line_may_name_several_people(value: str, addresses: list[str]) -> None:
    (section,) = parse_maintainers(f"KITES\nM:\t{value}\n".encode())
    assert [person.address for person in section.people] == addresses


@pytest.mark.parametrize(
    "remark", ["(subscribers-only, English)", "subscribers-only", "(moderated) (subscribers-only)"]
)
def test_lists_for_subscribers_only_are_left_out(remark: str) -> None:
    (section,) = parse_maintainers(f"KITES\nL:\tkites@example.org {remark}\n".encode())
    assert section.people == ()


def test_preamble_and_headings_are_no_sections() -> None:
    names = [section.name for section in parse_maintainers(MAINTAINERS)]
    assert names[0] == "BALLOON BUS DRIVER"
    assert names[-1] == "THE REST"
    assert len(names) == 10


def test_bytes_that_are_not_utf8_are_survived() -> None:
    (section,) = parse_maintainers(b"CAF\xc9 DRIVER\nM:\tJos\xe9 <jose@example.org>\nF:\tdrivers/cafe/\n")
    assert section.people[0].address.endswith("<jose@example.org>")
    assert section.files == ("drivers/cafe/",)
    section.name.encode()


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        pytest.param("drivers/balloon/a/b.c", "BALLOON BUS DRIVER", id="trailing slash: all below"),
        pytest.param("drivers/balloon/paper/x.c", "THE REST", id="X: beats F: and N:"),
        pytest.param("include/linux/balloon-bus.h", "BALLOON BUS DRIVER", id="star"),
        pytest.param("lib/x/balloons.c", "BALLOON BUS DRIVER", id="N: where no F: matches"),
        pytest.param("drivers/gas/balloon.c", "GAS BURNERS", id="any F: before N:"),
        pytest.param("drivers/gas/valve.c", "GAS BURNERS", id="files of one folder"),
        pytest.param("drivers/gas/sub/valve.c", "THE REST", id="but not below it"),
        pytest.param("drivers/balloon/a.q", "FURNACES", id="the deeper pattern, not the longer"),
        pytest.param("drivers/gas/a.q", "GAS BURNERS", id="of equal depth, that with more of the path"),
        pytest.param("drivers/propane/tank/x.c", "GAS BURNERS", id="folder without its slash"),
        pytest.param("drivers/hot/burner3.h", "GAS BURNERS", id="wildcard folder and set"),
        pytest.param("drivers/hot/burnerX.h", "THE REST", id="not in the set"),
        pytest.param("drivers/hot/air/burner3.h", "THE REST", id="a star is one folder"),
        pytest.param("fs/a/b/coldflames.c", "GAS BURNERS", id="two stars are any folders"),
        pytest.param("drivers/gpu/host/x.c", "DRM DRIVERS", id="catch-all where nothing else is"),
        pytest.param("drivers/gpu/drm/x.c", "DRM DRIVERS AND LEFTOVERS", id="the deeper folder"),
        pytest.param("include/uapi/drm/x.h", "DRM DRIVERS AND LEFTOVERS", id="the catch-all loses a tie"),
        pytest.param("drivers/gpu/drm/kite/x.c", "KITES", id="a driver's folder"),
        pytest.param("drivers/gpu/drm/kite/string_a.c", "STRINGS OF KITES", id="a file pattern is deeper"),
        pytest.param("drivers/gpu/drm/kite/stx.c", "STRINGS OF KITES", id="patterns are prefixes"),
        pytest.param("drivers/gpu/drm/kite/north/x.c", "KITES OF THE NORTH, TAILS", id="narrower section"),
        pytest.param("MAINTAINERS", "THE REST", id="top folder"),
        pytest.param("block/x.c", "THE REST", id="elsewhere"),
    ],
)
def test_owner(owners: Owners, path: str, owner: str) -> None:
    assert owners.owner(path).name == owner


def test_ranking_goes_from_the_driver_to_the_rest(owners: Owners) -> None:
    assert [section.name for section in owners.ranking("drivers/gpu/drm/kite/string_a.c")] == [
        "STRINGS OF KITES",
        "KITES",
        "DRM DRIVERS",
        "THE REST",
    ]


def test_a_regex_does_not_weaken_a_pattern() -> None:
    both = Section("BOTH", files=("drivers/x/",), regexes=("x",))
    assert Owners([Section("WIDE", files=("drivers/",)), both]).owner("drivers/x/y.c") == both


def test_keywords_own_nothing() -> None:
    owners = Owners([Section("GREEDY", keywords=(".*",))])
    assert owners.owner("drivers/x.c") == Section("THE REST")


@pytest.mark.parametrize("bad", ["(", "[z-a]", "a{99999999999999999999}", "*", "\\"])
def test_a_pattern_that_is_no_regex_matches_nothing(bad: str) -> None:
    owners = Owners([Section("BROKEN", regexes=(bad,), files=(f"x/{bad}[z-a]",))])
    assert owners.owner("drivers/x.c").name == "THE REST"


@given(st.binary() | st.lists(st.sampled_from([*MAINTAINERS.splitlines(), b"F:", b"\xff", b"M: <"])).map(b"\n".join))
def test_any_bytes_give_every_path_an_owner(text: bytes) -> None:
    sections = parse_maintainers(text)
    assert all(section.name for section in sections)
    for path in ("drivers/gpu/drm/kite/x.c", "drivers/balloon/paper/x.c", "a"):
        assert Owners(sections).owner(path) in (*sections, Section("THE REST"))


WORDS = st.sampled_from(["a", "ab", "b", "a*", "*", "?", "[ab]", "**", "ab.c"])
PATTERNS = st.builds(
    lambda words, slash: "/".join(words) + slash,
    st.lists(WORDS, min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
)
SECTIONS = st.lists(st.tuples(st.lists(PATTERNS), st.lists(PATTERNS, max_size=1)))
PATHS = st.lists(st.sampled_from(["a", "ab", "b", "bb", "ab.c"]), min_size=1, max_size=4).map("/".join)


def _perl_matches(pattern: str, path: str) -> bool:
    """file_match_pattern() of get_maintainer.pl, with its -d test answered by the path.

    (Its -d test misses folders with a dot in their name, for it escapes the dot first. We do not copy that.)
    """
    if not re.search(r"[*?]", pattern) and path.startswith(pattern + "/"):
        pattern += "/"
    regex = pattern.replace(".", r"\.").replace("**", "\0").replace("*", ".*").replace("?", ".").replace("\0", "(?:.*)")
    if not re.match(regex, path):
        return False
    return pattern.endswith("/") or pattern.count("/") == path.count("/") or "(?:" in regex


@given(SECTIONS, PATHS)
def test_the_index_finds_what_a_search_of_all_patterns_finds(
    drawn: list[tuple[list[str], list[str]]], path: str
) -> None:
    sections = [Section(f"S{n}", files=tuple(f), excludes=tuple(x)) for n, (f, x) in enumerate(drawn)]
    expected = {
        section.name
        for section in sections
        if any(_perl_matches(pattern, path) for pattern in section.files)
        and not any(_perl_matches(pattern, path) for pattern in section.excludes)
    }
    ranking = [section.name for section in Owners(sections).ranking(path)]
    assert sorted(ranking) == sorted(expected)


NAMES = ("dma_fence_signal", "dma_fence_set_error", "dma_fence_check_and_signal")
NO_PEOPLE_BUT_MAINTAINERS = (
    "--nogit",
    "--no-git-fallback",
    "--no-keywords",
    "--no-rolestats",
    "--no-mailmap",
)


def _get_maintainer(tree: Path, *arguments: str) -> str:
    argv = ["perl", "scripts/get_maintainer.pl", *NO_PEOPLE_BUT_MAINTAINERS, *arguments]
    return run(argv, cwd=tree, timeout=60).stdout.decode()


def _files_of_the_api(tree: Path) -> list[str]:
    names = [arg for name in NAMES for arg in ("-e", name)]
    found = run(["grep", "-rlF", "--include=*.[ch]", *names, "."], cwd=tree).stdout.decode()
    return sorted(line.removeprefix("./") for line in found.splitlines())


def _depth_of_match(pattern: str, path: str) -> int:
    """How many components of the path a pattern names; -1 where it does not match, or is `*` or `*/`."""
    if pattern.startswith("*"):
        return -1
    if path.startswith(pattern.rstrip("/") + "/"):
        return pattern.rstrip("/").count("/") + 1
    same_depth = pattern.count("/") == path.count("/")
    return pattern.count("/") + 1 if same_depth and fnmatchcase(path, pattern + "*") else -1


def test_owners_in_linux_are_those_of_get_maintainer(kernel_7_3: Path) -> None:
    paths = _files_of_the_api(kernel_7_3)
    assert len(paths) > 50
    owners = Owners(parse_maintainers((kernel_7_3 / "MAINTAINERS").read_bytes()))

    # One call for all files: the sections of each end with THE REST, which claims every file and comes last.
    printed = _get_maintainer(kernel_7_3, "--sections", *(arg for path in paths for arg in ("-f", path)))
    claims: list[dict[str, list[str]]] = [{}]
    for block in printed.strip().split("\n\n"):
        name, *lines = block.splitlines()
        claims[-1][name] = [line[2:].strip() for line in lines if line.startswith("F:")]
        if name == "THE REST":
            claims.append({})
    claims.pop()
    assert len(claims) == len(paths)

    example = {}
    for path, sections in zip(paths, claims, strict=True):
        owner = owners.owner(path)
        example[owner] = path
        assert {section.name for section in owners.ranking(path)} == set(sections)
        depths = {name: max(_depth_of_match(f, path) for f in files) for name, files in sections.items()}
        assert depths[owner.name] == max(depths.values()), path
        assert owner.name not in {"THE REST", "DRM DRIVERS"}
    assert len(example) > 25

    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda path: _get_maintainer(kernel_7_3, "-f", path), example.values())
        for owner, answer in zip(example, answers, strict=True):
            addresses = {re.sub(r".*<|>", "", line) for line in answer.splitlines()}
            assert owner.people
            assert {re.sub(r".*<|>", "", person.address) for person in owner.people} <= addresses, owner.name
