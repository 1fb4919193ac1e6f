# SPDX-License-Identifier: Apache-2.0
"""Runs a program with the benchmarks' nginx as its service: beside_nginx.py PROGRAM [ARGUMENT...]"""

import os
import subprocess
import sys

from server import Server


def run_beside(server, command: list, **options):
    """Client and server on one processor: whether an answer is there before the client waits for it is not left to chance."""
    processor = {min(os.sched_getaffinity(0))}
    server.run_on(processor)
    return subprocess.run([str(part) for part in command], env={**os.environ, **server.variables()}, check=False,
                          preexec_fn=lambda: os.sched_setaffinity(0, processor), **options)


if __name__ == "__main__":
    with Server(0) as the_server:
        status = run_beside(the_server, sys.argv[1:]).returncode
    sys.exit(status)
