// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <new>
#include <optional>
#include <string>
#include <utility>

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

/// The Error that explains what somebody else reported (an answer, a broken connection). Empty: this explains nothing,
/// and another explanation is to be looked for. A function that fails itself returns a Result.
using Diagnosis = std::optional<Error>;

inline Error make_error(ErrorCode code, Factor factor, std::string message, std::string remedy) {
  Error error;
  error.code = code;
  error.factor = factor;
  error.message = std::move(message);
  error.remedy = std::move(remedy);
  return error;
}

/// Makes an Error without taking memory: both texts fit into the buffer that every std::string has.
inline Error out_of_memory() noexcept {
  Error error = make_error(ErrorCode::kConnection, Factor::kRequest, "Out of memory.", "Free memory.");
  error.retryable = true;
  return error;
}

inline Error copy_of(const Error& error) noexcept try { return error; } catch (const std::bad_alloc&) {
  return out_of_memory();
}

/// Makes an Error of fixed words, or out_of_memory() if there is no memory for them.
inline Error fixed_error(ErrorCode code, Factor factor, const char* message, const char* remedy) noexcept try {
  return make_error(code, factor, message, remedy);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

/// Makes the fixed_error() of a call that sent nothing and may be made again.
inline Error unsent_error(ErrorCode code, Factor factor, const char* message, const char* remedy) noexcept {
  Error error = fixed_error(code, factor, message, remedy);
  error.retryable = true;
  error.never_sent = true;
  return error;
}

/// Makes the Error of a call whose deadline passed before anything was sent.
inline Error deadline_error(const char* message) noexcept {
  return unsent_error(ErrorCode::kTimeout, Factor::kNetwork, message,
                      "Allow more time, or check that the token endpoint answers.");
}

inline Error no_thread_error(const char* message) noexcept {
  return unsent_error(ErrorCode::kConnection, Factor::kRequest, message, "Raise the limit of threads of this process.");
}

inline Error no_descriptor_error(const char* message) noexcept {
  return unsent_error(ErrorCode::kConnection, Factor::kRequest, message,
                      "Raise the limit of open files of this process (ulimit -n), or close some.");
}

inline Error no_answer_in_time() noexcept {
  Error error =
      fixed_error(ErrorCode::kTimeout, Factor::kNetwork, "The deadline passed before all of the answer had come.",
                  "Check that the host answers, or allow more time.");
  error.retryable = true;
  return error;
}

inline Error no_stream_in_time() noexcept {
  Error error = fixed_error(ErrorCode::kTimeout, Factor::kService,
                            "The deadline passed before the server had room for the request on its HTTP/2 connection.",
                            "Start fewer calls at a time (async.max_in_flight), or allow more time.");
  error.retryable = true;
  return error;
}

inline Error would_wait_for_itself() noexcept {
  Error error = fixed_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                            "A call of the client was to be waited for on its own I/O thread, in a completion or in "
                            "another function that is run there: it would wait for itself.",
                            "Use send_async() there, or make the call on another thread.");
  error.never_sent = error.never_whole = true;
  return error;
}

inline Error cancelled_error() noexcept {
  return fixed_error(ErrorCode::kCancelled, Factor::kRequest, "The call was cancelled.",
                     "Nothing: the caller asked for it, or the client was destroyed.");
}

}  // namespace easypost_connect::internal
