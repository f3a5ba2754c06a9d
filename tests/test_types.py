# SPDX-License-Identifier: GPL-2.0-only
"""Which struct an expression is of: looked up, or unknown, never guessed."""

import pytest

from fencemig import syntax
from fencemig.declarations import Declarations
from fencemig.types import Headers, Visible, struct_of

HEADER = b"""
struct dma_fence { int error; };
struct job {
	struct dma_fence base, *done;
	fence_t *hidden;
	int number;
#ifdef CONFIG_EXTRA
	struct dma_fence *extra;
#else
	struct other *none;
#endif
	union {
		struct dma_fence *either;
		struct { struct dma_fence *inner; };
	};
	struct job *next;
	struct dma_fence *many[4];
};
struct job *job_get(int number);
static inline struct dma_fence *fence_of(struct job *job) { return &job->base; }
"""


def struct(expression: bytes, before: bytes = b"", file: bytes = b"") -> str | None:
    text = HEADER + file + b"\nvoid g(struct job *job, void *data, int f)\n{\n" + before + b"\n\tx = " + expression
    text += b";\n}\n"
    root = syntax.parse(text)
    statement = [node for node in syntax.walk(root) if node.type == "expression_statement"][-1]
    node = statement.named_children[0].child_by_field_name("right")
    assert node is not None
    return struct_of(node, Visible([Declarations(text)]))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (b"job", "job"),
        (b"job->base", "dma_fence"),
        (b"&job->base", "dma_fence"),
        (b"*job->done", "dma_fence"),
        (b"job->next->next->done", "dma_fence"),
        (b"job->many[2]", "dma_fence"),
        (b"job->extra", "dma_fence"),
        (b"job->none", "other"),
        (b"job->either", "dma_fence"),
        (b"job->inner", "dma_fence"),
        (b"job_get(1)->done", "dma_fence"),
        (b"fence_of(job)", "dma_fence"),
        (b"container_of(data, struct job, base)->done", "dma_fence"),
        (b"container_of((struct dma_fence *)data, struct job, base)", "job"),
        (b"((struct dma_fence *)data)", "dma_fence"),
        (b"((struct job *)data)->done", "dma_fence"),
        (b"(/* why */ job)", "job"),
        (b"job->number", ""),
        (b"f", ""),
        (b"job->hidden", None),
        (b"((fence_t *)data)", None),
        (b"job->nowhere", None),
        (b"nobody", None),
        (b"nobody()", None),
        (b"f ? job : 0", None),
    ],
)
def test_the_struct_of_an_expression(expression: bytes, expected: str | None) -> None:
    assert struct(expression) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (b"struct dma_fence *f = data;", "dma_fence"),
        (b"struct dma_fence *a, *f;", "dma_fence"),
        (b"fence_t *f;", None),
        (b"{ struct dma_fence *f; }", ""),  # another block's
        (b"for (struct dma_fence *f = data;;)", "dma_fence"),
    ],
)
def test_the_nearest_declaration_counts(before: bytes, expected: str | None) -> None:
    assert struct(b"f", before) == expected


def test_variables_of_the_file() -> None:
    assert struct(b"stub", file=b"static struct dma_fence *stub;") == "dma_fence"
    assert struct(b"stub", file=b"static fence_t *stub;") is None
    assert struct(b"stub", file=b"static int stub;") == ""


def visible(path: str, text: bytes, tree: dict[str, bytes]) -> tuple[set[str], list[str]]:
    """Those of the structs of these tests that are in sight of a file, and the paths that were looked for."""
    asked = []

    def read(name: str) -> bytes | None:
        asked.append(name)
        return tree.get(name)

    found = Headers(read, b"dma_fence").visible(path, text)
    return {struct for struct in ("own", "foo", "unrelated", "a", "b") if found.member(struct, "it") is not None}, asked


@pytest.mark.parametrize("path", ["drivers/gpu/drm/foo/a.c", "drivers/dma-buf/a.c", "drivers/a.c", "a.c"])
def test_a_header_beside_the_file_is_found(path: str) -> None:
    header = path.removesuffix("a.c") + "a.h"
    assert visible(path, b'#include "a.h"\n', {header: b"struct own { int it; };"})[0] == {"own"}


def test_includes_are_followed_up_to_the_driver_and_below_include() -> None:
    tree = {
        "drivers/gpu/drm/foo/foo.h": b"#include <linux/b.h>\nstruct foo { int it; };",
        "include/linux/b.h": b"struct b { struct dma_fence *it; };",
        "include/linux/unrelated.h": b"struct unrelated { int it; };",
    }
    text = b'# include "foo.h"\n#include <linux/unrelated.h>\n'
    assert visible("drivers/gpu/drm/foo/display/a.c", text, tree)[0] == {"foo", "b"}


def test_headers_that_include_each_other_come_to_an_end() -> None:
    tree = {"d/a.h": b'#include "b.h"\nstruct a { int it; };', "d/b.h": b'#include "a.h"\nstruct b { int it; };'}
    assert visible("d/a.c", b'#include "a.h"\n', tree)[0] == {"a", "b"}


def test_nothing_outside_of_the_tree_is_asked_for() -> None:
    _, asked = visible("drivers/a/a.c", b'#include "../../../x.h"\n#include "/y.h"\n#include <../../z.h>\n', {})
    assert [path for path in asked if path.startswith(("..", "/"))] == []
