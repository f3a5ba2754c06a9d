# SPDX-License-Identifier: GPL-2.0-only
"""verify, end to end: a series of a small kernel proves itself, and a tampered one does not."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from helpers import add, commit, fencemig, git, refused, small_kernel, snapshot

from fencemig.commands.shared import Options, migration_of
from fencemig.commands.verify import Means, verify
from fencemig.errors import ToolError, UserError
from fencemig.proof import Compiling, Request
from fencemig.proof.applying import apply_all, check_ledger, check_second
from fencemig.proof.style import check_style
from fencemig.system import checks, kernel
from fencemig.system.checks import Applied, Scripts
from fencemig.system.folder import read_folder
from fencemig.system.git import Blob
from fencemig.system.spatch import find_spatch
from fencemig.verify.mails import parse_mail
from fencemig.verify.model import Level

pytestmark = pytest.mark.xdist_group("verify")  # they share one conversion

HOST1X = "drivers/gpu/host1x/fence.c"

# What stands in for the kernel's scripts: they complain of lines with a word, in patches and in files.
CHECKPATCH = """\
#!/usr/bin/env perl
my ($file) = grep { -f } @ARGV;
my $whole = grep { $_ eq "-f" } @ARGV;
for my $path (grep { -f } @ARGV) {
	open(my $in, "<", $path); my $shown = $path; my $line = 0;
	while (<$in>) {
		$line++;
		$shown = $1 if m{^\\+\\+\\+ b/(\\S+)};
		print "$shown:$line: CHECK:SLOPPY: sloppy in $line\\n" if /sloppy/ && ($whole || /^\\+/);
	}
	print "$shown:1: ERROR:MISSING_SIGN_OFF: Missing Signed-off-by: line(s)\\n" unless $whole;
}
exit 1;
"""
KERNEL_DOC = """\
#!/usr/bin/env perl
for my $path (grep { -f } @ARGV) {
	open(my $in, "<", $path);
	while (<$in>) { print STDERR "Warning: $path:$. sloppy words\\n" if /sloppy/; }
}
"""


class Made(NamedTuple):
    """A converted small kernel: its tree, and the folder of its series."""

    tree: Path
    folder: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A small kernel with scripts, and with a sloppy driver, converted."""
    tree = small_kernel(tmp_path_factory.mktemp("verified"))
    add(tree, "scripts/checkpatch.pl", CHECKPATCH)
    add(tree, "scripts/kernel-doc", KERNEL_DOC)
    text = (tree / HOST1X).read_text().replace("dma_fence_signal(", "/* sloppy */ dma_fence_signal(", 1)
    add(tree, HOST1X, text)
    commit(tree)
    folder = tree.parent / "series"
    assert fencemig(tree, "convert", "--output", folder, ".").status == 0
    return Made(tree, folder)


@pytest.fixture
def series(made: Made, tmp_path: Path) -> Path:
    """A copy of the series, to tamper with."""
    return Path(shutil.copytree(made.folder, tmp_path / "series"))


def run(tree: Path, folder: Path, level: Level = Level.APPLY, output_format: str = "table") -> int:
    return verify(Options(tree, (), None, 2, 60.0, None), folder, level, output_format, Means())


def results(folder: Path) -> Any:
    return json.loads((folder / "verify.json").read_text())


def request(made: Made, folder: Path) -> Request:
    sent = read_folder(folder)
    names = [patch.file for patch in sent.patches]
    return Request(
        tree=kernel.open_tree(made.tree, sent.ledger.commit),
        folder=folder,
        files=names,
        mails=[parse_mail((folder / name).read_bytes()) for name in names],
        ledger=sent.ledger,
        migration=migration_of(None),
        spatch=find_spatch(),
        level=Level.STYLE,
        jobs=2,
        timeout=60.0,
        compiling=Compiling(folder),
        progress=lambda what, done, total, name: None,
    )


def patch_of(folder: Path, path: str) -> Path:
    """The last patch that changes a file."""
    return [patch for patch in sorted(folder.glob("*.patch")) if f"+++ b/{path}" in patch.read_text()][-1]


def test_a_series_proves_itself(made: Made, series: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(made.tree)
    assert run(made.tree, series, Level.STYLE) == 0
    assert snapshot(made.tree) == before
    found = results(series)
    assert found["passed"] is True
    assert found["levels"] == {"apply": "passed", "style": "passed"}
    assert found["base"] == git(made.tree, "rev-parse", "HEAD")
    assert [patch["file"] for patch in found["patches"]] == sorted(path.name for path in series.glob("000[1-9]*"))
    assert {check["name"] for check in found["checks"]} >= {"git am", "ledger", "second conversion", "checkpatch.pl"}
    assert not (series / "verify-logs").exists()
    shown = capsys.readouterr().out
    assert "apply ok" in shown
    assert "note: no Signed-off-by" in shown


def test_a_changed_patch_is_caught(made: Made, series: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patch = patch_of(series, HOST1X)
    text = patch.read_text()
    changed = re.sub(r"^(\+.*dma_fence_signal\w*\(.*), -\w+\);$", r"\1, 0);", text, count=1, flags=re.MULTILINE)
    assert changed != text
    patch.write_text(changed)
    assert run(made.tree, series) == 1
    (failed,) = [check for check in results(series)["checks"] if check["outcome"] == "failed"]
    assert failed["name"] == "git am"
    shown = capsys.readouterr()
    assert failed["log"] in shown.out
    assert HOST1X in (series / failed["log"]).read_text()
    assert str(series / failed["log"]) in shown.err


def test_a_patch_that_does_not_apply_ends_it(made: Made, series: Path) -> None:
    patch = patch_of(series, HOST1X)
    text = patch.read_text()
    patch.write_text(re.sub(r"^ (.*)\{$", r" \1 {", text, count=1, flags=re.MULTILINE).replace("\n \t", "\n \tx", 1))
    assert run(made.tree, series, Level.STYLE) == 1
    found = results(series)
    (failed,) = [check for check in found["checks"] if check["outcome"] == "failed"]
    assert "does not apply" in failed["problems"][0]
    assert b"patch" in (series / failed["log"]).read_bytes()
    assert "style" not in found["levels"]


def test_a_lost_patch_is_missed(made: Made, series: Path) -> None:
    patch_of(series, HOST1X).unlink()
    assert run(made.tree, series) == 1
    assert any("is missing" in line for check in results(series)["checks"] for line in check["problems"])


def drop_error(text: str) -> str:
    return re.sub(r"(dma_fence_signal\w*\([^;]*?), -E\w+\);", r"\1, 0);", text, count=1)


def drop_signal(text: str) -> str:
    return re.sub(r"^.*\bdma_fence_signal\w*\([^;]*?\);\n", "", text, count=1, flags=re.MULTILINE)


def drop_store(text: str) -> str:
    return re.sub(r"^.*\bdma_fence_set_error\([^;]*?\);\n", "", text, count=1, flags=re.MULTILINE)


@pytest.mark.parametrize("mutate", [drop_error, drop_signal, drop_store])
def test_the_ledger_catches_what_a_driver_lost(made: Made, mutate: Callable[[str], str]) -> None:
    asked = request(made, made.folder)
    _, stages = apply_all(asked)
    drivers = {path: blob for stage in stages for path, blob in stage.after.items() if path not in _core(asked)}
    mutants = 0
    for path, blob in drivers.items():
        assert blob is not None
        text = mutate(blob.data.decode())
        if text != blob.data.decode():
            mutants += 1
            changed = Applied({path: blob}, {path: Blob("100644", text.encode())}, ())
            assert check_ledger(_with(asked), [*stages, changed]).problems, path
    assert mutants


def test_a_lost_hunk_is_caught_twice(made: Made) -> None:
    asked = request(made, made.folder)
    _, stages = apply_all(asked)
    (lost,) = [stage for stage in stages if HOST1X in stage.before]
    without = [*stages, Applied(lost.after, lost.before, ())]
    assert any(HOST1X in line for line in check_ledger(_with(asked), without).problems)
    assert any(HOST1X in line for line in check_second(_with(asked), without).problems)


def test_what_people_changed_by_hand_is_named(made: Made) -> None:
    asked = request(made, made.folder)
    _, stages = apply_all(asked)
    by_hand = replace(asked.mails[-1], body="By hand.")
    (blob,) = [stage.after[HOST1X] for stage in stages if HOST1X in stage.after]
    assert blob is not None
    changed = Applied({HOST1X: blob}, {HOST1X: Blob("100644", drop_error(blob.data.decode()).encode())}, ())
    check = check_ledger(replace(asked, mails=[*asked.mails, by_hand]), [*stages, changed])
    assert not check.problems
    assert [line for line in check.unproved if line.startswith(HOST1X)]


def test_scripts_complain_only_of_what_is_new(made: Made) -> None:
    asked = request(made, made.folder)
    _, stages = apply_all(asked)
    assert b"SLOPPY" in b"".join(check.output for check in check_style(asked, stages))
    blob = stages[-1].after[_last(stages[-1])]
    assert blob is not None
    sloppier = replace(blob, data=blob.data + b"/* sloppy, as never before */\n")
    stages[-1] = replace(stages[-1], after={_last(stages[-1]): sloppier})
    failed = [check for check in check_style(asked, stages) if check.problems]
    assert [(check.name, check.patch) for check in failed] == [("kernel-doc", len(stages))]


def test_a_script_that_crashes_is_no_script_without_complaints(tmp_path: Path) -> None:
    for name in ("checkpatch.pl", "kernel-doc"):
        add(tmp_path, f"scripts/{name}", "#!/usr/bin/env perl\ndie 'no module';\n")
    scripts = Scripts(tmp_path)
    for look in (scripts.kernel_doc, scripts.checkpatch_files):
        with pytest.raises(ToolError):
            look({"a.c": b""})


def test_no_settings_steer_the_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """checkpatch.pl looks for .checkpatch.conf in three folders, and in one that a variable names."""
    looks = """for (".", $ENV{HOME}, ".scripts", $ENV{CHECKPATCH_CONFIG_DIR}) {
        print "$_/.checkpatch.conf:1: " if -e "$_/.checkpatch.conf";
    }"""
    tree = small_kernel(tmp_path, with_git=False)
    add(tree, "scripts/checkpatch.pl", f"#!/usr/bin/env perl\n{looks}\n")
    for folder in (tree, tree / ".scripts", tmp_path / "home", tmp_path / "named"):
        add(folder, ".checkpatch.conf", "--ignore EVERYTHING\n")
    commit(tree)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHECKPATCH_CONFIG_DIR", str(tmp_path / "named"))
    with checks.scripts(kernel.open_tree(tree, "HEAD")) as scripts:
        assert scripts.checkpatch(tree / "Makefile") == ""
        assert scripts.checkpatch_files({"a.c": b""}) == ""


def test_the_cover_letter_says_what_was_proved_of_this_series_only(made: Made, series: Path) -> None:
    assert run(made.tree, series) == 0
    proved = series.parent / "proved"
    done = fencemig(made.tree, "convert", "--output", proved, "--verified", series, ".")
    assert done.status == 0, done.err
    letter = (proved / "0000-cover-letter.patch").read_text()
    assert "Testing, by fencemig verify:" in letter
    assert "Not tested: nothing was compiled; nothing was run" in letter
    assert "none by fencemig" not in letter
    other = fencemig(made.tree, "convert", "--output", series.parent / "other", "--verified", series, "drivers/accel")
    refused(other, "--verified is about")
    assert not (series.parent / "other").exists()


def test_the_parts_of_several_trees_are_proved_together(made: Made, tmp_path: Path) -> None:
    by_tree = ("convert", "--split-by", "tree", "--output")
    assert fencemig(made.tree, *by_tree, tmp_path / "parts", ".").status == 0
    assert run(made.tree, tmp_path / "parts") == 0
    done = fencemig(made.tree, *by_tree, tmp_path / "proved", "--verified", tmp_path / "parts", ".")
    assert done.status == 0, done.err
    letters = [letter.read_text() for letter in (tmp_path / "proved").glob("*/0000-*")]
    assert letters
    assert all("Testing, by fencemig verify:" in letter for letter in letters)


def test_missing_scripts_and_repositories_are_told(made: Made, series: Path, tmp_path: Path) -> None:
    other = small_kernel(tmp_path / "other")
    with pytest.raises(UserError, match="names no commit"):
        run(other, series)
    with pytest.raises(UserError, match="no output folder"):
        run(made.tree, tmp_path)


def _core(asked: Request) -> Sequence[str]:
    return asked.migration.symbols.core


def _with(asked: Request) -> Request:
    """The request with one patch more, as made by fencemig."""
    return replace(asked, mails=[*asked.mails, asked.mails[-1]])


def _last(stage: Applied) -> str:
    return list(stage.after)[-1]
