#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What scripts and terminals rely on: each subcommand's output, its streams and exit status, colours, completion.
#   easypost-connect-sandbox -- command_line.sh EASYPOST_CONNECT
set -euo pipefail
# shellcheck source=tests/integration/command_line_checks.sh
source "$(dirname "$0")/command_line_checks.sh"

# The arguments.
run 0 --version
[[ $out =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "--version: $out"
for command in '' doctor csr inspect credentials token call completion; do
  run 0 ${command:+"$command"} --help
  says "help of '$command'" "$out" "Examples:"
done
run 0 --help
says --help "$out" "never from an argument"
says --help "$out" "13  OAuth client"
run 0
says "the bare program" "$out" "Commands:"
silent "the bare program" "$err"
for command in doctor csr inspect credentials token call completion; do
  run 0 help "$command"
  says "help $command" "$out" "Usage: easypost-connect $command"
done

# token
run 0 token
silent token "$err"
says token "$out" "3600 s"
run 0 token --json
says "token --json" "$out" '"life_s": 3600'
token=$("$program" token --show)  # the one place where a credential is printed, because it was asked for
[[ $token =~ ^[^[:space:]]+$ ]] || fail "token --show prints more or less than a token"

# credentials, without a vault
key_file=$work/api-key
printenv EASYPOST_CONNECT_API_KEY >"$key_file"
run 0 credentials show --api-key-file "$key_file"
silent "credentials show" "$err"
for words in 'subject     CN=sandbox-client' 'belongs     to the certificate' "from        --api-key-file, file $key_file" \
  'from        EASYPOST_CONNECT_CLIENT_SECRET'; do
  says "credentials show" "$out" "$words"
done
run 0 credentials show --json
says "credentials show --json" "$out" '"place": "EASYPOST_CONNECT_API_KEY"'
says "credentials show --json" "$out" '"fits": true'

printf '{"client_pkcs12":"MIIB","api_key":"canary-secret","client_id":"me","client_secret":"canary-secret"}' >"$work/all.json"
alone() {  # without any variable
  status=0
  env -i LC_ALL=C "$program" "$@" >"$work/out" 2>"$work/err" || status=$?
  cat "$work/out" "$work/err" >>"$work/all"
}
alone credentials show --credentials "file:$work/all.json"
[ "$status" -eq 10 ] || fail "credentials show of a certificate that cannot be used: $status"
says "credentials show" "$(cat "$work/out")" "value       set, and cannot be used"
says "credentials show" "$(cat "$work/out")" "from        file:$work/all.json#api_key"
alone doctor --credentials "file:$work/all.json"
grep -q '^  + vault decode ' "$work/out" || fail "doctor does not tick the decoding: $(cat "$work/out")"
alone credentials show
says "credentials show of nothing" "$(cat "$work/err")" "No credential was given."
for address in vault://secret/x aws-sm://x; do  # who is at a shell sets no option in C++
  alone token --credentials "$address"
  [[ $(cat "$work/err") != *VaultOptions* ]] || fail "token --credentials $address: $(cat "$work/err")"
done
alone credentials watch --credentials "file:$work/none"
[ "$status" -eq 18 ] || fail "credentials watch without a first look: $status"

# credentials watch, until a signal comes
"$program" credentials watch --interval 1 --api-key-file "$key_file" >"$work/watched" 2>&1 &
watcher=$!
until_told() {
  for _ in $(seq 300); do
    if grep -q "$1" "$work/watched"; then return; fi
    sleep 0.1
  done
  fail "credentials watch does not tell '$1': $(cat "$work/watched")"
}
until_told 'Z  watching  .*api_key'
echo canary-secret-new >"$key_file.new"
mv "$key_file.new" "$key_file"  # a look in between finds the one or the other
until_told 'Z  rotated   api_key$'
mv "$key_file" "$key_file.away"
until_told 'Z  away      --api-key-file'
mv "$key_file.away" "$key_file"
until_told 'Z  back$'
kill -TERM "$watcher"
wait "$watcher" || fail "credentials watch does not end with 0"
watcher=
[ "$(wc -l <"$work/watched")" -eq 4 ] || fail "credentials watch tells more: $(cat "$work/watched")"
cat "$work/watched" >>"$work/all"

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
run 16 call POST /jobs --data "@$work/none"
run 16 call GET https://elsewhere.example/jobs

# Nothing writes down the keys of its connections.
SSLKEYLOGFILE=$work/keys run 0 call GET /jobs
[ ! -s "$work/keys" ] || fail "SSLKEYLOGFILE holds keys"

# call, as curl and gh have it.
run 0 call /jobs
says "call without a method" "$out" "Invoices 1"
run 0 call /jobs -H 'x-managed-company-id: company-7' --environment acc --api-url "$EASYPOST_CONNECT_API_URL" \
  --token-url "$EASYPOST_CONNECT_TOKEN_URL"
job='{"workflowId":"w","jobName":"from %s","filename":"a.pdf"}'
for flags in '-X POST' '' '-X post'; do  # a method is POST when there is a body
  # shellcheck disable=SC2086,SC2059
  run_unsearched 0 call $flags /jobs/single-file -d "$(printf "$job" "a flag")"
  says "call $flags -d" "$out" '"jobName":"from a flag"'
done
for stdin in - @- "@$work/pipe"; do
  [ -p "$work/pipe" ] || mkfifo "$work/pipe"
  # shellcheck disable=SC2059
  printf "$job" "stdin" >"$work/stdin"
  if [ "$stdin" = "@$work/pipe" ]; then cat "$work/stdin" >"$work/pipe" & fi
  "$program" call /jobs/single-file -d "$stdin" <"$work/stdin" >"$work/out" || fail "call -d $stdin"
  grep -q '"jobName":"from stdin"' "$work/out" || fail "call -d $stdin: $(cat "$work/out")"
done
run 16 call /jobs/single-file -d "@$work"
says "a folder as a body" "$err" "$work"
run 0 call -i /jobs
[[ $out == "HTTP/1.1 200"$'\r\n'*$'\r\n\r\n['* ]] || fail "call -i: $out"
[[ ${out,,} != *authorization* ]] || fail "call -i shows what was sent"
run 0 call HEAD /jobs
says "call HEAD" "$out" "HTTP/1.1 200"
echo kept >"$work/kept"
run 0 call HEAD /jobs -o "$work/kept"
says "call HEAD -o" "$out" "HTTP/1.1 200"
says "call HEAD -o" "$err" "--output $work/kept is left as it is"
[ "$(cat "$work/kept")" = kept ] || fail "HEAD replaces a file"

# One value behind each -H, wherever it stands.
header='x-managed-company-id: company-7'
for flags in "call|-H|$header|/jobs" "call|-X|GET|-H|$header|/jobs" "call|-i|-H|$header|GET|/jobs" \
  "call|--header=$header|/jobs" "call|-H|$header|-H|a: b|/jobs" "call|GET|-H|$header|/jobs|-H|a: b" "call|-H$header|/jobs"; do
  IFS='|' read -ra arguments <<<"$flags"
  run 0 "${arguments[@]}"
  says "$flags" "$out" "Invoices 1"
done
run_unsearched 0 call -H "$header" POST -H 'a: b' /jobs/single-file -d '{"workflowId":"w","jobName":"j","filename":"a.pdf"}'
says "call -H POST -H" "$out" '"managedCompanyId":"company-7"'
run 16 call -i /no/such/path
says "call -i of a refusal" "$out" "HTTP/1.1 404"

# Pipes get the bytes as they came; a file is there when it is whole.
run 0 call /jobs
cp "$work/out" "$work/as-it-came"
run 0 call /jobs --output "$work/jobs.json"
silent "call --output" "$out"
cmp "$work/as-it-came" "$work/jobs.json" || fail "--output changes the body"
run 0 call /jobs --output -
cmp "$work/as-it-came" "$work/out" || fail "--output - changes the body"
run 0 call /jobs -o /dev/null
silent "call -o /dev/null" "$out"
run 16 call /no/such/path --output "$work/jobs.json"
says "a refusal with --output" "$out" "Not Found"
cmp "$work/as-it-came" "$work/jobs.json" || fail "a refusal replaces the file"
run 16 call DELETE /no/such/path --output "$work/no/such/folder/file"
says "a folder that is not there" "$err" "--output: $work/no/such/folder/file"
[[ $err != *404* ]] || fail "the call was made although its answer cannot be kept"
run 16 call /jobs --output "$work"
says "a folder as the output" "$err" "--output: $work cannot be written"
run 16 call /jobs --output /dev/full
says "a full disk" "$err" "--output: /dev/full cannot be written"
[ -z "$(find "$work" -name '*.part')" ] || fail "a part of an output is left behind"
printf 'canary-secret-wrong\n' >"$work/wrong"
run 11 call GET /jobs --api-key-file "$work/wrong"
says "a wrong API key" "$err" "API key: "
run 13 call GET /jobs --client-id stranger
run 13 token --client-secret-file "$work/wrong"
run 16 token --client-secret-file "$work/none"
run 16 token --environment NONE

# Credentials from pipes, each of them read once.
certificate() { printenv EASYPOST_CONNECT_CLIENT_CERT; }
key() { printenv EASYPOST_CONNECT_CLIENT_KEY; }
authority() { printenv EASYPOST_CONNECT_CA_FILE; }
run 0 call /jobs --cert <(certificate) --key <(key) --ca <(authority)
says "credentials from pipes" "$out" "Invoices 1"
run 0 inspect --cert <(certificate) --key <(key)
says "inspect of pipes" "$out" "CN=sandbox-client"
run 0 inspect <(certificate; key)
says "inspect of one pipe" "$out" "CN=sandbox-client"
run 0 doctor --cert <(certificate) --key <(key) --api-key-file <(printenv EASYPOST_CONNECT_API_KEY)
says "doctor with pipes" "$out" "✔ client certificate"
run 0 token --client-secret-file <(printenv EASYPOST_CONNECT_CLIENT_SECRET)
for command in "call /jobs" inspect doctor token; do
  # shellcheck disable=SC2086
  run 10 $command --key <(true)
  says "$command with an empty pipe" "$out$err" "is a pipe that was closed before anything was written"
  # shellcheck disable=SC2086
  run 10 $command --cert <(printf canary-secret)
  says "$command with noise from a pipe" "$out$err" "(--cert): is text that holds no PEM block"
done

# A key in a token whose module is not there: the engine would write to stderr itself.
PKCS11_MODULE_PATH=/no/such/module.so run 10 call /jobs --key 'pkcs11:token=a;object=b;type=private'
says "a missing module" "$err" "PKCS11_MODULE_PATH names cannot be opened: No such file or directory"
[[ $err != *"shared object"* ]] || fail "the engine writes to stderr"

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

# Somebody at a terminal learns why nothing happens; a script waits as long, and hears the end of it.
nobody=(call /jobs --api-url https://localhost:1)
run 15 "${nobody[@]}" --attempts 1
[[ $err != *"trying again"* ]] || fail "--attempts 1 tries twice"
run 15 "${nobody[@]}" --attempts 2
[[ $err != *"trying again"* ]] || fail "a script is told of pauses"
refused "--attempts" call /jobs --attempts 0
script --quiet --return --command "$program ${nobody[*]} --attempts 3" /dev/null </dev/null >"$work/out" || true
[ "$(grep -c "^easypost-connect call: trying again in [0-9.]* s: .*connect" "$work/out")" -eq 2 ] ||
  fail "a terminal is not told of two pauses: $(cat "$work/out")"

# Colours are for terminals that want them. script(1) makes a terminal.
terminal() { script --quiet --return --command "stty cols $1; $2" /dev/null </dev/null >"$work/out"; }
on_terminal() { env "$@" script --quiet --return --command "$program doctor" /dev/null </dev/null >"$work/out"; }
terminal 80 "$program call /jobs"
grep -q '^    "jobName": "Invoices 1",' "$work/out" || fail "JSON is not indented on a terminal"
terminal 80 "$program call /no/such/path 2>/dev/null" || true
[ "$(tail -c 1 "$work/out" | od -An -c | tr -d ' ')" = '\n' ] || fail "no line end behind an answer on a terminal"
terminal 80 "$program call /no/such/path >/dev/null" || true
grep -q $'\e\\[31mrequest:' "$work/out" || fail "no colours for an error on a terminal"
for columns in 80 100; do
  for command in '' doctor csr inspect token call completion; do
    terminal "$columns" "$program help $command"
    widest=$(tr -d '\r' <"$work/out" | wc -L)
    [ "$widest" -le "$columns" ] || fail "help $command: $widest columns of $columns"
  done
done
on_terminal A=b
grep -q $'\e\\[32m✔' "$work/out" || fail "no colours on a terminal"
for setting in NO_COLOR=1 TERM=dumb; do
  on_terminal "$setting"
  ! grep -q $'\e' "$work/out" || fail "colours in spite of $setting"
done
on_terminal NO_COLOR=  # https://no-color.org: empty is as good as not set
grep -q $'\e\\[32m✔' "$work/out" || fail "no colours although NO_COLOR is empty"
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
says "completion fish" "$out" "-l header -s H"
says "completion of help" "$(complete_words help do)" "doctor"
run 0 manual
groff -man -Tutf8 -ww -z "$work/out" 2>"$work/warnings" || fail "manual: groff does not read it"
silent groff "$(cat "$work/warnings")"
while read -r flag; do  # the help of each command is all in the manual
  grep -qF -e "${flag//-/\\-}" "$work/out" || fail "the manual lacks $flag"
done < <(for command in doctor csr inspect token call; do "$program" "$command" --help; done | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -e '--.*')

# What cannot be written is a failure.
! "$program" --help >/dev/full 2>/dev/null || fail "a full disk goes unnoticed by --help"
! "$program" call GET /jobs >/dev/full 2>/dev/null || fail "a full disk goes unnoticed"
for command in --help 'call /jobs' 'token'; do
  # shellcheck disable=SC2086
  ! "$program" $command >&- 2>"$work/err" || fail "$command: a closed stdout goes unnoticed"
  grep -q "stdout cannot be written" "$work/err" || fail "$command: a closed stdout is not named"
done
"$program" call /jobs <&- 2>&- >"$work/out" || fail "a call fails without stdin and stderr"

# `| head` ends it quietly, whether or not its parent has it ignore SIGPIPE.
for disposition in : "trap '' PIPE"; do
  bash -c "$disposition; { sleep 0.3; '$program' --help 2>'$work/err'; echo \$? >'$work/status'; } | true" || true
  silent "a broken pipe ($disposition)" "$(cat "$work/err")"
  [ "$(cat "$work/status")" = 141 ] || fail "a broken pipe ($disposition): $(cat "$work/status")"
done

finish
