# SPDX-License-Identifier: GPL-2.0-only
"""The command review: an output folder as a web page."""

import sys
from collections.abc import Mapping
from pathlib import Path

from fencemig.commands.guard import OK, say
from fencemig.commands.shared import migration_of
from fencemig.decisions import default_file, for_page
from fencemig.errors import UserError
from fencemig.report.page.build import Material, page_of
from fencemig.report.page.render import render
from fencemig.sent import Sent
from fencemig.system.browser import show
from fencemig.system.folder import output_folders, read_folder
from fencemig.system.output import write_whole

_STDOUT = Path("-")


def review(folder: Path, output: Path | None, opened: bool) -> int:
    """Write the page of an output folder into a file, by default beside the folder, or to stdout for "-".

    Of a folder that holds output folders the newest is shown. `opened`: in a browser, too.
    """
    if opened and output == _STDOUT:
        raise UserError("--open shows a file: name another one than - with --output")
    shown, runs = _runs(folder.resolve() if folder.name in ("", "..") else folder)
    words, decisions = _words(runs[shown]), _decisions(shown)
    ordered = [(one.name, sent) for one, sent in sorted(runs.items(), key=_age)]
    content = render(page_of(Material(shown.name, runs[shown], ordered, words, decisions)))
    if output == _STDOUT:
        sys.stdout.buffer.write(content)
        return OK
    file = output or shown.with_name(f"review-{shown.name}.html")  # or `outgoing/HEAD-*` would name two
    try:
        write_whole(file, content)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from error
    print(file)
    if opened and not show(file):
        say(f"note: no browser was found: open {file} in one")
    return OK


def _runs(folder: Path) -> tuple[Path, dict[Path, Sent]]:
    """The folder to show, and all runs of its migration: those in the same place, read."""
    inside = [] if (folder / "ledger.json").exists() or not folder.is_dir() else output_folders(folder)
    if not inside:
        sent = read_folder(folder)
        others = [one for one in output_folders(folder.absolute().parent) if one != folder.absolute()]
        return folder, {folder: sent, **_same(sent, _readable(others))}
    readable = _readable(inside)
    if not readable:
        raise UserError(f"{folder} has no output folder that can be read")
    newest = max(readable.items(), key=_made_last)[0]
    return newest, _same(readable[newest], readable)


def _readable(folders: list[Path]) -> dict[Path, Sent]:
    found = {}
    for folder in folders:
        try:
            found[folder] = read_folder(folder)
        except UserError as error:
            say(f"note: left out: {error}")
    return found


def _same(sent: Sent, others: Mapping[Path, Sent]) -> dict[Path, Sent]:
    """Those of the same migration; an old ledger does not name it."""
    own = sent.ledger.migration
    return {folder: other for folder, other in others.items() if not own or other.ledger.migration in ("", own)}


def _age(run: tuple[Path, Sent]) -> tuple[int, int, str]:
    """What puts runs in their order: the date of the cover letters, which is the base's, then the version."""
    folder, sent = run
    return max((letter.date for letter in sent.letters), default=0), sent.version, folder.name


def _made_last(run: tuple[Path, Sent]) -> tuple[int, int, int, str]:
    """The same for the one to show: of two that are alike otherwise, the one that was made last."""
    date, version, name = _age(run)
    return date, version, (run[0] / "ledger.json").stat().st_mtime_ns, name


def _words(sent: Sent) -> Mapping[str, str]:
    """A sentence on each rule, where the migration is the one that fencemig brings."""
    migration = migration_of(None)
    return migration.filed if sent.ledger.migration in ("", migration.name) else {}


def _decisions(folder: Path) -> Mapping[str, object]:
    file = default_file(folder)
    try:
        text = file.read_bytes().decode() if file.exists() else ""
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file}: is not UTF-8: {error}") from error
    return for_page(text, file)
