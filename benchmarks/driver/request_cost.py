# SPDX-License-Identifier: Apache-2.0
"""What is counted of one call: the tables that the guards hold, and the instructions of a multiplexed call."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from beside_nginx import run_beside


@dataclass
class Count:
    title: str
    raw: float
    sdk: float
    beside: str  # a ratio or a difference
    bound: str


BLOCKING = {"instructions": "≤ 1.03x", "allocations": "≤ +8", "system calls": "≤ +1", "of them rt_sigaction": "0"}
MULTIPLEXED = {"allocations": "≤ +10"}


def _counts(table: str, bounds: dict) -> list:
    """Those that have a bound; a time is not counted, and is in the comparison."""
    rows = re.findall(r"^(\S.*?) +([\d.]+) +([\d.]+) +\((.*)\)$", table, re.MULTILINE)
    return [Count(title, float(raw), float(sdk), beside, bounds[title]) for title, raw, sdk, beside in rows if title in bounds]


def blocking(source_folder: Path, build: Path) -> list:
    done = subprocess.run([source_folder / "benchmarks" / "request_cost.sh", build / "tools" / "easypost-connect-sandbox",
                           build / "benchmarks" / "request_cost"], check=True, capture_output=True, text=True)
    return _counts(done.stdout, BLOCKING)


def multiplexed(build: Path, server) -> list:
    program = build / "benchmarks" / "multiplexed_cost"
    done = run_beside(server, [program], capture_output=True, text=True)
    done.check_returncode()
    raw, sdk = (_instructions(server, program, client) for client in ("raw", "sdk"))
    return [*_counts(done.stdout, MULTIPLEXED), Count("instructions", raw, sdk, f"{sdk / raw:.3f}x", "")]


def _instructions(server, program: Path, client: str) -> float:
    """Per call, of all threads: what more calls cost more."""
    few, many = 500, 1500
    return (_all_instructions(server, program, client, many) - _all_instructions(server, program, client, few)) / (many - few)


def _all_instructions(server, program: Path, client: str, calls: int) -> int:
    with tempfile.NamedTemporaryFile() as counted:
        valgrind = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={counted.name}"]
        done = run_beside(server, [*valgrind, program, calls, client], capture_output=True, text=True)
        done.check_returncode()
        return int(re.search(r"^(?:summary|totals): (\d+)", Path(counted.name).read_text(), re.MULTILINE).group(1))
