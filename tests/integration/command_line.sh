#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What scripts and terminals rely on: each subcommand's output, its streams and exit status, colours, completion.
#   easypost-connect-sandbox -- command_line.sh EASYPOST_CONNECT
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TERM=xterm
unset NO_COLOR
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# run STATUS ARGUMENT...: what it printed is in $out and $err.
run() {
  run_unsearched "$@"
  cat "$work/out" "$work/err" >>"$work/all"
}
# The same where the answer itself holds a permission, as a presigned URL is one.
run_unsearched() {
  local expected=$1 status=0
  shift
  "$program" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
  [ "$status" -eq "$expected" ] || fail "$*: exit status $status, not $expected: $(cat "$work/err")"
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}
silent() { [ -z "$2" ] || fail "$1: unexpected output: $2"; }
says() { [[ $2 == *"$3"* ]] || fail "$1 does not say '$3': $2"; }

# The arguments.
run 0 --version
[[ $out =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "--version: $out"
for command in '' doctor csr inspect token call completion; do
  run 0 ${command:+"$command"} --help
  says "help of '$command'" "$out" "Examples:"
done
run 0 --help
says --help "$out" "never from an argument"
says --help "$out" "13  OAuth client"
run 1
run 1 no-such-command
run 1 doctor --plain --json
run 1 token --show --json
run 1 call FETCH /jobs
run 1 call GET /jobs --key '-----BEGIN PRIVATE KEY-----'
says "a key as an argument" "$err" "takes a path"
[[ $err != *BEGIN* ]] || fail "the argument that is refused is printed"

# token
run 0 token
silent token "$err"
says token "$out" "3600 s"
run 0 token --json
says "token --json" "$out" '"life_s": 3600'
token=$("$program" token --show)  # the one place where a credential is printed, because it was asked for
[[ $token =~ ^[^[:space:]]+$ ]] || fail "token --show prints more or less than a token"

# call
run 0 call GET /jobs
silent "call GET" "$err"
says "call GET" "$out" '"jobName":"Invoices 1"'
run_unsearched 0 call post /jobs/single-file --data '{"workflowId":"w","jobName":"from text","filename":"a.pdf"}'
says "call POST" "$out" '"jobName":"from text"'
printf '{"workflowId":"w","jobName":"from a file","filename":"a.pdf"}' >"$work/job.json"
run_unsearched 0 call POST /jobs/single-file --data "@$work/job.json" --header 'x-managed-company-id: company-7'
says "call --data @file" "$out" '"jobName":"from a file"'
says "call --header" "$out" '"managedCompanyId":"company-7"'
run 16 call GET /no/such/path
says "a refused call" "$err" "404"
says "a refused call" "$out" "Not Found"
run 16 call GET /jobs --header 'authorization: mine'
says "a reserved header" "$err" "set by the client"
run 16 call GET /jobs --header nonsense
run 16 call POST /jobs --data "@$work/none"
run 16 call GET https://elsewhere.example/jobs
printf 'canary-secret-wrong\n' >"$work/wrong"
run 11 call GET /jobs --api-key-file "$work/wrong"
says "a wrong API key" "$err" "API key: "
run 13 call GET /jobs --client-id stranger
run 13 token --client-secret-file "$work/wrong"
run 16 token --client-secret-file "$work/none"
run 16 token --environment NONE

# inspect
run 0 inspect
silent inspect "$err"
says inspect "$out" "CN=sandbox-client"
says inspect "$out" "to certificate 1"

run 1 inspect file --cert other

# doctor
run 0 doctor
silent doctor "$err"
says doctor "$out" "✔ client certificate"
[[ $out != *$'\e'* ]] || fail "colours, and no terminal"
run 0 doctor --plain
LC_ALL=C grep -q '[^ -~]' "$work/out" && fail "--plain is not plain"
run 0 doctor --json
for name in credentials dns tcp tls client_certificate token call; do
  says "doctor --json" "$out" "\"name\": \"$name\""
done
says "doctor --json" "$out" '"exit_status": 0'
run 16 doctor --json --path /no/such/path
says "doctor --json" "$out" '"exit_status": 16'
says "doctor --json" "$out" '"http_status": 404'

printenv EASYPOST_CONNECT_CLIENT_KEY >"$work/key"
chmod 644 "$work/key"
run 0 doctor --key "$work/key"
says "a key that others may read" "$out" "! credentials"
says "a key that others may read" "$out" "0600"

# Without mutual TLS nobody asks for the certificate: worth a warning, and no failure by itself.
run 16 doctor --api-url "${EASYPOST_CONNECT_TOKEN_URL%/oauth2/token}"
says "a host that asks for no certificate" "$out" "! client certificate"

# Colours are for terminals that want them. script(1) makes a terminal.
on_terminal() { env "$@" script --quiet --return --command "$program doctor" /dev/null </dev/null >"$work/out"; }
on_terminal A=b
grep -q $'\e\\[32m✔' "$work/out" || fail "no colours on a terminal"
for setting in NO_COLOR=1 TERM=dumb; do
  on_terminal "$setting"
  ! grep -q $'\e' "$work/out" || fail "colours in spite of $setting"
done
on_terminal LC_ALL=C
grep -q $'\e\\[32m+' "$work/out" || fail "no ASCII symbols without UTF-8"

# completion: bash itself does it.
complete_words() {
  bash -c 'source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _easypost_connect
           printf "%s " "${COMPREPLY[@]}"' "$program" easypost-connect "$@"
}
says "completion of subcommands" "$(complete_words "do")" "doctor"
says "completion of flags" "$(complete_words doctor --js)" "--json"
says "completion of methods" "$(complete_words call PA)" "PATCH"
[[ $(complete_words csr --common) == "--common-name " ]] || fail "completion offers what does not begin alike"
run 0 completion zsh
says "completion zsh" "$out" "#compdef easypost-connect"
run 0 completion fish
says "completion fish" "$out" "complete -c easypost-connect -n '__fish_seen_subcommand_from doctor' -l json"
run 1 completion tcsh

# What cannot be written is a failure.
! "$program" --help >/dev/full 2>/dev/null || fail "a full disk goes unnoticed by --help"
! "$program" call GET /jobs >/dev/full 2>/dev/null || fail "a full disk goes unnoticed"

if grep -Eq 'sandbox-secret|canary-secret|PRIVATE KEY-----[[:space:]]*($|M)' "$work/all"; then
  fail "a secret was printed"
fi
exit "$((failures > 0))"
