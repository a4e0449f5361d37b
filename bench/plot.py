"""A small chart as SVG: how many times the first size's figure each later one is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, TOP, RIGHT, BOTTOM = 60, 30, 250, 40
COLOURS = ("#0b6e99", "#b5540e", "#3d7a37", "#8a3ffc", "#a2191f", "#6f6f6f", "#005d5d")
MOST = 4.0


def plot(found: Mapping[int, Mapping[str, float]]) -> str:
    """Draw one line a name over the sizes, on a logarithmic axis of sizes."""
    sizes = sorted(found)
    names = list(found[sizes[0]])
    drawn = [_axis(sizes)]
    for number, name in enumerate(names):
        ratios = [found[size][name] / found[sizes[0]][name] for size in sizes]
        drawn.append(_line(number, name, sizes, ratios))
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="sans-serif" font-size="12">{paper}{"".join(drawn)}</svg>\n'
    )


def _axis(sizes: list[int]) -> str:
    lines = [
        f'<text x="{LEFT}" y="18">times the figure at {sizes[0]:,} cases</text>',
    ]
    for ratio in range(int(MOST) + 1):
        y = _y(ratio)
        lines.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="#ddd"/>'
            f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{ratio}</text>'
        )
    for size in sizes:
        x, y = _x(size, sizes), HEIGHT - BOTTOM + 20
        lines.append(f'<text x="{x}" y="{y}" text-anchor="middle">{size:,}</text>')
    return "".join(lines)


def _line(number: int, name: str, sizes: list[int], ratios: list[float]) -> str:
    colour = COLOURS[number % len(COLOURS)]
    points = " ".join(
        f"{_x(size, sizes):.1f},{_y(ratio):.1f}"
        for size, ratio in zip(sizes, ratios, strict=True)
    )
    y = TOP + 14 + number * 20
    x = WIDTH - RIGHT + 16
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<line x1="{x}" x2="{x + 18}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}"'
        f' stroke-width="2"/><text x="{x + 24}" y="{y}">{escape(name)}</text>'
    )


def _x(size: int, sizes: list[int]) -> float:
    first, last = math.log(sizes[0]), math.log(sizes[-1])
    part = (math.log(size) - first) / ((last - first) or 1)
    return LEFT + part * (WIDTH - LEFT - RIGHT)


def _y(ratio: float) -> float:
    return HEIGHT - BOTTOM - min(ratio, MOST) / MOST * (HEIGHT - TOP - BOTTOM)
