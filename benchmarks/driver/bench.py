# SPDX-License-Identifier: Apache-2.0
"""Measures the SDK beside raw libcurl and other clients, and writes the figures.

bench.py BUILD_FOLDER OUTPUT_FOLDER [quick]

quick: two short rounds, to see that all of it runs; its figures mean little.
"""

import json
import sys
from pathlib import Path

from measure import Measurement
from report import comparison_table
from scenarios import GIBIBYTE, SCENARIOS
from server import Server


def main():
    build, output = Path(sys.argv[1]), Path(sys.argv[2])
    quick = sys.argv[3:] == ["quick"]
    with Server(GIBIBYTE) as server:
        measurement = Measurement(build / "benchmarks" / "comparison", server, quick)
        for scenario in SCENARIOS:
            print(f"{scenario.name}: {', '.join(scenario.clients)}", flush=True)
            measurement.run(scenario)
    (output / "bench.json").write_text(json.dumps(measurement.samples, indent=1))
    table = "\n".join(comparison_table(measurement.samples))
    (output / "bench.md").write_text(table + "\n")
    print(table)


if __name__ == "__main__":
    main()
