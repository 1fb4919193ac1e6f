#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the library, the sandbox and the examples as C++23, lets each public header compile alone as C++23, builds the test
# programs, which are C++17, and runs them:
#   build_and_test.sh BUILD-FOLDER [OPTION-OF-CMAKE...]
# The last line counts the tests. GTEST_FILTER leaves out what a build cannot do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$1
shift

export CCACHE_SLOPPINESS=pch_defines,time_macros
cmake --preset cxx23 -B "$build" "$@"
cmake --build "$build" --target all_verify_interface_header_sets easypost_connect easypost_connect_{sandbox,vaults} examples/all \
  easypost_connect_{unit,freed_memory,coroutine,integration}_tests

# What leaves tests out leaves out those with tokens.
if [ -n "${GTEST_FILTER:-}" ]; then
  tests/run_programs.sh "$build/tests"
else
  tests/run_programs.sh "$build/tests" provider
fi
