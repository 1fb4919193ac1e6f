# SPDX-License-Identifier: Apache-2.0
# Reads a table of benchmarks/request_cost.sh or benchmarks/multiplexed_cost.cpp, of which the rows `wanted` must be there;
# fails when a figure is beyond its bound, when one is missing, or when raw libcurl's is too small to be true: a measurement of
# nothing would be within every bound.
function hold(what, smallest_raw, bound) {
  seen[what] = 1
  if (raw < smallest_raw) { print what ": " raw " for raw libcurl, which cannot be"; failed = 1 }
  if (sdk > bound) { print what ": " sdk " with the SDK, above " bound; failed = 1 }
}
{ print; raw = $(NF - 2) + 0; sdk = $(NF - 1) + 0 }
/^allocations / { hold("allocations", 10, raw + more_allocations) }
/^instructions / { hold("instructions", 50000, 0.30 * raw) }
/^system calls / { hold("system calls", 2, raw - 2) }
/^of them rt_sigaction / { hold("rt_sigaction", 0, 0) }
END {
  split(wanted, rows, ",")
  for (i in rows) if (!(rows[i] in seen)) { print rows[i] ": not measured"; failed = 1 }
  exit failed
}
