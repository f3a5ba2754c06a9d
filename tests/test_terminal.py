# SPDX-License-Identifier: GPL-2.0-only
"""What a person sees on a terminal: marked words, lists that fit, links, colours for any background, and a pager."""

import fcntl
import io
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import FENCEMIG, environment, fencemig, one_driver, path_without, put_tool
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from fencemig.model import Change, Site, Subsystem, Verdict
from fencemig.report.diff import in_order, print_diff
from fencemig.report.table import print_sites
from fencemig.report.theme import THEME
from fencemig.report.tokens import differing, pairs
from fencemig.system.scratch import diff
from fencemig.system.terminal import find_pager, follows_links, link_root

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\|\x1b[=>]")
_READABLE = {"", "0", "1", "4", "7", "31", "32", "35", "36", "39", "90"}  # 90: of the progress bar's empty half
_WIDTHS = (60, 80, 120, 200)


def screen(width: int = 80, *, terminal: bool = True) -> Console:
    file = io.StringIO()
    return Console(
        file=file, width=width, force_terminal=terminal, color_system="standard" if terminal else None,
        highlight=False, theme=THEME, _environ={},
    )  # fmt: skip


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def plain(text: str) -> str:
    return _ESCAPE.sub("", text)


def folded(text: str) -> str:
    return "".join(text.split())


def readable(text: str) -> bool:
    """Whether all colours and attributes are among those that any background allows."""
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", text) for code in found.split(";")}
    return codes <= _READABLE


# --- what differs -------------------------------------------------------------------------------------------------

_CODE = st.lists(st.sampled_from(["f", "err", "dma_fence_signal", "(", ")", ",", "->", ";", "0", "-"]), max_size=12)


def cut(line: str, spans: Sequence[tuple[int, int]]) -> str:
    return "".join(line[i] for i in range(len(line)) if not any(start <= i < end for start, end in spans))


@given(_CODE, _CODE)
def test_what_is_not_marked_is_the_same(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), "  ".join(new)
    removed, added = differing(before, after)
    assert cut(before, removed).split() == cut(after, added).split()


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        ("dma_fence_signal(&f->base);", "dma_fence_signal(&f->base, -EIO);", [], [", -EIO"]),
        ("signal(fence);", "signal(fence_base);", ["fence"], ["fence_base"]),
        ("if (!is_signaled(f))", "\tif (!check(f, 0))", ["is_signaled"], ["check", ", 0"]),
        ("same(f);", "\t\tsame(f);", [], []),
    ],
)
def test_names_are_marked_whole(before: str, after: str, removed: list[str], added: list[str]) -> None:
    old, new = differing(before, after)
    assert [before[start:end] for start, end in old] == removed
    assert [after[start:end] for start, end in new] == added


@given(st.lists(_CODE.map(" ".join), max_size=6), st.lists(_CODE.map(" ".join), max_size=6))
def test_pairs_are_in_order(old: list[str], new: list[str]) -> None:
    found = list(pairs(old, new).items())
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
    assert all(old[i] and new[j] for i, j in found)


def test_the_call_that_stays_is_the_counterpart() -> None:
    removed = ["\tif (err)", "\t\tdma_fence_set_error(f, err);", "\tdma_fence_signal(f);"]
    assert pairs(removed, ["\tdma_fence_signal(f, err);"]) == {2: 0}
    assert pairs(["\tkfree(job);"], ["\tdma_fence_signal(f, err);"]) == {}


# --- the diff -----------------------------------------------------------------------------------------------------

_HEAD = "int x;\n\nvoid done(struct dma_fence *f)\n{\n"
_PEOPLE = {"drivers/a.c": Subsystem("WREN", "drm/wren:"), "drivers/b.c": Subsystem("FINCH [X]", "drm/finch:")}


def changes(before: str, after: str) -> list[Change]:
    texts = (f"{_HEAD}{before}}}\n".encode(), f"{_HEAD}{after}}}\n".encode())
    return in_order([Change(path, *texts) for path in _PEOPLE], _PEOPLE)


def shown_diff(before: str, after: str, root: str = "") -> tuple[str, str]:
    """git's own diff, and what the terminal shows."""
    made = changes(before, after)
    text, console = diff(made), screen()
    print_diff(console, text, made, _PEOPLE, root)
    return text.decode(errors="replace"), printed(console)


def test_the_diff_is_gits_with_headings() -> None:
    git, shown = shown_diff("\tdma_fence_signal(f);\n", "\tdma_fence_signal(f, 0);\n")
    lines = plain(shown).splitlines()
    headings = [line.rstrip("─ ") for line in lines if line.endswith("─")]
    assert headings == ["drm/finch: FINCH [X]", "drm/wren: WREN"]
    assert [line for line in lines if line and not line.endswith("─")] == [
        line for line in git.expandtabs(8).splitlines() if line
    ]
    assert readable(shown)


def test_only_what_differs_is_marked() -> None:
    shown = shown_diff("\tdma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f);\n", "\tdma_fence_signal(f, -EIO);\n")[1]
    assert re.findall(r"\x1b\[7;(\d+)m([^\x1b]*)", shown) == [("32", ", -EIO")] * 2
    assert "\x1b[31mdma_fence_set_error(f, -EIO);\x1b[0m" in shown


def test_lines_that_look_like_headers_are_none() -> None:
    git, shown = shown_diff("-- a/drivers\n@@ x\n\tdma_fence_signal(f);\n", "++ b/drivers\ndiff --git a/x b/x\n")
    assert [line for line in plain(shown).splitlines() if line.startswith(("+", "-"))] == [
        line for line in git.expandtabs(8).splitlines() if line.startswith(("+", "-"))
    ]
    assert "\x1b[31m--- a/drivers\x1b[0m" in shown


def test_code_cannot_command_the_terminal() -> None:
    shown = shown_diff("\tsignal(f); /* \x1b[2J\x07\x9b */\x0c\r\n", "\tsignal(f, 0); /* \x1b[2J */\r\n")[1]
    assert "\x1b[2J" not in shown
    assert not set(plain(shown)) & set("\x1b\x07\x9b\x0c\r")
    assert r"\x1b[2J" in shown


def test_files_of_a_diff_are_links() -> None:
    link = "\x1b]8;id=[0-9-]+;file://here/linux/drivers/[ab].c\x1b\\\\(?:\x1b\\[[0-9;]*m)?b/drivers/[ab].c"
    assert len(re.findall(link, shown_diff("\tf(1);\n", "\tf(2);\n", "file://here/linux")[1])) == 2
    assert "\x1b]8" not in shown_diff("\tf(1);\n", "\tf(2);\n")[1]


# --- sites --------------------------------------------------------------------------------------------------------


def site(line: int, verdict: Verdict, **other: object) -> Site:
    values: dict[str, object] = {
        "id": f"drivers/gpu/drm/wren/wren_fence.c:wren_irq_handler:dma_fence_signal#{line}",
        "path": "drivers/gpu/drm/wren/wren_fence.c", "line": line, "column": 2, "function": "wren_irq_handler",
        "callee": "dma_fence_signal", "verdict": verdict, "rule": "plain", "before": "dma_fence_signal(f)",
        "after": None, "merged_into": None, "reason": "", "subsystem": "WREN",
    }  # fmt: skip
    return Site(**{**values, **other})  # type: ignore[arg-type]


_SIGNAL = site(14, Verdict.REVIEW, rule="thread_local", after="dma_fence_signal(f, err)", reason="look at both paths")
_SITES = [
    site(9, Verdict.REVIEW, rule="thread_local", before="dma_fence_set_error(f, -EIO)", merged_into=_SIGNAL.id,
         reason="look at both paths"),
    _SIGNAL,
    site(120, Verdict.CONVERT, before="dma_fence_signal_timestamp_locked(&wren->queues[index].current_job->fence, now)",
         after="dma_fence_signal_timestamp_locked(&wren->queues[index].current_job->fence, now, 0)"),
    site(1200, Verdict.MANUAL, rule="residual_store", reason="nobody signals this fence in sight; it may be signaled "
         "in wren_done(), drivers/gpu/drm/wren/wren_job.c:77, or else there has to be an 'int err' parameter"),
    site(1300, Verdict.KEEP, before="dma_fence_signal() in a comment"),
    site(1, Verdict.UNREACHED, path="drivers/x.c", function=None, rule=None, reason="spatch: parse error"),
    site(2, Verdict.CORE, path="drivers/x.c", before="void dma_fence_signal(struct dma_fence *fence)"),
]  # fmt: skip
_OWNERS = {
    "drivers/gpu/drm/wren/wren_fence.c": Subsystem("WREN", "drm/wren:"),
    "drivers/x.c": Subsystem("DMA BUFFER SHARING FRAMEWORK", "dma-buf/dma-fence:"),
}


def listed(width: int, root: str = "", *, terminal: bool = True) -> str:
    console = screen(width, terminal=terminal)
    print_sites(console, _SITES, _OWNERS, root)
    return printed(console)


@pytest.mark.parametrize("width", _WIDTHS)
def test_a_list_of_sites_fits(width: int) -> None:
    shown = listed(width)
    text = plain(shown)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert readable(shown)
    for one in _SITES[:-3]:
        assert folded(one.before) in folded(text)
        assert folded(one.after or "") in folded(text)
        assert folded(one.reason) in folded(text)
    assert "comment" not in text
    places = [re.match(r" *(\d+:\d+)  ", line) for line in text.splitlines()]
    assert len({found.end() for found in places if found}) == 1  # they are aligned


@pytest.mark.parametrize("width", _WIDTHS)
def test_the_summary_is_last_and_whole(width: int) -> None:
    table = plain(listed(width)).partition("subsystem ")[2].splitlines()
    assert table[0].split() == [*Verdict]
    assert [line.split() for line in table if line.strip()][-1] == ["total", "1", "2", "1", "1", "1", "1"]


def test_a_reason_is_said_once_for_what_merges() -> None:
    assert plain(listed(80)).count("look at both paths") == 1


def test_what_is_new_in_a_call_is_marked() -> None:
    assert "dma_fence_signal(f\x1b[1m, err\x1b[0m)" in listed(120)


def test_places_are_links_where_there_is_a_root() -> None:
    shown = listed(120, "file://here/a%20b")
    linked = dict.fromkeys(re.findall(r"\x1b\]8;id=[0-9-]+;([^\x1b]+)\x1b\\(?:\x1b\[[0-9;]*m)?([^\x1b]+)", shown))
    fence, job = (f"drivers/gpu/drm/wren/wren_{name}.c" for name in ("fence", "job"))
    for path, text in [(fence, fence), (fence, "120:2"), (job, f"{job}:77"), ("drivers/x.c", "1:2")]:
        assert (f"file://here/a%20b/{path}", text) in linked
    assert "\x1b]8" not in listed(120)


def test_in_a_pipe_a_site_is_a_line() -> None:
    lines = listed(60, "file://nowhere", terminal=False).splitlines()
    assert lines[:4] == [
        "drivers/gpu/drm/wren/wren_fence.c",
        "  9:2      review    thread_local          wren_irq_handler: dma_fence_set_error(f, -EIO) → into the signal",
        "                     look at both paths",
        "  14:2     review    thread_local          wren_irq_handler: dma_fence_signal(f) → dma_fence_signal(f, err)",
    ]
    assert "  1:2      unreached -                     -: dma_fence_signal(f)" in lines
    assert "\x1b" not in "".join(lines)


# --- what a terminal can do ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "follows"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "5000"}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "new"}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "FORCE_HYPERLINK": "1"}, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
        ({"TERM": "linux", "FORCE_HYPERLINK": "1"}, False),
        ({"TERM": "dumb", "WT_SESSION": "1"}, False),
    ],
)
def test_who_follows_links(variables: dict[str, str], follows: bool) -> None:
    assert follows_links(variables) is follows


def test_the_pager_is_the_one_that_git_takes(tmp_path: Path) -> None:
    has = {"TERM": "xterm", "PATH": put_tool(tmp_path / "has", "less", "cat")}
    assert find_pager(has) == "less"
    assert find_pager({**has, "PATH": path_without(tmp_path / "lacks")}) is None
    assert find_pager({**has, "PAGER": "more -e"}) == "more -e"
    assert find_pager({**has, "PAGER": "cat"}) is None
    assert find_pager({**has, "PAGER": ""}) is None
    assert find_pager({**has, "TERM": "dumb"}) is None
    assert find_pager({"PATH": has["PATH"]}) is None


def test_no_links_in_a_pipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERM", "xterm-kitty")
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert link_root(tmp_path) == ""


# --- a real terminal ----------------------------------------------------------------------------------------------

_SILENT = ("PAGER", "LESS", "LV", "FORCE_HYPERLINK", "TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION",
           "DOMTERM", "KITTY_WINDOW_ID")  # fmt: skip
_RULE = ("explain", "merge_gap")  # needs no tree, and is longer than a screen of 24 lines


_PATIENCE = 60  # seconds of silence, after which a program hangs


class Terminal:
    """A program with a terminal of its own, and all that it wrote there."""

    def __init__(self, cwd: Path, arguments: Sequence[str], columns: int, variables: dict[str, str]) -> None:
        wanted = {**dict.fromkeys(_SILENT), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **variables}
        self.pid, self._keyboard = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.chdir(cwd)
                os.execve(FENCEMIG, [FENCEMIG, *arguments], environment(wanted))
            finally:
                os._exit(127)
        self.text = ""

    def read(self) -> bool:
        """Read on; whether there is more to come."""
        assert select.select([self._keyboard], [], [], _PATIENCE)[0], f"nothing comes after {self.text[-2000:]!r}"
        try:
            self.text += os.read(self._keyboard, 65536).decode(errors="replace")
        except OSError:  # how a terminal on Linux says that the other side is gone
            return False
        return True

    def until(self, words: str) -> None:
        while words not in self.text:
            assert self.read(), self.text

    def leave(self) -> None:
        """Press q until the pager hears it: it drops what is typed together with ^C."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError):  # the other side is gone
                self.press("q")
            if select.select([self._keyboard], [], [], 1)[0] and not self.read():
                return
        raise AssertionError(f"it stays after {self.text[-2000:]!r}")

    def press(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())

    def modes(self) -> list[object]:
        return termios.tcgetattr(self._keyboard)[:6]

    def end(self) -> int:
        while self.read():
            pass
        os.close(self._keyboard)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


Open = Callable[..., Terminal]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Return a function that runs fencemig on a terminal; nothing of it is left behind, or the test fails."""
    made: list[Terminal] = []

    def run(*arguments: str, cwd: Path = tmp_path, columns: int = 80, **variables: str) -> Terminal:
        made.append(Terminal(cwd, arguments, columns, variables))
        return made[-1]

    yield run
    for terminal in made:
        left = session(terminal.pid)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert left == []


def session(leader: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, number = stat.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(number) == leader and state != "Z":
            found.append(int(stat.parent.name))
    return found


def test_a_long_text_is_paged_and_may_be_left_early(opened: Open) -> None:
    terminal = opened(*_RULE)
    terminal.until("merge_gap")
    terminal.until("\x1b[K")  # the prompt
    terminal.press("q")
    assert terminal.end() == 0
    assert "Semantic patch" not in terminal.text  # it stands further down


def test_a_text_of_one_screen_is_not_held_up(opened: Open) -> None:
    terminal = opened("explain", "residual_store")
    assert terminal.end() == 0
    assert "residual_store" in terminal.text


def test_ctrl_c_is_for_the_pager(opened: Open) -> None:
    terminal = opened(*_RULE)
    terminal.until("\x1b[K")
    for _ in range(3):
        terminal.press("\x03")
        time.sleep(0.1)
    terminal.press("G")
    terminal.until("(END)")
    terminal.press("q")
    assert terminal.end() == 0
    assert "interrupted" not in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_end_from_elsewhere_ends_the_pager_too(opened: Open, number: signal.Signals) -> None:
    terminal = opened(*_RULE)
    terminal.until("\x1b[K")
    os.kill(terminal.pid, number)
    assert terminal.end() == 130


def test_the_terminal_is_as_it_was(opened: Open) -> None:
    terminal = opened(*_RULE)
    before = terminal.modes()
    terminal.until("\x1b[K")
    assert terminal.modes() != before  # less reads keys one by one
    terminal.press("\x03")
    terminal.leave()
    assert terminal.modes() == before
    assert terminal.end() == 0


@pytest.mark.parametrize("pager", ["cat", "", "no-such-pager -x", "head -n 2 >/dev/null; cat"])
def test_other_pagers_and_none(opened: Open, pager: str) -> None:
    terminal = opened(*_RULE, PAGER=pager)
    assert terminal.end() == 0
    if "head" not in pager:
        assert "Semantic patch" in plain(terminal.text)


@pytest.mark.parametrize("pager", ["true", "exec <&-; sleep 0.1", "false"])
def test_a_pager_that_reads_nothing_is_no_error(opened: Open, pager: str) -> None:
    terminal = opened(*_RULE, PAGER=pager)
    assert terminal.end() == 0
    assert terminal.text == ""


def test_the_pager_is_told_what_git_tells_it(opened: Open) -> None:
    terminal = opened(*_RULE, PAGER='echo "<$LESS|$LV>"')
    assert terminal.end() == 0
    assert terminal.text.strip() == "<FRX|-c>"
    own = opened(*_RULE, PAGER='echo "<$LESS>"', LESS="-i")
    assert own.end() == 0
    assert own.text.strip() == "<-i>"


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours(opened: Open, variables: dict[str, str], coloured: bool) -> None:
    terminal = opened(*_RULE, **{"PAGER": "cat", **variables})
    assert terminal.end() == 0
    assert readable(terminal.text)
    assert ("\x1b[1m" in terminal.text) is (variables.get("TERM") != "dumb")
    if variables.get("TERM") == "dumb":
        assert "\x1b" not in terminal.text


def test_the_encoding_of_the_terminal_is_no_error(opened: Open) -> None:
    terminal = opened(*_RULE, PAGER="cat", PYTHONIOENCODING="ascii")
    assert terminal.end() == 0
    assert "Semantic patch" in terminal.text


# --- a tree -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return one_driver(tmp_path_factory.mktemp("terminal"), with_git=False)


def test_a_dry_run_is_paged_when_progress_is_gone(opened: Open, kernel: Path) -> None:
    marked = 'printf "<<<"; cat'
    terminal = opened("convert", "--dry-run", "drivers", cwd=kernel, columns=60, PAGER=marked, FORCE_HYPERLINK="1")
    assert terminal.end() == 0
    progress, _, result = terminal.text.partition("<<<")
    assert "spatch" in progress
    assert progress.endswith("\x1b[2K")  # the line is empty
    assert progress.rfind("\x1b[?25h") > progress.rfind("\x1b[?25l")  # the cursor is back
    assert "spatch" not in plain(result)
    assert readable(terminal.text)
    assert "\x1b]8" not in result  # that pager may show them as they are
    assert re.search(r"\x1b\[7;32m, [^\x1b]+\x1b", result)
    lines = plain(result).replace("\r", "").splitlines()
    assert lines[0].startswith("gpu: host1x: ")
    assert [line.split()[0] for line in lines if line.strip()][-1] == "total"


@pytest.mark.skipif(shutil.which("less") is None, reason="less is what it is about")
def test_links_lead_to_the_files_through_less(opened: Open, kernel: Path) -> None:
    terminal = opened("scan", "drivers/gpu", cwd=kernel, columns=100, FORCE_HYPERLINK="1", LESS="FRX")
    terminal.until("host1x")
    terminal.press("q")
    assert terminal.end() == 0
    uri = re.search(r"\x1b\]8;[^;]*;file://[^/]*(/[^\x1b\x07]*fence\.c)(?:\x1b\\|\x07)", terminal.text)
    assert uri is not None
    assert Path(uri[1]) == kernel / "drivers/gpu/host1x/fence.c"


def test_forced_colours_make_no_terminal_of_a_pipe(kernel: Path) -> None:
    asked = {"FORCE_COLOR": "1", "FORCE_HYPERLINK": "1", "TERM": "xterm-256color", "PAGER": "false"}
    run = fencemig(kernel, "convert", "--dry-run", "drivers/gpu", **asked)
    assert (run.status, b"\x1b" in run.out) == (0, False)
    assert "spatch" not in run.err
    coloured = fencemig(kernel, "scan", "drivers/gpu", **asked).out
    assert b"\x1b[32mconvert" in coloured
    assert b"\x1b]8" not in coloured
