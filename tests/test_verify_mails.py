# SPDX-License-Identifier: GPL-2.0-only
"""The texts of patches: what a maintainer would send back is named, and what is fine is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.verify.mails import (
    WIDTH,
    PatchMail,
    missing_patches,
    notes,
    parse_mail,
    problems,
    series_problems,
)

BODY = "Why.\n\nGenerated with fencemig 0.1.0 and Coccinelle 1.1.1"


def mail(subject: str = "drm/finch: Pass the error to dma_fence_signal()", body: str = BODY, **more: int) -> PatchMail:
    numbers = {"number": 1, "count": 1} | more
    return PatchMail("A Person <a@example.org>", subject, body, after=(), **numbers)


RAW = """\
From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: A Person <a@example.org>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [RFC PATCH drm-misc-next v2 03/12] drm/finch: Pass an error code of
 0 to dma_fence_signal()
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

Löng story.

Generated with fencemig 0.1.0 and Coccinelle 1.1.1
---
 drivers/a.c | 2 +-

Notes:
    look at this

diff --git a/drivers/a.c b/drivers/a.c
index 111111111111..222222222222 100644
--- a/drivers/a.c
+++ b/drivers/a.c
@@ -1 +1 @@
-a
+b
diff --git a/drivers/b.c b/drivers/b.c
index 333333333333..444444444444 100755
"""


def test_a_mail_is_read() -> None:
    read = parse_mail(RAW.encode())
    assert read.subject == "drm/finch: Pass an error code of 0 to dma_fence_signal()"
    assert (read.number, read.count) == (3, 12)
    assert read.body == "Löng story.\n\nGenerated with fencemig 0.1.0 and Coccinelle 1.1.1"
    assert read.after == ("222222222222", "444444444444")
    assert not read.by_hand
    assert parse_mail(RAW.replace("Generated with fencemig", "Written with").encode()).by_hand


@pytest.mark.parametrize(
    "subject",
    [
        "drm/finch: Pass the error to dma_fence_signal()",
        "gpu: host1x: Pass an error code of 0 to dma_fence_signal() et al.",
        "usb: gadget: f_fs: Use dma_fence_check_and_signal()",
        "treewide: Take the error in dma_fence_signal() et al.",
        "dma-buf/dma-fence: Embed errors",
    ],
)
def test_a_good_subject(subject: str) -> None:
    assert problems(mail(subject)) == []


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Pass the error to dma_fence_signal()", "no prefix"),
        ("drm/finch: pass the error", "not uppercase"),
        ("drm/finch: Passing the error", "imperative"),
        ("drm/finch: Passed the error", "imperative"),
        ("drm/finch: Passes the error", "imperative"),
        ("drm/finch: Pass the error in finch_fence.c", "finch_fence.c"),
        ("drm/finch: Pass " + "the error " * 7, "columns"),
    ],
)
def test_a_bad_subject(subject: str, said: str) -> None:
    (problem,) = problems(mail(subject.strip()))
    assert said in problem


def test_lines_are_wrapped_unless_they_cannot_be() -> None:
    assert problems(mail(body="x" * (WIDTH + 9))) == []
    assert problems(mail(body="word " * 15 + "\n")) == []
    assert "columns" in problems(mail(body="word " * 16 + "end"))[0]
    assert "no text" in problems(mail(body=""))[0]


def test_only_the_author_can_have_signed_off() -> None:
    assert problems(mail(body=BODY + "\n\nSigned-off-by: A Person <a@example.org>")) == []
    assert "B Other" in problems(mail(body=BODY + "\n\nSigned-off-by: B Other <b@example.org>"))[0]


def test_what_people_give_is_pointed_out() -> None:
    given_by_people = mail(body=BODY + '\n\nReviewed-by: B Other <b@example.org>\nFixes: 0123456789ab ("x")')
    assert problems(given_by_people) == []
    assert len(notes(given_by_people)) == 2
    assert notes(mail()) == []


def test_no_two_subjects_are_alike() -> None:
    one, other = mail(), mail("drm/wren: Pass the error")
    assert series_problems([one, other]) == []
    assert one.subject in series_problems([one, other, one])[0]


def test_all_are_signed_or_none_is() -> None:
    signed = mail("drm/wren: Pass the error", BODY + "\n\nSigned-off-by: A Person <a@example.org>")
    assert series_problems([signed]) == []
    assert series_problems([signed, mail()]) == ["patches without Signed-off-by where others have it: 2"]


@given(st.integers(1, 12).flatmap(lambda count: st.tuples(st.just(count), st.sets(st.integers(1, count), min_size=1))))
def test_a_patch_that_is_counted_and_not_there_is_missing(case: tuple[int, set[int]]) -> None:
    count, there = case
    series = {f"amd/{number:04}-x.patch": mail(number=number, count=count) for number in there}
    other = {"core/0001-x.patch": mail()}
    assert len(missing_patches(series | other)) == count - len(there)
    assert all(line.endswith("in amd") for line in missing_patches(series | other))
