#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds what a call costs beside raw libcurl.
#   request_cost.sh MEASURE_SCRIPT SANDBOX_PROGRAM REQUEST_COST_PROGRAM
set -euo pipefail
"$@" | awk -f "$(dirname "$0")/request_cost.awk"
