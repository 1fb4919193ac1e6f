#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs everything that can print with canary secrets, keeps every byte, and fails when one of the secrets is among them.
# REPORTS is a folder with all that the test programs printed (run_programs.sh).
# Usage: no_secret_in_output.sh WORK_DIR SANDBOX_PROGRAM REPORTS EXAMPLES_DIR TOOL ECHOING_SANDBOX
set -uo pipefail

work=$1 sandbox=$2 reports=$3 examples=$4 tool=$5 echoing_sandbox=$6
failures=0

# What no output may hold: the sandbox's credentials, those of the tests, and any private key, in lines or in one. The first
# line of a key by itself is no secret: an error says which one it expected.
secrets='sandbox-secret|canary-secret|PRIVATE KEY-----[[:space:]]*($|M|\\)'

# The same as others write it. Of base64 what does not depend on the letters around it, wherever it begins.
for word in sandbox-secret canary-secret; do
  hex=$(printf '%s' "$word" | od -An -tx1 | tr -d ' \n')
  secrets+="|$hex|${hex^^}|$(sed 's/../%&/g' <<<"$hex")|$(sed 's/../%&/g' <<<"${hex^^}")|$(sed 's/../\\\\u00&/g' <<<"$hex")"
  for shift in 0 1 2; do
    digits=$(printf '%*s%s' "$shift" '' "$word" | base64)
    first=$((shift > 0 ? 4 : 0)) end=$(((shift + ${#word}) / 3 * 4))
    secrets+="|${digits:first:end-first}"
  done
done
readonly secrets

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

holds_secret() { grep --quiet --text --extended-regexp "$secrets" -- "$1"; }

# run NAME COMMAND...: keeps every byte that it prints, and its exit status.
run() {
  local name=$1 status=0
  shift
  "$@" >"$work/$name.out" 2>&1 </dev/null || status=$?
  echo "$status" >"$work/$name.status"
}

# look_for_secrets NAME MINIMUM_BYTES FILE: too few bytes mean that the program did not do what it is run for.
look_for_secrets() {
  local name=$1 minimum=$2 file=$3 size
  size=$(wc -c <"$file")
  echo "$name: $size bytes"
  [ "$size" -ge "$minimum" ] || fail "$name printed $size bytes: under $minimum, this check means nothing"
  if holds_secret "$file"; then
    fail "$name printed a secret, in these lines of $file:"
    # The numbers only: the log of this test is output too.
    grep --text --extended-regexp --line-number "$secrets" -- "$file" | cut -d: -f1 | head -n 10
  fi
}

# judge NAME MINIMUM_BYTES ok|refused: what was run.
judge() {
  local name=$1 minimum=$2 expected=$3 file=$work/$1.out status
  status=$(cat "$work/$name.status")
  if [ "$expected" = ok ] && [ "$status" -ne 0 ]; then
    fail "$name: exit status $status"
    grep --text --after-context=8 --extended-regexp 'Failure|FAILED' -- "$file" | grep --text -vE "$secrets" | head -n 30
  fi
  if [ "$expected" = refused ] && [ "$status" -eq 0 ]; then fail "$name succeeded with a wrong credential"; fi
  look_for_secrets "$name" "$minimum" "$file"
}

# capture NAME MINIMUM_BYTES ok|refused COMMAND...
capture() {
  run "$1" "${@:4}"
  judge "${@:1:3}"
}

mkdir -p "$work"
rm -f "$work"/*.out "$work"/*.status "$work"/new.*

# The search itself must be able to find something, also beside bytes that are not text.
for word in sandbox-secret-1 xcanary-secret "$(printf xsandbox-secret-2 | base64)" "$(printf yycanary-secret | base64)" \
  63616e6172792d736563726574 '%63%61%6e%61%72%79%2d%73%65%63%72%65%74' \
  '\u0063\u0061\u006e\u0061\u0072\u0079\u002d\u0073\u0065\u0063\u0072\u0065\u0074' \
  '-----BEGIN EC PRIVATE KEY-----' '-----BEGIN PRIVATE KEY-----\n' '"-----BEGIN PRIVATE KEY----- MIGH'; do
  printf 'before\n\0\377%s\nafter\n' "$word" >"$work/planted.txt"
  holds_secret "$work/planted.txt" || fail "a planted '$word' is not found"
done
printf 'begins with -----BEGIN PRIVATE KEY----- (or RSA)\n' >"$work/planted.txt"
! holds_secret "$work/planted.txt" || fail "a secret is found where none is"
rm -f "$work/planted.txt"

for report in unit-{0,1} integration-{0,1,2}; do look_for_secrets "$report" 2000 "$reports/$report.txt"; done
look_for_secrets freed_memory 200 "$reports/freed_memory-0.txt"
look_for_secrets coroutine 200 "$reports/coroutine-0.txt"

capture list_jobs 100 ok "$sandbox" -- "$examples/list_jobs"
capture submit_file 50 ok "$sandbox" -- "$examples/submit_file" some-workflow "$0"
capture rotate_credentials 30 ok "$sandbox" -- "$examples/rotate_credentials" 2
capture handle_errors 50 refused "$sandbox" -- "$examples/handle_errors" /no/such/path

# A failure prints more than a success does: each credential wrong in turn.
for variable in API_KEY CLIENT_SECRET; do
  capture "wrong_$variable" 50 refused \
    "$sandbox" -- env "EASYPOST_CONNECT_$variable=canary-secret" "$examples/list_jobs"
done
# PEM that begins well and holds nothing: a parser may quote what it could not read.
for variable in CLIENT_KEY CLIENT_CERT CA_FILE; do
  capture "damaged_$variable" 50 refused "$sandbox" -- env \
    "EASYPOST_CONNECT_$variable=$(printf -- '-----BEGIN %s-----\ncanary-secret\n' 'PRIVATE KEY')" "$examples/list_jobs"
done

# The command-line tool; `token --show` alone may print a token.
capture tool_doctor 500 ok "$sandbox" -- "$tool" doctor
capture tool_doctor_json 500 ok "$sandbox" -- "$tool" doctor --json
capture tool_token 20 ok "$sandbox" -- "$tool" token
capture tool_inspect 200 ok "$sandbox" -- "$tool" inspect
capture tool_call 100 ok "$sandbox" -- "$tool" call GET /jobs
printf 'canary-secret\n' >"$work/new.passphrase"
capture tool_csr 20 ok "$tool" csr --common-name test --passphrase-file "$work/new.passphrase" \
  --out-key "$work/new.key" --out-csr "$work/new.csr"
capture sandbox_sign 20 ok "$sandbox" -- "$sandbox" sign "$work/new.csr" --out "$work/new.crt"
capture sandbox_sign_key 20 refused "$sandbox" -- "$sandbox" sign "$work/new.key" --out "$work/new.crt"
for variable in API_KEY CLIENT_SECRET; do
  for format in --plain --json; do
    capture "tool_wrong_$variable$format" 300 refused \
      "$sandbox" -- env "EASYPOST_CONNECT_$variable=canary-secret" "$tool" doctor "$format"
  done
done
for variable in CLIENT_KEY CLIENT_CERT CA_FILE; do
  capture "tool_damaged_$variable" 300 refused "$sandbox" -- env \
    "EASYPOST_CONNECT_$variable=$(printf -- '-----BEGIN %s-----\ncanary-secret\n' 'PRIVATE KEY')" "$tool" doctor
done

# An endpoint that quotes what it was sent.
for way in plain percent json hex base64; do
  capture "echo_by_oauth_$way" 300 refused "$echoing_sandbox" oauth "$way" "$tool" doctor --plain
  capture "echo_by_api_$way" 300 refused "$echoing_sandbox" api "$way" \
    env EASYPOST_CONNECT_LOG=debug "$tool" call GET /jobs
done

[ "$failures" -eq 0 ]
