#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the test programs of a build tree in shards, side by side because most of the integration tests wait. A process
# for each test, as CTest has it, takes longer than the tests do.
#   run_programs.sh FOLDER [provider]
# Keys in tokens come through OpenSSL's engine; "provider": once more through its provider, as where it finds no engine.
# GTEST_FILTER leaves out what a build cannot do. All that the programs print is in FOLDER/reports afterwards; count.txt
# there holds the last line, which counts the tests.
set -euo pipefail
folder=$1
rm -rf "$folder/reports"
mkdir "$folder/reports"

reports=() running=()
# start REPORT PROGRAM SHARDS [ARGUMENT...]
start() {
  local shard report
  for ((shard = 0; shard < $3; shard++)); do
    report=$folder/reports/$1-$shard.txt
    GTEST_TOTAL_SHARDS=$3 GTEST_SHARD_INDEX=$shard timeout 1800 "$folder/easypost_connect_$2_tests" "${@:4}" \
      >"$report" 2>&1 </dev/null &
    reports+=("$report") running+=($!)
  done
}

# show_what_failed REPORT: all but the tests that said nothing and passed.
show_what_failed() {
  awk '/^\[---/ || /^$/ { next }
       /^\[ RUN / { held = $0; next }
       /^\[       OK / && held != "" { held = ""; next }
       { if (held != "") print held; held = ""; print }
       END { if (held != "") print held }' "$1"
}

start unit unit 2
start freed_memory freed_memory 1
start coroutine coroutine 1
start integration integration 3
if [ "${2:-}" = provider ]; then
  OPENSSL_ENGINES=/nonexistent start provider integration 1 '--gtest_filter=Pkcs11.*-*.TokenThatIsPulledIsToldOf'
fi

passed=0 failed=0
for i in "${!reports[@]}"; do
  report=${reports[i]}
  wait "${running[i]}" && ended=well || ended=badly
  now_passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests\{0,1\}\.$/\1/p' "$report")
  now_failed=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) tests\{0,1\}, listed below:$/\1/p' "$report")
  if [ "$ended" = badly ]; then
    printf '== %s\n' "${report##*/}"
    show_what_failed "$report"
    if [ -z "$now_failed" ]; then
      echo "It did not come to its end."
      now_failed=1
    fi
  fi
  passed=$((passed + ${now_passed:-0})) failed=$((failed + ${now_failed:-0}))
done
echo "$passed passed, $failed failed" | tee "$folder/reports/count.txt"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
