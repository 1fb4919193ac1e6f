// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "client/checks.hpp"
#include "client/https_url.hpp"
#include "core/ascii.hpp"
#include "core/body_origin.hpp"
#include "core/body_target.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

/// Fields that carry the client's credentials or frame the message: a caller's copy would leak, or smuggle a second
/// request.
constexpr std::string_view kReserved[] = {
    "x-api-key",      "authorization",     "proxy-authorization", "host", "content-type",
    "content-length", "transfer-encoding", "connection",          "te",   "upgrade",
    "expect"};

bool is_reserved(std::string_view name) {
  return std::any_of(std::begin(kReserved), std::end(kReserved),
                     [name](std::string_view reserved) { return equals_ignoring_case(name, reserved); });
}

/// The name as it may stand in a message: a bad one could hold anything.
std::string shown(std::string_view name) {
  return is_token(name) ? "\"" + std::string(name) + "\"" : "with an invalid name";
}

Error bad_header(std::string_view name, std::string_view problem, std::string_view remedy) {
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                    "header " + shown(name) + ": " + std::string(problem) + ".", std::string(remedy));
}

std::optional<Error> check_header(const HeaderField& field) {
  if (!is_token(field.name))
    return bad_header(field.name, "not a token (RFC 9110, section 5.1)", "Use letters, digits and '-'.");
  if (has_control_character(field.value)) {
    return bad_header(field.name, "the value holds CR, LF, NUL or another control character",
                      "Remove it, or encode the value.");
  }
  if (equals_ignoring_case(field.name, "content-type")) {
    return bad_header(field.name, "is set by an option of its own", "Set CallOptions::content_type.");
  }
  if (is_reserved(field.name)) return bad_header(field.name, "is set by the client", "Remove it from the request.");
  return std::nullopt;
}

std::optional<Error> check_functions(const Request& request) {
  const auto empty = [](const char* function) {
    return make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                      std::string(function) + " was given an empty function.", "Give it one that can be called.");
  };
  const BodyOrigin* const origin = origin_of(request.body);
  if (origin != nullptr && !origin->callable()) return empty("Body::from_function");
  const BodyTarget* const target = target_of(request.options.sink);
  if (target != nullptr && !target->callable()) return empty("BodySink::to_function");
  return std::nullopt;
}

}  // namespace

std::optional<Error> check_request(const Request& request) {
  if (auto error = check_functions(request)) return error;
  for (const HeaderField field : request.options.headers) {
    if (auto error = check_header(field)) return error;
  }
  if (has_control_character(request.options.content_type)) {
    return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "content_type holds a control character.",
                      "Give a media type.");
  }
  if (request.options.timeout.count() < 0 || request.options.timeout > std::chrono::hours(24)) {
    return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "timeout is negative or more than 24 hours.",
                      "Zero means the client's default.");
  }
  if (request.options.max_attempts < 0 || request.options.max_attempts > kMostAttempts) {
    return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "max_attempts is negative or more than 100.",
                      "Zero means the client's default.");
  }
  return std::nullopt;
}

std::optional<Error> check_upload(const Request& request) {
  if (auto error = check_request(request)) return error;
  const auto bad_url = [](std::string problem) {
    return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "file_upload_url " + std::move(problem) + ".",
                      "Give the fileUploadUrl as the API returned it.");
  };
  const std::string_view problem = problem_of(request.path);
  if (!problem.empty()) return bad_url(std::string(problem));
  if (!request.options.query.empty()) return bad_url("is signed as it is: no query can be added to it");
  if (!size_of(request.body) && !repeatable(request.body)) {
    return make_error(
        ErrorCode::kInvalidRequest, Factor::kRequest,
        "The content of the upload is a function without a size: it would go out in chunks, which storage "
        "of the S3 kind refuses (501 NotImplemented).",
        "Give Body::from_function the size, or upload a file.");
  }
  return std::nullopt;
}

}  // namespace easypost_connect::internal
