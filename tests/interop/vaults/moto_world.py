# SPDX-License-Identifier: Apache-2.0
"""AWS for the tests: moto with its checks of signatures and policies on, and what AWS runs beside a program.

usage: python3 moto_world.py PORT LOCAL_PORT FILE

PORT is moto's. LOCAL_PORT has what moto does not serve at an address of its own: the metadata of an instance (IMDSv2), the
agent of a container (/container), and STS, which is handed on to moto: signed, because moto with its checks on refuses what
is not, also where AWS asks for no signature. What is posted there to the path of a secret becomes its current version. When
LOCAL_PORT listens, FILE holds NAME=VALUE for all that a test has to know.
"""
import fnmatch
import http.server
import json
import sys

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.iam.access_control import IAMPolicyStatement
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.server import ThreadedMotoServer

PORT, LOCAL_PORT, FILE = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
REGION = "eu-west-1"
URL = f"http://127.0.0.1:{PORT}"
IMDS_TOKEN, AGENT_TOKEN = "canary-secret-of-imds", "canary-secret-of-the-agent"
MAY_READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}],
}
OPERATES = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["sts:*", "secretsmanager:PutSecretValue"], "Resource": "*"}],
}
MAY_KEEP = {**MAY_READ, "Statement": [{"Effect": "Allow", "Action": ["secretsmanager:*", "iam:*"], "Resource": "*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:*"}]}


def secret_of(response):
    secrets, name = response.backend.secrets, response._get_param("SecretId")
    return secrets[name].arn if name and name in secrets else "*"


# Without these two, moto asks of a policy whether it names the action and not whether it names the secret.
SecretsManagerResponse._determine_resource = secret_of
IAMPolicyStatement._match = staticmethod(lambda pattern, text: fnmatch.fnmatchcase(text, pattern) or None)


def client(service, key_id="admin", key="canary-secret-of-admin"):
    return boto3.client(service, region_name=REGION, endpoint_url=URL, aws_access_key_id=key_id, aws_secret_access_key=key)


def text_of(marker):
    fields = ("client_cert", "client_key", "api_key", "client_id", "client_secret")
    return json.dumps({name: f"canary-secret-{marker}-{name}" for name in fields})


def make_secrets():
    manager = client("secretsmanager")
    first = manager.create_secret(Name="easypost/acc", SecretString=text_of("old"))
    manager.put_secret_value(SecretId="easypost/acc", SecretString=text_of("new"))
    manager.create_secret(Name="easypost/binary", SecretBinary=text_of("binary").encode())
    manager.create_secret(Name="easypost/deleted", SecretString=text_of("deleted"))
    manager.delete_secret(SecretId="easypost/deleted")
    return {"ARN": first["ARN"], "FIRST_VERSION": first["VersionId"]}


def make_user(name, policy=None):
    iam = client("iam")
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {f"{name.upper()}_ID": key["AccessKeyId"], f"{name.upper()}_SECRET": key["SecretAccessKey"]}


def make_role():
    iam = client("iam")
    role = iam.create_role(RoleName="easypost", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="easypost", PolicyName="read", PolicyDocument=json.dumps(MAY_READ))
    keys = client("sts").assume_role(RoleArn=role, RoleSessionName="local")["Credentials"]
    answer = {"Code": "Success", "AccessKeyId": keys["AccessKeyId"], "SecretAccessKey": keys["SecretAccessKey"],
              "Token": keys["SessionToken"], "Expiration": keys["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ")}
    return role, json.dumps(answer)


class Local(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    role_keys = ""
    operator = None
    manager = None

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        wanted = self.path == "/latest/api/token" and self.headers["x-aws-ec2-metadata-token-ttl-seconds"]
        self.answer(*((200, IMDS_TOKEN) if wanted else (400, "")))

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        if self.path == "/container":
            known = self.headers["authorization"] == AGENT_TOKEN
            return self.answer(*((200, self.role_keys) if known else (401, '{"message":"wrong token"}')))
        if self.headers["x-aws-ec2-metadata-token"] != IMDS_TOKEN:
            return self.answer(401, "")
        return self.answer(*{roles: (200, "easypost"), roles + "easypost": (200, self.role_keys)}.get(self.path, (404, "")))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path != "/":
            self.manager.put_secret_value(SecretId=self.path[1:], SecretString=body.decode())
            return self.answer(200, "")
        request = AWSRequest("POST", URL + "/", headers={"Content-Type": self.headers["content-type"]}, data=body)
        SigV4Auth(self.operator, "sts", REGION).add_auth(request)
        answer = requests.post(URL + "/", data=body, timeout=20, headers=dict(request.headers))
        self.answer(answer.status_code, answer.text)

    def log_message(self, *_):
        pass


ThreadedMotoServer(ip_address="127.0.0.1", port=PORT).start()
known = {"AGENT_TOKEN": AGENT_TOKEN, **make_secrets(), **make_user("reader", MAY_READ), **make_user("stranger"),
         **make_user("keeper", MAY_KEEP)}
operator = make_user("operator", OPERATES).values()
Local.operator, Local.manager = Credentials(*operator), client("secretsmanager", *operator)
known["ROLE"], Local.role_keys = make_role()
requests.post(URL + "/moto-api/reset-auth", data="0", timeout=20)
with open(FILE, "w", encoding="utf-8") as file:
    file.writelines(f"{name}={value}\n" for name, value in known.items())
http.server.ThreadingHTTPServer(("127.0.0.1", LOCAL_PORT), Local).serve_forever()
