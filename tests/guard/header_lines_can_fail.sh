#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows the guard of the headers some that it must not let pass, and expects it to object.
#   header_lines_can_fail.sh COMPILER
set -euo pipefail
here=$(dirname "$0")
compiler=$1
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# expect ok|failure WHAT LARGEST
expect() {
  local outcome=failure
  if "$here/header_lines.sh" "$compiler" "$3" "$work" "$work" >"$work/output" 2>&1; then outcome=ok; fi
  if [ "$outcome" != "$1" ]; then
    echo "$2: $outcome, not $1"
    cat "$work/output"
    status=1
  fi
}

mkdir -p "$work/easypost_connect"
header=$work/easypost_connect/a.hpp
echo '#include <string>' >"$header"
expect ok "a header of few lines" 65000
expect failure "a header of many lines" 1000
echo '#include <no/such/header>' >"$header"
expect failure "a header that does not compile" 65000
exit "$status"
