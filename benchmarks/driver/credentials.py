# SPDX-License-Identifier: Apache-2.0
"""The certificates and secrets of one run: made for it, never kept."""

import os
import secrets
import subprocess
from pathlib import Path


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Credentials:
    """A certificate authority, a server (P-256) and a client (RSA-2048, as the EasyPost guide says), as files in a folder."""

    def __init__(self, folder: Path):
        self.authority = folder / "ca.pem"
        self.server_certificate = folder / "server.pem"
        self.server_key = folder / "server.key"
        self.client_certificate = folder / "client.pem"
        self.client_key = folder / "client.key"
        self.system_bundle = folder / "system-bundle.pem"
        self.api_key = secrets.token_hex(16)  # 32 characters
        self.token = secrets.token_urlsafe(800)[:978]  # as long as a JSON Web Token of the service may well be
        self.client_secret = secrets.token_hex(16)
        self._authority_key = folder / "ca.key"
        self._make_authority()
        self._issue(self.server_certificate, self.server_key, ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
                    "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self._issue(self.client_certificate, self.client_key, ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
                    "extendedKeyUsage=clientAuth\n")
        self._make_system_bundle()

    def _make_authority(self):
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
                 "-subj", "/CN=benchmark authority", "-keyout", self._authority_key, "-out", self.authority)

    def _issue(self, certificate: Path, key: Path, algorithm: list, extensions: str):
        request, extension_file = certificate.with_suffix(".csr"), certificate.with_suffix(".ext")
        extension_file.write_text(extensions)
        _openssl("genpkey", "-algorithm", *algorithm, "-out", key)
        _openssl("req", "-new", "-key", key, "-subj", f"/CN=benchmark {certificate.stem}", "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self._authority_key, "-days", 2,
                 "-extfile", extension_file, "-out", certificate)

    def _make_system_bundle(self):
        """What the system trusts, and the authority of this run."""
        system = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
        self.system_bundle.write_text(system.read_text() + self.authority.read_text())

    def variables(self) -> dict:
        """The EASYPOST_CONNECT_* variables of the credentials."""
        return {
            "EASYPOST_CONNECT_CLIENT_CERT": str(self.client_certificate),
            "EASYPOST_CONNECT_CLIENT_KEY": str(self.client_key),
            "EASYPOST_CONNECT_API_KEY": self.api_key,
            "EASYPOST_CONNECT_CLIENT_ID": "benchmark",
            "EASYPOST_CONNECT_CLIENT_SECRET": self.client_secret,
        }
