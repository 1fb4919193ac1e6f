# SPDX-License-Identifier: Apache-2.0
"""The figures as pictures: what each client costs, where raw libcurl is 1."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
# Text as text, and the same file for the same figures.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "easypost-connect", "font.family": "sans-serif"})

import matplotlib.pyplot as pyplot  # noqa: E402  (the backend comes first)
from matplotlib.ticker import LogLocator  # noqa: E402

from figures import ROWS
from scenarios import RAW, TITLES

COLOURS = dict(zip(TITLES, ["#777777", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#000000"]))

PICTURES = {
    "requests": ("CPU per request", ["one thread: CPU us per request", "8 threads: CPU us per request",
                                     "100 in flight: CPU us per request"]),
    "race": ("2,000 calls, 20 ms away", ["2,000 calls, 20 ms away: ms", "2,000 calls, 20 ms away: CPU ms",
                                         "2,000 calls, 20 ms away: peak memory, MB"]),
    "connections": ("CPU per connection", ["connection, the system's authorities: CPU ms",
                                           "connection, one authority: CPU ms",
                                           "connection, one authority, resumed: CPU ms"]),
    "bodies": ("CPU per GiB", ["1 GiB down: CPU s", "1 GiB up: CPU s"]),
}


def _points(axes, samples: dict, rows: list, client: str, offset: float):
    """Of one client, a line of the picture for each row; a client that does not do a row has none there."""
    for place, row in enumerate(rows):
        ratio = row.ratio(samples, client)
        if ratio is None:
            continue
        spread = [[ratio.middle - ratio.low], [ratio.high - ratio.middle]]
        axes.errorbar(ratio.middle, place + offset, xerr=spread, fmt="o", color=COLOURS[client], markersize=5,
                      label=TITLES[client] if row is rows[0] else None)
        axes.annotate(f"{ratio.middle:.2f}", (ratio.high, place + offset), xytext=(6, 0), textcoords="offset points", va="center",
                      fontsize=8)


def _labels(rows: list) -> list:
    """What tells the rows apart: what was done, or else what was measured of it."""
    done, measured = zip(*(row.title.rsplit(": ", 1) for row in rows))
    return list(measured if len(set(done)) == 1 else done)


def _draw(samples: dict, title: str, rows: list, file: Path):
    figure, axes = pyplot.subplots(figsize=(7, 0.8 + len(rows)))
    for number, client in enumerate(TITLES):
        _points(axes, samples, rows, client, 0.14 * (number - 2.5))
    axes.axvline(1, color=COLOURS[RAW], linewidth=0.8, zorder=0)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}x")
    axes.xaxis.set_minor_formatter("")
    axes.set_yticks(range(len(rows)), _labels(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for place in range(1, len(rows)):
        axes.axhline(place - 0.5, color="#dddddd", linewidth=0.8, zorder=0)
    axes.margins(x=0.15)
    axes.set_title(f"{title}, {TITLES[RAW]} = 1, less is better", fontsize=11)
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def draw(samples: dict, folder: Path):
    folder.mkdir(parents=True, exist_ok=True)
    by_title = {row.title: row for row in ROWS}
    for name, (title, rows) in PICTURES.items():
        _draw(samples, title, [by_title[row] for row in rows], folder / f"{name}.svg")
