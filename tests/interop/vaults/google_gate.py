# SPDX-License-Identifier: Apache-2.0
"""Stands in for what of Google's comes before a secret: the way to *.googleapis.com (it is a proxy), TLS, the token
services, the metadata service, and the check of tokens, for which drongo, that keeps the secrets, has nothing. It is
strict: what it does not expect it refuses. JWTs are verified by Google's own library, google-auth.

usage: google_gate.py CONFIG    (JSON: port, drongo, certificate, key, signers, account, audience, subject_token)
"""
import base64
import datetime
import http.client
import http.server
import itertools
import json
import re
import ssl
import sys
import urllib.parse

import google.auth.jwt
import google_crc32c

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
TOKEN_TYPE = "urn:ietf:params:oauth:token-type:"
ISSUED = {}  # token -> what it is
NUMBERS = itertools.count(1)

with open(sys.argv[1], encoding="utf-8") as file:
    CONFIG = json.load(file)
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
TLS.load_cert_chain(CONFIG["certificate"], CONFIG["key"])


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


def google_error(code, status, message):
    return Refused(code, {"error": {"code": code, "message": message, "status": status}})


def issue(kind):
    token = f"canary-secret-ya29-{kind}-{next(NUMBERS)}"
    ISSUED[token] = kind
    return token


def is_for_secret_manager(claims):
    return SCOPE in claims.get("scope", "").split() or claims.get("aud") == "https://secretmanager.googleapis.com/"


def whose(headers):
    """Returns how the sender has logged in."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme == "Bearer" and token in ISSUED:
        return ISSUED[token]
    try:
        claims = google.auth.jwt.decode(token, certs=CONFIG["signers"])
        is_of_account = claims["iss"] == claims["sub"] == CONFIG["account"]
        is_short = claims["exp"] - claims["iat"] <= 3600
        if scheme == "Bearer" and is_of_account and is_short and is_for_secret_manager(claims):
            return "self-signed"
    except (ValueError, KeyError, google.auth.exceptions.GoogleAuthError):
        pass
    raise google_error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")


def exchange(headers, body):
    form = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
    expected = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "audience": CONFIG["audience"],
        "requested_token_type": TOKEN_TYPE + "access_token",
        "subject_token_type": TOKEN_TYPE + "jwt",
    }
    token = form.pop("subject_token", None)
    is_form = headers.get("content-type") == "application/x-www-form-urlencoded"
    scope = form.pop("scope", None)  # google-auth asks for the second one before it impersonates
    if not is_form or form != expected or scope not in (SCOPE, "https://www.googleapis.com/auth/iam"):
        raise Refused(400, {"error": "invalid_request", "error_description": str(sorted(form))})
    if token != CONFIG["subject_token"]:
        why = "The given credential is rejected by the attribute condition."
        raise Refused(400, {"error": "invalid_grant", "error_description": why})
    return {
        "access_token": issue("federated"),
        "issued_token_type": TOKEN_TYPE + "access_token",
        "token_type": "Bearer",
        "expires_in": 3599,
    }


def impersonate(headers, body):
    wish = json.loads(body)
    if whose(headers) != "federated":
        raise google_error(403, "PERMISSION_DENIED", "Permission 'iam.serviceAccounts.getAccessToken' denied.")
    life = re.fullmatch(r"(\d+)s", wish["lifetime"])
    if SCOPE not in wish["scope"] or not life:
        raise google_error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=int(life[1]))
    return {"accessToken": issue("impersonated"), "expireTime": end.strftime("%Y-%m-%dT%H:%M:%SZ")}


def access(host, path, headers):
    who = whose(headers)
    regional = re.fullmatch(r"secretmanager\.([a-z0-9-]+)\.rep\.googleapis\.com", host)
    if regional:  # drongo knows no locations
        location = f"/locations/{regional[1]}/"
        if location not in path:
            raise google_error(400, "INVALID_ARGUMENT", "The location of the secret is not that of the endpoint.")
        path = path.replace(location, "/")
    server = http.client.HTTPConnection("127.0.0.1", CONFIG["drongo"])
    server.request("GET", path)
    answer = server.getresponse()
    body = json.loads(answer.read())
    if answer.status != 200:
        raise Refused(answer.status, body)
    data = base64.b64decode(body["payload"]["data"])
    body["payload"]["dataCrc32c"] = str(google_crc32c.value(data))
    print("access by", who, "at", host, flush=True)
    return body


def metadata(path, headers):
    if headers.get("metadata-flavor") != "Google":
        raise Refused(403, {"error": "Missing Metadata-Flavor:Google header."})
    account = "/computeMetadata/v1/instance/service-accounts/default/"
    url = urllib.parse.urlsplit(path)
    if url.path == account + "token":
        return {"access_token": issue("machine"), "expires_in": 3599, "token_type": "Bearer"}
    if url.path == account:
        return {"email": CONFIG["account"], "scopes": [SCOPE], "aliases": ["default"]}
    if url.path == "/":
        return {}
    raise Refused(404, {"error": "not found"})


def subject_token(headers):
    if headers.get("authorization") != "bearer canary-secret-of-the-runner":
        raise Refused(401, {"message": "no"})
    return {"value": CONFIG["subject_token"]}


class Gate(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host = ""  # of the tunnel; empty: plain http

    def do_CONNECT(self):
        self.host = self.path.rpartition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.connection = TLS.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def answer(self, method):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.host and self.headers["host"] != self.host:
            raise Refused(421, {})
        if self.host == "sts.googleapis.com" and (method, self.path) == ("POST", "/v1/token"):
            return exchange(self.headers, body)
        account = f"/v1/projects/-/serviceAccounts/{CONFIG['account']}:generateAccessToken"
        if self.host == "iamcredentials.googleapis.com" and (method, self.path) == ("POST", account):
            return impersonate(self.headers, body)
        if self.host.startswith("secretmanager.") and method == "GET":
            return access(self.host, self.path, self.headers)
        if not self.host and method == "GET":
            return subject_token(self.headers) if self.path == "/subject-token" else metadata(self.path, self.headers)
        raise Refused(404, {"error": "not found"})

    def reply(self, method):
        try:
            status, answer = 200, self.answer(method)
        except Refused as refused:
            status, answer = refused.status, refused.body
        text = json.dumps(answer).encode()
        self.send_response(status)
        if not self.host:
            self.send_header("Metadata-Flavor", "Google")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format, *words):
        pass  # the log is for access()

    def do_GET(self):
        self.reply("GET")

    def do_POST(self):
        self.reply("POST")


http.server.ThreadingHTTPServer(("127.0.0.1", CONFIG["port"]), Gate).serve_forever()
