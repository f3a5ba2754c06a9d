# SPDX-License-Identifier: GPL-2.0-only
"""The benchmarks: what they measure is there, and what they say of it is what was measured. No time is tested."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from helpers import PROJECT

sys.path.insert(0, str(PROJECT / "tools"))

from bench import between_markers
from benchmarks.grown import grow
from benchmarks.growth import Growth
from benchmarks.measuring import Taken, measured
from benchmarks.plot import plotted
from benchmarks.tables import Plain, Row, Table

KERNEL = PROJECT / "kernel_fixtures/tree/void"
MEGABYTE = 1_000_000


def test_a_grown_tree_has_no_text_and_no_function_twice(tmp_path: Path) -> None:
    assert grow(KERNEL, tmp_path / "one", 1) * 3 == grow(KERNEL, tmp_path / "three", 3)
    copies = [path for path in sorted((tmp_path / "three/drivers").rglob("*.[ch]")) if "/copy" in str(path)]
    texts = [path.read_text(encoding="latin-1") for path in copies]
    assert len(set(texts)) == len(texts)
    functions = [
        name for text in texts for name in re.findall(r"^(?!static)\w[\w *]*?\b(\w+)\([^;]*?\)\n\{", text, re.M)
    ]
    assert len(functions) > 100
    assert len(set(functions)) == len(functions)


def test_copies_use_the_api_and_headers_as_the_original_does(tmp_path: Path) -> None:
    grow(KERNEL, tmp_path / "grown", 2)
    path = "gpu/drm/acme/acme_ring.c"
    before = (KERNEL / "drivers" / path).read_text()
    copy = (tmp_path / "grown/drivers/copy2" / path).read_text()
    assert copy != before
    for shared in (r"#include .*", r"dma_fence_\w+\("):
        assert re.findall(shared, copy) == re.findall(shared, before)


def test_growth_can_end_within_a_copy(tmp_path: Path) -> None:
    assert grow(KERNEL, tmp_path / "some", 1000, most=40) == 40
    assert len([path for path in (tmp_path / "some/drivers").rglob("*.[ch]") if "/copy" in str(path)]) == 40


def test_memory_is_that_of_all_processes() -> None:
    hold = f"held = bytearray(b'x') * {60 * MEGABYTE}; import time; time.sleep(1)"
    both = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; child.wait()"
    taken = measured([sys.executable, "-c", both], Path.cwd())
    assert taken.memory > 120 * MEGABYTE
    assert 60 * MEGABYTE < taken.own < 120 * MEGABYTE


def test_what_exceeds_its_limit_is_stopped_and_late() -> None:
    taken = measured(["sleep", "60"], Path.cwd(), limit=0.2)
    assert taken.late
    assert taken.wall < 30


def test_the_processor_time_of_children_counts() -> None:
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    assert measured(["sh", "-c", f"{sys.executable} -c '{busy}'; true"], Path.cwd()).cpu > 0.49


def test_medians_of_times_and_the_worst_memory() -> None:
    runs = [Taken(1, 5, 10, 3), Taken(2, 4, 30, 1), Taken(9, 6, 20, 2)]
    assert Taken.median(runs) == Taken(2, 5, 30, 3)


def test_ratios_are_to_the_row_that_is_named() -> None:
    rows = [Row("peer", Taken(4, 8, 2 * MEGABYTE, 0), "peer"), Row("ours", Taken(1, 6, 3 * MEGABYTE, 0), "peer")]
    lines = Table([*rows, Row("endless", Taken(61, 0, MEGABYTE, 0, late=True), "peer")]).markdown().splitlines()
    assert lines[2:] == [
        "| peer | 4.0 | 1.00 | 8.0 | 1.00 | 2 |",
        "| ours | 1.0 | 0.25 | 6.0 | 0.75 | 3 |",
        "| endless | > 60 | > 15.0 |  |  | 1 |",
    ]


@pytest.mark.parametrize(
    "result",
    [
        Table([Row("peer", Taken(4, 8, MEGABYTE, 5, late=True), "peer")], "Said."),
        Plain(["a", "b"], [["c", "1"]], "Said."),
        Growth([(29, Taken(1, 2, 3, 4))]),
    ],
    ids=lambda result: type(result).__name__,
)
def test_what_is_kept_says_the_same_later(result: Table | Plain | Growth) -> None:
    assert type(result).from_json(result.as_json()).markdown() == result.markdown()


def test_each_further_file_is_told_apart_from_the_start() -> None:
    growth = Growth([(10, Taken(1, 3, 0, 0)), (20, Taken(2, 4, 0, 0))])
    assert [line.split("|")[4:6] for line in growth.markdown().splitlines()[2:]] == [
        [" 300 ", "  "],
        [" 200 ", " 100 "],
    ]


def test_the_plot_has_every_point_inside_its_diagram() -> None:
    growth = Growth([(files, Taken(files / 5, files / 3, 0, files * 5_000)) for files in (29, 116, 464, 1856, 20_000)])
    picture = ElementTree.fromstring(plotted(growth))
    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    circles = [circle for circle in picture.iter() if circle.tag.endswith("circle")]
    assert len(circles) == 10
    assert all(0 <= float(circle.attrib["cx"]) <= width / 2 for circle in circles)
    assert all(0 <= float(circle.attrib["cy"]) <= height for circle in circles)
    flat, _ = circles[:5], circles[5:]
    assert len({circle.attrib["cy"] for circle in flat}) == 1  # the same time for each file


def test_a_table_goes_between_its_markers_and_nowhere_else() -> None:
    document = "a\n<!-- bench: x -->\nold\n<!-- end -->\nb\n<!-- bench: y -->\nkept\n<!-- end -->\n"
    assert between_markers(document, "x", "| \\1 |\n") == document.replace("old", "\n| \\1 |\n")
    with pytest.raises(ValueError, match="no markers for z"):
        between_markers(document, "z", "")


def test_the_document_has_markers_for_all_parts() -> None:
    document = (PROJECT / "docs/benchmarks.md").read_text()
    for name in ("machine", "tree", "gpu", "series", "start", "profile", "growth"):
        between_markers(document, name, "")
