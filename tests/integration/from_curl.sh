#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every command of docs/from-curl.md, those of curl and those of the SDK, with the hosts of a running sandbox.
#   easypost-connect-sandbox -- from_curl.sh FROM_CURL_MD FOLDER_OF_THE_PROGRAMS
set -euo pipefail
page=$(realpath "$1")
PATH=$(realpath "$2"):$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf '%s\n' "$EASYPOST_CONNECT_CA_FILE" >ca.crt
printf '%%PDF-1.4\n' >letters.pdf
export CURL_CA_BUNDLE=$work/ca.crt
export EASYPOST_CONNECT_CLIENT_CERT=client.crt EASYPOST_CONNECT_CLIENT_KEY=client.key

# The Portal's part comes after each signing request.
sed -n '/^```sh$/,/^```$/p' "$page" | sed \
  -e "s|https://auth.acc.eservices.easypost.eu/oauth2/token|$EASYPOST_CONNECT_TOKEN_URL|" \
  -e "s|https://api.acc.eservices.easypost.eu|$EASYPOST_CONNECT_API_URL|" \
  -e '/client.csr$\|--force /a rm -f client.crt && easypost-connect-sandbox sign client.csr' \
  -e '/^```/d' >commands.sh
for wanted in "$EASYPOST_CONNECT_TOKEN_URL" "$EASYPOST_CONNECT_API_URL/jobs" 'sandbox sign' 'call POST' 'request PUT'; do
  grep -qF -- "$wanted" commands.sh || { echo "no longer among the commands: $wanted"; exit 1; }
done
bash -euxo pipefail commands.sh
