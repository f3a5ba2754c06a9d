# SPDX-License-Identifier: GPL-2.0-only
"""What people send series with, for real: git send-email takes the mails, and b4 the branch, and both send the same.

git-email and b4 are installed by `make setup`; without them these tests fail.
"""

import email
import email.policy
import json
import re
import subprocess
import sys
from email.utils import getaddresses
from pathlib import Path

import pytest
from conftest import KernelTree
from helpers import git
from plans import ANNA, HOST1X, IIO, LIST, mails, opened, patch, patch_id, plan, read, two, write

from fencemig.model import Mail, Patch, Person, Series
from fencemig.system.commits import committed

B4 = str(Path(sys.executable).with_name("b4"))
BJORN = Person("Bj\u00f6rn \u0141amp, the 2nd <bjorn@example.org>", "reviewer")
QUOTED = Person('"Carl D. Example" <carl@example.org>', "maintainer")


def _run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as one who only presses return."""
    return subprocess.run(command, cwd=tree, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def _sent(tree: Path, *arguments: str) -> list[dict[str, str]]:
    """The headers of the mails that git send-email would send, in order."""
    done = _run(tree, "git", "send-email", "--dry-run", *arguments)
    assert done.returncode == 0, done
    assert done.stderr == ""
    parts = done.stdout.split("Dry-OK. Log says:\n")[1:]
    return [dict(re.findall(r"^([\w-]+): (.*(?:\n[ \t].*)*)", part, re.MULTILINE)) for part in parts]


def _subject(mail: Path) -> str:
    return str(read(mail)["Subject"])


def _addresses(*fields: str | None) -> set[str]:
    return {address for _, address in getaddresses([field for field in fields if field])}


def _decoded(header: str) -> str:
    message = email.message_from_string(f"Subject: {header}\n\n", policy=email.policy.default)
    return re.sub(r"\s+", " ", str(message["Subject"]))


@pytest.mark.parametrize("mail", [Mail(), Mail(version=2, rfc=True, in_reply_to="v1-0@example.org")])
def test_git_send_email_takes_the_mails_as_they_are(mail: Mail, kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    first, second = two(tree).patches
    third = patch(
        tree, IIO, "iio: buffer: Sagt\u00e9 why, with a subject that is as long as any", body="\u00c9h.", notes="\u2192"
    )
    noted = Patch(
        second.subsystem, second.subject, second.body, second.changes, "Bj\u00f6rn, look", (QUOTED,), (BJORN,)
    )
    series = plan(tree, first, noted, third, to=(ANNA, QUOTED), cc=(LIST, BJORN))
    files = mails(write(tree, series, tmp_path / "out", mail))
    sent = _sent(tree, "--to=last@example.org", *map(str, files))
    assert [_decoded(one["Subject"]) for one in sent] == [_subject(path) for path in files]
    for one, path in zip(sent, files, strict=True):
        assert _addresses(one["To"]) == _addresses(read(path)["To"], "last@example.org")
        assert _addresses(one.get("Cc")) - {"test@example.org"} == _addresses(read(path)["Cc"])
    cover, *patches = sent
    assert cover.get("In-Reply-To") == ("<v1-0@example.org>" if mail.in_reply_to else None)
    assert {one["In-Reply-To"] for one in patches} == {cover["Message-Id"]}


def test_addresses_of_the_mails_are_enough(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    files = mails(write(tree, two(tree, to=(ANNA,)), tmp_path / "out"))
    assert [one["To"] for one in _sent(tree, *map(str, files))] == [ANNA.address] * 3


def test_a_hand_made_patch_is_sent_with_its_author(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    by_hand = patch(tree, HOST1X, "gpu: host1x: Say why", author="Anna Example <anna@example.org> 0 +0000", to=(LIST,))
    files = mails(write(tree, plan(tree, by_hand, to=(LIST,)), tmp_path / "out"))
    _, sent = _sent(tree, *map(str, files))
    assert sent["From"] == "Test Person <test@example.org>"
    assert _addresses(sent["Cc"]) == {"anna@example.org"}


def test_a_folder_with_a_ledger_is_refused_before_anything_is_sent(kernel_tree: KernelTree, tmp_path: Path) -> None:
    """git send-email takes every file of a folder: hence folder/*.patch is what a user is told to give."""
    tree = kernel_tree()
    folder = write(tree, two(tree, to=(ANNA,)), tmp_path / "out")
    assert len(_sent(tree, str(folder))) == 3
    (folder / "ledger.json").write_text('{\n  "schema": 1\n}\n')
    done = _run(tree, "git", "send-email", "--dry-run", "--to=last@example.org", str(folder))
    assert done.returncode != 0
    assert "Dry-OK" not in done.stdout
    assert "ledger.json" in done.stderr


def _enrolled(tree: Path, series: Series, branch: str, base: str) -> None:
    with committed(opened(tree), series) as commits:
        commits.create_branch(branch)
    git(tree, "checkout", "-q", branch)
    done = _run(tree, B4, "prep", "-e", base)
    assert done.returncode == 0, done


def _sent_by_b4(tree: Path, folder: Path) -> list[Path]:
    done = _run(tree, B4, "--offline-mode", "send", "--no-sign", "-o", str(folder), "--to", "last@example.org")
    assert done.returncode == 0, done
    return sorted(folder.glob("*.eml"))


@pytest.mark.parametrize("base", ["main", "commit"])
def test_b4_sends_the_same_patches_from_the_branch(base: str, kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    series = two(tree)
    _, *ours = mails(write(tree, series, tmp_path / "out"))
    _enrolled(tree, series, "lamps", base if base == "main" else series.base)
    _, *theirs = _sent_by_b4(tree, tmp_path / "b4")
    assert [patch_id(path) for path in theirs] == [patch_id(path) for path in ours]
    messages = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in theirs]
    assert [message["Subject"] for message in messages] == [_subject(path) for path in ours]


def test_b4_sends_one_series_of_several(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    core, plover = two(tree).patches
    with committed(opened(tree), plan(tree, core)) as commits:
        commits.create_branch("lamps/core")
    series = plan(tree, plover, prerequisites=(core,))
    _, ours = mails(write(tree, series, tmp_path / "out"))
    _enrolled(tree, series, "lamps/drm", "lamps/core")
    theirs = _sent_by_b4(tree, tmp_path / "b4")
    assert [patch_id(path) for path in theirs if "diff --git" in path.read_text()] == [patch_id(ours)]


# A process of its own: b4 changes how Python encodes mails.
_READER = """
import email, email.policy, json, sys
from b4 import LoreMailbox
box = LoreMailbox()
for number, path in enumerate(sys.argv[1:]):
    text = open(path, "rb").read().split(b"\\n", 1)[1]
    message = email.message_from_bytes(text, policy=email.policy.default)
    message["Message-Id"] = f"<{number}@example.org>"
    if number:
        message["In-Reply-To"] = "<0@example.org>"
    box.add_message(message)
series = box.get_series(codereview_trailers=False)
names = ("revision", "expected", "complete", "change_id", "base_commit", "prereq_patch_ids")
print(json.dumps({name: getattr(series, name) for name in names}))
"""


def _received(folder: Path) -> dict[str, object]:
    """A series as b4 reads it from a mailbox."""
    done = _run(folder, sys.executable, "-c", _READER, *map(str, mails(folder)))
    assert done.returncode == 0, done
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_b4_finds_all_that_the_cover_letter_says(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    core, plover = two(tree).patches
    (_, below) = mails(write(tree, plan(tree, core), tmp_path / "core"))
    series = plan(tree, plover, prerequisites=(core,))
    mail = Mail(version=3, change_id="20260101-lamps-0123456789ab", changelog="Changes in v3:\n- Spelling")
    assert _received(write(tree, series, tmp_path / "out", mail)) == {
        "revision": 3,
        "expected": 1,
        "complete": True,
        "change_id": "20260101-lamps-0123456789ab",
        "base_commit": series.base,
        "prereq_patch_ids": [patch_id(below)],
    }


def test_b4_and_git_am_take_a_series_from_a_mailbox(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    series = two(tree)
    for number, path in enumerate(mails(write(tree, series, tmp_path / "out"))):
        first, text = path.read_text().split("\n", 1)
        thread = "In-Reply-To: <0@example.org>\n" if number else ""
        with (tmp_path / "box").open("a") as box:
            box.write(f"{first}\nMessage-Id: <{number}@example.org>\n{thread}{text}")
    done = _run(tree, B4, "--offline-mode", "am", "-o", str(tmp_path / "am"), "-m", str(tmp_path / "box"))
    assert done.returncode == 0, done
    (made,) = (tmp_path / "am").glob("*.mbx")
    git(tree, "am", "-q", str(made))
    assert git(tree, "log", "--reverse", "--format=%s", f"{series.base}..").splitlines() == [
        one.subject for one in series.patches
    ]
