# SPDX-License-Identifier: Apache-2.0
"""Prints the signatures that botocore gives the requests of aws_signature_test.cpp at a fixed time.

pip install botocore==1.44.8, then: python3 tests/support/aws_signatures.py
"""
import datetime
import unittest.mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 11, 25, 14, 41, 35)
ID, SECRET, TOKEN = "AKIDEXAMPLE", "canary-secret/key+of=aws", "canary-secret-token/+=="
HEADERS = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue"}

CASES = {
    "Plain": ("eu-west-1", "https://secretsmanager.eu-west-1.amazonaws.com/", None, HEADERS, '{"SecretId":"a"}'),
    "SessionToken": ("eu-west-1", "https://secretsmanager.eu-west-1.amazonaws.com/", TOKEN, HEADERS, '{"SecretId":"a"}'),
    "Port": ("eu-west-1", "http://127.0.0.1:18300/", None, HEADERS, '{"SecretId":"a"}'),
    "China": ("cn-north-1", "https://secretsmanager.cn-north-1.amazonaws.com.cn/", TOKEN, HEADERS, '{"SecretId":"a"}'),
    "OtherHeaders": ("eu-west-1", "https://secretsmanager.eu-west-1.amazonaws.com/", None,
                     {"x-zebra": "last", "accept": "application/json", **HEADERS}, '{"SecretId":"a"}'),
    "EmptyBody": ("us-gov-west-1", "https://secretsmanager-fips.us-gov-west-1.amazonaws.com/", TOKEN, HEADERS, ""),
}

for name, (region, url, token, headers, body) in CASES.items():
    request = AWSRequest("POST", url, headers=dict(headers), data=body)
    with unittest.mock.patch.object(botocore.auth, "get_current_datetime", lambda *a, **k: NOW):
        botocore.auth.SigV4Auth(Credentials(ID, SECRET, token), "secretsmanager", region).add_auth(request)
    print(name, request.headers["Authorization"].rpartition("=")[2], request.headers["Authorization"].split(", ")[1])
