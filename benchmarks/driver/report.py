# SPDX-License-Identifier: Apache-2.0
"""The figures as a table in Markdown."""

from statistics import median

from figures import ROWS
from scenarios import EVERY_CLIENT, RAW, SDK, TITLES


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(spread) -> str:
    return f"{spread.middle:.2f}x ({spread.low:.2f}–{spread.high:.2f})" if spread else "—"


def _bound(row, samples: dict) -> str:
    if row.bound is None:
        return ""
    missed_by = row.missed_by(samples)
    return f"{row.bound}, **missed by {missed_by}**" if missed_by else str(row.bound)


def _line(cells: list) -> str:
    return "| " + " | ".join(cells) + " |"


def comparison_table(samples: dict) -> list:
    """Raw libcurl in the unit of the row, the others as ratios to it."""
    peers = [client for client in EVERY_CLIENT if client not in (RAW, SDK)]
    lines = [_line(["", TITLES[RAW], TITLES[SDK], "bound", *(TITLES[peer] for peer in peers)]),
             _line(["---", "---:", "---:", "---", *("---:" for _ in peers)])]
    for row in ROWS:
        ratios = {client: _ratio(row.ratio(samples, client)) for client in (SDK, *peers)}
        raw = _number(median(row.values(samples, RAW)))
        lines.append(_line([row.title, raw, ratios[SDK], _bound(row, samples), *(ratios[peer] for peer in peers)]))
    return lines
