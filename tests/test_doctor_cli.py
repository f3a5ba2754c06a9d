# SPDX-License-Identifier: GPL-2.0-only
"""doctor, end to end: what it says of this machine, and of one that lacks something."""

from pathlib import Path

from helpers import fencemig, path_without


def test_doctor_is_content_here(kernel: Path, tmp_path: Path) -> None:
    for run in (fencemig(kernel / "drivers", "doctor"), fencemig(tmp_path, "-C", kernel, "doctor")):
        assert run.status == 0, run
        assert "LACK" not in run.out.decode()
        assert "Linux 7.3.0-fixture, generation void" in run.out.decode()
    nowhere = fencemig(tmp_path, "doctor")
    assert nowhere.status == 0
    assert "none here" in nowhere.out.decode()


def test_doctor_says_what_to_install(kernel: Path, tmp_path: Path) -> None:
    for missing, package in (("spatch", "coccinelle"), ("git", "git"), ("perl", "perl")):
        run = fencemig(kernel, "doctor", PATH=path_without(tmp_path / missing, missing))
        assert run.status == 2, run
        lacks = [line for line in run.out.decode().splitlines() if line.startswith("LACK")]
        assert missing in lacks[0]
        assert f"apt install {package}" in run.out.decode()
    for command in (["-C", str(tmp_path), "doctor"], ["doctor", "-C", str(tmp_path)]):
        run = fencemig(kernel, *command)
        assert run.status == 2
        assert "no kernel tree" in run.out.decode()
