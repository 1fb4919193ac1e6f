# SPDX-License-Identifier: Apache-2.0
"""What one call costs, counted: instructions and allocations by valgrind, system calls by strace. Holds what was promised.

call_cost.py FOLDER_OF_PROGRAMS blocking|in_flight: ends with 1 when a bound is broken, or when a count cannot be true.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from statistics import median

from beside_nginx import run_beside
from figures import Bound
from scenarios import OPENSSL, RAW, SDK, TITLES
from server import Server

BLOCKING, IN_FLIGHT = "blocking", "in_flight"
TASKS = {BLOCKING: ["sequential", "/job", 1], IN_FLIGHT: ["in_flight", "/job", 1, 100]}
BOUNDS = {
    BLOCKING: {"instructions": Bound(0.22), "allocations": Bound(14, "in all"), "system calls": Bound(5, "in all"),
               "of them rt_sigaction": Bound(0, "in all")},
    IN_FLIGHT: {"instructions": Bound(0.33), "allocations": Bound(14, "in all"), "system calls": Bound(0.6, "in all")},
}
# Less than that raw libcurl cannot need: a measurement of nothing would be within every bound.
LEAST_OF_RAW = {"instructions": 50_000, "allocations": 10, "system calls": 0.1}


def _run(server, tool: list, program: Path, kind: str) -> int:
    """How many calls were counted."""
    done = run_beside(server, [*tool, program, *TASKS[kind]], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{program.name}: {done.stderr.strip() or done.returncode}")
    return json.loads(done.stdout)["requests"]


def _of_all_threads(server, program: Path, kind: str) -> tuple:
    """Instructions and allocations of a call. The layout of the heap differs from run to run, and with it 0.5 % of the
    instructions: the middle one of three runs."""
    runs = []
    for _ in range(3):
        with tempfile.NamedTemporaryFile() as counted:
            calls = _run(server, ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no",
                                  f"--callgrind-out-file={counted.name}"], program, kind)
            text = Path(counted.name).read_text()
        names = dict(re.findall(r"^c?fn=\((\d+)\) (.+)$", text, re.MULTILINE))
        called = re.findall(r"^cfn=\((\d+)\).*\ncalls=(\d+)", text, re.MULTILINE)
        allocations = sum(int(count) for number, count in called if names[number] in ("malloc", "calloc", "realloc"))
        instructions = int(re.search(r"^totals: (\d+)", text, re.MULTILINE).group(1))
        runs.append((instructions / calls, allocations / calls))
    return tuple(median(values) for values in zip(*runs))


def _system_calls(server, program: Path, kind: str) -> tuple:
    """All of a call, and those that set a signal handler. What is measured begins and ends with a look at the processor time."""
    with tempfile.NamedTemporaryFile() as traced:
        calls = _run(server, ["strace", "--follow-forks", f"--output={traced.name}"], program, kind)
        names = re.findall(r"^\d+ +(\w+)\(", Path(traced.name).read_text(), re.MULTILINE)
    begin = names.index("getrusage") + 1
    end = len(names) - 1 - names[::-1].index("getrusage")
    names = names[begin:end]
    return len(names) / calls, names.count("rt_sigaction") / calls


def count(server, programs: Path, kind: str, clients: list) -> dict:
    """By client, what a call of it costs."""
    counts = {}
    for client in clients:
        program = programs / f"compare_{client}"
        instructions, allocations = _of_all_threads(server, program, kind)
        system_calls, signal_handlers = _system_calls(server, program, kind)
        counts[client] = {"instructions": instructions, "allocations": allocations, "system calls": system_calls,
                          "of them rt_sigaction": signal_handlers}
    return counts


def missed_by(counts: dict, title: str, bound: Bound):
    raw, sdk = counts[RAW][title], counts[SDK][title]
    return bound.missed_by(sdk / raw if raw else 0, sdk, raw)


def broken(counts: dict, kind: str) -> list:
    """What is not as promised, for people."""
    lines = [f"{title}: {counts[RAW][title]:.1f} for raw libcurl, which cannot be" for title, least in LEAST_OF_RAW.items()
             if counts[RAW][title] < least]
    for title, bound in BOUNDS[kind].items():
        if missed := missed_by(counts, title, bound):
            lines.append(f"{title}: {bound}, missed by {missed}")
    return lines


def main():
    programs, kind = Path(sys.argv[1]), sys.argv[2]
    with Server(0) as server:
        counts = count(server, programs, kind, [RAW, SDK])
    for title in BOUNDS[kind]:
        raw, sdk = counts[RAW][title], counts[SDK][title]
        print(f"{title:22} {TITLES[RAW]} {raw:10,.2f}, {TITLES[SDK]} {sdk:10,.2f}, {sdk / raw if raw else 0:.3f}x")
    lines = broken(counts, kind)
    print("\n".join(lines))
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
