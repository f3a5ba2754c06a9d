# SPDX-License-Identifier: GPL-2.0-only
"""The same tree gives the same bytes, whoever runs fencemig, wherever and however."""

import os
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from helpers import fencemig, git, small_kernel

LOOKS = (
    ("scan", "drivers"),
    ("scan", "--format", "json", "drivers"),
    ("scan", "--format", "csv", "drivers"),
    ("scan", "--format", "sarif", "drivers"),
    ("audit", "drivers"),
    ("convert", "--dry-run", "drivers"),
)
SURROUNDINGS = {
    "one job": {"jobs": "1", "PYTHONHASHSEED": "1"},
    "eight jobs": {"jobs": "8", "PYTHONHASHSEED": "8"},
    "a locale": {"LC_ALL": "C", "LANGUAGE": "de:fr", "TZ": "Asia/Kathmandu"},
    "another locale": {"LANG": "tr_TR.UTF-8", "LC_CTYPE": "C.UTF-8", "TZ": "America/St_Johns"},
    "another home": {"umask": "0077", "HOME": "home", "XDG_CACHE_HOME": "cache"},
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_kernel(tmp_path_factory.mktemp("determinism"))


def _outputs(kernel: Path, folder: Path, extra: dict[str, str], jobs: str) -> dict[str, bytes]:
    found = {}
    for arguments in LOOKS:
        run = fencemig(kernel, *arguments, *(() if arguments[0] == "audit" else ("--jobs", jobs)), **extra)
        found[" ".join(arguments)] = run.out + b"%d" % run.status
    converted = fencemig(
        kernel, "convert", "--jobs", jobs, "--branch", folder.name, "--output", folder, "drivers", **extra
    )
    assert converted.status == 0, converted.err
    assert fencemig(kernel, "review", folder, "--output", f"{folder}.html", **extra).status == 0
    found |= {path.name: path.read_bytes() for path in (*folder.iterdir(), Path(f"{folder}.html"))}
    found["branch"] = git(kernel, "rev-parse", folder.name).encode()
    git(kernel, "branch", "-D", folder.name)
    return found


@pytest.fixture(scope="module")
def usual(kernel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _outputs(kernel, tmp_path_factory.mktemp("outputs") / "series", {}, "2")


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_surroundings_change_nothing(name: str, kernel: Path, usual: dict[str, bytes], tmp_path: Path) -> None:
    extra = dict(SURROUNDINGS[name])
    jobs, mask = extra.pop("jobs", "2"), int(extra.pop("umask", "0022"), 8)
    for folder in {"HOME", "XDG_CACHE_HOME"} & extra.keys():
        extra[folder] = str(tmp_path / extra[folder])
        Path(extra[folder]).mkdir()
    before = os.umask(mask)
    try:
        found = _outputs(kernel, tmp_path / "series", extra, jobs)
    finally:
        os.umask(before)
    assert found.keys() == usual.keys()
    assert [key for key in usual if found[key] != usual[key]] == []


def test_a_date_of_the_source_is_that_of_the_patches(kernel: Path, tmp_path: Path) -> None:
    extra = {"SOURCE_DATE_EPOCH": "1234567890", "TZ": "Asia/Kathmandu"}
    assert fencemig(kernel, "convert", "--output", tmp_path / "series", "drivers", **extra).status == 0
    mails = [message_from_bytes(path.read_bytes()) for path in sorted((tmp_path / "series").glob("*.patch"))]
    assert len(mails) > 3
    assert {parsedate_to_datetime(mail["Date"]).timestamp() for mail in mails} == {1234567890}
