# SPDX-License-Identifier: GPL-2.0-only
"""How mails are headed: nothing that a text has in it can add a header, and every reader finds its lines."""

import email
import email.policy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.errors import UserError
from fencemig.model import Mail, Person, Series
from fencemig.system.mail import addressed, change_id, checked, cover_letter, message_id, one_line

AUTHOR = ("Test Person", "test@example.org", 1767225600)
BASE = f"base-commit: {'a' * 40}\nprerequisite-patch-id: {'b' * 40}\n-- \n2.39.5\n\n"
PATCH = b"From: x@example.org\nSubject: [PATCH] lamp: Off\n\nWhy.\n---\n a.c | 2 +-\n"

# What could end a header, begin another one, or hide what it says.
nasty = (
    st.text(st.sampled_from("ab \t\r\n\v\f\0\x1b\x85\u2028\u202e\u00e9\U0001f4a1=?:,;<>\"'"), max_size=60) | st.text()
)


def _cover(subject: str = "lamp: Say why", body: str = "Lamps go out.", **mail: object) -> bytes:
    series = Series("a" * 40, subject, body, to=(Person("Anna <anna@example.org>", "maintainer"),))
    return cover_letter(series, Mail(**mail), 2, AUTHOR, "A (2):\n", "", BASE)  # type: ignore[arg-type]


@given(nasty, nasty, nasty)
def test_no_text_adds_a_header(subject: str, prefix: str, changelog: str) -> None:
    text = _cover(f"lamp: {subject}.", prefix=f"PATCH {prefix}.", changelog=changelog, in_reply_to="x@y.z")
    head = text.split(b"\n\n", 1)[0].decode("ascii")
    mail = email.message_from_bytes(text, policy=email.policy.default)
    encoding = ["MIME-Version", "Content-Type", "Content-Transfer-Encoding"] if "MIME-Version" in mail else []
    assert mail.keys() == ["In-Reply-To", "References", "From", "Date", "Subject", *encoding, "To"]
    assert len(re.findall("^[^ ]", head, re.MULTILINE)) == len(mail.keys())
    assert one_line(str(mail["Subject"])) == one_line(f"[PATCH {prefix}. 0/2] lamp: {subject}.")


@given(nasty)
def test_a_line_is_one_line_that_can_be_written(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.isprintable() or not line.isascii()
    assert one_line(line) == line
    assert one_line(line + "\udcf6").encode()


@given(nasty)
def test_a_body_has_no_control_characters(text: str) -> None:
    body = _cover(body=text).split(b"\n\n", 1)[1]
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", body)


def test_a_bodys_text_is_not_changed() -> None:
    body = "A\ttable:\n\n  1  2\n\nBj\u00f6rn's \u2192 lamp."
    assert _cover(body=body).decode().split("\n\n", 1)[1].startswith(f"{body}\n\nA (2):\n")


def test_what_was_never_decoded_is_written_all_the_same() -> None:
    assert b"\nodd ? name\n" in _cover(body="\nlist:\nodd \udcf6 name\n")


def test_the_lines_for_tools_stand_together_at_the_end() -> None:
    text = _cover(change_id="20260101-lamps-0123456789ab").decode()
    base, prerequisite, *signature = BASE.splitlines()
    assert text.endswith("\n".join(["", base, "change-id: 20260101-lamps-0123456789ab", prerequisite, *signature, ""]))


def test_the_changelog_stands_below_the_text() -> None:
    text = _cover(changelog="Changes in v2:\n- Lamps say why.\n", version=2).decode()
    assert "\n\nLamps go out.\n\nChanges in v2:\n- Lamps say why.\n\nA (2):\n" in text
    assert "\n---\n" not in text  # below it, git am takes everything for a patch, and refuses


def test_without_a_prefix_there_is_the_number_alone() -> None:
    assert b"\nSubject: [0/2] lamp: Say why\n" in _cover(prefix="")


@pytest.mark.parametrize("given_id", ["a.b-1@example.org", "<a.b-1@example.org>", " <a.b-1@example.org>\n"])
def test_a_message_id_may_be_given_with_its_brackets(given_id: str) -> None:
    assert message_id(given_id) == "<a.b-1@example.org>"


@pytest.mark.parametrize("prefix", ["PATCH]", "[RFC", "PÄTCH", "PATCH\nBcc: x@example.org"])
def test_a_prefix_that_would_spoil_a_subject_is_refused(prefix: str) -> None:
    with pytest.raises(UserError, match="no prefix of a subject"):
        checked(Mail(prefix=prefix))
    checked(Mail(prefix="PATCH drm-misc-next"))


@pytest.mark.parametrize(
    "wrong",
    ["", "<>", "a", "a@b c", "a@b\nCc: x@y.z", "a@b>, <c@d", "https://x/a", "https://x/a@b", "a@b\x00", "\u00e9@b"],
)
def test_what_is_no_message_id_is_refused(wrong: str) -> None:
    with pytest.raises(UserError, match="no message id"):
        message_id(wrong)


def test_a_change_id_has_the_form_that_b4_gives_it() -> None:
    made = change_id(1767225600, "dma-buf: Pass the ERROR, to dma_fence_signal()", "0123456789abcdef")
    assert made == "20260101-dma-buf-pass-the-error-to-dma-fence-sign-0123456789ab"
    assert made == change_id(1767225600 + 3600, "dma-buf: Pass the ERROR, to dma_fence_signal()", "0123456789abffff")


def test_recipients_are_added_below_what_git_wrote() -> None:
    to = (Person("Anna <anna@example.org>", "maintainer"), Person("lamps@example.org", "list"))
    text = addressed(PATCH, to, to[1:])
    assert text.replace(b"To: Anna <anna@example.org>, lamps@example.org\nCc: lamps@example.org\n", b"") == PATCH
    assert addressed(PATCH, (), ()) == PATCH


def test_an_encoding_that_git_did_not_see_is_declared() -> None:
    """Git looks at the message alone; without a declaration git send-email asks for one."""
    notes = PATCH.replace(b"\n---\n", "\n---\n\nNotes:\n    Bj\u00f6rn\n\n".encode())
    mail = email.message_from_bytes(addressed(notes, (), ()), policy=email.policy.default)
    assert "Bj\u00f6rn" in mail.get_content()
    assert addressed(mail.as_bytes(), (), ()).count(b"MIME-Version") == 1


def test_an_encoding_that_is_not_known_is_not_declared() -> None:
    latin = PATCH + b"+/* Bj\xf6rn */\n"
    assert addressed(latin, (), ()) == latin
