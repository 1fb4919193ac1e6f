#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program easypost-connect-sandbox: the first half of the authentication guide, files, signals, variables.
#   sandbox_program.sh SANDBOX EASYPOST_CONNECT
# shellcheck disable=SC2317,SC1091  # some functions are called by check only; sandbox.env is made here
set -euo pipefail
# shellcheck source=tests/integration/file_checks.sh
source "$(dirname "$0")/file_checks.sh"
sandbox=$(realpath "$1")
client=$(realpath "$2")
work=$(mktemp -d)
running=
trap '[ -z "$running" ] || kill "$running" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
export TMPDIR=$work
unset "${!EASYPOST_CONNECT_@}"

start() {
  "$sandbox" "$@" >started.out 2>started.err &
  running=$!
  until [ -e sandbox.env ]; do kill -0 "$running" && sleep 0.05; done
}
stop() {
  local pid=$running
  running=
  kill -"$1" "$pid"
  wait "$pid"
}
with_variables() (
  set -a
  . ./sandbox.env
  "$@"
)
with_certificate() {
  EASYPOST_CONNECT_CLIENT_CERT=$1 EASYPOST_CONNECT_CLIENT_KEY=client.key "$client" doctor --plain
}

"$client" csr --common-name my-company >/dev/null 2>&1

# The guide with a sandbox that runs: a key, a request, its certificate, a call.
start --env-file sandbox.env
check "the file of variables is the owner's" same "$(stat -c %a sandbox.env)" 600
check "it is one that docker reads, too" refused 1 grep -qvE '^(#.*|(no_proxy|NO_PROXY|EASYPOST_CONNECT_[A-Z_]+)=[^"'\'' ]+)$' sandbox.env
check "nothing is left of its making" same "$(ls ./*.part 2>/dev/null || true)" ""
check "the running sandbox signs" with_variables "$sandbox" sign client.csr
check "everybody may read a certificate" same "$(stat -c %a client.crt)" 644
check "doctor finds nothing with that certificate" with_variables with_certificate client.crt
check "a certificate is not overwritten" refused 1 with_variables "$sandbox" sign client.csr
check "unless --force says so" with_variables "$sandbox" sign client.csr --force
check "a key is no request" refused 1 with_variables "$sandbox" sign client.key --out -
check "and none of it is repeated" refused 1 grep -q 'BEGIN' refused.out
check "a request may come by stdin" with_variables sh -c "'$sandbox' sign - --out - <client.csr | grep -q 'BEGIN CERTIFICATE'"
authority=$(sed -n 's/^EASYPOST_CONNECT_SANDBOX_AUTHORITY=//p' sandbox.env)
check "the authority is the owner's" same "$(stat -c %a "$authority")" 600
check "SIGTERM is a good end" stop TERM
check "the file of variables goes with the sandbox" [ ! -e sandbox.env ]
check "so do all credentials" same "$(ls -d "$work"/easypost-connect-sandbox.* 2>/dev/null || true)" ""
check "it said when it was ready" grep -q '^easypost-connect-sandbox ready: https://localhost:' started.err
check "a sandbox that has ended signs nothing" \
  refused 1 env EASYPOST_CONNECT_SANDBOX_AUTHORITY="$authority" "$sandbox" sign client.csr --out -
check "and that is said" grep -q 'that sandbox has ended' refused.out
check "without any sandbox it asks which one" refused 1 "$sandbox" sign client.csr --out -

# The guide without one: the authority outlives its sandboxes.
check "a new authority signs" "$sandbox" sign client.csr --authority authority.pem --out first.crt
check "it is kept, for the owner" same "$(stat -c %a authority.pem)" 600
check "the authority may be named before sign" "$sandbox" --authority authority.pem sign client.csr --out second.crt
issuer() { openssl x509 -in "$1" -noout -ext authorityKeyIdentifier; }
check "and is the same one" same "$(issuer second.crt)" "$(issuer first.crt)"
check "a later sandbox takes its certificate" \
  "$sandbox" --quiet --authority authority.pem -- env EASYPOST_CONNECT_CLIENT_CERT=first.crt \
  EASYPOST_CONNECT_CLIENT_KEY=client.key "$client" doctor --plain
check "another sandbox does not" \
  refused 10 "$sandbox" --quiet -- env EASYPOST_CONNECT_CLIENT_CERT=first.crt \
  EASYPOST_CONNECT_CLIENT_KEY=client.key "$client" doctor --plain

# Authorities that are none.
said() { grep -qF -e "$1" refused.out && ! grep -qE 'network|free ports|::|BEGIN' refused.out; }
bad_authority() {
  check "$1 is no authority" refused 1 "$sandbox" --authority "$1" -- true
  check "and why not" said "--authority $1: The certificate authority cannot be used: $2"
  check "$1 signs nothing" refused 1 "$sandbox" --authority "$1" sign client.csr --out -
  check "and why not" said "signing client.csr by $1: The certificate authority cannot be used: $2"
}
: >empty.pem
openssl x509 -in authority.pem -out cert.pem
openssl pkey -in authority.pem -out key.pem
cat cert.pem client.key >mixed.pem
cat first.crt client.key >client.pem
check "an empty file is no authority" refused 1 "$sandbox" --authority empty.pem -- true
check "which is said" grep -qF 'empty.pem is empty;' refused.out
bad_authority client.csr "there is neither a certificate nor a private key in it"
bad_authority key.pem "there is a private key in it, but no certificate"
bad_authority cert.pem "there is a certificate in it, but no private key"
bad_authority mixed.pem "its private key belongs to another certificate"
bad_authority client.pem "its certificate must not issue others"
check "none can be made where no folder is" refused 1 "$sandbox" --authority nowhere/a.pem -- true
check "which is said of its name" grep -qF ': nowhere/a.pem: No such file or directory' refused.out
check "a folder is no authority" refused 1 "$sandbox" --authority . -- true
check "which is said" grep -qF ': . is a folder' refused.out

# Files that are there.
echo precious >sandbox.env
check "a file of somebody else is not replaced" refused 1 "$sandbox" --env-file sandbox.env -- true
check "it is as it was" same "$(cat sandbox.env)" precious
rm sandbox.env
start --quiet --env-file sandbox.env
check "nor is that of a sandbox that runs" refused 1 "$sandbox" --env-file sandbox.env -- true
check "which is said" grep -q 'belongs to a sandbox that still runs' refused.out
check "and it is still there" grep -q EASYPOST_CONNECT_API_URL sandbox.env
kill -KILL "$running"
wait "$running" 2>/dev/null || true
check "a killed sandbox leaves its file" [ -e sandbox.env ]
check "the next one replaces it" "$sandbox" --quiet --env-file sandbox.env -- grep -q EASYPOST_CONNECT_API_URL sandbox.env
check "and takes it away" [ ! -e sandbox.env ]

# Commands.
variable() { "$sandbox" --quiet -- sh -c "printf '%s' \"\${EASYPOST_CONNECT_$1-}\""; }
check "the command's status is passed on" refused 7 "$sandbox" --quiet -- sh -c 'exit 7'
check "a signal that ended it, too" refused 143 "$sandbox" --quiet -- sh -c 'kill -TERM $$'
check "a command that is not there" refused 127 "$sandbox" --quiet -- ./nothing
check "it is not taken for another one" refused 1 grep -q 'Did you mean' refused.out
check "a misspelt sign" refused 127 "$sandbox" --quiet sgin client.csr
check "is understood" grep -q 'sgin: No such file or directory. Did you mean sign?' refused.out
check "help is no command" refused 127 "$sandbox" --quiet help
check "and the flag is named" grep -q 'Did you mean --help?' refused.out
check "a token that is never good" refused 2 "$sandbox" --token-life 0 -- true
export EASYPOST_CONNECT_LOG=info EASYPOST_CONNECT_LOG_FORMAT=json EASYPOST_CONNECT_ENVIRONMENT=PRO
check "EASYPOST_CONNECT_LOG is passed on" same "$(variable LOG)" info
check "so is its format" same "$(variable LOG_FORMAT)" json
check "what says where the API is, is not" same "$(variable ENVIRONMENT)" ""
check "and that is said once" \
  same "$("$sandbox" -- true 2>&1 | grep -c 'your own EASYPOST_CONNECT_ENVIRONMENT stay out')" 1
unset EASYPOST_CONNECT_LOG EASYPOST_CONNECT_LOG_FORMAT EASYPOST_CONNECT_ENVIRONMENT

# Proxies.
export https_proxy=http://127.0.0.1:1
check "a proxy of the caller is not in the way" "$sandbox" --quiet -- "$client" call GET /jobs
excluded() { "$sandbox" --quiet -- sh -c 'printf %s "${no_proxy-}|${NO_PROXY-}"'; }
check "where no list is, one is made" same "$(excluded)" "localhost|"
check "a list is made longer" same "$(NO_PROXY=.example.com excluded)" "|.example.com,localhost"
check "a star stays alone" same "$(no_proxy='*' excluded)" "*|"
start --quiet --env-file sandbox.env
check "whoever reads the file asks no proxy, either" with_variables "$client" call GET /jobs
stop TERM
export NO_PROXY=.example.com
start --quiet --env-file sandbox.env
check "there, too, a list is made longer" same "$(grep -i no_proxy sandbox.env)" NO_PROXY=.example.com,localhost
stop TERM

exit "$((failures > 0))"
