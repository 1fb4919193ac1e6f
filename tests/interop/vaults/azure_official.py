# SPDX-License-Identifier: Apache-2.0
"""Reads a secret with Microsoft's own client, and prints its version and value; or, when that is refused, why.

usage: azure_official.py LOGIN VAULT NAME; LOGIN is "identity" (azure-identity takes from the environment who logs in), or "msal":
the certificate of AZURE_CLIENT_CERTIFICATE_PATH, whose assertions MSAL signs with PS256, and azure-identity with RS256.
"""
import logging, os, sys, time

import msal
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient


class MsalCertificate:
    def get_token(self, *scopes, **_):
        pem = open(os.environ["AZURE_CLIENT_CERTIFICATE_PATH"]).read()
        app = msal.ConfidentialClientApplication(
            os.environ["AZURE_CLIENT_ID"], client_credential={"private_key": pem, "public_certificate": pem},
            authority="https://login.microsoftonline.com/" + os.environ["AZURE_TENANT_ID"])
        answer = app.acquire_token_for_client(list(scopes))
        return AccessToken(answer["access_token"], int(time.time()) + answer["expires_in"])


def of_environment():
    return DefaultAzureCredential(
        exclude_developer_cli_credential=True, exclude_cli_credential=True, exclude_powershell_credential=True,
        exclude_shared_token_cache_credential=True, exclude_visual_studio_code_credential=True)


logging.disable(logging.CRITICAL)
credential = MsalCertificate() if sys.argv[1] == "msal" else of_environment()
try:
    secret = SecretClient(f"https://{sys.argv[2]}.vault.azure.net", credential, retry_total=0).get_secret(sys.argv[3])
    print(secret.properties.version, secret.value)
except AzureError as error:
    print("refused:", error)
