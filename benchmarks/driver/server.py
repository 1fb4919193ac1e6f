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


def listen(port: int) -> str:
    return " ".join(f"listen {f'[{a}]' if ':' in a else a}:{port} ssl http2;" for a in addresses())


class NginxRun:
    """A folder, nginx and other processes, which start() of a derived class starts. Use it in a with statement."""

    def __enter__(self):
        self._processes = []
        self.folder = Path(tempfile.mkdtemp(prefix="easypost-connect-bench-"))
        try:
            self.credentials = Credentials(self.folder)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            process.terminate()
            process.wait()
        shutil.rmtree(self.folder)

    def start_nginx(self, templates: list, port: int, values: dict):
        """Returns when it listens at the port. The first template becomes nginx.conf."""
        common = {
            "USER": "user root;" if os.geteuid() == 0 else "",  # the folder is its owner's
            "FOLDER": str(self.folder),
            "API_KEY": self.credentials.api_key,
        }
        for template in templates:
            (self.folder / template.removesuffix(".in")).write_text(_filled_in(template, {**common, **values}))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        configuration = self.folder / templates[0].removesuffix(".in")
        self.nginx = self.spawn([program, "-p", self.folder, "-c", configuration, "-e", "stderr"])
        wait_until_it_listens(self.nginx, port)

    def spawn(self, command: list, **options):
        self._processes.append(subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, **options))
        return self._processes[-1]

    def start_relay(self, program: Path, routes: dict):
        """Returns when it listens at the ports that are the keys; the values are those that it leads to."""
        pairs = [f"{from_port}:{to_port}" for from_port, to_port in routes.items()]
        with open(self.folder / "relayed", "wb") as relayed:
            relay = self.spawn([program, ROUND_TRIP_MS, *pairs], stdout=relayed)
        wait_until_it_listens(relay, list(routes)[-1])
        return relay

    def relayed_connections(self, port: int) -> int:
        """Those that the relay has let in at the port until now."""
        return (self.folder / "relayed").read_text().split().count(str(port))

    def run_on(self, cores: set):
        """Confines the server to these processors."""
        workers = Path(f"/proc/{self.nginx.pid}/task/{self.nginx.pid}/children").read_text().split()
        for pid in [*map(int, workers), *(process.pid for process in self._processes)]:
            os.sched_setaffinity(pid, cores)

    def addresses_for_clients(self, api_port: int, token_port: int) -> dict:
        """The environment of a client that trusts the authority of this run."""
        return {
            **self.credentials.variables(),
            "EASYPOST_CONNECT_API_URL": f"https://localhost:{api_port}",
            "EASYPOST_CONNECT_TOKEN_URL": f"https://localhost:{token_port}/oauth2/token",
            "EASYPOST_CONNECT_CA_FILE": str(self.credentials.authority),
        }


class Server(NginxRun):
    """What the clients are compared with. Without the program of a relay there is no way to it from far away."""

    def __init__(self, download_bytes: int, relay: Path = None):
        self._download_bytes = download_bytes
        self._relay = relay

    def start(self):
        (self._resuming, self._full, self._token, self._far_api, self._far_token) = free_ports(5)
        with open(self.folder / "download", "wb") as file:
            file.truncate(self._download_bytes)  # a hole: no disk is read
        self.spawn([sys.executable, HERE / "sink.py", self.folder / "sink"])
        self.start_nginx(["nginx.conf.in", "locations.conf.in"], self._token, {
            "TOKEN": self.credentials.token,
            "LISTEN_RESUMING": listen(self._resuming),
            "LISTEN_FULL": listen(self._full),
            "LISTEN_TOKEN": listen(self._token),
        })
        if self._relay:
            self.start_relay(self._relay, {self._far_api: self._full, self._far_token: self._token})

    def far_connections(self) -> int:
        """To the API, by way of the relay."""
        return self.relayed_connections(self._far_api)

    def variables(self, *, resuming=False, system_trust=False, far=False) -> dict:
        """The environment of a client. `far`: by way of the relay."""
        api, token = (self._far_api, self._far_token) if far else (self._resuming if resuming else self._full, self._token)
        variables = self.addresses_for_clients(api, token)
        if system_trust:
            del variables["EASYPOST_CONNECT_CA_FILE"]
            variables["SSL_CERT_FILE"] = str(self.credentials.system_bundle)
        return variables
