# SPDX-License-Identifier: GPL-2.0-only
"""Output folders of conversions that never took place: as large as wanted, or with texts that mean harm."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from fencemig import ledger
from fencemig.model import Evidence, Site, Verdict

_OF_TEN = (
    *(Verdict.CONVERT,) * 5,
    *(Verdict.REVIEW,) * 2,
    Verdict.MANUAL,
    Verdict.KEEP,
    Verdict.UNREACHED,
)
_PER_FILE = 10
_FILES_PER_PATCH = 25
_APART = 40  # lines from site to site


def write_folder(folder: Path, sites: int, taint: str = "") -> None:
    """An output folder with so many sites, ten in a file and 250 in a patch. Every text of others ends in `taint`."""
    made = [_site(number, taint) for number in range(sites)]
    evidence = {site.id: _evidence(site, taint) for site in made if site.verdict is not Verdict.KEEP}
    folder.mkdir()
    whole = ledger.Ledger("1.1.1", "7.3.0", "void", "0" * 40, ("drivers",), tuple(made), "dma_fence_signal", evidence)
    (folder / "ledger.json").write_text(ledger.as_json(whole))
    patches = [list(own) for _, own in groupby(made, _patch_of)]
    (folder / "0000-cover-letter.patch").write_text(_mail(0, len(patches), f"A letter{taint}", f"Dear all,{taint}\n"))
    for number, own in enumerate(patches, 1):
        mail = _mail(number, len(patches), f"drm/d{number}: Pass the error{taint}", f"Why.{taint}\n", own, taint)
        (folder / f"{number:04}-d{number}.patch").write_text(mail)


def _patch_of(site: Site) -> str:
    return site.path.partition("/file")[0]


def _site(number: int, taint: str) -> Site:
    file = number // _PER_FILE
    verdict = _OF_TEN[number % _PER_FILE]
    rewritten = verdict in (Verdict.CONVERT, Verdict.REVIEW)
    path = f"drivers/gpu/drm/d{file // _FILES_PER_PATCH + 1}/file{file}{taint}.c"
    function = f"finch_{number}{taint}"
    return Site(
        id=f"{path}:{function}:dma_fence_signal#1",
        path=path,
        line=_line(number),
        column=2,
        function=function,
        callee="dma_fence_signal",
        verdict=verdict,
        rule=f"plain{taint}" if rewritten else None,
        before=f"dma_fence_signal(f{taint})",
        after=f"dma_fence_signal(f{taint}, 0)" if rewritten else None,
        merged_into=None,
        reason=f"an error may be stored in finch_store(), file{file}.c:7{taint}",
        subsystem=f"DRM DRIVER {file // _FILES_PER_PATCH + 1}{taint}",
    )


def _line(number: int) -> int:
    return (number % _PER_FILE + 1) * _APART


def _evidence(site: Site, taint: str) -> Evidence:
    found, missed = (f"one argument{taint}", f"no store before{taint}"), (f"no thread{taint}",)
    if site.verdict in (Verdict.MANUAL, Verdict.UNREACHED):
        return Evidence(found, missed, site.line - 3, tuple(line[1:] for line in _lines(site, taint) if line[0] != "+"))
    return Evidence(found, missed)


def _lines(site: Site, taint: str) -> list[str]:
    """The hunk of a site: seven lines before, seven after."""
    return [
        " {",
        " \tstruct finch *finch = to_finch(f);",
        f" \t/* {taint} */",
        f"-\t{site.before};",
        f"+\t{site.after};",
        " \tfinch->done = true;",
        f' \tpr_debug("done{taint}");',
        " }",
    ]


def _mail(number: int, count: int, subject: str, body: str, sites: Sequence[Site] = (), taint: str = "") -> str:
    diff = "".join(_diff(sites, taint))
    return (
        f"From {'0' * 40} Mon Sep 17 00:00:00 2001\n"
        "From: Test Person <test@example.org>\n"
        "Date: Thu, 1 Jan 2026 00:00:00 +0000\n"
        f"Subject: [PATCH {number:02}/{count:02}] {subject}\n"
        f'To: "Somebody{_quoted(taint)}" <somebody@example.org>\n'
        "Cc: dri-devel@lists.example.org\n"
        f"\n{body}---\n\n{diff}-- \n2.39.5\n\n"
    )


def _diff(sites: Sequence[Site], taint: str) -> Iterator[str]:
    for path, own in groupby(sites, lambda site: site.path):
        old, new = f'"a/{_quoted(path)}"', f'"b/{_quoted(path)}"'
        yield f"diff --git {old} {new}\nindex 111111111111..222222222222 100644\n--- {old}\n+++ {new}\n"
        for site in own:
            if site.after is not None:
                start = site.line - 3
                head = f"@@ -{start},7 +{start},7 @@ static void {site.function}(struct dma_fence *f)"
                yield "\n".join([head, *(line.replace("\n", "") for line in _lines(site, taint))]) + "\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
