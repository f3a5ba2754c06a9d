# SPDX-License-Identifier: GPL-2.0-only
"""The sites of an earlier ledger are found again, whatever their neighbours did."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fencemig.model import Site, Verdict
from fencemig.sites import Fate, compare

STORE, SIGNAL = "dma_fence_set_error", "dma_fence_signal"
FATES = {
    "C": Fate.CONVERTED,
    "O": Fate.OPEN,
    "D": Fate.DIFFERS,
    "G": Fate.GONE,
}


def numbered(rows: list[Site]) -> list[Site]:
    """The sites of functions in their order, with the lines and ordinals of a census."""
    counted: Counter[tuple[str | None, str]] = Counter()
    found = []
    for line, site in enumerate(rows, 1):
        counted[site.function, site.callee] += 1
        ordinal = counted[site.function, site.callee]
        found.append(replace(site, line=line, id=f"d.c:{site.function}:{site.callee}#{ordinal}"))
    return found


def row(
    callee: str,
    before: str,
    verdict: Verdict = Verdict.CONVERT,
    after: str | None = None,
    into: str | None = None,
    function: str = "done",
) -> Site:
    return Site("", "d.c", 1, 1, function, callee, verdict, None, before, after, into, "", "")


def signal(fence: str = "f", error: str = "0") -> Site:
    return row(SIGNAL, f"{SIGNAL}({fence})", after=f"{SIGNAL}({fence}, {error})")


def converted(fence: str = "f", error: str = "0", callee: str = SIGNAL) -> Site:
    return row(callee, f"{callee}({fence}, {error})", Verdict.KEEP)


def merged(error: str, ordinal: int = 1) -> Site:
    return row(STORE, f"{STORE}(f, {error})", into=f"d.c:done:{SIGNAL}#{ordinal}")


def manual(error: str) -> Site:
    return row(STORE, f"{STORE}(f, {error})", Verdict.MANUAL)


def mention(name: str = SIGNAL) -> Site:
    return row(name, name, Verdict.KEEP)


def fates(old: list[Site], now: list[Site], same_rules: bool = True) -> tuple[str, list[str]]:
    """A letter for the fate of each old site that has one; the texts of the new ones."""
    old = numbered(old)
    found = compare(old, numbered(now), same_rules)
    letters = {fate: letter for letter, fate in FATES.items()}
    return "".join(letters[found.fates[one.id]] for one in old if one.id in found.fates), [s.before for s in found.new]


ROWS = st.lists(
    st.one_of(
        st.builds(signal, st.sampled_from("fg"), st.sampled_from(["0", "-EIO", "min(a, b)"])),
        st.builds(manual, st.sampled_from(["-EIO", "ret"])),
        st.just(mention()),
    ),
    max_size=8,
)


@given(ROWS)
def test_what_did_not_change_is_open(rows: list[Site]) -> None:
    found = compare(numbered(rows), numbered(rows), True)
    assert set(found.fates.values()) <= {Fate.OPEN}
    assert len(found.fates) == sum(site.verdict is not Verdict.KEEP for site in rows)
    assert found.new == ()


@given(ROWS, st.data())
def test_what_was_converted_is_told_from_what_was_not(rows: list[Site], data: st.DataObject) -> None:
    chosen = [site.after is not None and data.draw(st.booleans()) for site in rows]
    now = [
        row(site.callee, site.after, Verdict.KEEP) if into and site.after else site
        for site, into in zip(rows, chosen, strict=True)
    ]
    found = compare(numbered(rows), numbered(now), True)
    assert Counter(found.fates.values())[Fate.CONVERTED] == sum(chosen)
    assert set(found.fates.values()) <= {Fate.CONVERTED, Fate.OPEN}
    assert found.new == ()


def test_a_store_goes_with_its_signal() -> None:
    old = [merged("-EIO"), signal(error="-EIO"), manual("ret")]
    assert fates(old, [converted(error="-EIO"), manual("ret")]) == ("CCO", [])
    assert fates(old, [manual("ret")]) == ("GGO", [])
    assert fates(old, [merged("-EIO"), converted(), manual("ret")]) == ("OCO", [])


def test_another_function_may_take_a_signals_place() -> None:
    check = "dma_fence_check_and_signal"
    old = [row("dma_fence_signal_locked", "dma_fence_signal_locked(f)", after=f"{check}(f, 0)")]
    assert fates(old, [converted(callee=check)]) == ("C", [])


def test_an_error_that_somebody_chose_is_an_error() -> None:
    assert fates([signal()], [converted(error="-EIO")]) == ("C", [])
    assert fates([signal("f")], [converted("fence")]) == ("C", [])
    left = row(SIGNAL, f"{SIGNAL}(f)", Verdict.MANUAL)
    assert fates([left], [converted()]) == ("C", [])


def test_what_had_its_error_before_is_not_taken_for_another() -> None:
    assert fates([converted("f"), signal("f")], [converted("f")]) == ("G", [])
    assert fates([mention(), signal()], [mention()]) == ("G", [])


def test_new_sites_are_named() -> None:
    assert fates([signal("f")], [signal("g"), signal("f")]) == ("O", [f"{SIGNAL}(g)"])
    assert fates([], [replace(manual("ret"), function="other"), mention()]) == ("", [f"{STORE}(f, ret)"])


def test_another_text_or_another_plan_differs() -> None:
    assert fates([signal("f")], [signal("g")]) == ("D", [])
    assert fates([signal()], [signal(error="-EIO")]) == ("D", [])
    assert fates([signal()], [signal(error="-EIO")], same_rules=False) == ("O", [])


def test_the_core_has_no_fates() -> None:
    core = replace(signal(), verdict=Verdict.CORE)
    assert fates([core], [core]) == ("", [])
