#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One fault at a time: the doctor has to fail at the right step, to name the right factor, and to print no secret.
#   easypost-connect-sandbox -- doctor_faults.sh EASYPOST_CONNECT EASYPOST_CONNECT_SANDBOX
# Writes what it said as a Markdown table to the file $DOCTOR_TABLE.
set -euo pipefail
program=$1 sandbox=$2 table=${DOCTOR_TABLE:?}
work=$(mktemp -d)
trap 'kill "${other:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
unset https_proxy HTTPS_PROXY all_proxy ALL_PROXY
export LC_ALL=C
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# expect FAULT STATUS STEP FACTOR [COMMAND-PREFIX...]
expect() {
  local fault=$1 expected=$2 step=$3 factor=$4 status=0 said
  shift 4
  "$@" "$program" doctor --timeout 5 >"$work/out" 2>"$work/err" || status=$?
  cat "$work/out" "$work/err" >>"$work/all"
  [ "$status" -eq "$expected" ] || fail "$fault: exit status $status, not $expected"
  grep -Eq "^  x $step +([0-9.]+ ms)? +$factor\$" "$work/out" || fail "$fault: '$step' did not fail with '$factor'"
  [ "$(grep -c '^      do ' "$work/out")" -ge 1 ] || fail "$fault: no remedy"
  [ ! -s "$work/err" ] || fail "$fault: something on stderr"
  [ "$(grep -Ec '^  [-+x!] ' "$work/out")" -eq 7 ] || fail "$fault: not seven steps"
  # shellcheck disable=SC2001  # an expression, not a word
  said=$(sed -n "/^  x $step/,\$ s/^      what *//p" "$work/out" | head -n 1 | sed 's/after [0-9]* ms/after a moment/; s/ on 20.* UTC/ yesterday/'"; s|$work/||")
  printf '| %s | %s | %s | %s |\n' "$fault" "$status" "$step: $factor" "$said" >>"$table"
  echo "ran: $fault: $step, $factor, exit status $status"
  [ "$failures" -eq 0 ] || cat "$work/out"
}

# What is fine by itself and not the sandbox's.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 90 -subj /CN=stranger 2>/dev/null
openssl req -new -key "$work/key" -subj /CN=stranger -out "$work/csr"
openssl x509 -req -in "$work/csr" -signkey "$work/key" -days -1 -out "$work/expired" 2>/dev/null
openssl pkey -in "$work/key" -aes256 -passout pass:canary-secret -out "$work/sealed"
printf 'canary-secret-wrong\n' >"$work/wrong"

# A second sandbox, for credentials of another environment.
"$sandbox" --quiet >"$work/other" 2>/dev/null &
other=$!
for _ in $(seq 100); do
  if grep -q CLIENT_SECRET "$work/other"; then break; fi
  sleep 0.1
done
# shellcheck source=/dev/null
other_value() { (. "$work/other" && printenv "EASYPOST_CONNECT_$1"); }
{ printenv EASYPOST_CONNECT_CA_FILE; cat "$(other_value CA_FILE)"; } >"$work/both-authorities"
other_value CLIENT_SECRET >"$work/other-secret"

printf '| fault | exit status | what failed | what the doctor says |\n|---|---|---|---|\n' >"$table"

expect "no client certificate" 10 credentials "client certificate" env -u EASYPOST_CONNECT_CLIENT_CERT
expect "no private key" 10 credentials "client certificate" env -u EASYPOST_CONNECT_CLIENT_KEY
expect "no certificate in the file" 10 credentials "client certificate" env "EASYPOST_CONNECT_CLIENT_CERT=$work/csr"
expect "no such certificate file" 10 credentials "client certificate" env "EASYPOST_CONNECT_CLIENT_CERT=/no/such/client.crt"
expect "key of another certificate" 10 credentials "client certificate" env "EASYPOST_CONNECT_CLIENT_KEY=$work/key"
expect "encrypted key, no passphrase" 10 credentials "client certificate" env "EASYPOST_CONNECT_CLIENT_KEY=$work/sealed"
expect "expired certificate" 10 credentials "client certificate" \
  env "EASYPOST_CONNECT_CLIENT_CERT=$work/expired" "EASYPOST_CONNECT_CLIENT_KEY=$work/key"
expect "certificate of another authority" 10 "client certificate" "client certificate" \
  env "EASYPOST_CONNECT_CLIENT_CERT=$work/cert" "EASYPOST_CONNECT_CLIENT_KEY=$work/key"
expect "no API key" 11 credentials "API key" env -u EASYPOST_CONNECT_API_KEY
expect "wrong API key" 11 call "API key" env EASYPOST_CONNECT_API_KEY=canary-secret-wrong
expect "a line break in the client secret" 13 credentials "OAuth client" \
  env "EASYPOST_CONNECT_CLIENT_SECRET=canary-secret"$'\n'
expect "wrong client secret" 13 token "OAuth client" env EASYPOST_CONNECT_CLIENT_SECRET=canary-secret-wrong
expect "unknown client id" 13 token "OAuth client" env EASYPOST_CONNECT_CLIENT_ID=stranger
expect "token of another environment" 12 call "access token" \
  env "EASYPOST_CONNECT_TOKEN_URL=$(other_value TOKEN_URL)" "EASYPOST_CONNECT_CA_FILE=$work/both-authorities" \
  "EASYPOST_CONNECT_CLIENT_SECRET=$(cat "$work/other-secret")"
expect "the private authority is not given" 14 TLS "server certificate" env -u EASYPOST_CONNECT_CA_FILE
expect "another authority is given" 14 TLS "server certificate" env "EASYPOST_CONNECT_CA_FILE=$work/cert"
expect "no such host" 15 DNS network env EASYPOST_CONNECT_API_URL=https://no-such-host.invalid
expect "no such token host" 15 token network env EASYPOST_CONNECT_TOKEN_URL=https://no-such-host.invalid/token
expect "a port where nobody listens" 15 TCP network env EASYPOST_CONNECT_API_URL=https://localhost:1
expect "a proxy where nobody listens" 15 TCP network env https_proxy=http://me:canary-secret@localhost:1
expect "a proxy whose password has a slash" 15 DNS network env https_proxy=http://me:canary-secret/1@localhost:3128
expect "no environment" 16 credentials request env -u EASYPOST_CONNECT_API_URL -u EASYPOST_CONNECT_ENVIRONMENT
expect "an API URL with a password" 16 credentials request \
  env EASYPOST_CONNECT_API_URL=https://me:canary-secret@localhost
expect "an API URL without TLS" 16 credentials request env EASYPOST_CONNECT_API_URL=http://localhost

# The token does not depend on the API's host, and the host not on the token.
env EASYPOST_CONNECT_API_URL=https://localhost:1 "$program" doctor >"$work/out" || true
grep -Eq '^  \+ token ' "$work/out" || fail "the token is not tried when the API's host is away"
env EASYPOST_CONNECT_CLIENT_ID=stranger "$program" doctor >"$work/out" || true
grep -Eq '^  \+ client certificate ' "$work/out" || fail "the connection is not tried when the token is refused"

# Which way it takes.
env https_proxy=http://me:canary-secret@localhost:1 no_proxy=localhost "$program" doctor >"$work/out" || fail "no_proxy"
cat "$work/out" >>"$work/all"
grep -Eq '^  \+ DNS .*no_proxy leaves out the proxy localhost:1 \(https_proxy\)$' "$work/out" || fail "the proxy left out is not named"

# What the log of a call through a proxy says.
for proxy in http://me:canary-secret@localhost:1 http://me:1/canary-secret@localhost:1 htp://me:canary-secret@localhost \
  'http://me:canary-secret @localhost:1'; do
  https_proxy=$proxy EASYPOST_CONNECT_LOG=debug "$program" call GET /jobs --timeout 1 >"$work/out" 2>&1 && fail "proxy $proxy"
  grep -q https_proxy "$work/out" || fail "the log does not name the variable"
  cat "$work/out" >>"$work/all"
done

# By files instead of variables.
env -u EASYPOST_CONNECT_API_KEY "$program" doctor --api-key-file "$work/wrong" >"$work/out" 2>&1 || status=$?
[ "${status:-0}" -eq 11 ] || fail "--api-key-file is not used"
cat "$work/out" >>"$work/all"

"$program" doctor >"$work/out" || fail "the doctor finds a fault where none is"
tee -a "$work/all" <"$work/out"
[ "$(grep -c '^  + ' "$work/out")" -eq 7 ] || fail "not every step passed"

if grep -Eq 'sandbox-secret|canary-secret|PRIVATE KEY-----[[:space:]]*($|M)' "$work/all"; then
  fail "a secret was printed"
fi
echo "table: $table"
exit "$((failures > 0))"
