#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the program says when it refuses: wrong usage, and what is wrong by the name under which it was given.
#   easypost-connect-sandbox -- command_line_refusals.sh EASYPOST_CONNECT
set -euo pipefail
# shellcheck source=tests/integration/command_line_checks.sh
source "$(dirname "$0")/command_line_checks.sh"

# Wrong usage.
refused "'docter' is no command. Did you mean 'doctor'?" docter
refused "Did you mean 'call'?" cal /jobs
refused "'no-such-command' is no command." no-such-command
refused "Did you mean 'inspect'?" help inspct
refused "Did you mean '--header'?" call /jobs --haeder 'a: b'
refused "Did you mean '--api-key-file'?" call /jobs --api-key canary-secret
refused "Did you mean '--token-url'?" call /jobs --tokn-url x
while IFS='|' read -r flag gist; do  # what curl and gh have, and what nobody has
  refused "There is no option '$flag'.$gist"$'\nTry' call /jobs "$flag" x
done <<'EOF'
--path| PATH stands alone: easypost-connect call /jobs.
--request| METHOD stands before PATH, or behind -X or --method.
--data-binary| --data sends what it is given byte for byte.
-v| EASYPOST_CONNECT_LOG=debug says what is done, --include shows the answer's headers.
-k| The server is always verified; --ca names a private certificate authority.
-L| Redirects are not followed: credentials go to the API only.
--verbos|
-z|
EOF
refused "'--token'" call /jobs --token=canary-secret
refused "--header: there is no colon" call GET /jobs --header canary-secret
refused "one argument too many" call GET /jobs canary-secret
refused "PATH is required" call
refused "PATH is missing behind GET" call GET
refused "PATH is missing behind post" call post -d x
refused "--output: the name of the file is empty" call /jobs -o ''
refused "GET, HEAD, POST, PUT, PATCH, DELETE" call FETCH /jobs
refused "GET, HEAD, POST, PUT, PATCH, DELETE" call /jobs GET
refused "GET, HEAD, POST, PUT, PATCH, DELETE" call -X FETCH /jobs
refused "METHOD excludes --method" call GET /jobs -X GET
refused "bash,zsh,fish" completion tcsh
refused "rsa2048,p256" csr --common-name a --key-type dsa
refused "excludes" doctor --plain --json
refused "ACTION is required" credentials
refused "show,watch" credentials list
refused "--interval: only watch looks again" credentials show --interval 5
refused "excludes" token --show --json
run 1 call GET /jobs --key '-----BEGIN PRIVATE KEY-----'
says "a key as an argument" "$err" "takes a path"
[[ $err != *BEGIN* ]] || fail "the argument that is refused is printed"

printf 'canary-secret-wrong\n' >"$work/wrong"
# What is wrong is called by the name under which it was given, and mended by what can be typed.
#   blames STATUS GIST OTHER_NAME ARGUMENT...: says the gist, and does not speak of the other name.
blames() {
  local status=$1 gist=$2 other=$3
  shift 3
  run "$status" "$@"
  says "$*" "$err" "$gist"
  [[ $err != *$other* ]] || fail "$* speaks of $other: $err"
}
blames 16 "--environment is neither ACC nor PRO" EASYPOST_CONNECT call /jobs --environment xxx
blames 10 "(--cert), file $work/none" EASYPOST_CONNECT call /jobs --cert "$work/none"
blames 10 "(--key), file $work/none" EASYPOST_CONNECT_CLIENT_KEY call /jobs --key "$work/none"
blames 11 "--api-key-file" EASYPOST_CONNECT_API_KEY call /jobs --api-key-file "$work/wrong"
blames 16 "(--api-url) ends with a blank or a line break" :: call /jobs --api-url "$EASYPOST_CONNECT_API_URL "
blames 16 "(--api-url) does not begin with https://" :: call /jobs --api-url localhost:1
blames 16 "Write it as https://HOST" :: token --token-url http://localhost
blames 16 "is a folder" :: call /jobs/single-file -d "@$work"
blames 13 "only code can set" :: call /jobs --client-id stranger
blames 13 "(--client-id, EASYPOST_CONNECT_CLIENT_SECRET)" :: call /jobs --client-id stranger
run 16 doctor --environment xxx
says "doctor --environment" "$out" "--environment is neither"
mkdir "$work/made"
(cd "$work/made" && "$program" csr --common-name c >"$work/out" 2>&1)
blames 16 "(--force)" :: csr --common-name c --out-key "$work/made/client.key" --out-csr "$work/made/other"
EASYPOST_CONNECT_CLIENT_CERT=$work/none blames 10 "EASYPOST_CONNECT_CLIENT_CERT" "--cert" call /jobs
: >"$work/empty"
blames 16 "--passphrase-file: the file is empty" :: csr --common-name c --passphrase-file "$work/empty"
EASYPOST_CONNECT_LOG=INFO run 0 call /jobs
says "a level in capital letters" "$err" "attempt_finished"
EASYPOST_CONNECT_LOG=info EASYPOST_CONNECT_LOG_FORMAT=json run 16 call /no/such/path
[ "$(grep -c '^{.*}$' "$work/err")" -eq "$(wc -l <"$work/err")" ] || fail "a log of JSON holds other lines: $err"
says "a failure in a log of JSON" "$err" '"event":"command_failed","exit_status":16,"error":{"factor":"request"'

# inspect
run 0 inspect
silent inspect "$err"
says inspect "$out" "CN=sandbox-client"
says inspect "$out" "to certificate 1"

refused "FILE excludes --cert" inspect file --cert other
certificate=$work/client.crt
printenv EASYPOST_CONNECT_CLIENT_CERT >"$certificate"
(umask 077 && printenv EASYPOST_CONNECT_CLIENT_KEY >"$work/client.key" && cat "$certificate" "$work/client.key" >"$work/both.pem")
run 0 inspect "$certificate"
[[ $out != *handshake* ]] || fail "inspect FILE takes the key of the variables"
for files in "$certificate --key $work/client.key" "$work/both.pem"; do
  # shellcheck disable=SC2086
  run 0 inspect $files
  says "inspect $files" "$out" "to certificate 1"
  says "inspect $files" "$out" "shows       CN=sandbox-client"
done
blames 10 "(--key): does not belong" EASYPOST_CONNECT inspect "$certificate" --key "$work/made/client.key"
blames 10 "(FILE), file $work/none" EASYPOST_CONNECT inspect "$work/none"
blames 10 "(FILE), file $work/client.key: holds no certificate, but a private key" EASYPOST_CONNECT inspect "$work/client.key"
blames 10 "but a certificate signing request" EASYPOST_CONNECT inspect "$work/made/client.csr"

# No --output saves what has too many headers. openssl sends a file as the answer that it is.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 1 \
  -addext subjectAltName=DNS:localhost -keyout "$work/key" -out "$work/certificate" 2>"$work/req"
{ printenv EASYPOST_CONNECT_CA_FILE; cat "$work/certificate"; } >"$work/both"
mkdir "$work/served"
{ printf 'HTTP/1.1 200 OK\r\nX: '; head -c 300000 /dev/zero | tr '\0' x; printf '\r\n\r\n'; } >"$work/served/jobs"
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
for _ in $(seq 20); do  # until a port is free
  port=$((20000 + RANDOM % 12000))
  (cd "$work/served" && exec openssl s_server -quiet -HTTP -accept "$port" -cert ../certificate -key ../key) &
  server=$!
  until (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || ! kill -0 "$server" 2>/dev/null; do sleep 0.1; done
  if kill -0 "$server" 2>/dev/null; then break; fi
done
EASYPOST_CONNECT_API_URL=https://localhost:$port EASYPOST_CONNECT_CA_FILE=$work/both run 17 call /jobs
says "an answer with too many headers" "$err" "more than 256 KiB of headers"
[[ $err != *--output* ]] || fail "too many headers are to be saved with --output: $err"

finish
