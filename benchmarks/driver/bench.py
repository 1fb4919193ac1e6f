# SPDX-License-Identifier: Apache-2.0
"""Measures the SDK beside raw libcurl and other clients, and writes the figures and pictures of them.

bench.py SOURCE_FOLDER BUILD_FOLDER OUTPUT_FOLDER [quick]

OUTPUT_FOLDER gets bench.md, bench.json (every sample) and the folder performance, with the pictures.
quick: two short rounds, to see that all of it runs; its figures mean little.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path

import call_cost
from header_cost import HeaderCost, stripped_kilobytes
from measure import Measurement
from plots import PICTURES, draw
from report import comparison_table, counted_table, header_table, number
from scenarios import GIBIBYTE, HTTPLIB, OPENSSL, POCO, RAW, SCENARIOS, SDK
from server import Server


def _first_line(*command) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return done.stdout.splitlines()[0]


def _versions() -> str:
    packages = ["libcurl4-openssl-dev", "libssl-dev", "nginx-light", "libpoco-dev", "libcpp-httplib-dev",
                "libcpprest-dev", "g++-12"]
    shown = subprocess.run(["dpkg-query", "--show", "--showformat", "${Package} ${Version}, ", *packages], text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return shown.stdout + platform.freedesktop_os_release()["PRETTY_NAME"]


def _measure_clients(build: Path, server, quick: bool) -> dict:
    measurement = Measurement(build / "benchmarks" / "comparison", server, quick)
    for scenario in SCENARIOS:
        print(f"{scenario.name}: {', '.join(scenario.clients)}", flush=True)
        measurement.run(scenario)
    return measurement.samples


def _count(programs: Path, server) -> list:
    print("what a call costs, counted", flush=True)
    blocking = call_cost.count(server, programs, call_cost.BLOCKING, [RAW, SDK, POCO, HTTPLIB, OPENSSL])
    in_flight = call_cost.count(server, programs, call_cost.IN_FLIGHT, [RAW, SDK])
    return [*counted_table("per blocking call", blocking, call_cost.BLOCKING), "",
            *counted_table("per call of 100 in flight", in_flight, call_cost.IN_FLIGHT)]


def main():
    source, build, output = map(Path, sys.argv[1:4])
    quick = sys.argv[4:] == ["quick"]
    with Server(GIBIBYTE, build / "benchmarks" / "relay") as server:
        samples = _measure_clients(build, server, quick)
        counts = _count(build / "benchmarks" / "comparison", server)
    (output / "bench.json").write_text(json.dumps(samples, indent=1))
    print("headers", flush=True)
    headers = HeaderCost(source, build)
    headers.run(1 if quick else 5)

    draw(samples, output / "performance")
    size = number(stripped_kilobytes(build / "examples" / "list_jobs", output))
    lines = [*comparison_table(samples), "",
             *(f"![{title}](performance/{name}.svg)" for name, (title, _) in PICTURES.items()), "",
             *counts, "", *header_table(headers), "",
             f"The example `list_jobs`, stripped, the SDK linked statically: {size} kB.", "", f"Measured with {_versions()}."]
    (output / "bench.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
