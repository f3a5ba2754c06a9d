# SPDX-License-Identifier: GPL-2.0-only
"""Splitting loses nothing and doubles nothing, and does not depend on the order of what it is given."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.model import Change, Subsystem
from fencemig.split import by_subsystem

SUBSYSTEMS = tuple(Subsystem(section, prefix) for section in ("AMD", "XE", "LIMA") for prefix in ("drm/a:", "drm/b:"))
OWNERS = st.dictionaries(st.text(min_size=1, max_size=4), st.sampled_from(SUBSYSTEMS))


def _change(path: str) -> Change:
    return Change(path, path.encode(), b"after")


@given(OWNERS, st.randoms(use_true_random=False))
def test_shards_partition_the_changes(owners: Mapping[str, Subsystem], random: Random) -> None:
    changes = [_change(path) for path in owners]
    shards = by_subsystem(changes, owners)
    together = [change for shard in shards.values() for change in shard]
    assert sorted(together, key=lambda change: change.path) == sorted(changes, key=lambda change: change.path)
    for subsystem, shard in shards.items():
        assert shard
        assert {owners[change.path] for change in shard} == {subsystem}
    random.shuffle(changes)
    assert list(by_subsystem(changes, owners).items()) == list(shards.items())


def test_order_is_by_prefix_then_section_then_path() -> None:
    owners = {"z.c": SUBSYSTEMS[1], "c.c": SUBSYSTEMS[2], "b.c": SUBSYSTEMS[0], "a.c": SUBSYSTEMS[2]}
    shards = by_subsystem([_change(path) for path in owners], owners)
    assert list(shards) == [SUBSYSTEMS[0], SUBSYSTEMS[2], SUBSYSTEMS[1]]
    assert [change.path for change in shards[SUBSYSTEMS[2]]] == ["a.c", "c.c"]


def test_a_change_without_owner_is_refused() -> None:
    with pytest.raises(KeyError):
        by_subsystem([_change("a.c")], {})


def test_a_path_changed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a\.c"):
        by_subsystem([_change("a.c"), _change("a.c")], {"a.c": SUBSYSTEMS[0]})
