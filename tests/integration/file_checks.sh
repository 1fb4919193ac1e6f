# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the tests of the programs' files are written with: each check is told of, and all are made.
# shellcheck disable=SC2317  # some functions are called by check only
failures=0

# check NAME COMMAND...: a failure is remembered, and the others still run.
check() {
  local name=$1
  shift
  if "$@" >check.out 2>&1; then
    echo "ok: $name"
  else
    echo "FAILED: $name: $*"
    failures=$((failures + 1))
  fi
}
same() { [ "$1" = "$2" ] || { printf '"%s" is not "%s"\n' "$1" "$2" >&2; return 1; }; }
refused() {
  local expected=$1 status=0
  shift
  "$@" >refused.out 2>&1 || status=$?
  [ "$status" -eq "$expected" ]
}
