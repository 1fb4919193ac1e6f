# SPDX-License-Identifier: Apache-2.0
"""An OAuth token endpoint behind nginx, whose tokens nginx can check by itself (its module secure_link).

token_endpoint.py UNIX_SOCKET SECRET SECONDS_OF_LIFE
"""

import base64
import hashlib
import json
import socketserver
import sys
import time
from http.server import BaseHTTPRequestHandler


class TokenEndpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps({"access_token": self._token(), "token_type": "Bearer", "expires_in": self.server.life}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _token(self) -> str:
        end = int(time.time()) + self.server.life  # nginx counts in seconds, and lets this one pass
        digest = hashlib.md5(f"{end} {self.server.secret}".encode()).digest()
        return f"{base64.urlsafe_b64encode(digest).decode().rstrip('=')}.{end}"

    def log_message(self, *_):
        pass

    def address_string(self):
        return "nginx"


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


if __name__ == "__main__":
    with Server(sys.argv[1], TokenEndpoint) as server:
        server.secret, server.life = sys.argv[2], int(sys.argv[3])
        server.serve_forever()
