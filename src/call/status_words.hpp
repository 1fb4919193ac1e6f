// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

/// What a status of the API means that is not about a credential.
struct StatusWords {
  int from;
  int to;
  Factor factor;
  bool retryable;
  const char* message;  ///< without the status and the full stop
  const char* remedy;
};

/// For any status.
const StatusWords& words_for_status(int status) noexcept;

}  // namespace easypost_connect::internal
