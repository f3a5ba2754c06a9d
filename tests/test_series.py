# SPDX-License-Identifier: GPL-2.0-only
"""The plan of a series, for a migration of our own invention: no word of it may come from the code."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.model import Change, Patch, Series, Site, Subsystem, Verdict
from fencemig.series.body import quotable
from fencemig.series.plan import Material, Planner
from fencemig.series.texts import Origin, RuleText, StepText, Texts

TEXTS = Texts(
    cover_subject="lamp: Give lamp_off() a reason",
    purpose="Lamps go out without a word. " * 6,
    semantics="A reason below 0 is kept.\n\nA reason of 0 changes nothing.",
    prerequisite="This series needs a core patch that gives lamp_off() its reason.",
    why="lamp_off() takes the reason as its last argument, so that it is stored under the lock of the lamp.",
    several="the lamp functions",
    short="Pass reasons",
    folder="semantic_patches/lamp of fencemig",
    rules={
        "merge": RuleText(
            "Pass the reason to {function}",
            "The reason stored right before becomes the argument",
            "10-merge.cocci",
            why="set_reason() forgets the lock.",
        ),
        "plain": RuleText("Pass no reason to {function}", "No reason is known", "20-plain.cocci"),
        "check": RuleText("Pass no reason to {function}", "The check passes none", "30-check.cocci"),
    },
    rows={"wrapper": "A helper turns the lamp off", "plain": "A reason may be known elsewhere"},
    staged="The core patch comes first.",
    dropped="The last patch drops the macros.",
    kept="set_reason() stays, for these files need it:",
    core=StepText("Take the reason", "lamp_off() takes the reason."),
    final=StepText("Drop the macros", "Nobody needs them.", {"store": "Nor set_reason()."}),
    flag_day=StepText("Pass reasons everywhere", "lamp_off() takes the reason.", {"blocked": "The macros stay."}),
)
ORIGIN = Origin(
    "0123456789abcdef0123456789abcdef01234567", "7.3.4", "void", "fencemig convert drivers", "0.1.0", "1.1.1"
)
HALL = Subsystem("HALL LAMPS", "lamp/hall:")
ROOF = Subsystem("ROOF LAMPS", "lamp/roof:")


def _site(
    path: str,
    line: int = 1,
    verdict: Verdict = Verdict.CONVERT,
    rule: str | None = "plain",
    function: str | None = "hall_night",
    after: str | None = "lamp_off(l, 0)",
    merged_into: str | None = None,
    reason: str = "",
) -> Site:
    before = "lamp_off(l)"
    key = f"{path}:{function}:lamp_off#{line}"
    return Site(
        key,
        path,
        line,
        1,
        function,
        "lamp_off",
        verdict,
        rule,
        before,
        after,
        merged_into,
        reason,
        "HALL LAMPS",
    )


def _plan(sites: Sequence[Site], owners: dict[str, Subsystem] | None = None) -> Series:
    owners = owners or {site.path: HALL for site in sites}
    changed = {site.path for site in sites if site.verdict in (Verdict.CONVERT, Verdict.REVIEW)}
    changes = tuple(Change(path, b"a", b"b") for path in sorted(changed))
    return Planner(Material((), changes, (), (), tuple(sites), owners, HALL), TEXTS, ORIGIN).staged()


def _patch(*sites: Site) -> Patch:
    (patch,) = _plan(sites).patches
    return patch


def test_one_patch_per_subsystem_with_its_own_changes() -> None:
    owners = {"a.c": ROOF, "b.c": HALL, "c.c": ROOF}
    series = _plan([_site(path) for path in owners], owners)
    assert series.base == ORIGIN.base
    assert [patch.subsystem for patch in series.patches] == [HALL, ROOF]
    assert [change.path for change in series.patches[1].changes] == ["a.c", "c.c"]


def test_subject_says_what_weighs_most_in_this_driver() -> None:
    plain = _site("a.c")
    merged = _site("a.c", 2, rule="merge", after="lamp_off(l, -EIO)")
    assert _patch(plain).subject == "lamp/hall: Pass no reason to lamp_off()"
    assert _patch(plain, merged).subject == "lamp/hall: Pass the reason to lamp_off()"


def test_subject_names_several_functions_by_the_word_for_them() -> None:
    patch = _patch(_site("a.c"), _site("a.c", 2, after="lamp_off_locked(l, 0)"))
    assert patch.subject == "lamp/hall: Pass no reason to the lamp functions"


def test_subject_names_the_functions_of_all_rules_that_do_the_same() -> None:
    patch = _patch(_site("a.c"), _site("a.c", 2, rule="check", after="(lamp_check(l, 0) ? 1 : 0)"))
    assert patch.subject == "lamp/hall: Pass no reason to the lamp functions"
    alone = _patch(_site("a.c", 2, rule="check", after="(lamp_check(l, 0) ? 1 : 0)"))
    assert alone.subject == "lamp/hall: Pass no reason to lamp_check()"


def test_subject_without_room_for_a_function_has_the_word_for_several() -> None:
    subject = _patch(_site("a.c", after=f"lamp_{'x' * 60}(l, 0)")).subject
    assert subject == "lamp/hall: Pass no reason to the lamp functions"


def test_subject_is_not_taken_from_what_is_left_alone() -> None:
    left = _site("a.c", 2, Verdict.MANUAL, "merge", after=None, reason="a wrapper")
    assert _patch(_site("a.c"), left).subject == "lamp/hall: Pass no reason to lamp_off()"


def test_equal_prefixes_get_different_subjects() -> None:
    owners = {f"{number}.c": Subsystem(f"SECTION {number}", "lamp:") for number in range(4)}
    subjects = [patch.subject for patch in _plan([_site(path) for path in owners], owners).patches]
    assert subjects[0] == "lamp: Pass no reason to lamp_off()"
    assert subjects[1] == "lamp: Pass no reason in hall_night()"
    assert len(set(subjects)) == 4


def test_the_word_for_several_functions_does_not_tell_two_subjects_apart() -> None:
    owners = {f"{number}.c": Subsystem(f"SECTION {number}", "lamp:") for number in range(2)}
    sites = [_site("0.c"), _site("1.c", after="lamp_off_locked(l, 0)"), _site("1.c", 2, function="hall_day")]
    first, second = (patch.subject for patch in _plan(sites, owners).patches)
    assert first == "lamp: Pass no reason to lamp_off()"
    assert second == "lamp: Pass no reason in hall_night() et al."


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["lamp:", "lamp/hall:", "lamp/" + "h" * 40 + ":"]),
            st.sampled_from(["merge", "plain", "unheard_of"]),
            st.sampled_from(["night", "hall_" * 12, None]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_subjects_are_short_unlike_each_other_and_uppercase(
    drivers: list[tuple[str, str, str | None]],
) -> None:
    owners = {f"{n}.c": Subsystem(f"S{n:02}", prefix) for n, (prefix, _, _) in enumerate(drivers)}
    sites = [_site(f"{n}.c", rule=rule, function=name) for n, (_, rule, name) in enumerate(drivers)]
    patches = _plan(sites, owners).patches
    subjects = [patch.subject for patch in patches]
    assert len(subjects) == len(set(subjects)) == len(drivers)
    for patch in patches:
        assert len(patch.subject) <= 75
        assert re.match(re.escape(patch.subsystem.prefix) + " [A-Z]", patch.subject)
        assert ".c" not in patch.subject


def test_body_tells_why_then_what_then_with_what() -> None:
    signal = _site("a.c", 4, rule="merge", function="hall_fault", after="lamp_off(get(l, 1), -EIO)")
    store = _site("a.c", 3, rule="merge", function="hall_fault", after=None, merged_into=signal.id)
    body = _patch(_site("a.c"), store, signal).body
    flat = " ".join(body.split())
    expected = [
        "takes the reason as its last argument",
        "set_reason() forgets the lock.",
        "becomes the argument (merge): hall_fault(): -EIO",
        "No reason is known (plain): hall_night()",
        "semantic_patches/lamp of fencemig: 10-merge.cocci, 20-plain.cocci",
        "Generated with fencemig 0.1.0 and Coccinelle 1.1.1",
    ]
    positions = [flat.find(text) for text in expected]
    assert -1 not in positions
    assert positions == sorted(positions)
    assert flat.count("hall_fault()") == 1


def test_body_says_nothing_of_rules_that_did_nothing() -> None:
    body = _patch(_site("a.c")).body
    assert "merge" not in body
    assert "set_reason" not in body


def test_of_several_merged_stores_each_error_is_named() -> None:
    signal = _site("a.c", 9, rule="merge", after="lamp_off(l, err)")
    stores = [
        replace(_site("a.c", line, rule="merge", after=None, merged_into=signal.id), before=f"set_reason(l, {error})")
        for line, error in ((3, "-EIO"), (5, "-EINVAL"), (7, "-EIO"))
    ]
    assert "  hall_night(): -EIO, -EINVAL\n" in _patch(*stores, signal).body
    assert "  hall_night(): err\n" in _patch(stores[0], signal).body


def test_each_error_has_a_line() -> None:
    sites = [
        _site("a.c", line, rule="merge", function=f"hall_{name}", after=f"lamp_off(l, -{name})")
        for line, name in enumerate(("EIO", "ENOENT"), 1)
    ]
    assert "\n\n  hall_EIO(): -EIO\n  hall_ENOENT(): -ENOENT\n\n" in _patch(*sites).body


SMPL = """// SPDX-License-Identifier: GPL-2.0-only
//
// What it is for.

@merge@
expression l, reason;
identifier off = {a_long_name_of_a_function_of_lamps, another_long_name_of_a_function_of_lamps};
position store, signal;
@@
-set_reason@store(l, reason);
 off@signal(l
+	, reason
 );

@script:python@
store << merge.store;
@@
report("merge", store=store)

@second@
expression l;
@@
 off(l)
"""
QUOTED = """@merge@
expression l, reason;
identifier off = {a_long_name_of_a_function_of_lamps,
        another_long_name_of_a_function_of_lamps};
@@
-set_reason(l, reason);
 off(l
+	, reason
 );

@second@
expression l;
@@
 off(l)"""


def test_a_quoted_semantic_patch_has_neither_header_nor_positions_nor_scripts() -> None:
    assert quotable(SMPL) == QUOTED


def test_quoted_semantic_patches_stand_in_the_order_in_which_they_apply() -> None:
    rules = {
        "check": RuleText("Pass none", "The check passes none", "30-check.cocci", "@check@\n@@\n check(l)\n"),
        "plain": RuleText("Pass none", "None is known", "20-plain.cocci", "@plain@\n@@\n off(l)\n"),
    }
    sites = (_site("a.c", rule="check"), _site("a.c", 2))
    material = Material((), (Change("a.c", b"a", b"b"),), (), (), sites, {"a.c": HALL}, HALL)
    body = Planner(material, replace(TEXTS, rules=rules), ORIGIN).staged().patches[0].body
    assert "20-plain.cocci, 30-check.cocci" in body
    assert 0 < body.index("@plain@") < body.index("@check@")


def test_a_changed_line_that_is_too_long_is_not_quoted() -> None:
    assert quotable(f"@merge@\nexpression l;\n@@\n-{'x' * 40}({'l' * 40});\n") == ""
    assert quotable("") == ""


@pytest.mark.parametrize(("lines", "whole"), [(1, True), (60, False)])
def test_a_short_semantic_patch_is_quoted_and_a_long_one_named(lines: int, whole: bool) -> None:
    smpl = SMPL + " off(l)\n" * lines
    rules = {"plain": RuleText("Pass no reason to {function}", "None is known", "20-plain.cocci", smpl)}
    material = Material((), (Change("a.c", b"a", b"b"),), (), (), (_site("a.c"),), {"a.c": HALL}, HALL)
    series = Planner(material, replace(TEXTS, rules=rules), ORIGIN).staged()
    body = series.patches[0].body
    assert ("\n  -set_reason(l, reason);\n" in body) == whole
    assert "20-plain.cocci" in body
    assert max(map(len, body.splitlines())) <= 75


def test_nobody_signs_off() -> None:
    series = _plan([_site("a.c")])
    assert "Signed-off-by" not in series.patches[0].body + series.cover_body


def test_a_long_error_is_left_to_the_hunk() -> None:
    body = _patch(_site("a.c", after=f"lamp_off(l, {'x' * 80})")).body
    assert "x" * 80 not in body
    assert "hall_night()" in body


@given(st.lists(st.from_regex(r"[a-z_]{1,63}", fullmatch=True), min_size=1, max_size=30, unique=True))
def test_lines_of_a_body_are_short(functions: list[str]) -> None:
    sites = [
        _site("a.c", line, rule="merge", function=name, after=f"lamp_off(l, -{name.upper()[:12]})")
        for line, name in enumerate(functions, 1)
    ]
    body = _patch(*sites).body
    assert max(len(line) for line in body.splitlines()) <= 75
    assert all(f"{name}()" in body for name in functions)


@pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.MANUAL, Verdict.UNREACHED])
def test_notes_have_place_and_reason_of_what_needs_a_person(verdict: Verdict) -> None:
    left = _site("a.c", 77, verdict, after=None, reason="the lamp in hall_dim() is read in between")
    patch = _patch(_site("a.c"), left)
    assert "  a.c:77: hall_night()\n    the lamp in" in patch.notes
    assert "the lamp in hall_dim() is read in between" in patch.notes
    assert "hall_dim" not in patch.body


def test_notes_are_empty_when_nothing_needs_a_person() -> None:
    kept = _site("a.c", 5, Verdict.KEEP, None, after=None)
    assert _patch(_site("a.c"), kept).notes == ""


def test_notes_are_the_subsystems_own_even_from_files_without_a_change() -> None:
    owners = {"a.c": HALL, "b.c": HALL, "c.c": ROOF, "d.c": ROOF}
    sites = [
        _site("a.c"),
        _site("b.c", 2, Verdict.MANUAL, None, after=None, reason="hall reason"),
        _site("c.c"),
        _site("d.c", 3, Verdict.MANUAL, None, after=None, reason="roof reason"),
    ]
    hall, roof = _plan(sites, owners).patches
    assert "hall reason" in hall.notes and "roof reason" not in hall.notes
    assert "roof reason" in roof.notes and "hall reason" not in roof.notes


def test_notes_tell_one_reason_once() -> None:
    sites = [_site("a.c", line, Verdict.REVIEW, rule, reason="look") for line, rule in ((4, "plain"), (5, "check"))]
    assert "  a.c:4: hall_night()\n  a.c:5: hall_night()\n    look" in _patch(*sites).notes


def test_notes_of_many_reasons_have_the_words_for_all_of_them() -> None:
    sites = [_site("a.c", line, Verdict.MANUAL, "wrapper", reason=f"helper {line} does it") for line in range(2, 7)]
    few, many = _patch(_site("a.c"), *sites[:4]).notes, _patch(_site("a.c"), *sites).notes
    assert all(f"helper {line} does it" in few for line in range(2, 6))
    assert "a helper turns the lamp off" not in few
    assert "  a.c:6: hall_night()\n    a helper turns the lamp off" in many
    assert "helper 2" not in many


def test_notes_name_the_files_of_the_patch_by_their_last_part_if_only_one_has_it() -> None:
    owners = dict.fromkeys(("hall/a.c", "hall/b.c", "roof/b.c"), HALL)
    reason = "stored in x(), hall/a.c:1; y(), hall/b.c:2; z(), far/a.c:3"
    sites = [_site("hall/a.c", reason=reason, verdict=Verdict.REVIEW), _site("hall/b.c"), _site("roof/b.c")]
    notes = " ".join(_plan(sites, owners).patches[0].notes.split())
    assert " a.c:1: hall_night() stored in x(), a.c:1; y(), hall/b.c:2; z(), far/a.c:3" in notes


def test_the_function_is_named_once() -> None:
    site = _site("a.c", 3, Verdict.MANUAL, None, after=None, reason="hall_night() does not turn it off")
    assert "a.c:3: hall_night()\n    the function does not turn it off" in _patch(_site("a.c"), site).notes


def test_a_merged_store_is_not_noted_a_second_time() -> None:
    signal = _site("a.c", 4, Verdict.REVIEW, "merge", after="lamp_off(l, e)", reason="look")
    store = _site("a.c", 3, Verdict.REVIEW, "merge", after=None, merged_into=signal.id, reason="look")
    notes = _patch(store, signal).notes
    assert "a.c:4:" in notes
    assert "a.c:3:" not in notes


def test_what_a_person_looked_at_stands_apart_with_the_persons_word() -> None:
    sites = [
        _site("a.c", 2, Verdict.REVIEW, reason="look"),
        replace(
            _site("a.c", 3, Verdict.REVIEW, reason="look; accepted: tested on a hall; accepted"), decision="accept"
        ),
        replace(_site("a.c", 4, Verdict.REVIEW, reason="look; accepted"), decision="accept"),
    ]
    series = _plan(sites)
    asked, looked_at = series.patches[0].notes.split("Converted, and looked at:\n\n")
    assert asked == "Converted, but please look first:\n\n  a.c:2: hall_night()\n    look\n\n"
    told = "  a.c:3: hall_night()\n    look; accepted: tested on a hall; accepted\n\n  a.c:4: hall_night()\n    look"
    assert looked_at == told
    cover = " ".join(series.cover_body.split())
    first, second = (cover.index(words) for words in ("marked for review; where", "marked for review, and looked at;"))
    assert [found.start() > second for found in re.finditer("A reason may be known elsewhere", cover)] == [False, True]
    assert first < second
    assert "please look first" not in _plan(sites[1:]).patches[0].notes
    assert "but marked for review" not in _plan(sites[1:]).cover_body


def test_the_persons_word_stays_where_a_rule_has_many_reasons() -> None:
    sites = [_site("a.c", n, Verdict.REVIEW, reason=f"look {n}; accepted: word {n}") for n in range(1, 7)]
    notes = _patch(*(replace(site, decision="accept") for site in sites)).notes
    assert "  a.c:6: hall_night()\n    a reason may be known elsewhere; accepted: word 6" in notes


@pytest.mark.parametrize(("choice", "word"), [("hold", "Held"), ("skip", "Skipped")])
def test_the_cover_letter_says_who_keeps_a_site_as_it_is(choice: str, word: str) -> None:
    left = [_site("a.c", line, Verdict.MANUAL, None, after=None) for line in (2, 3)]
    kept = [replace(site, decision=choice, reason=f"{choice}: the rework: pending") for site in left]
    cover = _plan([_site("a.c"), *kept]).cover_body
    assert f"\n{word} (the rework: pending):\n  a.c\n    2: hall_night()\n    3: hall_night()\n" in cover


def test_cover_letter_has_what_a_reader_needs() -> None:
    owners = {"a.c": HALL, "b.c": ROOF}
    sites = [
        _site("a.c"),
        _site("a.c", 2, Verdict.REVIEW, reason="look"),
        _site("b.c", 3, Verdict.MANUAL, None, after=None, reason="the helper roof_off() must take it"),
    ]
    series = _plan(sites, owners)
    cover = " ".join(series.cover_body.split())
    assert series.cover_subject == TEXTS.cover_subject
    for expected in (
        "Lamps go out without a word.",
        "A reason of 0 changes nothing.",
        "needs a core patch that gives lamp_off() its reason",
        "the helper roof_off() must take it: b.c 3: hall_night()",
        "neither compiled nor ran",
        "fencemig convert drivers",
        "7.3.4",
        ORIGIN.base,
    ):
        assert expected in cover
    assert max(len(line) for line in series.cover_body.splitlines()) <= 75


def test_the_table_counts_every_site_once() -> None:
    owners = {"a.c": HALL, "b.c": ROOF}
    sites = [
        *(_site("a.c", line) for line in range(1, 13)),
        _site("a.c", 20, Verdict.REVIEW, reason="look"),
        _site("b.c", 3, Verdict.MANUAL, None, after=None, reason="r"),
    ]
    lines = [line.split() for line in _plan(sites, owners).cover_body.splitlines()]
    head = lines.index(["convert", "review", "manual"])
    assert lines[head + 1 : head + 4] == [
        ["1", "lamp/hall", "12", "1", "-"],
        ["-", "lamp/roof", "-", "-", "1"],
        ["total", "12", "1", "1"],
    ]


def test_the_table_tells_equal_prefixes_apart_by_the_number_of_the_patch() -> None:
    owners = {"a.c": Subsystem("HALL", "lamp:"), "b.c": Subsystem("ROOF", "lamp:")}
    lines = [line.split() for line in _plan([_site("a.c"), _site("b.c")], owners).cover_body.splitlines()]
    assert ["1", "lamp", "1"] in lines
    assert ["2", "lamp", "1"] in lines


@given(st.lists(st.from_regex(r"[a-z/]{1,70}:", fullmatch=True), min_size=1, max_size=5, unique=True))
def test_the_table_fits_into_a_mail(prefixes: list[str]) -> None:
    owners = {f"{n}.c": Subsystem("S", prefix) for n, prefix in enumerate(prefixes)}
    sites = [_site(path, line, verdict) for path in owners for line, verdict in enumerate(Verdict, 1)]
    lines = _plan(sites, owners).cover_body.splitlines()
    head = next(number for number, line in enumerate(lines) if line.split() == list(Verdict))
    table = lines[head : lines.index("", head)]
    assert len(table) == 2 * len(prefixes) + 2  # the sites of the core have rows of their own
    assert max(map(len, table)) <= 75


def test_what_is_left_stands_in_the_cover_letter_by_row_and_file() -> None:
    sites = [_site("a.c"), *(_site("a.c", line, Verdict.MANUAL, "wrapper", reason=f"helper {line}") for line in (2, 3))]
    cover = _plan(sites).cover_body
    assert "A helper turns the lamp off (wrapper):\n  a.c\n    2: hall_night()\n    3: hall_night()\n" in cover
    assert "helper 2" not in cover


def test_what_is_for_review_is_counted_by_rule_in_the_cover_letter() -> None:
    sites = [_site("a.c", line, Verdict.REVIEW, "plain", reason=f"look {line}") for line in range(4)]
    sites.insert(0, _site("a.c", 9, Verdict.REVIEW, "check", reason="the check is another"))
    cover = _plan(sites).cover_body
    assert "   4  A reason may be known elsewhere (plain)\n   1  the check is another\n" in cover


def test_the_cover_letter_explains_the_verdicts_that_it_counts() -> None:
    cover = _plan([_site("a.c")]).cover_body
    assert "convert: rewritten" in cover
    assert "manual:" not in cover


CORE, STEP = Change("lamp.h", b"old", b"both"), Change("lamp.h", b"both", b"new")


def _whole(final: tuple[Change, ...] = (STEP,), **more: tuple[str, ...]) -> Planner:
    """A series of core, drivers and, unless something keeps the macros, a last patch."""
    left = _site("b.c", 3, Verdict.MANUAL, "wrapper", after=None, reason="the helper must take it")
    owners = {"a.c": HALL, "b.c": HALL}
    drivers = (Change("a.c", b"a", b"b"),)
    return Planner(Material((CORE,), drivers, (), final, (_site("a.c"), left), owners, ROOF, **more), TEXTS, ORIGIN)


def test_what_keeps_the_storing_function_stands_in_the_last_patch_and_with_reasons_in_the_cover_letter() -> None:
    series = _whole(stores=("b.c: 1 call", "lib/z.c: 2 calls")).staged()
    last = series.patches[-1].body
    assert "set_reason() stays, for these files need it:\n\n  b.c: 1 call\n  lib/z.c: 2 calls\n" in last
    assert "Nor set_reason()." not in last
    assert "for these files need it:\n\n  b.c: 1 call (wrapper)\n  lib/z.c: 2 calls\n" in series.cover_body


def test_a_storing_function_that_nobody_calls_goes() -> None:
    series = _whole().staged()
    assert "Nor set_reason()." in series.patches[-1].body
    assert "stays" not in series.patches[-1].body + series.cover_body


def test_the_cover_letter_tells_of_a_last_patch_only_when_there_is_one() -> None:
    with_last, without = (_whole(final).staged().cover_body for final in ((STEP,), ()))
    assert "The core patch comes first. The last patch drops the macros." in " ".join(with_last.split())
    assert "The last patch" not in without


def test_one_patch_for_all_says_what_stays() -> None:
    done, blocked = (_whole(final).flag_day().patches[0].body for final in ((STEP,), ()))
    assert "The macros stay." not in done
    assert "The macros stay." in blocked


def test_one_patch_without_the_core_does_not_claim_it() -> None:
    whole = _whole(())
    material = replace(whole.material, core=())
    patch = replace(whole, material=material).flag_day().patches[0]
    assert patch.subject == "treewide: Pass reasons"
    assert "lamp_off() takes the reason." not in patch.body


def test_the_parts_for_the_trees_stand_alone() -> None:
    core, part, final = _whole(stores=("b.c: 1 call",)).by_tree({"a.c": "hall", "b.c": "hall"})
    for series in (core, part, final):
        assert "Lamps go out without a word." in series.cover_body
        assert "A reason of 0 changes nothing." in series.cover_body
    assert "hall, final" in core.cover_body
    assert '"lamp/roof: Take the reason"' in " ".join(part.cover_body.split())
    assert "for these files need it" in core.cover_body and "for these files need it" in final.cover_body


def test_words_come_from_the_migration() -> None:
    series = _plan([_site("a.c"), _site("a.c", 2, Verdict.REVIEW, reason="look")])
    texts = [series.cover_subject, series.cover_body]
    texts += [text for patch in series.patches for text in (patch.subject, patch.body, patch.notes)]
    assert not re.search(r"fence(?!mig)|signal|dma", "\n".join(texts), re.IGNORECASE)
