# SPDX-License-Identifier: Apache-2.0
"""What is counted of one call: the table of benchmarks/request_cost.sh, which the guards hold."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Count:
    title: str
    raw: float
    sdk: float
    beside: str  # a ratio or a difference


BOUNDS = {"instructions": "≤ 1.03x", "allocations": "≤ +8", "system calls": "≤ +1", "of them rt_sigaction": "0"}


def counted(source_folder: Path, build: Path) -> list:
    """Those that have a bound; a time is not counted, and is in the comparison."""
    done = subprocess.run([source_folder / "benchmarks" / "request_cost.sh", build / "tools" / "easypost-connect-sandbox",
                           build / "benchmarks" / "request_cost"], check=True, capture_output=True, text=True)
    rows = re.findall(r"^(\S.*?) +([\d.]+) +([\d.]+) +\((.*)\)$", done.stdout, re.MULTILINE)
    return [Count(title, float(raw), float(sdk), beside) for title, raw, sdk, beside in rows if title in BOUNDS]
