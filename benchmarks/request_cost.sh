#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What one call costs beside raw libcurl: time and allocations in a run of its own, then instructions under valgrind and system
# calls under strace. The sandbox, a process of its own, is not counted.
#   request_cost.sh SANDBOX_PROGRAM REQUEST_COST_PROGRAM
set -euo pipefail
sandbox=$1
program=$2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$sandbox" --quiet -- "$program" 2000

# Client and server on one processor: whether an answer is there before or after libcurl waits for it costs thousands of
# instructions, and is not left to chance.
processor=$(taskset --cpu-list --pid $$ | sed 's/.*: \([0-9]*\).*/\1/')
alone() { taskset --cpu-list "$processor" "$sandbox" --quiet -- "$@"; }

# instructions raw|sdk: per call, callees included; callgrind gives each function a number, and its name once.
instructions() {
  awk -v kind="$1_call(" -v calls="$calls" '
    /^c?fn=/ { number = $1; sub(/^c?fn=/, "", number); if (NF > 1) name[number] = $0 }
    /^cfn=/ { wanted = index(name[number], kind) }
    /^calls=/ { getline; if (wanted) sum += $2 }
    END { printf "%.0f", sum / calls }' "$out/callgrind"
}

# The layout of the heap differs from run to run, and with it 0.5 % of the instructions: the middle one of three runs.
calls=300
for _ in 1 2 3; do
  alone valgrind --quiet --tool=callgrind --collect-atstart=no --callgrind-out-file="$out/callgrind" "$program" "$calls" >/dev/null
  echo "$(instructions raw) $(instructions sdk)" >>"$out/runs"
done
awk '{ print ($1 > 0 ? $2 / $1 : 0), $0 }' "$out/runs" | sort --numeric-sort | sed -n 2p |
  awk '{ printf "%-28s %12.0f %12.0f  (%.3fx)\n", "instructions", $2, $3, $1 }'

for kind in raw sdk; do alone strace --follow-forks --output="$out/$kind" "$program" "$calls" "$kind"; done

# system_calls raw|sdk PATTERN: from one request to the next; the lower quartile, for on a busy machine an answer comes in pieces,
# and each piece costs some more.
system_calls() {
  awk -v pattern="^[0-9]+ +$2\\(" '/^[0-9]+ +sendto\(/ { print sum + 0; sum = 0 } $0 ~ pattern { ++sum }' "$out/$1" |
    sort --numeric-sort | awk '{ sum[NR] = $1 } END { print sum[int(NR / 4)] + 0 }'
}

# row TITLE PATTERN
row() {
  awk -v title="$1" -v raw="$(system_calls raw "$2")" -v sdk="$(system_calls sdk "$2")" \
    'BEGIN { printf "%-28s %12d %12d  (%+d)\n", title, raw, sdk, sdk - raw }'
}
row "system calls" '[a-z0-9_]+'
row "of them rt_sigaction" rt_sigaction
