# SPDX-License-Identifier: Apache-2.0
"""The figures as tables in Markdown."""

from statistics import median

import call_cost
import header_cost
from figures import ROWS
from scenarios import RAW, SDK, TITLES


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(spread) -> str:
    return f"{spread.middle:.2f}x ({spread.low:.2f}–{spread.high:.2f})" if spread else "—"


def _bound(bound, missed_by) -> str:
    return f"{bound}, **missed by {missed_by}**" if missed_by else f"{bound}, kept"


def _table(*lines) -> list:
    """The first line is the head; all but its first column are figures."""
    head, *body = ["| " + " | ".join(line) + " |" for line in lines]
    return [head, "|---|" + "---:|" * (len(lines[0]) - 1), *body]


def comparison_table(samples: dict) -> list:
    """Raw libcurl in the unit of the row, the others as ratios to it."""
    others = [client for client in TITLES if client not in (RAW, SDK)]
    lines = [["", TITLES[RAW], TITLES[SDK], "bound", *(TITLES[other] for other in others)]]
    for row in ROWS:
        ratios = {client: _ratio(row.ratio(samples, client)) for client in (SDK, *others)}
        raw = number(median(row.values(samples, RAW)))
        bounds = "; ".join(_bound(bound, row.missed_by(samples, bound)) for bound in row.bounds)
        lines.append([row.title, raw, ratios[SDK], bounds, *(ratios[other] for other in others)])
    return _table(*lines)


def counted_table(title: str, counts: dict, kind: str) -> list:
    """What each client counts, and beside the instructions how many times those of raw libcurl that is."""
    others = [client for client in counts if client not in (RAW, SDK)]
    lines = [[title, TITLES[RAW], TITLES[SDK], "bound", *(TITLES[other] for other in others)]]
    for figure, bound in call_cost.BOUNDS[kind].items():
        ratios = figure == "instructions"
        shown = {client: number(count[figure]) + (f", {count[figure] / counts[RAW][figure]:.3f}x" if ratios else "")
                 for client, count in counts.items()}
        lines.append([figure, number(counts[RAW][figure]), shown[SDK], _bound(bound, call_cost.missed_by(counts, figure, bound)),
                      *(shown[other] for other in others)])
    return _table(*lines)


def header_table(headers) -> list:
    lines = [["", "CPU ms", "", "bound", "lines"]]
    for title in header_cost.MAIN_HEADERS:
        ratio = headers.ratio(title)
        bound = ""
        if title.startswith(TITLES[SDK]):
            bound = _bound(header_cost.BOUND, header_cost.BOUND.missed_by(ratio.middle, 0, 0))
        lines.append([title, number(median(headers.milliseconds[title])), _ratio(ratio), bound,
                      f"{headers.lines[title]:,}"])
    return _table(*lines)
