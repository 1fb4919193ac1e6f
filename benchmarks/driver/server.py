# SPDX-License-Identifier: Apache-2.0
"""nginx as the service, for one run: credentials, configuration, processes, and an end to all of them."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from credentials import Credentials
from loopback import addresses, free_ports, wait_until_it_listens

HERE = Path(__file__).parent
ROUND_TRIP_MS = 20


def _filled_in(name: str, values: dict) -> str:
    text = (HERE / name).read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _listen(port: int) -> str:
    return " ".join(f"listen {f'[{a}]' if ':' in a else a}:{port} ssl http2;" for a in addresses())


class Server:
    """Use it in a with statement."""

    def __init__(self, download_bytes: int):
        self.download_bytes = download_bytes
        self._folder = None
        self._processes = []

    def __enter__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="easypost-connect-bench-"))
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            process.terminate()
            process.wait()
        shutil.rmtree(self._folder)

    def _start(self):
        self.credentials = Credentials(self._folder)
        (self._resuming, self._full, self._token, self._far_api, self._far_token) = free_ports(5)
        with open(self._folder / "download", "wb") as file:
            file.truncate(self.download_bytes)  # a hole: no disk is read
        self._spawn([sys.executable, HERE / "sink.py", self._folder / "sink"])
        self._start_nginx()
        relay = self._spawn([sys.executable, HERE / "relay.py", ROUND_TRIP_MS, f"{self._far_api}:{self._full}",
                             f"{self._far_token}:{self._token}"])
        wait_until_it_listens(relay, self._far_token)

    def _start_nginx(self):
        values = {
            "USER": "user root;" if os.geteuid() == 0 else "",  # the folder is its owner's
            "FOLDER": str(self._folder),
            "API_KEY": self.credentials.api_key,
            "TOKEN": self.credentials.token,
            "LISTEN_RESUMING": _listen(self._resuming),
            "LISTEN_FULL": _listen(self._full),
            "LISTEN_TOKEN": _listen(self._token),
        }
        for name in ("nginx.conf", "locations.conf"):
            (self._folder / name).write_text(_filled_in(f"{name}.in", values))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self._nginx = self._spawn([nginx, "-p", self._folder, "-c", self._folder / "nginx.conf", "-e", "stderr"])
        wait_until_it_listens(self._nginx, self._token)

    def _spawn(self, command: list):
        self._processes.append(subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL))
        return self._processes[-1]

    def run_on(self, cores: set):
        """Confines the server to these processors."""
        workers = Path(f"/proc/{self._nginx.pid}/task/{self._nginx.pid}/children").read_text().split()
        for pid in [*map(int, workers), *(process.pid for process in self._processes)]:
            os.sched_setaffinity(pid, cores)

    def variables(self, *, resuming=False, system_trust=False, far=False) -> dict:
        """The environment of a client. `far`: by way of the relay."""
        api, token = (self._far_api, self._far_token) if far else (self._resuming if resuming else self._full, self._token)
        variables = {
            **self.credentials.variables(),
            "EASYPOST_CONNECT_API_URL": f"https://localhost:{api}",
            "EASYPOST_CONNECT_TOKEN_URL": f"https://localhost:{token}/oauth2/token",
        }
        if system_trust:
            variables["SSL_CERT_FILE"] = str(self.credentials.system_bundle)
        else:
            variables["EASYPOST_CONNECT_CA_FILE"] = str(self.credentials.authority)
        return variables
