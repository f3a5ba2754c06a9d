# SPDX-License-Identifier: GPL-2.0-only
"""What people decide: the file keeps every byte of theirs, and what is wrong in it is named with its place."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from decision_files import COMMENTED, FULL, PARTS, TEXT
from helpers import snapshot
from hypothesis import given
from hypothesis import strategies as st

from fencemig.decisions import (
    NEW_FILE,
    Choice,
    Decision,
    Decisions,
    HandmadePatch,
    default_file,
    for_page,
    load_decisions,
    parse_decisions,
    with_decision,
)
from fencemig.errors import UserError
from fencemig.system.record import record

FILE = Path("work/decisions.toml")


# The file


def test_a_file_is_read_whole() -> None:
    found = parse_decisions(FULL, FILE)
    assert list(found.sites.values()) == [
        Decision("drivers/a.c:f:dma_fence_signal#1", Choice.ACCEPT),
        Decision("drivers/a.c:g:dma_fence_signal#1", Choice.HOLD, 'waits for "the rework"'),
    ]
    assert found.patches == (HandmadePatch("drm/amdgpu:", Path("work/fixups/amdgpu.patch")),)
    assert found.changelog == {2: "- rebased\n[[site]] is no table in here"}


@pytest.mark.parametrize("prefix", ["drm/amdgpu", "drm/amdgpu:", " drm/amdgpu: "])
def test_a_prefix_goes_with_and_without_its_colon(prefix: str) -> None:
    found = parse_decisions(f'[[patch]]\nsubsystem = "{prefix}"\nfile = "a.patch"\n', FILE)
    assert found.patches[0].prefix == "drm/amdgpu:"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[sites]]\n", ("top level", "'sites'", "site, patch, changelog")),
        ('[[site]]\ndecision = "accept"\n', ("[[site]] 1", "'id' is missing")),
        ('[[site]]\nid = "a"\ndecision = "drop"\n', ("[[site]] 1 (a)", "accept, skip, hold")),
        ('[[site]]\nid = "a"\ndecision = "skip"\n', ("[[site]] 1 (a)", "'reason' is missing")),
        ('[[site]]\nid = "a"\ndecision = "hold"\nreason = " \\n"\n', ("'reason' is missing",)),
        ('[[site]]\nid = "a"\ndecision = "accept"\nverdict = "x"\n', ("[[site]] 1", "'verdict'", "id, decision")),
        ('[[site]]\nid = "a"\ndecision = "accept"\nreason = 3\n', ("[[site]] 1", "'reason' must be a text")),
        ('[[site]]\nid = "a"\ndecision = "accept"\nreason = "\\u001b[2J"\n', ("(a)", "control character")),
        ('[[site]]\nid = "a"\ndecision = "skip"\nreason = "r"\nafter = "x"\n', ("(a)", "'after' goes with accept")),
        ('[[site]]\nid = "a"\ndecision = "accept"\n' * 2, ("[[site]] 2 (a)", "twice")),
        ('site = "a"\n', ("'site' must be tables [[site]]",)),
        ("[site]\n", ("'site' must be tables [[site]]",)),
        ('[[patch]]\nfile = "a"\n', ("[[patch]] 1", "'subsystem'")),
        ('[[patch]]\nsubsystem = "drm"\nfile = ""\n', ("[[patch]] 1", "'file'")),
        ('[changelog]\n2 = "x"\n', ("[changelog]", "'2'", "v1, v2")),
        ('changelog = "x"\n', ("[changelog] must be a table",)),
        ('[changelog]\nv2 = "- a\\n--- b"\n', ("[changelog]", "v2", "'---'")),
        ('[changelog]\nv2 = "\\u0007"\n', ("[changelog]: v2 has a control character",)),
        ("[[site]\n", ("line 1",)),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(UserError) as refusal:
        parse_decisions(text, FILE)
    message = str(refusal.value)
    assert message.startswith(f"{FILE}: ") and "\x1b" not in message
    assert [word for word in words if word not in message] == []


def test_a_reason_is_put_on_one_line() -> None:
    found = parse_decisions('[[site]]\nid = "a"\ndecision = "skip"\nreason = """\none\n  two"""\n', FILE)
    assert found.sites["a"].reason == "one two"


def test_only_the_default_file_may_be_missing(tmp_path: Path) -> None:
    file = default_file(tmp_path / "outgoing/v7.3-0123456789ab")
    assert file == tmp_path / "outgoing/decisions.toml"
    assert load_decisions(file, required=False) == Decisions()
    with pytest.raises(UserError, match=r"decisions\.toml: No such file"):
        load_decisions(file, required=True)
    file.parent.mkdir()
    file.write_bytes(b'[[site]]\nid = "\xff"\n')
    with pytest.raises(UserError, match="UTF-8"):
        load_decisions(file, required=False)


def test_a_new_file_explains_itself_and_decides_nothing() -> None:
    assert parse_decisions(NEW_FILE, FILE) == Decisions()
    example = "\n".join(line[4:] for line in NEW_FILE.splitlines() if line.startswith("#   "))
    found = parse_decisions(example, FILE)
    assert found.sites and found.patches and found.changelog
    assert all(f'"{choice}"' in example for choice in Choice)


@given(TEXT, st.sampled_from(Choice), TEXT, st.none() | TEXT)
def test_a_decision_more_keeps_every_byte_that_was_there(
    site: str, choice: Choice, reason: str, before: str | None
) -> None:
    decision = Decision(site, choice, reason, before)
    for text in ("", FULL, FULL.removesuffix("\n"), FULL.replace("\n", "\r\n"), NEW_FILE):
        changed = with_decision(text, decision, FILE)
        assert changed.startswith(text)
        known = parse_decisions(text, FILE)
        assert parse_decisions(changed, FILE) == Decisions(
            {**known.sites, site: decision}, known.patches, known.changelog
        )


def test_a_changed_decision_changes_its_lines_alone() -> None:
    decision = Decision("drivers/a.c:g:dma_fence_signal#1", Choice.ACCEPT, "the rework is in", "f(x)", "f(x, 0)")
    changed = with_decision(FULL, decision, FILE)
    wanted = FULL.replace("""reason = 'waits for "the rework"'""", 'reason = "the rework is in"')
    assert changed == wanted.replace('"hold"\n', '"accept"\nbefore = "f(x)"\nafter = "f(x, 0)"\n')
    assert parse_decisions(changed, FILE).sites[decision.id] == decision


def test_what_cannot_be_added_to_is_said_and_stays() -> None:
    with pytest.raises(UserError, match="cannot be written"):
        with_decision('site = [{id = "a", decision = "accept"}]\n', Decision("b", Choice.ACCEPT), FILE)


def test_recording_writes_a_file_that_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "outgoing/decisions.toml"
    record(file, Decision("a", Choice.ACCEPT))
    assert file.read_text().startswith(NEW_FILE)
    file.chmod(0o640)
    record(file, Decision("b", Choice.HOLD, "later"))
    assert [one["id"] for one in tomllib.loads(file.read_text())["site"]] == ["a", "b"]
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["decisions.toml"]


def test_recording_leaves_a_broken_file_and_a_link_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("[[site]\n")
    link = tmp_path / "decisions.toml"
    link.symlink_to("real.toml")
    before = snapshot(tmp_path)
    with pytest.raises(UserError, match=r"real\.toml"):
        record(link, Decision("a", Choice.ACCEPT))
    assert snapshot(tmp_path) == before
    (tmp_path / "real.toml").write_text("")
    record(link, Decision("a", Choice.ACCEPT))
    assert link.is_symlink() and "a" in load_decisions(link, required=True).sites


# Taken apart for the review page


def test_comments_stay_with_the_table_below_them() -> None:
    found = for_page(COMMENTED, FILE)
    _, seen, first, _, patch, held, end = re.split(
        r"(?m)^(?=# (?:seen|about|comes|the end)|\[\[site\]\]\nid)", COMMENTED
    )
    assert found["sites"] == {
        "a": {"id": "a", "decision": "accept", "text": seen + first.rstrip("\n") + "\n"},
        "b": {
            "id": "b",
            "decision": "hold",
            "reason": "# no comment, and [[site]] is [[site]] # no table",
            "text": held,
        },
    }
    assert found["rest"] == ("# The decisions of the finch team.\n\n# about nothing in particular\n\n" + patch + end)


@given(st.lists(st.sampled_from(PARTS)), st.booleans(), st.booleans())
def test_nothing_of_a_file_is_lost_in_the_page(parts: list[str], with_changelog: bool, crlf: bool) -> None:
    text = "".join(part.replace("ID", f"id{number}") for number, part in enumerate(parts))
    text += '[changelog]\nv2 = """\n- more\n\n# of it"""\n' if with_changelog else ""
    text = text.replace("\n", "\r\n") if crlf else text
    found, whole = for_page(text, FILE), parse_decisions(text, FILE)
    rest = parse_decisions(found["rest"], FILE)
    assert rest == Decisions({}, whole.patches, whole.changelog)
    for one, table in found["sites"].items():
        assert parse_decisions(table["text"], FILE) == Decisions({one: whole.sites[one]})
        assert table["decision"] == whole.sites[one].choice and table.get("reason", "") == whole.sites[one].reason
    together = "\n".join([found["rest"], *(table["text"] for table in found["sites"].values())])
    assert Counter(together.split()) == Counter(text.split())
    assert parse_decisions(together, FILE) == whole


def test_what_cannot_be_taken_apart_is_said() -> None:
    with pytest.raises(UserError, match=r"work/decisions\.toml: .*a \[\[site\]\] of its own"):
        for_page('site = [{id = "a", decision = "accept"}]\n', FILE)
    with pytest.raises(UserError, match="line 1"):
        for_page("[[site]\n", FILE)
