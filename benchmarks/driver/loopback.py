# SPDX-License-Identifier: Apache-2.0
"""Addresses and ports of this machine."""

import random
import socket
import time


def addresses() -> list:
    """What "localhost" may lead a client to: an address where nothing listens would cost it a try."""
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return ["127.0.0.1"]
    return ["127.0.0.1", "::1"]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list:
    """Below those that connections are given."""
    return [port for port in random.sample(range(20_000, 32_000), 1000) if _is_free(port)][:count]


def wait_until_it_listens(process, port: int):
    """Throws when the process ends, or does not listen within 10 seconds."""
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not listen")
