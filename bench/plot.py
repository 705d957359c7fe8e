"""A figure by size as an SVG in docs/images, readable on light and on dark pages."""

import math
import os
from xml.sax.saxutils import escape

IMAGES = os.path.join(os.path.dirname(__file__), "..", "docs", "images")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 56, 150, 48, 40
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #333 } line { stroke: #ccc } polyline { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } line { stroke: #444 } }
"""
COLOURS = ["#2f6fdd", "#c2571a", "#2e8b57", "#8a4fbf", "#b08900"]


def write(name, title, series):
    """Writes lines through points, both axes logarithmic; each line has its name at its end."""
    points = [point for line in series.values() for point in line]
    xs, ys = [math.log10(x) for x, _ in points], [math.log10(y) for _, y in points]
    low, high = math.floor(min(ys)), math.ceil(max(ys))
    across = lambda x: LEFT + (math.log10(x) - min(xs)) / (max(xs) - min(xs) or 1) * (WIDTH - LEFT - RIGHT)  # noqa: E731
    up = lambda y: HEIGHT - BOTTOM - (math.log10(y) - low) / (high - low or 1) * (HEIGHT - TOP - BOTTOM)  # noqa: E731
    parts = [f'<text x="{LEFT}" y="24" font-weight="600">{escape(title)}</text>']
    for power in range(low, high + 1):
        y = up(10**power)
        parts += [f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>',
                  f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>']
    for x in sorted({x for x, _ in points}):
        parts.append(f'<text x="{across(x):.1f}" y="{HEIGHT - 14}" text-anchor="middle">{x:,}</text>')
    ends = []
    for (label, line), colour in zip(series.items(), COLOURS):
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" stroke="{colour}"/>')
        ends.append((up(line[-1][1]), label, colour))
    below = 0
    for y, label, colour in sorted(ends):
        # Names do not cover each other.
        below = max(y + 4, below + 16)
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{below:.1f}" style="fill: {colour}">{escape(label)}</text>')
    with open(os.path.join(IMAGES, name), "w") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
                   f"<title>{escape(title)}</title><style>{STYLE}</style>{''.join(parts)}</svg>\n")
