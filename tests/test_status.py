# SPDX-License-Identifier: GPL-2.0-only
"""What became of a series: real series of the fixture kernel in real repositories, and the cases of one patch."""

import io
import json
import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from helpers import add, commit, driver, fencemig, git, small_kernel
from rich.console import Console

from fencemig.commands.shared import Options
from fencemig.commands.status import status as command
from fencemig.migration import load_migration
from fencemig.pipeline import Request, survey
from fencemig.report import status as report
from fencemig.status import Now, Status, judge, next_command
from fencemig.system import kernel
from fencemig.system.folder import read_folder
from fencemig.system.history import find_landed
from fencemig.system.spatch import find_spatch

MIGRATION = load_migration(PROJECT / "semantic_patches/dma_fence_signal")
ZEPHYR = "drivers/accel/zephyr/zephyr_job.c"
IIO = "drivers/iio/industrialio-buffer.c"
HOST1X = "drivers/gpu/host1x/fence.c"
DRIVERS = (ZEPHYR, IIO, HOST1X)
HEADER = "include/linux/dma-fence.h"


@dataclass(frozen=True)
class Answer:
    """What status says of a series."""

    status: Status
    note: str
    command: str | None

    @property
    def data(self) -> Any:
        return json.loads(report.as_json(self.status, [self.note] if self.note else [], self.command))

    @property
    def text(self) -> str:
        console = Console(file=io.StringIO(), width=100)
        report.print_status(console, self.status, [self.note] if self.note else [], self.command)
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    def states(self) -> dict[str, str]:
        """The states of the drivers' patches, by a file of each."""
        return {path: self.patch(path)["state"] for path in DRIVERS}

    def patch(self, path: str) -> Any:
        """What is said of the first patch, besides the core's, that touches a file."""
        file = next(one.file for one in self.status.sent.patches if path in {diff.path for diff in one.files})
        return next(one for one in self.data["patches"] if one["file"] == file)


def ask(tree: Path, folder: Path, rev: str = "HEAD") -> Answer:
    """What the command does, without its options."""
    sent = read_folder(folder)
    opened = kernel.open_tree(tree, rev)
    assert opened.repository is not None and opened.commit is not None
    request = Request(opened, MIGRATION, find_spatch(), sent.ledger.paths, 2, 60.0, lambda done, total, path: None)
    found = survey(request)
    landed, note = find_landed(opened.repository, sent.ledger.commit, opened.commit, sent.patches)
    status = judge(sent, Now(rev, opened.commit, found.generation, tuple(found.sites), opened.read), landed, MIGRATION)
    return Answer(status, note, next_command(status, MIGRATION, str(folder), ["-C", str(tree)], sent.ledger.paths))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a kernel, and a series for its three drivers. Only to be read."""
    folder = tmp_path_factory.mktemp("made")
    tree = small_kernel(folder, with_git=False)
    shutil.rmtree(tree / "drivers/gpu/drm")  # every survey would look at the errors that it stores
    commit(tree)
    run = fencemig(tree, "convert", "--output", folder / "out", "drivers/accel", "drivers/gpu/host1x", "drivers/iio")
    assert run.status == 0, run.err
    return tree, folder / "out"


@pytest.fixture
def tree(made: tuple[Path, Path], tmp_path: Path) -> Path:
    """Return a copy of the kernel, to work in."""
    return Path(shutil.copytree(made[0], tmp_path / "linux", symlinks=True))


@pytest.fixture
def out(made: tuple[Path, Path]) -> Path:
    """Return the series. Only to be read."""
    return made[1]


def mail_of(out: Path, path: str) -> Path:
    """The mail of the driver's patch."""
    return next(mail for mail in sorted(out.glob("*.patch")) if f"+++ b/{path}\n" in mail.read_text())


def apply(tree: Path, *mails: Path) -> None:
    git(tree, "am", "--empty=drop", *map(str, mails))


def edit(tree: Path, path: str, change: Callable[[str], str]) -> None:
    text = (tree / path).read_text()
    assert change(text) != text
    (tree / path).write_text(change(text))


def test_on_its_own_base_a_series_is_open(tree: Path, out: Path) -> None:
    answer = ask(tree, out)
    assert set(answer.states().values()) == {"open"}
    assert answer.data["new"] == answer.data["gone"] == answer.data["notes"] == []
    assert answer.data["commit"] == answer.data["base"] == git(tree, "rev-parse", "HEAD")
    assert answer.patch(HOST1X)["sites"] == {"converted": 0, "open": 3, "differs": 0, "gone": 0}
    assert shlex.split(answer.data["next"])[:4] == ["fencemig", "convert", "-C", str(tree)]
    assert answer.data["next"].endswith(
        f"--base HEAD -v 2 --previous {out} drivers/accel drivers/gpu/host1x drivers/iio"
    )


def test_all_of_a_series_is_in(tree: Path, out: Path) -> None:
    apply(tree, *sorted(out.glob("*.patch")))
    answer = ask(tree, out)
    assert {one["state"] for one in answer.data["patches"]} == {"applied"}
    commits = dict(line.split(" ", 1) for line in git(tree, "log", "--format=%h %s", "--abbrev=12").splitlines())
    for one in answer.data["patches"]:
        assert commits[one["commit"]["hash"]] == one["commit"]["subject"] == one["subject"]
    assert (answer.data["done"], answer.data["next"]) == (True, None)
    assert answer.data["new"] == answer.data["gone"] == []
    assert answer.text.rstrip().endswith("next: nothing: all of it is in")


def test_some_of_a_series_is_in_under_another_subject(tree: Path, out: Path) -> None:
    apply(tree, mail_of(out, HOST1X))
    git(tree, "commit", "--amend", "-m", "gpu: host1x: Say what went wrong")
    git(tree, "commit", "--allow-empty", "-m", "Something else")
    answer = ask(tree, out)
    assert answer.states() == {ZEPHYR: "open", IIO: "open", HOST1X: "applied"}
    landed = {"hash": git(tree, "rev-parse", "--short=12", "HEAD~"), "subject": "gpu: host1x: Say what went wrong"}
    assert answer.patch(HOST1X)["commit"] == landed
    assert f'{landed["hash"]} "gpu: host1x: Say what went wrong"' in answer.text
    assert not answer.data["done"] and answer.data["next"]


def test_a_patch_applied_by_hand_is_known_by_its_sites(tree: Path, out: Path) -> None:
    git(tree, "apply", str(mail_of(out, HOST1X)))
    edit(tree, HOST1X, lambda text: text.replace("dma_fence_signal(&f->base, ", "\n\tdma_fence_signal(&f->base, ", 1))
    commit(tree, "By hand")
    answer = ask(tree, out)
    assert answer.states() == {ZEPHYR: "open", IIO: "open", HOST1X: "applied"}
    assert answer.patch(HOST1X)["commit"] is None
    assert answer.patch(HOST1X)["sites"]["converted"] == 3
    assert answer.data["new"] == answer.data["gone"] == []


def test_a_part_of_a_patch_is_in(tree: Path, out: Path) -> None:
    edit(
        tree,
        HOST1X,
        lambda text: text.replace("dma_fence_signal_locked(&f->base)", "dma_fence_signal_locked(&f->base, 0)"),
    )
    commit(tree, "By hand, in part")
    answer = ask(tree, out)
    assert answer.states() == {ZEPHYR: "open", IIO: "open", HOST1X: "changed"}
    assert answer.patch(HOST1X)["sites"] == {"converted": 1, "open": 2, "differs": 0, "gone": 0}


def test_a_reverted_patch_is_open_again(tree: Path, out: Path) -> None:
    apply(tree, mail_of(out, HOST1X))
    landed = git(tree, "rev-parse", "--short=12", "HEAD")
    git(tree, "revert", "--no-edit", "HEAD")
    answer = ask(tree, out)
    found = answer.patch(HOST1X)
    assert (found["state"], found["reverted"], found["commit"]["hash"]) == ("open", True, landed)
    assert f"{landed}, reverted since" in answer.text


def test_a_driver_that_came_since_is_pointed_out(tree: Path, out: Path) -> None:
    path = "drivers/iio/finch.c"
    add(tree, path, driver("\tdma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f);\n"))
    commit(tree, "A new driver")
    answer = ask(tree, out)
    assert set(answer.states().values()) == {"open"}
    assert [(site["path"], site["line"], site["function"], site["verdict"]) for site in answer.data["new"]] == [
        (path, 5, "finch_done", "convert"),
        (path, 6, "finch_done", "convert"),
    ]
    assert f"{path}:6: finch_done: dma_fence_signal(f)  convert" in answer.text
    apply(tree, *sorted(out.glob("*.patch")))
    after = ask(tree, out)
    assert {one["state"] for one in after.data["patches"]} == {"applied"}
    assert [site["id"] for site in after.data["new"]] == [site["id"] for site in answer.data["new"]]
    assert not after.data["done"] and after.data["next"]


def test_a_site_that_is_gone_and_one_that_differs_change_a_patch(tree: Path, out: Path) -> None:
    edit(tree, HOST1X, lambda text: text.replace("\tdma_fence_signal_locked(&f->base);\n", ""))
    edit(tree, ZEPHYR, lambda text: text.replace("-ECANCELED", "-ESHUTDOWN"))
    commit(tree, "The drivers go on")
    answer = ask(tree, out)
    assert answer.states() == {ZEPHYR: "changed", IIO: "open", HOST1X: "changed"}
    assert answer.patch(HOST1X)["sites"] == {"converted": 0, "open": 2, "differs": 0, "gone": 1}
    assert answer.patch(ZEPHYR)["sites"]["differs"] == 2  # the store, and the check that it goes into
    assert [site["id"] for site in answer.data["gone"]] == [f"{HOST1X}:host1x_fence_signal:dma_fence_signal_locked#1"]
    assert answer.data["new"] == []


def test_a_driver_that_is_gone_leaves_nothing_to_send(tree: Path, out: Path) -> None:
    apply(tree, *(mail for mail in sorted(out.glob("*.patch")) if mail != mail_of(out, HOST1X)))
    shutil.rmtree(tree / "drivers/gpu/host1x")
    commit(tree, "Drop host1x")
    answer = ask(tree, out)
    assert answer.states() == {ZEPHYR: "applied", IIO: "applied", HOST1X: "changed"}
    assert len(answer.data["gone"]) == answer.patch(HOST1X)["sites"]["gone"] == 3
    assert (answer.data["done"], answer.data["next"]) == (False, None)


def test_the_command_names_things_as_the_user_does(
    tree: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree / "drivers")
    assert command(Options(None, (), None, 2, 60.0, None), out, "table") == 0
    told = capsys.readouterr().out
    assert told.endswith(f"--base HEAD -v 2 --previous {out} accel gpu/host1x iio\n")
    monkeypatch.chdir(tree.parent)
    shutil.rmtree(tree / "drivers/accel")
    commit(tree, "Drop accel")
    assert command(Options(Path("linux"), (), "main", 2, 60.0, None), out, "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["next"].startswith("fencemig convert -C linux --base main -v 2 ")
    assert data["next"].endswith(f"--previous {out} drivers/gpu/host1x drivers/iio")
    assert data == json.loads(report.as_json(ask(tree, out, "main").status, [], data["next"]))


@pytest.fixture(scope="module")
def staged(made: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a kernel with commits as a staged series has them, on top of its base. Only to be read."""
    tree = Path(shutil.copytree(made[0], tmp_path_factory.mktemp("staged") / "linux", symlinks=True))
    git(tree, "tag", "base")

    def core(text: str) -> str:
        text = re.sub(r"^(\w+ dma_fence_(?:check_and_)?signal\w*\(.*)\);$", r"\1, int err);", text, flags=re.MULTILINE)
        return text.replace("#endif", f"{macro('dma_fence_signal')}{macro('dma_fence_signal_locked')}#endif")

    edit(tree, HEADER, core)
    commit(tree, "dma-buf/dma-fence: Take the error")
    apply(tree, mail_of(made[1], HOST1X))
    edit(
        tree,
        HOST1X,
        lambda text: text.replace("\tdma_fence_signal(&f->base,", "\tcond_resched();\n\tdma_fence_signal(&f->base,"),
    )
    commit(tree, "gpu: host1x: Breathe")
    edit(
        tree,
        HEADER,
        lambda text: text.replace(macro("dma_fence_signal"), "").replace(macro("dma_fence_signal_locked"), ""),
    )
    commit(tree, "dma-buf/dma-fence: Drop the macros")
    return tree


def macro(name: str) -> str:
    return f"#define {name}(args...) __dma_fence_compat({name}, args)\n"


@pytest.fixture
def narrow(out: Path, tmp_path: Path) -> Path:
    """Return an output folder without patches, whose ledger has host1x alone."""
    data = json.loads((out / "ledger.json").read_text())
    data["paths"] = ["drivers/gpu/host1x"]
    data["sites"] = [site for site in data["sites"] if site["path"] == HOST1X]
    (tmp_path / "series").mkdir()
    (tmp_path / "series/ledger.json").write_text(json.dumps(data))
    return tmp_path / "series"


def test_the_core_patch_the_last_and_those_made_by_hand(staged: Path, narrow: Path, tmp_path: Path) -> None:
    git(staged, "format-patch", "-v3", "-o", str(narrow), "base..HEAD")
    answer = ask(staged, narrow)
    parts = [["core"], ["sites"], ["hand-made"], ["final"]]
    assert [one["parts"] for one in answer.data["patches"]] == parts
    assert all(one["state"] == "applied" and one["commit"] for one in answer.data["patches"])
    # In another history there are no commits to compare with, and what is in must be seen in the files.
    tree = Path(shutil.copytree(staged, tmp_path / "linux", symlinks=True))
    git(tree, "checkout", "--orphan", "elsewhere", "base")
    git(tree, "commit", "-m", "Another history")
    for applied, mail in enumerate([*sorted(narrow.glob("*.patch")), None]):
        answer = ask(tree, narrow)
        assert [one["parts"] for one in answer.data["patches"]] == parts
        states = [one["state"] for one in answer.data["patches"]]
        assert states == ["applied"] * applied + ["open"] * (4 - applied)
        assert (answer.data["next"] is None) is answer.data["done"] is (mail is None)
        if mail is not None:
            assert "--base HEAD -v 4 " in answer.data["next"]
            git(tree, "apply", "--index", str(mail))
            git(tree, "commit", "-m", "By hand")


def test_several_series_in_folders(staged: Path, narrow: Path) -> None:
    for folder, commits in (("core", "base..HEAD~3"), ("final", "HEAD~1..HEAD"), ("tegra", "HEAD~3..HEAD~1")):
        git(staged, "format-patch", "-o", str(narrow / folder), commits)
    answer = ask(staged, narrow, "HEAD~2")
    assert [(one["file"].split("-")[0], one["state"]) for one in answer.data["patches"]] == [
        ("core/0001", "applied"),
        ("tegra/0001", "applied"),
        ("tegra/0002", "open"),
        ("final/0001", "open"),
    ]
    assert "tegra/0002 gpu: host1x: Breathe" in answer.text
    assert "--split-by tree" in answer.data["next"]


def test_one_patch_for_all(staged: Path, narrow: Path) -> None:
    git(staged, "checkout", "--quiet", "--detach", "base")
    git(staged, "merge", "--squash", "main~2")
    git(staged, "commit", "-m", "All at once")
    git(staged, "format-patch", "-1", "-o", str(narrow))
    git(staged, "checkout", "--quiet", "main")
    for rev, state in (("base", "open"), ("main~3", "changed")):
        answer = ask(staged, narrow, rev)
        assert [(one["parts"], one["state"]) for one in answer.data["patches"]] == [(["core", "sites"], state)]
        assert "--layout flag-day" in answer.data["next"]


def test_without_the_base_in_its_history_a_tree_is_judged_by_its_sites(tree: Path, out: Path) -> None:
    apply(tree, mail_of(out, HOST1X))
    git(tree, "checkout", "--orphan", "elsewhere")
    git(tree, "commit", "-m", "Another history")
    answer = ask(tree, out)
    assert answer.states() == {ZEPHYR: "open", IIO: "open", HOST1X: "applied"}
    assert answer.patch(HOST1X)["commit"] is None
    assert "is no ancestor of" in answer.note
    shutil.rmtree(tree / ".git")
    commit(tree)
    answer = ask(tree, out)
    assert answer.states()[HOST1X] == "applied"
    assert "is not in this repository" in answer.note
    assert f"note: {answer.note}" in answer.text
