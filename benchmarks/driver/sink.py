# SPDX-License-Identifier: Apache-2.0
"""An HTTP server behind nginx that reads uploads and answers how many bytes they had.

sink.py UNIX_SOCKET
"""

import socketserver
import sys
from http.server import BaseHTTPRequestHandler


class Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    rbufsize = 0  # a buffer would copy what nobody wants

    def do_PUT(self):
        left = int(self.headers["Content-Length"])
        buffer = bytearray(1 << 20)
        got = 0
        while got < left:
            count = self.connection.recv_into(buffer, min(len(buffer), left - got))
            if count == 0:
                break
            got += count
        answer = str(got).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

    def address_string(self):
        return "nginx"


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


if __name__ == "__main__":
    Server(sys.argv[1], Sink).serve_forever()
