# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the tests of the command line are written with. Sourced with the program as the first argument.
program=$1
work=$(mktemp -d)
trap '[ -z "${watcher:-}" ] || kill "$watcher" 2>/dev/null; rm -rf "$work"' EXIT
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

# refused GIST ARGUMENT...: exit status 1, nothing on stdout, the gist on stderr and where the help is.
refused() {
  local gist=$1
  shift
  run 1 "$@"
  silent "$*" "$out"
  says "$*" "$err" "$gist"
  says "$*" "$err" "--help'."
}

# No output of the whole test may hold a secret.
finish() {
  if grep -Eq 'sandbox-secret|canary-secret|PRIVATE KEY-----[[:space:]]*($|M)' "$work/all"; then
    fail "a secret was printed"
  fi
  exit "$((failures > 0))"
}
