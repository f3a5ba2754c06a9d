# SPDX-License-Identifier: GPL-2.0-only
"""What a cover letter says of a proof: what was looked at, and as plainly what was not."""

from collections.abc import Iterator

from fencemig.verify.model import Check, Level, Report

_SCRIPTS = {"checkpatch.pl --strict": "scripts/checkpatch.pl", "kernel-doc": "scripts/kernel-doc"}
BASE = "base"  # the check that compiled the base
KUNIT_SCOPE = "dma-buf fences, the DRM scheduler and TTM"


def testing_words(report: Report) -> str:
    """Two paragraphs, not wrapped: what a proof without failures showed, and what it cannot show."""
    tested = ["Testing, by fencemig verify:", *_tested(report)]
    return " ".join(tested) + "\n\n" + " ".join(["Not tested:", *_untested(report)])


def _tested(report: Report) -> Iterator[str]:
    count = len(report.patches)
    yield f"the {count} patches apply in order" if count > 1 else "the patch applies"
    yield "with git am, the result agrees with what fencemig says of each site,"
    yield "and converting it again changes nothing."
    if report.reached(Level.STYLE):
        ran = [name for name, path in _SCRIPTS.items() if not any(path in line for line in _unproved(report))]
        if ran:
            yield f"{' and '.join(ran)} find{'s' * (len(ran) == 1)} nothing that the base does not have."
    base = next((check for check in report.checks if check.level is Level.SYNTAX and check.name == BASE), None)
    if base is not None:
        where = " and ".join(f"{objects} objects for {name}" for name, objects in base.counts.items() if objects)
        how = "compiled with W=1" if report.reached(Level.BUILD) else "parsed by the compiler"
        how += " and sparse" if any(check.name.endswith("sparse") for check in report.checks) else ""
        yield f"After every patch what it touches was {how}, {where} in all:"
        yield "no error, and no warning that the base does not give."
    suites = [check for check in _suites(report) if check.looked_at]
    if suites:
        yield "KUnit under User Mode Linux, before and after the series:"
        yield "; ".join(map(_suite, suites)) + "."


def _suites(report: Report) -> list[Check]:
    return [check for check in report.checks if check.level is Level.KUNIT and check.counts]


def _suite(check: Check) -> str:
    counts = check.counts
    said = f"{check.name} {counts['passed']} of {counts['run']} tests passed"
    said += f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{said} ({counts['before']} before)"


def _untested(report: Report) -> Iterator[str]:
    if not report.reached(Level.SYNTAX):
        yield "nothing was compiled;"
    elif not report.reached(Level.BUILD):
        yield "no object was built;"
    if report.reached(Level.KUNIT):
        yield f"no driver was run, on hardware or elsewhere; KUnit covers {KUNIT_SCOPE} only."
        yield "A wrong error in a driver would pass all of this."
    else:
        yield "nothing was run, neither KUnit nor on hardware."
    reasons: dict[str, dict[str, None]] = {}
    for line in _unproved(report):
        what, colon, reason = line.partition(": ")
        if colon:
            reasons.setdefault(reason, {})[what] = None
        else:
            yield f"{line[:1].upper()}{line[1:]}."
    for reason, names in reasons.items():
        yield f"{', '.join(names)}: {reason}."


def _unproved(report: Report) -> list[str]:
    return [line for check in report.checks for line in check.unproved]
