// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

inline Error make_error(ErrorCode code, Factor factor, std::string message, std::string remedy) {
  Error error;
  error.code = code;
  error.factor = factor;
  error.message = std::move(message);
  error.remedy = std::move(remedy);
  return error;
}

/// The deadline passed before anything was sent.
inline Error deadline_error(std::string message) {
  Error error = make_error(ErrorCode::kTimeout, Factor::kNetwork, std::move(message),
                           "Allow more time, or check that the token endpoint answers.");
  error.retryable = true;
  error.never_sent = true;
  return error;
}

inline Error no_answer_in_time() {
  Error error =
      make_error(ErrorCode::kTimeout, Factor::kNetwork, "The deadline passed before all of the answer had come.",
                 "Check that the host answers, or allow more time.");
  error.retryable = true;
  return error;
}

inline Error no_thread_error(std::string message) {
  Error error = make_error(ErrorCode::kConnection, Factor::kRequest, std::move(message),
                           "Raise the limit of threads of this process.");
  error.retryable = true;
  error.never_sent = true;
  return error;
}

inline Error cancelled_error() {
  return make_error(ErrorCode::kCancelled, Factor::kRequest, "The call was cancelled.",
                    "Nothing: the caller asked for it, or the client was destroyed.");
}

}  // namespace easypost_connect::internal
