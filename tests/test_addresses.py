# SPDX-License-Identifier: GPL-2.0-only
"""What is a mail address and what is not, and headers that mail programs read back to the same people."""

import email
import email.policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencemig.addresses import Mailbox, header, parse_mailbox, validated, without_doubles
from fencemig.errors import UserError
from fencemig.model import Person


def read_back(*headers: str) -> list[tuple[str, str]]:
    """The names and addresses that Python's mail parser finds in headers; there must be nothing else in them."""
    text = "\n".join([*headers, "Subject: x", "", "body"])
    message = email.message_from_bytes(text.encode("ascii"), policy=email.policy.default)
    fields = [line.partition(":")[0] for line in headers]
    assert message.keys() == [*fields, "Subject"]
    assert message.get_content() == "body"
    for field in fields:
        assert message[field].defects == (), text
    found = [one for field in fields for one in message[field].addresses]
    # This parser leaves a space between two encoded words, which RFC 2047 takes away; the older one does, too.
    older = [(str(make_header(decode_header(name))), spec) for name, spec in getaddresses(map(unfolded, headers))]
    newer = [(one.display_name.replace(" ", ""), one.addr_spec) for one in found]
    assert newer == [(name.replace(" ", ""), spec) for name, spec in older]
    return older


def unfolded(header: str) -> str:
    return header.partition(":")[2].replace("\n", "").strip()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("a@example.org", "a@example.org", id="bare"),
        pytest.param("  a@example.org ", "a@example.org", id="spaces around"),
        pytest.param("<a@example.org>", "a@example.org", id="brackets"),
        pytest.param("Ada Kite <a@example.org>", "Ada Kite <a@example.org>", id="name"),
        pytest.param("Ada Kite<a@example.org>", "Ada Kite <a@example.org>", id="no space"),
        pytest.param("Jürgen Öztürk <j@example.org>", '"Jürgen Öztürk" <j@example.org>', id="not ASCII"),
        pytest.param("Ada B. Kite <a@example.org>", '"Ada B. Kite" <a@example.org>', id="dot"),
        pytest.param("Ada (Wind Inc) <a@example.org>", '"Ada (Wind Inc)" <a@example.org>', id="brackets in name"),
        pytest.param('"Kite, Ada" <a@example.org>', '"Kite, Ada" <a@example.org>', id="quoted comma"),
        pytest.param('"A \\"Bo\\" K" <a@example.org>', '"A \\"Bo\\" K" <a@example.org>', id="quoted quotes"),
        pytest.param("a.b+c_d=e@x-y.example.org", "a.b+c_d=e@x-y.example.org", id="signs in the address"),
    ],
)
def test_one_address_is_taken(text: str, address: str) -> None:
    assert validated(text) == Person(address, "")
    assert validated(address).address == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada Kite",
        "a",
        "a@",
        "@example.org",
        "a@localhost",
        "a@@example.org",
        "a b@example.org",
        "a..b@example.org",
        ".a@example.org",
        "a@example..org",
        "a@-example.org",
        "a@exa_mple.org",
        "a@example.org.",
        "a@[127.0.0.1]",
        "ä@example.org",
        "a@exämple.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 64}.org",
        f"a@{'.'.join(['b' * 60] * 5)}",
        "a@example.org, b@example.org",
        "a@example.org b@example.org",
        "a@example.org;b@example.org",
        "Kite, Ada <a@example.org>",
        "b@example.org, Ada <a@example.org>",
        "Ada <a@example.org>, Bo <b@example.org>",
        "Ada <a@example.org> <b@example.org>",
        "Ada <a@example.org> (maintainer)",
        "Kites: a@example.org;",
        "Kites: <a@example.org>",
        'Ada "Bo <a@example.org>',
        '"Ada" Kite" <a@example.org>',
        '"Ada\\" <a@example.org>',
        "Ada <a@example.org",
        "a@example.org>",
        "a@example.org\n",
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "Ada\nBcc: b@example.org <a@example.org>",
        "Ada\n Kite <a@example.org>",
        "Ada\tKite <a@example.org>",
        "Ada\x00 <a@example.org>",
        "Ada\x1b[31m <a@example.org>",
        "Ada\x85Bcc <a@example.org>",
        "Ada\u2028Bcc <a@example.org>",
        "Ada \u202egro <a@example.org>",
        "Ada \udcff <a@example.org>",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is not one mail address") as refusal:
        validated(text)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) - len(text) < 300


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Kite, of the Winds <a@example.org>", "Kite, of the Winds", id="comma"),
        pytest.param('"Ada B. Kite" <a@example.org>', "Ada B. Kite", id="quotes"),
        pytest.param(' " Ada   Kite " <a@example.org>', "Ada Kite", id="white space"),
        pytest.param("Ada\u00a0Kite <a@example.org>", "Ada Kite", id="no-break space"),
        pytest.param("a@example.org", "", id="none"),
    ],
)
def test_maintainers_may_write_names_as_they_like(text: str, name: str) -> None:
    assert parse_mailbox(text) == Mailbox(name, "a@example.org")


@pytest.mark.parametrize("text", ["Ada\x07 <a@example.org>", "Ada <a@b\nc>", "Ada <root@(none)>", "Ada", "a@b"])
def test_but_not_what_could_harm_a_header(text: str) -> None:
    assert parse_mailbox(text) is None


def test_a_header_is_written_as_git_and_mail_programs_expect() -> None:
    people = [
        Person("Ada Kite <ada@example.org>", "maintainer"),
        Person('"Jürgen Öztürk" <juergen@example.org>', "maintainer"),
        Person('"Cy D. Cloud (Wind)" <cy@example.org>', "reviewer"),
        Person("kites@lists.example.org", "list"),
    ]
    text = header("Cc", people)
    assert text.splitlines() == [
        "Cc: Ada Kite <ada@example.org>,",
        "    =?UTF-8?q?J=C3=BCrgen_=C3=96zt=C3=BCrk?= <juergen@example.org>,",
        '    "Cy D. Cloud (Wind)" <cy@example.org>, kites@lists.example.org',
    ]
    assert read_back(text) == [
        ("Ada Kite", "ada@example.org"),
        ("Jürgen Öztürk", "juergen@example.org"),
        ("Cy D. Cloud (Wind)", "cy@example.org"),
        ("", "kites@lists.example.org"),
    ]
    assert header("To", []) == ""


@pytest.mark.parametrize("bad", ["nobody", "Ada\nBcc: b@example.org <a@example.org>", "a@example.org\nX: y"])
def test_a_header_of_what_is_no_address_is_a_bug(bad: str) -> None:
    with pytest.raises(ValueError, match="no mailbox"):
        header("To", [Person(bad, "maintainer")])


NAMES = st.text(
    st.sampled_from("abcXYZ '\".,;:@()<>[]\\=?_-/é日\U0001f41fŞ") | st.characters(exclude_categories=["C", "Z"]),
    max_size=90,
).map(lambda name: " ".join(name.split()))
ADDRESSES = st.from_regex(r"[a-z][a-z0-9.+]{0,20}[a-z]@[a-z]{1,20}\.org", fullmatch=True).filter(
    lambda address: ".." not in address
)


@settings(max_examples=50)
@given(st.lists(st.builds(Mailbox, NAMES, ADDRESSES), min_size=1, max_size=3))
def test_every_name_survives_a_header(mailboxes: list[Mailbox]) -> None:
    text = header("To", [Person(str(mailbox), "maintainer") for mailbox in mailboxes])
    assert all(len(line) <= 78 for line in text.splitlines())
    assert read_back(text) == [(mailbox.name, mailbox.address) for mailbox in mailboxes]


@given(st.text() | st.builds("{} <{}>".format, st.text(), ADDRESSES))
def test_any_text_is_refused_or_safe(text: str) -> None:
    try:
        person = validated(text)
    except UserError:
        return
    assert len(read_back(header("To", [person]))) == 1


def test_the_first_mention_of_an_address_stays() -> None:
    ada, also_ada = Person("Ada <Ada@example.org>", "maintainer"), Person("ada@example.org", "list")
    bo = Person("Bo <bo@example.org>", "reviewer")
    assert without_doubles([ada, bo, also_ada, bo]) == (ada, bo)
