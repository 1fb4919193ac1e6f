# SPDX-License-Identifier: Apache-2.0
"""Many calls while nginx is reloaded and access tokens expire: no idempotent one may fail, and memory may not grow.

soak.py BUILD_FOLDER OUTPUT_FOLDER [CALLS]

OUTPUT_FOLDER gets soak.md. Ends with 1 when a bound is broken.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from loopback import free_ports
from server import HERE, NginxRun, listen

RELOAD_SECONDS = 10
TOKEN_LIFE_SECONDS = 3
# Many connections at once, as after a reload, leave holes in the heap. A leak of one block for each call would be ten times this.
MEMORY_BOUND_MB = 8


class Gateway(NginxRun):
    """nginx, and behind it the token endpoint; reloaded as long as it runs."""

    def start(self):
        self._api, self._token = free_ports(2)
        self.reloads = 0
        self._ended = threading.Event()
        self._reloading = threading.Thread(target=self._reload)
        self.spawn([sys.executable, HERE / "token_endpoint.py", self.folder / "token-endpoint", self.credentials.client_secret,
                    TOKEN_LIFE_SECONDS])
        self.start_nginx(["soak.conf.in"], self._token, {
            "SECRET": self.credentials.client_secret,
            "LISTEN_API": listen(self._api),
            "LISTEN_TOKEN": listen(self._token),
        })
        self._reloading.start()

    def __exit__(self, *_):
        self._ended.set()
        if self._reloading.is_alive():
            self._reloading.join()
        super().__exit__()

    def _reload(self):
        while not self._ended.wait(RELOAD_SECONDS):
            self.nginx.send_signal(signal.SIGHUP)
            self.reloads += 1

    def variables(self) -> dict:
        return self.addresses_for_clients(self._api, self._token)


def _run(program: Path, calls: str):
    with Gateway() as gateway:
        done = subprocess.run([program, calls], env={**os.environ, **gateway.variables()}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout), gateway.reloads


def _broken(outcome: dict, calls: str) -> list:
    broken = []
    if outcome["calls"] != int(calls):
        broken.append(f"{outcome['calls']} calls ended")
    if outcome["failed_gets"] > 0:
        broken.append(f"{outcome['failed_gets']} idempotent calls failed")
    if outcome["last_mb"] > outcome["warm_mb"] + MEMORY_BOUND_MB:
        broken.append(f"memory grew by more than {MEMORY_BOUND_MB} MB")
    return broken


def _memory(outcome: dict) -> str:
    if outcome["last_mb"] == 0:
        return "too few calls to tell"
    return f"{outcome['warm_mb']:.1f} MB, {outcome['last_mb']:.1f} MB (bound: +{MEMORY_BOUND_MB})"


def _table(outcome: dict, reloads: int) -> list:
    rows = [
        ("calls, 100 in flight", f"{outcome['calls']:,} in {outcome['seconds']:,.0f} s"),
        ("nginx reloaded", f"{reloads} times"),
        ("access tokens fetched", f"{outcome['tokens']:,}"),
        ("answers 401", f"{outcome['refused_tokens']:,}"),
        ("connections opened", f"{outcome['connections']:,}"),
        ("attempts repeated", f"{outcome['retries']:,}"),
        ("failed GETs", f"{outcome['failed_gets']:,} of {outcome['calls'] - outcome['posts']:,}"),
        ("failed POSTs, which are not repeated", f"{outcome['failed_posts']:,} of {outcome['posts']:,}"),
        ("memory after the warm phase of 150,000 calls, and at the end", _memory(outcome)),
    ]
    return ["|  |  |", "|---|---:|", *(f"| {title} | {value} |" for title, value in rows)]


def main():
    build, output = map(Path, sys.argv[1:3])
    calls = sys.argv[3] if len(sys.argv) > 3 else "1000000"
    outcome, reloads = _run(build / "benchmarks" / "soak", calls)
    lines = _table(outcome, reloads)
    (output / "soak.md").write_text("\n".join(lines) + "\n")
    broken = _broken(outcome, calls)
    print("\n".join([*lines, "", *broken]))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
