#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds what a call costs beside raw libcurl.
#   request_cost.sh blocking|multiplexed MEASURING_COMMAND...
set -euo pipefail
case $1 in
  blocking) more_allocations=-32 wanted='allocations,instructions,system calls,rt_sigaction' ;;
  multiplexed) more_allocations=10 wanted=allocations ;;
esac
"${@:2}" | awk -v more_allocations="$more_allocations" -v wanted="$wanted" -f "$(dirname "$0")/request_cost.awk"
