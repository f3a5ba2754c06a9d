# SPDX-License-Identifier: GPL-2.0-only
"""The command convert: from options to folders of patches."""

import hashlib
import shlex
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from rich.text import Text

from fencemig import __version__, ledger
from fencemig.addresses import validated
from fencemig.commands.guard import encoded, say
from fencemig.commands.shared import OUTGOING, Options, console, ledger_of, status_of, surveyed, top_of
from fencemig.conversion import material_of, missing_core
from fencemig.decisions import NAME, default_file, load_decisions
from fencemig.errors import UserError
from fencemig.interactive import Hunks, Screen, go_through, questions
from fencemig.model import Mail, Series
from fencemig.pipeline import Survey
from fencemig.recipients import Directory, Recipients, union
from fencemig.report import table
from fencemig.report.lines import print_hanging
from fencemig.series.changelog import changelog
from fencemig.series.plan import Planner
from fencemig.series.texts import Origin
from fencemig.system import git, kernel, output, process, scratch, terminal
from fencemig.system.commits import bring_objects, committed, create_branches
from fencemig.system.mail import change_id, checked
from fencemig.system.ranges import Earlier, has_series, range_diff, read_earlier
from fencemig.system.record import record
from fencemig.system.results import read_results
from fencemig.trees import group_by_tree
from fencemig.verify.content import refuse_other
from fencemig.verify.words import testing_words

_SHOWN = 10  # modified files that are named
_MANY_PATCHES = 15  # Documentation/process/submitting-patches.rst: "only post say 15 or so at a time"
_MANY_PEOPLE = 30  # a cover letter to more is worth a word


@dataclass(frozen=True)
class Wishes:
    """How the series is to look, and where it goes."""

    folder: Path | None = None
    force: bool = False
    branch: str | None = None
    flag_day: bool = False
    by_tree: bool = False
    core: bool = True
    decisions: Path | None = None
    interactive: bool = False
    mail: Mail = field(default_factory=Mail)
    previous: Path | None = None
    verified: Path | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    from_maintainers: bool = True


def convert(options: Options, wishes: Wishes) -> int:
    """Write the patch series into an output folder, and leave it on a branch when one is named."""
    if wishes.flag_day and wishes.by_tree:
        raise UserError("--layout flag-day is one patch for all trees: it cannot be split by tree")
    base = options.base or "HEAD"
    tree = kernel.open_tree(top_of(options.tree), base)
    assert tree.repository is not None and tree.commit is not None  # open_tree() with a base
    tree.repository.identity(tree.commit)
    if wishes.branch is not None:
        tree.repository.check_branch(wishes.branch)
    if wishes.folder is None and OUTGOING.is_symlink():  # which a tree may bring along
        raise UserError(f"{OUTGOING} is a symbolic link: name the folder that you mean with --output")
    folder = wishes.folder or (OUTGOING / f"{base.replace('/', '-')}-{tree.commit[:12]}")
    output.check_free(folder, wishes.force)
    checked(wishes.mail)  # refused now rather than after the work
    if wishes.previous is not None and not any(map(has_series, _homes(wishes.previous, wishes.by_tree))):
        raise UserError(f"{wishes.previous} has no cover letter: name the folder of a version with the same layout")
    proved = None if wishes.verified is None else read_results(wishes.verified)
    named = Recipients(tuple(map(validated, wishes.to)), tuple(map(validated, wishes.cc)))
    decided = wishes.decisions or default_file(folder)
    decisions = load_decisions(decided, required=wishes.decisions is not None)
    found = surveyed(replace(options, decisions=decisions), tree)
    if wishes.interactive and _asked(found, decided):
        decisions = load_decisions(decided, required=True)
        found = surveyed(replace(options, decisions=decisions), tree)
    material = material_of(found, with_core=wishes.core)
    if material.empty:
        say("nothing to convert")
        return status_of(found)
    if wishes.core and (missing := missing_core(found)):
        say(f"note: no core patch, for {missing} is not in this tree: nothing compiles without one")
    origin = _origin(found, options, wishes)
    if proved is not None:
        origin = replace(origin, testing=testing_words(proved))
    planner = Planner(material, found.request.migration.texts, origin)
    series = [_addressed(one, found, named, wishes.from_maintainers) for one in _laid_out(planner, found, wishes)]
    if proved is not None:
        refuse_other(proved, tree.commit, [patch for one in series for patch in one.patches])
    _point_out_modified(tree.repository, found)
    _write(series, tree.repository, found, folder, wishes)
    table.print_summary(console(stderr=True), found.sites, found.subsystems)
    _say_what_was_made(series, folder, found)
    print(folder)
    return status_of(found)


def _asked(found: Survey, decided: Path) -> bool:
    """Ask a person about what is for review, and write the answers down one by one. Whether there are any."""
    hunks = Hunks(scratch.diff(found.changes) if found.changes else b"")
    if questions(found.sites):
        terminal.forget_typed()  # while spatch ran: it answers no question
    return bool(go_through(found.sites, hunks.around, Screen(_tell, _show, _ask), partial(record, decided)))


def _tell(text: str) -> None:
    print_hanging(console(stderr=True), Text(text), 0)


def _show(code: str) -> None:
    print(code, file=sys.stderr)


def _ask(prompt: str) -> str | None:
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline() if sys.stdin else ""  # None when it was closed
    return line.rstrip("\r\n") if line else None


def _origin(found: Survey, options: Options, wishes: Wishes) -> Origin:
    """Where the series comes from, with the command that makes it again."""
    tree = found.request.tree
    assert tree.commit is not None
    given = ["fencemig", "convert", "--base", tree.commit[:12]]
    given += ["--layout", "flag-day"] if wishes.flag_day else []
    given += ["--split-by", "tree"] if wishes.by_tree else []
    given += [] if wishes.core else ["--no-core"]
    given += ["--decisions", str(wishes.decisions)] if wishes.decisions else []
    given += ["--migration", str(options.migration)] if options.migration else []
    command = shlex.join([*given, *found.request.paths])
    return Origin(tree.commit, tree.version, found.generation, command, __version__, found.request.spatch.version)


def _laid_out(planner: Planner, found: Survey, wishes: Wishes) -> Sequence[Series]:
    if wishes.flag_day:
        return [planner.flag_day()]
    if wishes.by_tree:
        paths = {*found.subsystems, *(one.path for patch in planner.material.handmade for one in patch.changes)}
        return planner.by_tree(group_by_tree(sorted(paths), found.owners))
    return [planner.staged()]


def _addressed(series: Series, found: Survey, named: Recipients, copies: bool) -> Series:
    """The series with the people whom each of its mails goes to: those of MAINTAINERS, and those that were named."""
    directory = Directory(found.owners, found.request.tree.read(".mailmap") or b"")
    mails = []
    for patch in series.patches:
        message = "\n".join((patch.subject, patch.body, patch.notes))
        people = directory.recipients(patch.changes, message)
        mails.append(Recipients.of((*named.to, *people.to), (*named.cc, *(people.cc if copies else ()))))
    mails = [union([mail])[0] for mail in mails]
    cover, left_out = union(mails)
    where = f"the cover letter in {series.name}" if series.name else "the cover letter"
    count = len(cover.to) + len(cover.cc)
    if left_out:
        say(f"note: {where} goes to {count} people and lists; {left_out} more would be too many for a mail server")
    elif count > _MANY_PEOPLE:
        say(f"note: {where} goes to {count} people and lists: many; --no-cc leaves out all but the maintainers")
    patches = [replace(one, to=mail.to, cc=mail.cc) for one, mail in zip(series.patches, mails, strict=True)]
    return replace(series, patches=tuple(patches), to=cover.to, cc=cover.cc)


def _write(series: Sequence[Series], repository: git.Repository, found: Survey, folder: Path, wishes: Wishes) -> None:
    """All or nothing: folders, and branches when they are wanted."""
    whole = ledger_of(found)
    with ExitStack() as stack, output.whole_folder(folder, wishes.force) as draft:
        made = []
        for one in series:
            earlier = _earlier(wishes.previous, one)
            replaced = _earlier(folder, one)
            mail = _mail(one, found, wishes, earlier, replaced)
            commits = stack.enter_context(committed(repository, one, mail))
            target = draft.home / one.name
            target.mkdir(exist_ok=True)
            commits.write_patches(target, range_diff(commits, earlier) if earlier else "")
            (target / "ledger.json").write_bytes(encoded(ledger.as_json(replace(whole, sites=one.sites))))
            made.append(commits)
        (draft.home / "ledger.json").write_bytes(encoded(ledger.as_json(whole)))
        branch = wishes.branch
        named = {} if branch is None else {"/".join(filter(None, (branch, one.series.name))): one for one in made}
        # Branches last: a run that is killed in between leaves a folder that --force replaces, and no branch.
        with process.uninterrupted():
            bring_objects(named.values())
            with draft.in_place():
                create_branches(named)


def _homes(folder: Path, by_tree: bool) -> Sequence[Path]:
    """Where the series of an output folder are, of one layout or the other."""
    return sorted(folder.glob("*/")) if by_tree else [folder]


def _earlier(folder: Path | None, series: Series) -> Earlier | None:
    """The same series in an earlier output folder; one that was not there then is new."""
    home = folder / series.name if folder else None
    return read_earlier(home) if home and has_series(home) else None


def _mail(series: Series, found: Survey, wishes: Wishes, earlier: Earlier | None, replaced: Earlier | None) -> Mail:
    tree = found.request.tree
    assert tree.repository is not None and tree.commit is not None
    written = [one.changelog for one in (replaced, earlier) if one is not None]
    changes = changelog(found.request.decisions.changelog, written)
    known = next((one.change_id for one in (earlier, replaced) if one is not None and one.change_id), None)
    if known is None:
        kind = "\n".join((tree.commit, series.name, series.cover_subject, *found.request.paths))
        digest = hashlib.sha256(kind.encode(errors="surrogateescape")).hexdigest()
        known = change_id(tree.repository.date(tree.commit), found.request.migration.name, digest)
    version = wishes.mail.version
    if version > 1 and f"Changes in v{version}:" not in changes:
        say(f"note: nobody wrote what changed in v{version}: [changelog] in {NAME} is the place for it")
    return replace(wishes.mail, change_id=known, changelog=changes)


def _say_what_was_made(series: Sequence[Series], folder: Path, found: Survey) -> None:
    count = sum(len(one.patches) for one in series)
    letters = "a cover letter" if len(series) == 1 else f"{len(series)} cover letters"
    # The cover letter is empty as a patch, and mails lose carriage returns.
    keep = " --keep-cr" if any(b"\r\n" in change.before for change in found.changes) else ""
    files = " ".join(f"{shlex.quote(str(folder / one.name))}/*.patch" for one in series)
    patches = f"{count} patch{'es' * (count > 1)}"
    say(f"{patches} and {letters}; apply them with: git am --empty=drop{keep} {files}")
    say(f"send them, after a look, with: git send-email {files}")
    for one in series:
        if len(one.patches) > _MANY_PATCHES:
            what = f"{one.name} has {len(one.patches)}" if one.name else f"these are {len(one.patches)}"
            how = "convert fewer PATHs at a time" if one.name else "--split-by tree, or fewer PATHs at a time"
            say(f"note: only post {_MANY_PATCHES} or so patches at a time, and {what}: {how}")


def _point_out_modified(repository: git.Repository, found: Survey) -> None:
    modified = repository.modified_files(found.request.paths)
    if modified:
        named = ", ".join(modified[:_SHOWN]) + (" …" if len(modified) > _SHOWN else "")
        say(f"note: modified in the work tree, and not part of the base: {named}")
