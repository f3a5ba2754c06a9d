# SPDX-License-Identifier: GPL-2.0-only
"""The growth as a picture: SVG in greys and colours that are readable on white and on black."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from jinja2 import Template

from benchmarks.growth import Growth

_MOST = 200  # MiB that our own process may hold
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 270, 190, 60, 34, 90

_SVG = Template(
    """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{ width }} {{ height }}" font-family="sans-serif" font-size="12"
 fill="#767676" role="img" aria-label="{{ label }}">
<!-- SPDX-License-Identifier: GPL-2.0-only -->
<!-- Made by tools/bench.py of what it measured. -->
{% for panel in panels -%}
<g transform="translate({{ panel.left }} {{ top }})">
<text x="0" y="-14" font-weight="bold">{{ panel.title }}</text>
{% for y, text in panel.rows -%}
<path d="M0 {{ y }}H{{ panel_width }}" stroke="#767676" stroke-opacity=".3"/>
<text x="-8" y="{{ y }}" dy=".35em" text-anchor="end">{{ text }}</text>
{% endfor -%}
{% for x, text in panel.columns -%}
<text x="{{ x }}" y="{{ panel_height + 18 }}" text-anchor="middle">{{ text }}</text>
{% endfor -%}
<text x="{{ panel_width / 2 }}" y="{{ panel_height + 38 }}" text-anchor="middle">files of drivers</text>
{% if panel.limit -%}
<path d="M0 {{ panel.limit }}H{{ panel_width }}" stroke="#d97706" stroke-width="1.5" stroke-dasharray="5 4"/>
<text x="4" y="{{ panel.limit - 6 }}" fill="#d97706">the limit</text>
{% endif -%}
<polyline points="{% for x, y in panel.points %}{{ x }},{{ y }} {% endfor %}" stroke="#3b82f6" stroke-width="2"
 fill="none"/>
{% for x, y in panel.points -%}
<circle cx="{{ x }}" cy="{{ y }}" r="3.5" fill="#3b82f6"/>
{% endfor -%}
</g>
{% endfor -%}
</svg>
""",
    trim_blocks=False,
)


@dataclass(frozen=True)
class _Panel:
    """A diagram over the number of files, in pixels. `limit` is a line that must not be crossed."""

    title: str
    left: int
    rows: Sequence[tuple[float, str]]
    columns: Sequence[tuple[float, str]]
    points: Sequence[tuple[float, float]]
    limit: float | None = None


def plotted(growth: Growth) -> str:
    """Two diagrams: processor time for each file, and the memory of our own process."""
    files = [files for files, _ in growth.points]
    times = [1000 * taken.cpu / count for count, taken in growth.points]
    memory = [taken.own / 2**20 for _, taken in growth.points]
    panels = [
        _panel("processor time for each file, ms", _LEFT, files, times, None),
        _panel("memory of fencemig's own process, MiB", _LEFT + _WIDTH + _GAP, files, memory, _MOST),
    ]
    return str(
        _SVG.render(
            panels=panels,
            label="Processor time for each file and memory, over the number of files",
            width=_LEFT + 2 * _WIDTH + _GAP + 40,
            height=_TOP + _HEIGHT + 50,
            top=_TOP,
            panel_width=_WIDTH,
            panel_height=_HEIGHT,
        )
    )


def _panel(title: str, left: int, files: Sequence[int], values: Sequence[float], limit: float | None) -> _Panel:
    """Files by their logarithm, values from 0."""
    first, last = floor(log10(min(files))), ceil(log10(max(files)))
    top = _round_up(1.1 * max(*values, limit or 0))

    def x(count: float) -> float:
        return round(_WIDTH * (log10(count) - first) / (last - first), 1)

    def y(value: float) -> float:
        return round(_HEIGHT * (1 - value / top), 1)

    return _Panel(
        title,
        left,
        [(y(part * top / 4), f"{part * top / 4:g}") for part in range(5)],
        [(x(10**power), f"{10**power:,}") for power in range(first, last + 1)],
        _each(files, values, x, y),
        None if limit is None else y(limit),
    )


def _each(
    files: Sequence[int], values: Sequence[float], x: Callable[[float], float], y: Callable[[float], float]
) -> list[tuple[float, float]]:
    return [(x(count), y(value)) for count, value in zip(files, values, strict=True)]


def _round_up(value: float) -> float:
    """The next of some numbers whose quarters are short, times a power of ten."""
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * power >= value)
