// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace easypost_connect::sandbox {

inline void answer_json(httplib::Response& response, int status, const nlohmann::json& body) {
  response.status = status;
  // "replace": text that came in a header need not be UTF-8, and is no reason to throw.
  const auto replace = nlohmann::json::error_handler_t::replace;
  response.set_content(body.dump(-1, ' ', false, replace), "application/json");
}

/// {"message": "..."}: how AWS API Gateway words its own answers.
inline void answer_message(httplib::Response& response, int status, std::string_view message) {
  answer_json(response, status, {{"message", message}});
}

/// 405, with the methods that are allowed here, which RFC 9110, section 15.5.6 demands.
inline void answer_not_allowed(httplib::Response& response, const char* allowed) {
  answer_message(response, 405, "Method Not Allowed");
  response.set_header("Allow", allowed);
}

}  // namespace easypost_connect::sandbox
