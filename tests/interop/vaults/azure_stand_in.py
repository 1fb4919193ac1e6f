# SPDX-License-Identifier: Apache-2.0
"""A stand-in for what of Azure the source of credentials speaks to: Entra ID, Key Vault, IMDS and App Service.

It takes what Microsoft documents and refuses all else. One port serves plain http: the metadata services, and a proxy that
answers each CONNECT itself, in TLS, so that clients use the hosts that Azure has.

usage: azure_stand_in.py PORT FOLDER, a folder with server.pem, server.key, app.pem (the certificate that is registered) and
state.json: {"tenant", "client_id", "client_secret", "expired_secret", "workload_token", "identity_header", "secrets"}.
"""
import base64, hashlib, json, re, ssl, sys, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]
VAULTS = "https://vault.azure.net"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
tokens, used_ids = {}, set()
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(FOLDER + "/server.pem", FOLDER + "/server.key")


class Refused(Exception):
    pass


def aadsts(status, error, code, words):
    return Refused(status, {"error": error, "error_description": f"AADSTS{code}: {words} Trace ID: 1\r\nTimestamp: 2",
                            "error_codes": [code]}, {})


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def check_assertion(jwt, state, token_url):
    """https://learn.microsoft.com/entra/identity-platform/certificate-credentials"""
    if jwt == state["workload_token"]:
        return
    certificate = x509.load_pem_x509_certificate(open(FOLDER + "/app.pem", "rb").read())
    der = certificate.public_bytes(Encoding.DER)
    try:
        head, body, signature = jwt.split(".")
        header, claims = json.loads(decode(head)), json.loads(decode(body))
        ps256 = header["alg"] == "PS256"
        print_of = (header["x5t#S256"], hashlib.sha256(der)) if ps256 else (header["x5t"], hashlib.sha1(der))
        pad = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if ps256 else padding.PKCS1v15()
        certificate.public_key().verify(decode(signature), f"{head}.{body}".encode(), pad, hashes.SHA256())
        known = print_of[1].digest() == decode(print_of[0])
    except Exception:
        known = False
    if not known or header["alg"] not in ("PS256", "RS256") or header["typ"] != "JWT":
        raise aadsts(401, "invalid_client", 700027, "The certificate is not registered on application.")
    now = time.time()
    is_timely = now - 60 < claims["exp"] <= now + 660 and claims.get("nbf", now) <= now + 60
    names = claims["iss"] == claims["sub"] == state["client_id"] and claims["aud"] == token_url
    if not is_timely or not names or claims["jti"] in used_ids:
        raise aadsts(401, "invalid_client", 700024, "Client assertion is not within its valid time range, or not for us.")
    used_ids.add(claims["jti"])


def new_token(life, **more):
    token = f"canary-secret.{uuid.uuid4().hex}.token"
    tokens[token] = time.time() + life
    return {"token_type": "Bearer", "access_token": token, **more}


def entra(handler, state, url, query):
    tenant = url.path.split("/")[1]
    base = f"https://login.microsoftonline.com/{tenant}"
    if url.path.endswith("/.well-known/openid-configuration"):  # which only Microsoft's own library asks for
        return {"issuer": base + "/v2.0", "authorization_endpoint": base + "/oauth2/v2.0/authorize",
                "token_endpoint": base + "/oauth2/v2.0/token"}
    if url.path == "/common/discovery/instance":
        return {"tenant_discovery_endpoint": base + "/v2.0/.well-known/openid-configuration", "metadata": []}
    form = {k: v[0] for k, v in parse_qs(handler.body(), strict_parsing=True).items()}
    is_form = handler.headers["content-type"].startswith("application/x-www-form-urlencoded")
    if handler.command != "POST" or url.path != f"/{tenant}/oauth2/v2.0/token" or not is_form:
        raise Refused(404, {}, {})
    if tenant != state["tenant"]:
        raise aadsts(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
    if form.get("client_id") != state["client_id"]:
        raise aadsts(400, "unauthorized_client", 700016, "Application was not found in the directory.")
    if form.get("grant_type") != "client_credentials" or form.get("scope") != VAULTS + "/.default":
        raise aadsts(400, "invalid_scope", 1002012, "The provided value for scope is not valid.")
    if form.get("client_assertion_type") == BEARER and "client_secret" not in form:
        check_assertion(form["client_assertion"], state, base + "/oauth2/v2.0/token")
    elif form.get("client_secret") == state["expired_secret"]:
        raise aadsts(401, "invalid_client", 7000222, "The provided client secret keys are expired.")
    elif form.get("client_secret") != state["client_secret"] or "client_assertion" in form:
        raise aadsts(401, "invalid_client", 7000215, "Invalid client secret provided.")
    return new_token(3599, expires_in=3599, ext_expires_in=3599)


def metadata(handler, state, url, query):
    is_app = url.path == "/msi/token"
    good = {"api-version": ["2019-08-01" if is_app else "2018-02-01"], "resource": [VAULTS]}
    client = query.pop("client_id", [state["client_id"]])
    header = handler.headers["x-identity-header"] == state["identity_header"] if is_app else handler.headers["metadata"] == "true"
    if handler.command != "GET" or query != good or not header:
        raise Refused(400, {"error": "invalid_request", "error_description": "Required metadata header not specified"}, {})
    if client != [state["client_id"]]:
        raise Refused(400, {"error": "invalid_request", "error_description": "Identity not found"}, {})
    until = str(int(time.time()) + 86400)
    return new_token(86400, resource=VAULTS, expires_on=until, **({} if is_app else {"expires_in": "86399"}))


def vault(handler, state, url, query):
    """https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret"""
    scheme, _, token = handler.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or tokens.get(token, 0) < time.time():
        challenge = f'Bearer authorization="https://login.microsoftonline.com/{state["tenant"]}", resource="{VAULTS}"'
        raise Refused(401, {"error": {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}},
                      {"WWW-Authenticate": challenge})
    found = re.fullmatch(r"/secrets/([0-9A-Za-z-]+)(?:/([0-9a-f]{32})?)?", url.path)
    if handler.command != "GET" or not found or not re.fullmatch(r"7\.\d|20\d\d-\d\d-\d\d", query.get("api-version", [""])[0]):
        raise Refused(400, {"error": {"code": "BadParameter", "message": "Not as documented."}}, {})
    versions = state["secrets"].get(found[1], [])
    secret = next((one for one in reversed(versions) if found[2] in (None, one["version"])), None)
    if secret is None:
        raise Refused(404, {"error": {"code": "SecretNotFound", "message": f"A secret (name/id) {found[1]} was not found."}}, {})
    if "refused" in secret:
        raise Refused(403, {"error": {"code": "Forbidden", "message": "No.", "innererror": {"code": secret["refused"]}}}, {})
    return {"value": secret["value"], "contentType": secret.get("contentType"), "attributes": {"enabled": True},
            "id": f'https://{handler.headers["host"]}/secrets/{found[1]}/{secret["version"]}'}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self):
        self.send_response(200)
        self.end_headers()
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def body(self):
        return self.rfile.read(int(self.headers.get("content-length", 0))).decode()

    def answer(self):
        url, state = urlsplit(self.path), json.load(open(FOLDER + "/state.json"))
        host = self.headers["host"] if isinstance(self.connection, ssl.SSLSocket) else "metadata"
        serve = entra if host == "login.microsoftonline.com" else metadata if host == "metadata" else vault
        status, answer, headers = 200, None, {}
        try:
            answer = serve(self, state, url, parse_qs(url.query))
        except Refused as refusal:
            status, answer, headers = refusal.args
        text = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(text), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer

    def log_message(self, *_):  # a request line may hold what tests keep out of logs
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
