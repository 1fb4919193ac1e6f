# SPDX-License-Identifier: Apache-2.0
"""From samples to figures: each a ratio within a round, of which the median and the spread over the rounds are told."""

from dataclasses import dataclass
from statistics import median

from scenarios import HTTPLIB, POCO, RAW, SDK, TITLES

# How a figure comes from a sample.
METRICS = {
    "requests/s": lambda sample: sample["requests"] / sample["seconds"],
    "CPU us": lambda sample: sample["cpu_seconds"] / sample["requests"] * 1e6,
    "CPU ms": lambda sample: sample["cpu_seconds"] / sample["requests"] * 1e3,
    "p50 us": lambda sample: sample["p50_us"],
    "p99 us": lambda sample: sample["p99_us"],
    "s": lambda sample: sample["seconds"],
    "ms": lambda sample: sample["seconds"] * 1e3,
    "first ms": lambda sample: sample["p50_us"] / 1e3,
    "CPU s": lambda sample: sample["cpu_seconds"],
    "total CPU ms": lambda sample: sample["cpu_seconds"] * 1e3,
    "connections": lambda sample: sample["connections"],
    "MB": lambda sample: sample["peak_rss_mb"],
}


@dataclass
class Spread:
    """Of one figure over the rounds."""

    middle: float
    low: float
    high: float

    @staticmethod
    def of(values: list):
        return Spread(median(values), min(values), max(values))


@dataclass
class Bound:
    """What the SDK promises, against raw libcurl, another client, or the best of several."""

    limit: float
    kind: str = "at most"  # or "at least", both ratios; "above": a difference in the unit of the figure; "in all": the figure
    against: tuple = (RAW,)

    def missed_by(self, ratio: float, value: float, base: float):
        """None if it holds, else by how much, for people."""
        if self.kind in ("above", "in all"):
            beyond = value - self.limit - (base if self.kind == "above" else 0)
            return None if beyond <= 0 else f"{beyond:.2g}"
        beyond = self.limit - ratio if self.kind == "at least" else ratio - self.limit
        return None if beyond <= 0 else f"{100 * beyond / self.limit:.1f} %"

    def __str__(self):
        if self.kind == "above":
            return f"+{self.limit:g}"
        if self.kind == "in all":
            return f"≤ {self.limit:g}"
        others = " and ".join(TITLES.get(client, client) for client in self.against)
        of = "" if self.against == (RAW,) else f" of {others}" if len(self.against) == 1 else f" of the better of {others}"
        return f"{'≥' if self.kind == 'at least' else '≤'} {self.limit:g}x{of}"


@dataclass
class Row:
    """One line of the table."""

    title: str
    scenario: str
    metric: str
    bounds: tuple = ()

    def values(self, samples: dict, client: str) -> list:
        return [METRICS[self.metric](sample) for sample in samples[self.scenario].get(client, [])]

    def ratio(self, samples: dict, client: str):
        """To raw libcurl; None if the client does not do this."""
        return self._ratio(samples, client, self.values(samples, RAW))

    def missed_by(self, samples: dict, bound: Bound):
        """None if it holds, else by how much, for people."""
        best = max if bound.kind == "at least" else min
        others = [best(values) for values in zip(*(self.values(samples, client) for client in bound.against))]
        ratio = self._ratio(samples, SDK, others)
        return bound.missed_by(ratio.middle, median(self.values(samples, SDK)), median(others))

    def _ratio(self, samples: dict, client: str, others: list):
        ratios = [value / other for value, other in zip(self.values(samples, client), others)]
        return Spread.of(ratios) if ratios else None


BEST_PEER = (POCO, HTTPLIB)

ROWS = [
    Row("one thread: requests/s", "sequential", "requests/s"),
    Row("one thread: CPU us per request", "sequential", "CPU us", (Bound(0.58), Bound(1, against=(POCO,)))),
    Row("one thread: p50 us", "sequential", "p50 us"),
    Row("one thread: p99 us", "sequential", "p99 us"),
    Row("one thread: peak memory, MB", "sequential", "MB"),
    Row("one thread, a core each: requests/s", "sequential_apart", "requests/s"),
    Row("one thread, a core each: CPU us per request", "sequential_apart", "CPU us"),
    Row("8 threads: requests/s", "threads", "requests/s", (Bound(1.35, "at least"), Bound(1, "at least", (POCO,)))),
    Row("8 threads: CPU us per request", "threads", "CPU us"),
    Row("8 threads: p99 us", "threads", "p99 us"),
    Row("8 threads: peak memory, MB", "threads", "MB"),
    Row("100 in flight: requests/s", "in_flight", "requests/s"),
    Row("100 in flight: CPU us per request", "in_flight", "CPU us", (Bound(0.30),)),
    Row("100 in flight: p50 us", "in_flight", "p50 us"),
    Row("100 in flight: peak memory, MB", "in_flight", "MB"),
    Row("100 in flight, a core each: requests/s", "in_flight_apart", "requests/s"),
    Row("100 in flight, a core each: CPU us per request", "in_flight_apart", "CPU us", (Bound(0.50),)),
    Row("2,000 calls, 20 ms away: ms", "race", "ms", (Bound(0.6, against=BEST_PEER),)),
    Row("2,000 calls, 20 ms away: CPU ms", "race", "total CPU ms", (Bound(0.2, against=BEST_PEER),)),
    Row("2,000 calls, 20 ms away: peak memory, MB", "race", "MB", (Bound(0.65, against=BEST_PEER),)),
    Row("2,000 calls, 20 ms away: connections, a handshake each", "race", "connections", (Bound(1, "in all"),)),
    Row("connection, the system's authorities: CPU ms", "full_system_trust", "CPU ms"),
    Row("connection, one authority: CPU ms", "full", "CPU ms"),
    Row("connection, one authority, resumed: CPU ms", "resumed", "CPU ms", (Bound(0.45),)),
    Row("start to first answer: ms", "cold", "ms"),
    Row("start to first answer, 20 ms away: ms", "cold_far", "ms"),
    Row("start to first answer with warm_up(), 20 ms away: ms", "warmed_up_far", "ms"),
    Row("first call after warm_up(), 20 ms away: ms", "warmed_up_far", "first ms", (Bound(0.6),)),
    Row("1 GiB down: CPU s", "download", "CPU s", (Bound(1.03),)),
    Row("1 GiB down: s", "download", "s"),
    Row("1 GiB down: peak memory, MB", "download", "MB", (Bound(2, "above"),)),
    Row("1 GiB up: CPU s", "upload", "CPU s", (Bound(0.97),)),
    Row("1 GiB up: s", "upload", "s"),
    Row("1 GiB up: peak memory, MB", "upload", "MB", (Bound(2, "above"),)),
]
