# SPDX-License-Identifier: Apache-2.0
"""Reads a secret with Google's own client library, which logs in as the environment says.

usage: google_official.py projects/P/secrets/S/versions/V
"""
import sys

from google.cloud import secretmanager

client = secretmanager.SecretManagerServiceClient(transport="rest")
answer = client.access_secret_version(name=sys.argv[1])
sys.stdout.buffer.write(answer.payload.data)
