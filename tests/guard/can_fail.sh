#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317  # what expect() calls looks unreachable
# A guard that cannot fail holds nothing: shows each one a measurement beyond its bound, and expects it to object.
#   can_fail.sh COMPILER
set -euo pipefail
here=$(dirname "$0")
compiler=$1
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# expect ok|failure WHAT COMMAND...
expect() {
  local outcome=failure
  if "${@:3}" >"$work/output" 2>&1; then outcome=ok; fi
  if [ "$outcome" != "$1" ]; then
    echo "$2: $outcome, not $1"
    cat "$work/output"
    status=1
  fi
}

# with ROW CHANGED: the guard, given a good table in which that row is another, or none.
with() {
  sed "s|^$1 .*|$2|" >"$work/table" <<'END'
per call                      raw libcurl          SDK
microseconds                        166.0        167.0  (1.01x)
allocations                          51.0         15.7  (-35.3)
instructions                       199493        52131  (0.261x)
system calls                            9            6  (-3)
of them rt_sigaction                    0            0  (+0)
END
  "$here/request_cost.sh" blocking cat "$work/table"
}

expect ok "a good table" with nothing ''
expect ok "a slow machine" with microseconds 'microseconds 100.0 900.0 (9.00x)'
expect failure "allocations" with allocations 'allocations 51.0 19.1 (-31.9)'
expect failure "instructions" with instructions 'instructions 199493 59849 (0.300x)'
expect failure "system calls" with 'system calls' 'system calls 9 8 (-1)'
expect failure "a signal handler" with 'of them' 'of them rt_sigaction 0 1 (+1)'
expect failure "no allocations counted" with allocations 'allocations 0.0 0.0 (+0.0)'
expect failure "no instructions counted" with instructions 'instructions 0 0 (0.000x)'
for row in allocations instructions 'system calls' 'of them'; do expect failure "no row: $row" with "$row" ''; done
expect failure "a measurement that fails" "$here/request_cost.sh" blocking false

# multiplexed ROW: the guard, given a table of that row.
multiplexed() { "$here/request_cost.sh" multiplexed printf '%s\n' "$1"; }

expect ok "multiplexed" multiplexed 'allocations 60.7 70.7 (+10.0)'
expect failure "allocations, multiplexed" multiplexed 'allocations 60.7 70.8 (+10.1)'
expect failure "no allocations counted, multiplexed" multiplexed 'allocations 0.0 0.0 (+0.0)'
expect failure "no row: allocations, multiplexed" multiplexed 'microseconds 68.2 71.9 (1.05x)'
expect failure "a multiplexed measurement that fails" "$here/request_cost.sh" multiplexed false

mkdir -p "$work/easypost_connect"
header=$work/easypost_connect/a.hpp
lines() { "$here/header_lines.sh" "$compiler" "$1" "$work" "$work"; }
echo '#include <string>' >"$header"
expect ok "a header of few lines" lines 65000
expect failure "a header of many lines" lines 1000
echo '#include <no/such/header>' >"$header"
expect failure "a header that does not compile" lines 65000
exit "$status"
