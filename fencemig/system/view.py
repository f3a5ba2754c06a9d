# SPDX-License-Identifier: GPL-2.0-only
"""A repository without its settings: a folder of links to its objects, references and index, with a config of ours.

What a `.git` says besides those may name programs: filters, hooks, helpers, a remote that git asks for what is
missing. There is no switch that makes git pass over all of it, and no list of it that stays complete.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from fencemig.system.scratch import environment, run_git

_COMMON = ("objects", "refs", "packed-refs", "shallow", "reftable", "logs")
_OWN = ("index", "reftable", "refs", "logs")  # of each work tree, with the files below
_HEADS = "*HEAD"  # HEAD, ORIG_HEAD, FETCH_HEAD...: git takes a link for a reference of the old kind
# What the files cannot be read or compared without, and what revisions such as @{upstream} mean. Nothing of it names a
# program, or a place; all else is git's default.
_WANTED = (
    r"^(core\.(repositoryformatversion|filemode|symlinks|ignorecase|autocrlf|eol)"
    r"|extensions\.(objectformat|compatobjectformat|refstorage)|branch\..*\.(remote|merge)|remote\..*\.fetch)$"
)


def common_dir(git_dir: Path) -> Path:
    """The folder that a repository shares with its other work trees; its own where it has no others."""
    try:
        return git_dir / (git_dir / "commondir").read_text().rstrip("\n")
    except FileNotFoundError:
        return git_dir


def make(folder: Path, git_dir: Path) -> Mapping[str, str]:
    """Fill an empty folder with a view of the repository in `git_dir`; the variables that lead git there."""
    common = common_dir(git_dir)
    own_view, common_view = folder / "own", folder / "common"
    for view, names, source in ((common_view, _COMMON, common), (own_view, _OWN, git_dir)):
        view.mkdir()
        for name in names:  # also what is not there yet: git may pack the references meanwhile
            (view / name).symlink_to((source / name).absolute())
    for shared in git_dir.glob("sharedindex.*"):
        (own_view / shared.name).symlink_to(shared.absolute())
    for head in git_dir.glob(_HEADS):
        shutil.copy(head, own_view / head.name)
    asked = ("config", "--file", str((common / "config").absolute()), "-z", "--get-regexp", _WANTED)
    wanted = run_git(asked, folder, environment({}), accept=(0, 1)).decode(errors="replace")
    for entry in filter(None, wanted.split("\0")):
        name, _, value = entry.partition("\n")
        run_git(("config", "--file", str(common_view / "config"), "--add", name, value), folder, environment({}))
    (own_view / "commondir").write_text("../common\n")
    return {"GIT_DIR": str(own_view), "GIT_COMMON_DIR": str(common_view)}
