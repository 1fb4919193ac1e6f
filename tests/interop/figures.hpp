// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "crew.hpp"

namespace easypost_connect::interop {

/// How long the calls of one kind took.
struct Latencies {
  std::size_t calls = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double worst_ms = 0;
};

/// The calls of a run, by the token requests that ran beside them.
struct Comparison {
  Latencies ordinary;        ///< no token was being fetched
  Latencies at_refresh;      ///< a token was being fetched in the background, before the end of the one in use
  Latencies at_replacement;  ///< a token was being fetched because the one in use had been refused with 401
};

[[nodiscard]] Comparison compare(const std::vector<CallRecord>& calls, const std::vector<TokenRecord>& tokens);

/// A row of the table of figures.
struct Row {
  std::string scenario;
  std::size_t calls = 0;
  std::size_t failures = 0;
  std::size_t retries = 0;
  std::size_t token_requests = 0;         ///< counted by the OAuth server, plus the failed ones
  std::size_t failed_token_requests = 0;  ///< counted by the client: nobody answered
  Comparison latency;
};

/// Keeps the row. At the end of the program all rows are printed, and added to the file that the variable
/// EASYPOST_CONNECT_INTEROP_FIGURES names, if it is set.
void add_to_figures(const Row& row);

}  // namespace easypost_connect::interop
