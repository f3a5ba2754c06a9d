# SPDX-License-Identifier: GPL-2.0-only
"""What typer does not know of a command: examples, and how it can end."""

from collections.abc import Mapping
from dataclasses import dataclass

DONE, FAILED, USAGE, UNREACHED, INTERRUPTED, READER_GONE = 0, 1, 2, 3, 130, 141
_ALWAYS = {
    DONE: "Done.",
    FAILED: "A tool failed, or there is a bug in fencemig; a log file is named.",
    USAGE: "Wrong usage, or a tree or a machine that is of no use.",
    INTERRUPTED: "Interrupted; nothing is half written.",
    READER_GONE: "Whoever read the output has gone, head for example.",
}
_SURVEYED = ((UNREACHED, "Done and complete, but spatch did not get to some sites; each is named on stderr."),)


@dataclass(frozen=True)
class Example:
    """A line that can be typed in the top folder of a kernel tree, and what it is good for."""

    line: str
    does: str


@dataclass(frozen=True)
class Guide:
    """Examples of a command, and its exit statuses with what each means."""

    examples: tuple[Example, ...] = ()
    own: tuple[tuple[int, str], ...] = ()

    @property
    def statuses(self) -> Mapping[int, str]:
        """All of them, sorted."""
        return dict(sorted((_ALWAYS | dict(self.own)).items()))


GUIDES: Mapping[str, Guide] = {
    "": Guide(
        (
            Example("fencemig scan drivers/gpu", "every site below a folder, with its verdict"),
            Example("fencemig convert --dry-run drivers/gpu", "the diff; nothing is written"),
            Example("fencemig convert drivers/gpu", "a patch series: outgoing/HEAD-<hash>/"),
            Example("fencemig review outgoing/HEAD-*", "the same as a web page, for reviewers"),
            Example("fencemig verify --level build outgoing/HEAD-*", "see that every patch builds"),
            Example("git send-email outgoing/HEAD-*/*.patch", "when you have read them: fencemig sends nothing"),
        ),
        ((FAILED, "A tool or a check failed, or there is a bug in fencemig; a log file is named."), *_SURVEYED),
    ),
    "convert": Guide(
        (
            Example("fencemig convert --dry-run drivers/gpu", "the diff of the files on disk, grouped by subsystem"),
            Example("fencemig convert -i drivers/gpu", "ask about each site that is marked for review, then convert"),
            Example("fencemig convert --split-by tree .", "the whole tree, one series for each maintainer's tree"),
            Example("fencemig convert -v 2 --previous outgoing/v1 .", "the second version, with a range-diff"),
            Example("git am --empty=drop outgoing/HEAD-*/*.patch", "apply a series; the cover letter is no patch"),
        ),
        ((DONE, "Done; also where there was nothing to convert: stderr says so then."), *_SURVEYED),
    ),
    "review": Guide(
        (
            Example("fencemig review --open outgoing/HEAD-*", "write the page and show it in a browser"),
            Example("fencemig review -o page.html outgoing/HEAD-*", "write it elsewhere, to hand it on"),
        )
    ),
    "verify": Guide(
        (
            Example("fencemig verify outgoing/HEAD-*", "does it apply, and is it what its ledger says?"),
            Example("fencemig verify --level syntax -j 8 outgoing/HEAD-*", "does every patch parse, too?"),
            Example("fencemig verify --level kunit outgoing/HEAD-*", "build every patch, run the kernel's tests"),
            Example("fencemig verify --clean", "give back the disk space of checkout and build folders"),
        ),
        (
            (DONE, "Nothing is wrong; what could not be looked at is named as not proved."),
            (FAILED, "A check found something wrong, or a tool failed; a log file is named."),
        ),
    ),
    "status": Guide(
        (
            Example("fencemig status outgoing/v1", "hold a series against HEAD"),
            Example("fencemig status --onto linux-next/master outgoing/v1", "hold it against another branch"),
        ),
        _SURVEYED,
    ),
    "scan": Guide(
        (
            Example("fencemig scan .", "the whole tree"),
            Example("fencemig scan --base v7.3 drivers/gpu/drm/xe", "a commit, whatever is checked out"),
            Example("fencemig scan --format json . | jq .totals", "how many sites have each verdict"),
            Example("fencemig scan --format sarif . >fences.sarif", "for an editor or a code review"),
        ),
        _SURVEYED,
    ),
    "audit": Guide(
        (
            Example("fencemig audit", "the whole tree"),
            Example("fencemig audit --format csv drivers/gpu", "one row for each callback and each finding"),
        )
    ),
    "explain": Guide(
        (
            Example("fencemig explain merge_guard_same", "what a rule does"),
            Example("fencemig explain drivers/gpu/host1x/fence.c:120", "the sites of a line"),
        ),
        _SURVEYED,
    ),
    "doctor": Guide(
        (Example("fencemig doctor -C ~/linux", "this machine, and a tree"),),
        (
            (DONE, "Nothing is missing that fencemig cannot do without."),
            (USAGE, "Something is missing; what to install is named."),
        ),
    ),
    "cache": Guide(
        (
            Example("fencemig cache", "how much of the disk it takes, and where"),
            Example("fencemig cache --clear", "give it back"),
        ),
    ),
}
