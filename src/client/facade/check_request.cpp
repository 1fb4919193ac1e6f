// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>

#include "body/body.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "facade/check_request.hpp"
#include "rotation/check_options.hpp"

namespace easypost_connect::internal {
namespace {

/// Fields that frame the message, or are for a proxy: a caller's copy would smuggle a second request, or leak.
constexpr std::string_view kFraming[] = {"proxy-authorization", "host", "content-length", "transfer-encoding",
                                         "connection",          "te",   "upgrade",        "expect"};
/// Fields that carry the credentials of a ConnectClient: a caller's copy would leak.
constexpr std::string_view kCredentials[] = {"x-api-key", "authorization"};

template <std::size_t kCount>
bool is_one_of(const std::string_view (&names)[kCount], std::string_view name) {
  return std::any_of(std::begin(names), std::end(names),
                     [name](std::string_view each) { return equals_ignoring_case(name, each); });
}

/// Returns the name as a message may show it: a bad name could hold anything.
std::string shown(std::string_view name) {
  return is_token(name) ? "\"" + std::string(name) + "\"" : "with an invalid name";
}

Error bad_header(std::string_view name, std::string_view problem, std::string_view remedy) {
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                    "header " + shown(name) + ": " + std::string(problem) + ".", std::string(remedy));
}

Error set_by_client(std::string_view name) {
  return bad_header(name, "is set by the client", "Remove it from the request.");
}

Result<void> check_functions(const Request& request) {
  const auto empty = [](const char* function) {
    return make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                      std::string(function) + " was given an empty function.", "Give it one that can be called.");
  };
  const BodySource* const origin = source_of(request.body);
  if (origin != nullptr && !origin->callable()) return empty("Body::from_function");
  const BodyDrain* const target = drain_of(request.options.sink);
  if (target != nullptr && !target->callable()) return empty("BodySink::to_function");
  return {};
}

}  // namespace

Result<void> check_field(std::string_view name, std::string_view value) {
  if (!is_token(name)) return bad_header(name, "not a token (RFC 9110, section 5.1)", "Use letters, digits and '-'.");
  if (has_control_character(value)) {
    return bad_header(name, "the value holds CR, LF, NUL or another control character",
                      "Remove it, or encode the value.");
  }
  if (equals_ignoring_case(name, "content-type")) {
    return bad_header(name, "is set by an option of its own", "Set CallOptions::content_type.");
  }
  if (is_one_of(kFraming, name)) return set_by_client(name);
  return {};
}

Result<void> check_content_type(std::string_view content_type) {
  if (!has_control_character(content_type)) return {};
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "content_type holds a control character.",
                    "Give a media type.");
}

Result<void> check_for_any_server(const Request& request) {
  if (auto checked = check_functions(request); !checked) return checked;
  for (const HeaderField field : request.options.headers) {
    if (auto checked = check_field(field.name, field.value); !checked) return checked;
  }
  if (auto checked = check_content_type(request.options.content_type); !checked) return checked;
  if (request.options.timeout.count() >= 0 && request.options.timeout <= std::chrono::hours(24)) return {};
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "timeout is negative or more than 24 hours.",
                    "Zero means the client's default.");
}

Result<void> check_request(const Request& request) {
  if (auto checked = check_for_any_server(request); !checked) return checked;
  for (const HeaderField field : request.options.headers) {
    if (is_one_of(kCredentials, field.name)) return set_by_client(field.name);
  }
  if (request.options.max_attempts >= 0 && request.options.max_attempts <= kMostAttempts) return {};
  return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, "max_attempts is negative or more than 100.",
                    "Zero means the client's default.");
}

Result<void> check_upload(const Request& request) {
  if (auto checked = check_request(request); !checked) return checked;
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
  return {};
}

}  // namespace easypost_connect::internal
