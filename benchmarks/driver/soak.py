# SPDX-License-Identifier: Apache-2.0
"""Many calls while nginx is reloaded and access tokens expire, and some while a NAT box forgets their connections: no idempotent
one may fail, none that is not may be carried out twice, and if the server did nothing with it, it may not fail either; memory may not
grow.

soak.py BUILD_FOLDER OUTPUT_FOLDER [CALLS]

OUTPUT_FOLDER gets soak.md. Ends with 1 when a bound is broken.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from loopback import free_ports
from server import HERE, ROUND_TRIP_MS, NginxRun, listen

RELOAD_SECONDS = 10
# Many connections at once, as after a reload, leave holes in the heap. A leak of one block for each call would be ten times this.
MEMORY_BOUND_MB = 8
CALLS_THROUGH_NAT = 10_000
FORGET_AFTER_SECONDS = 1


class Gateway(NginxRun):
    """nginx, and behind it the token endpoint. It ends each connection after so many requests."""

    def __init__(self, token_life_seconds: int, requests_each: int):
        self._token_life_seconds = token_life_seconds
        self._requests_each = requests_each

    def start(self):
        self.api, self.token = free_ports(2)
        self.spawn([sys.executable, HERE / "token_endpoint.py", self.folder / "token-endpoint", self.credentials.client_secret,
                    self._token_life_seconds])
        self.start_nginx(["soak.conf.in"], self.token, {
            "SECRET": self.credentials.client_secret,
            "REQUESTS_EACH": str(self._requests_each),
            "LISTEN_API": listen(self.api),
            "LISTEN_TOKEN": listen(self.token),
        })

    def run(self, program: Path, calls: int, api: int, token: int, meanwhile) -> dict:
        """What became of the calls. `meanwhile` is called with an event, again and again until that is set."""
        ended = threading.Event()
        thread = threading.Thread(target=meanwhile, args=[ended])
        thread.start()
        try:
            done = subprocess.run([program, str(calls)], env={**os.environ, **self.addresses_for_clients(api, token)},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True)
        finally:
            ended.set()
            thread.join()
        outcome = json.loads(done.stdout)
        lines = (self.folder / "posts").read_text().splitlines()
        carried_out = Counter(int(number) for status, number in map(str.split, lines) if status == "200")
        outcome["lost_posts"] = sum(number not in carried_out for number in outcome["failed_posts"])
        outcome["doubled_posts"] = sum(times > 1 for times in carried_out.values())
        return outcome


def _soak(program: Path, calls: int) -> dict:
    reloads = 0
    with Gateway(token_life_seconds=3, requests_each=1000) as gateway:
        def reload(ended):
            nonlocal reloads
            while not ended.wait(RELOAD_SECONDS):
                gateway.nginx.send_signal(signal.SIGHUP)
                reloads += 1

        return {**gateway.run(program, calls, gateway.api, gateway.token, reload), "reloads": reloads}


def _through_nat(program: Path, relay: Path) -> dict:
    with Gateway(token_life_seconds=3600, requests_each=1_000_000) as gateway:
        api, token = free_ports(2)
        box = gateway.start_relay(relay, {api: gateway.api, token: gateway.token})

        def forget(ended):
            if not ended.wait(FORGET_AFTER_SECONDS):
                box.send_signal(signal.SIGUSR1)

        return gateway.run(program, CALLS_THROUGH_NAT, api, token, forget)


def _broken(outcome: dict, calls: int) -> list:
    broken = []
    if outcome["calls"] != calls:
        broken.append(f"{outcome['calls']} calls ended")
    if outcome["failed_gets"] > 0:
        broken.append(f"{outcome['failed_gets']} idempotent calls failed")
    if outcome["doubled_posts"] > 0:
        broken.append(f"{outcome['doubled_posts']} POSTs were carried out twice")
    return broken


def _broken_in_soak(outcome: dict, calls: int) -> list:
    broken = _broken(outcome, calls)
    if outcome["lost_posts"] > 0:
        broken.append(f"{outcome['lost_posts']} POSTs failed that the server did nothing with")
    if outcome["last_mb"] > outcome["warm_mb"] + MEMORY_BOUND_MB:
        broken.append(f"memory grew by more than {MEMORY_BOUND_MB} MB")
    return broken


def _memory(outcome: dict) -> str:
    if outcome["last_mb"] == 0:
        return "too few calls to tell"
    return f"{outcome['warm_mb']:.1f} MB, {outcome['last_mb']:.1f} MB (bound: +{MEMORY_BOUND_MB})"


def _table(outcome: dict, rows: list) -> list:
    rows = [
        *rows,
        ("attempts repeated", f"{outcome['retries']:,}"),
        ("failed GETs (bound: 0)", f"{outcome['failed_gets']:,} of {outcome['calls'] - outcome['posts']:,}"),
        ("POSTs carried out twice (bound: 0)", f"{outcome['doubled_posts']:,} of {outcome['posts']:,}"),
        ("failed POSTs", f"{len(outcome['failed_posts']):,} of {outcome['posts']:,}"),
    ]
    return ["|  |  |", "|---|---:|", *(f"| {title} | {value} |" for title, value in rows)]


def _soak_table(outcome: dict) -> list:
    return [
        *_table(outcome, [
            ("calls, 100 in flight", f"{outcome['calls']:,} in {outcome['seconds']:,.0f} s"),
            ("nginx reloaded", f"{outcome['reloads']} times"),
            ("access tokens fetched", f"{outcome['tokens']:,}"),
            ("answers 401", f"{outcome['refused_tokens']:,}"),
            ("connections opened", f"{outcome['connections']:,}"),
        ]),
        f"| of them those that the server did nothing with (bound: 0) | {outcome['lost_posts']:,} |",
        f"| memory after the warm phase of 150,000 calls, and at the end | {_memory(outcome)} |",
    ]


def _nat_table(outcome: dict) -> list:
    title = f"calls, 100 in flight, {ROUND_TRIP_MS} ms away, forgotten after {FORGET_AFTER_SECONDS} s"
    return _table(outcome, [(title, f"{outcome['calls']:,} in {outcome['seconds']:,.0f} s")])


def main():
    build, output = map(Path, sys.argv[1:3])
    calls = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
    programs = build / "benchmarks"
    outcome = _soak(programs / "soak", calls)
    nat_outcome = _through_nat(programs / "soak", programs / "relay")
    lines = [*_soak_table(outcome), "", "And when a NAT box forgets the connections:", "", *_nat_table(nat_outcome)]
    (output / "soak.md").write_text("\n".join(lines) + "\n")
    broken = [*_broken_in_soak(outcome, calls), *(f"NAT: {reason}" for reason in _broken(nat_outcome, CALLS_THROUGH_NAT))]
    print("\n".join([*lines, "", *broken]))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
