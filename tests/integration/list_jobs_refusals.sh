#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# list_jobs with one credential removed or wrong, each in turn: it has to fail and to name that one.
#   easypost-connect-sandbox -- list_jobs_refusals.sh LIST_JOBS
set -euo pipefail
list_jobs=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# expect WORDS COMMAND...
expect() {
  local words=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  if [ "$status" -ne 0 ] && grep --quiet --fixed-strings -- "$words" <<<"$output"; then
    printf 'ok: %s\n' "$words"
  else
    printf 'NOT AS EXPECTED (status %s, "%s" wanted):\n%s\n' "$status" "$words" "$output"
    failures=$((failures + 1))
  fi
}

for name in CLIENT_CERT CLIENT_KEY API_KEY CLIENT_ID CLIENT_SECRET; do
  expect "EASYPOST_CONNECT_$name" env --unset="EASYPOST_CONNECT_$name" "$list_jobs"
done
expect EASYPOST_CONNECT_ENVIRONMENT env --unset=EASYPOST_CONNECT_API_URL "$list_jobs"
expect "server certificate: " env --unset=EASYPOST_CONNECT_CA_FILE "$list_jobs"

# A key and a certificate that are fine, and not those of the sandbox.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/certificate" -days 2 -subj /CN=stranger 2>/dev/null
expect "client certificate: The server refused the client certificate" \
  env EASYPOST_CONNECT_CLIENT_CERT="$work/certificate" EASYPOST_CONNECT_CLIENT_KEY="$work/key" "$list_jobs"
expect "does not belong to the certificate" env EASYPOST_CONNECT_CLIENT_KEY="$work/key" "$list_jobs"
openssl pkey -in "$work/key" -aes256 -passout pass:canary-secret -out "$work/encrypted"
expect EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE env EASYPOST_CONNECT_CLIENT_KEY="$work/encrypted" "$list_jobs"

expect "API key: " env EASYPOST_CONNECT_API_KEY=canary-secret-wrong "$list_jobs"
expect "OAuth client: " env EASYPOST_CONNECT_CLIENT_ID=stranger "$list_jobs"
expect "OAuth client: " env EASYPOST_CONNECT_CLIENT_SECRET=canary-secret-wrong "$list_jobs"
expect "server certificate: " env EASYPOST_CONNECT_CA_FILE="$work/certificate" "$list_jobs"

"$list_jobs" >/dev/null  # and with nothing wrong it works
exit "$failures"
