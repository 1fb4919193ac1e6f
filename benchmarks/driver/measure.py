# SPDX-License-Identifier: Apache-2.0
"""Runs the clients by turns, each time in a process of its own, and collects what they counted."""

import json
import os
import subprocess
from pathlib import Path

from scenarios import ALL_CORES, CORE_EACH, GIBIBYTE


def _processors(placement: str) -> tuple:
    """Those of the client and those of the server."""
    cores = sorted(os.sched_getaffinity(0))
    if placement == ALL_CORES:
        return set(cores), set(cores)
    return {cores[0]}, {cores[-1] if placement == CORE_EACH else cores[0]}


class Measurement:
    """Samples of all scenarios: by scenario and client, one of each round."""

    def __init__(self, programs: Path, server, quick: bool):
        self.samples = {}
        self._programs = programs
        self._server = server
        self._quick = quick

    def run(self, scenario):
        by_client = self.samples[scenario.name] = {client: [] for client in scenario.clients}
        client_cores, server_cores = _processors(scenario.cores)
        self._server.run_on(server_cores)
        for number in range(2 if self._quick else scenario.rounds):
            turn = number % len(scenario.clients)  # nobody is always the first
            for client in scenario.clients[turn:] + scenario.clients[:turn]:
                by_client[client].append(self._sample(scenario, client, client_cores))

    def _sample(self, scenario, client: str, cores: set) -> dict:
        command = [self._programs / f"compare_{client}", *scenario.arguments(self._quick)]
        environment = {**os.environ, **self._server.variables(**scenario.server)}
        connections = self._server.far_connections()
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, preexec_fn=lambda: os.sched_setaffinity(0, cores))
        if done.returncode != 0:
            raise RuntimeError(f"{scenario.name}: {client}: {done.stderr.strip() or done.returncode}")
        sample = {**json.loads(done.stdout), "connections": self._server.far_connections() - connections}
        _check(scenario, client, sample)
        return sample


def _check(scenario, client: str, sample: dict):
    """A figure of something else than it says is no figure."""
    if scenario.resumed is not None and sample["resumed"] != (sample["requests"] if scenario.resumed else 0):
        raise RuntimeError(f"{scenario.name}: {client}: {sample['resumed']} of {sample['requests']} sessions were resumed")
    if scenario.task[0] in ("download", "upload") and sample["bytes"] != GIBIBYTE:
        raise RuntimeError(f"{scenario.name}: {client}: {sample['bytes']} bytes went over")
