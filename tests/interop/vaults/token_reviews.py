# SPDX-License-Identifier: Apache-2.0
"""The API server of a Kubernetes cluster, as far as a vault asks it: TokenReview (authentication.k8s.io/v1).

usage: python3 token_reviews.py PORT CERTIFICATE KEY TOKENS

TOKENS is a file of JSON, read anew each time: {"reviewer": TOKEN, "accounts": {TOKEN: "NAMESPACE:NAME"}}.
"""
import http.server
import json
import ssl
import sys

PORT, CERTIFICATE, KEY, TOKENS = int(sys.argv[1]), *sys.argv[2:5]


def review(spec, accounts):
    account = accounts.get(spec["token"])
    if account is None:
        return {"authenticated": False, "error": "invalid bearer token"}
    user = {"username": "system:serviceaccount:" + account, "uid": "u-1"}
    return {"authenticated": True, "user": user, "audiences": spec.get("audiences", [])}


class ApiServer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with open(TOKENS, encoding="utf-8") as file:
            known = json.load(file)
        if self.path != "/apis/authentication.k8s.io/v1/tokenreviews":
            return self.answer(404, {})
        if self.headers["authorization"] != "Bearer " + known["reviewer"]:
            return self.answer(401, {"kind": "Status", "code": 401, "reason": "Unauthorized", "message": "Unauthorized"})
        return self.answer(201, {**asked, "status": review(asked["spec"], known["accounts"])})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), ApiServer)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
