#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Time and allocations in a run of its own, then instructions under valgrind: the sandbox, a process of its own, is not counted.
#   request_cost.sh SANDBOX_PROGRAM REQUEST_COST_PROGRAM
set -euo pipefail
sandbox=$1
program=$2
few=200
many=700
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$sandbox" --quiet -- "$program" 2000
for calls in "$few" "$many"; do
  "$sandbox" --quiet -- valgrind --quiet --tool=callgrind --callgrind-out-file="$out/$calls" "$program" "$calls" >/dev/null
done

# Each dump names its trigger and ends with the total of its instructions, other threads and the past of theirs included: what a
# call costs is the slope between two runs.
instructions() {
  local file
  file=$(grep --files-with-matches "Client Request: $1" "$out/$2".* | head -n 1)
  awk '/^totals:/ { print $2 }' "$file"
}
awk -v raw_few="$(instructions raw "$few")" -v raw_many="$(instructions raw "$many")" \
    -v sdk_few="$(instructions sdk "$few")" -v sdk_many="$(instructions sdk "$many")" -v calls="$((many - few))" 'BEGIN {
  raw = (raw_many - raw_few) / calls
  sdk = (sdk_many - sdk_few) / calls
  printf "%-28s %12.0f %12.0f  (%.3fx)\n", "instructions", raw, sdk, sdk / raw }'
