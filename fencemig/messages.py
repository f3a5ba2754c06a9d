# SPDX-License-Identifier: GPL-2.0-only
"""Mails as git format-patch writes them, and as people edit them."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True)
class Message:
    """A mail; `body` is empty for one of several parts."""

    headers: EmailMessage
    body: bytes

    @property
    def subject(self) -> str:
        """In one line, with what stands in brackets before it."""
        return " ".join(str(self.headers["Subject"] or "").split())

    @property
    def text(self) -> str:
        """The body: UTF-8 whatever it declares, for editors do not declare what they write."""
        return self.body.decode(errors="replace")


def parse_message(raw: bytes) -> Message:
    """Take a mail apart. Nothing is refused: what is missing is empty."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    payload = message.get_payload(decode=True)
    return Message(message, payload if isinstance(payload, bytes) else b"")
