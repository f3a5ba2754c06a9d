# SPDX-License-Identifier: GPL-2.0-only
"""The ledger's bytes are the contract's."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.errors import UserError
from fencemig.ledger import Ledger, as_csv, as_json, from_json, totals
from fencemig.model import Evidence, Site, Verdict

KEYS = ["id", "path", "line", "column", "function", "callee", "verdict", "rule", "before", "after", "merged_into",
        "reason", "subsystem"]  # fmt: skip
TEXT = st.text(max_size=20)  # surrogates too: names of files are any bytes
SITES = st.lists(
    st.builds(
        Site,
        id=TEXT,
        path=TEXT,
        line=st.integers(1),
        column=st.integers(1),
        function=st.none() | TEXT,
        callee=TEXT,
        verdict=st.sampled_from(Verdict),
        rule=st.none() | TEXT,
        before=TEXT,
        after=st.none() | TEXT,
        merged_into=st.none() | TEXT,
        reason=TEXT,
        subsystem=TEXT,
    ),
    max_size=5,
).map(tuple)


def ledger(sites: tuple[Site, ...]) -> Ledger:
    return Ledger("1.1.1", "7.3.4", "void", None, ("drivers/gpu",), sites)


@given(SITES)
def test_the_json_has_the_keys_of_the_contract_and_every_site(sites: tuple[Site, ...]) -> None:
    text = as_json(ledger(sites))
    assert text == as_json(ledger(sites))
    assert text.isascii() and text.endswith("}\n")
    data = json.loads(text)
    assert text == json.dumps(data, indent=2) + "\n"
    assert list(data) == ["schema", "migration", "tool", "tree", "paths", "sites", "totals"]
    assert data["schema"] == 1
    assert set(data["tool"]) == {"fencemig", "spatch"}
    assert data["tree"] == {"kernel": "7.3.4", "generation": "void", "commit": None}
    assert data["paths"] == ["drivers/gpu"]
    assert all(list(row) == KEYS for row in data["sites"])
    assert [tuple(row.values()) for row in data["sites"]] == [
        tuple(getattr(site, key) for key in KEYS) for site in sites
    ]


@given(SITES)
def test_the_totals_add_up_to_the_sites(sites: tuple[Site, ...]) -> None:
    found = totals(sites)
    assert list(found) == ["convert", "review", "manual", "core", "keep", "unreached"]
    assert sum(found.values()) == len(sites)
    assert found == json.loads(as_json(ledger(sites)))["totals"]


@given(SITES)
def test_the_csv_has_a_row_for_each_site(sites: tuple[Site, ...]) -> None:
    text = as_csv(sites)
    assert text.splitlines()[0] == ",".join((*KEYS, "decision"))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["id"], row["line"], row["verdict"]) for row in rows] == [
        (site.id, str(site.line), site.verdict.value) for site in sites
    ]
    assert [row["after"] for row in rows] == [site.after or "" for site in sites]


EVIDENCE = st.builds(
    Evidence,
    found=st.lists(TEXT, max_size=2).map(tuple),
    missed=st.lists(TEXT, max_size=2).map(tuple),
) | st.builds(
    Evidence,
    found=st.lists(TEXT, max_size=2).map(tuple),
    line=st.integers(1),
    code=st.lists(TEXT, min_size=1, max_size=3).map(tuple),
)


@given(SITES, st.lists(EVIDENCE, min_size=5, max_size=5))
def test_a_ledger_comes_back_with_what_the_verdicts_rest_on(sites: tuple[Site, ...], known: list[Evidence]) -> None:
    evidence = {site.id: one for site, one in zip(sites, known, strict=False)}
    written = replace(ledger(sites), migration="dma_fence_signal", evidence=evidence)
    assert as_json(written) == json.dumps(json.loads(as_json(written)), indent=2) + "\n"
    assert from_json(as_json(written).encode()) == written


@pytest.mark.parametrize("evidence", ["yes", {"found": [1], "missed": [], "code": None}, {"found": [], "missed": []}])
def test_damaged_evidence_is_named(evidence: object) -> None:
    site = Site("i", "p", 1, 1, None, "c", Verdict.MANUAL, None, "b", None, None, "", "s")
    data = json.loads(as_json(ledger((site,))))
    data["sites"][0]["evidence"] = evidence
    with pytest.raises(UserError, match="damaged"):
        from_json(json.dumps(data).encode())
