# SPDX-License-Identifier: Apache-2.0
"""Shows the guard of what a call costs counts beyond each of its bounds, and some that cannot be, and expects it to object.

call_cost_can_fail.py FOLDER_OF_THE_DRIVER
"""

import sys

sys.path.insert(0, sys.argv[1])
from call_cost import BOUNDS, LEAST_OF_RAW, RAW, SDK, broken  # noqa: E402  (the folder comes first)

RAW_COUNTS = {"instructions": 200_000.0, "allocations": 50.0, "system calls": 6.0, "of them rt_sigaction": 0.0}


def _at_the_bounds(kind: str) -> dict:
    limits = {title: bound.limit * (RAW_COUNTS[title] if bound.kind == "at most" else 1) for title, bound in BOUNDS[kind].items()}
    return {RAW: dict(RAW_COUNTS), SDK: limits}


def _failures(kind: str):
    if broken(_at_the_bounds(kind), kind):
        yield f"{kind}: counts at their bounds are refused"
    for title in BOUNDS[kind]:
        counts = _at_the_bounds(kind)
        counts[SDK][title] = counts[SDK][title] * 1.01 + 0.01
        if len(broken(counts, kind)) != 1:
            yield f"{kind}: {title} beyond its bound passes"
    for title in LEAST_OF_RAW:
        counts = _at_the_bounds(kind)
        counts[RAW][title] = counts[SDK][title] = 0.0
        if not broken(counts, kind):
            yield f"{kind}: no {title} counted passes"


failures = [failure for kind in BOUNDS for failure in _failures(kind)]
print("\n".join(failures))
sys.exit(1 if failures else 0)
