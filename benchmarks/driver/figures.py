# SPDX-License-Identifier: Apache-2.0
"""From samples to figures: each a ratio within a round, of which the median and the spread over the rounds are told."""

from dataclasses import dataclass
from statistics import median

from scenarios import CPPREST, RAW, SDK, TITLES

# How a figure comes from a sample.
METRICS = {
    "requests/s": lambda sample: sample["requests"] / sample["seconds"],
    "CPU us": lambda sample: sample["cpu_seconds"] / sample["requests"] * 1e6,
    "CPU ms": lambda sample: sample["cpu_seconds"] / sample["requests"] * 1e3,
    "p50 us": lambda sample: sample["p50_us"],
    "p99 us": lambda sample: sample["p99_us"],
    "ms": lambda sample: sample["seconds"] * 1e3,
    "first ms": lambda sample: sample["p50_us"] / 1e3,
    "CPU s": lambda sample: sample["cpu_seconds"],
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
    """What the SDK promises, against raw libcurl or another client."""

    limit: float
    kind: str = "at most"  # or "at least", both ratios; "above": a difference in the unit of the figure
    against: str = RAW

    def missed_by(self, ratio: float, difference: float):
        """None if it holds, else by how much, for people."""
        if self.kind == "above":
            return None if difference <= self.limit else f"{difference - self.limit:.1f}"
        beyond = self.limit - ratio if self.kind == "at least" else ratio - self.limit
        return None if beyond <= 0 else f"{100 * beyond / self.limit:.1f} %"

    def __str__(self):
        if self.kind == "above":
            return f"+{self.limit:g}"
        other = "" if self.against == RAW else f" of {TITLES.get(self.against, self.against)}"
        return f"{'≥' if self.kind == 'at least' else '≤'} {self.limit:g}x{other}"


@dataclass
class Row:
    """One line of the table."""

    title: str
    scenario: str
    metric: str
    bounds: tuple = ()

    def values(self, samples: dict, client: str) -> list:
        return [METRICS[self.metric](sample) for sample in samples[self.scenario].get(client, [])]

    def ratio(self, samples: dict, client: str, against: str = RAW):
        """None if the client does not do this."""
        pairs = zip(self.values(samples, client), self.values(samples, against))
        ratios = [value / base for value, base in pairs]
        return Spread.of(ratios) if ratios else None

    def missed_by(self, samples: dict, bound: Bound):
        """None if it holds, or if there is nothing yet that could hold it."""
        ratio = self.ratio(samples, SDK, bound.against)
        if ratio is None:
            return None
        difference = median(self.values(samples, SDK)) - median(self.values(samples, bound.against))
        return bound.missed_by(ratio.middle, difference)


ROWS = [
    Row("one thread: requests/s", "sequential", "requests/s"),
    Row("one thread: CPU us per request", "sequential", "CPU us", (Bound(1.03),)),
    Row("one thread: p50 us", "sequential", "p50 us", (Bound(1.03),)),
    Row("one thread: p99 us", "sequential", "p99 us"),
    Row("one thread: peak memory, MB", "sequential", "MB"),
    Row("8 threads: requests/s", "threads", "requests/s", (Bound(0.97, "at least"),)),
    Row("8 threads: CPU us per request", "threads", "CPU us"),
    Row("8 threads: p99 us", "threads", "p99 us"),
    Row("8 threads: peak memory, MB", "threads", "MB"),
    Row("100 in flight: requests/s", "in_flight", "requests/s"),
    Row("100 in flight: CPU us per request", "in_flight", "CPU us",
        (Bound(1.06), Bound(0.75, against=CPPREST))),
    Row("100 in flight: p50 us", "in_flight", "p50 us"),
    Row("100 in flight: peak memory, MB", "in_flight", "MB"),
    Row("connection, the system's authorities: CPU ms", "full_system_trust", "CPU ms", (Bound(0.08),)),
    Row("connection, one authority: CPU ms", "full", "CPU ms"),
    Row("connection, one authority, resumed: CPU ms", "resumed", "CPU ms", (Bound(0.45),)),
    Row("start to first answer: ms", "cold", "ms"),
    Row("start to first answer, 20 ms away: ms", "cold_far", "ms"),
    Row("start to first answer with warm_up(), 20 ms away: ms", "warmed_up_far", "ms"),
    Row("first call after warm_up(), 20 ms away: ms", "warmed_up_far", "first ms", (Bound(0.6),)),
    Row("1 GiB down: CPU s", "download", "CPU s", (Bound(1.03),)),
    Row("1 GiB down: peak memory, MB", "download", "MB", (Bound(2, "above"),)),
    Row("1 GiB up: CPU s", "upload", "CPU s", (Bound(1.03),)),
    Row("1 GiB up: peak memory, MB", "upload", "MB", (Bound(2, "above"),)),
]
