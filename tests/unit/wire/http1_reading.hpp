// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "wire/http1_answer.hpp"

namespace easypost_connect::unit_test {

inline const std::string kOk = "HTTP/1.1 200 OK\r\n";

/// Says in one line what a reading has come to: "whole 200 kept: body".
struct Reading {
  explicit Reading(Method method = Method::kGet, std::size_t limit = 1000) {
    sink.reset(method, limit, nullptr, progress);
    answer.begin(method, sink);
  }

  void take(std::string_view bytes, std::size_t at_once = std::string::npos) {
    for (std::size_t at = 0; at < bytes.size(); at += std::min(at_once, bytes.size()))
      answer.take(bytes.substr(at, at_once));
  }

  [[nodiscard]] std::string text() {
    using State = internal::Http1Answer::State;
    switch (answer.state()) {
      case State::kMore: return "cut";
      case State::kUnwanted: return "unwanted";
      case State::kMalformed: return *answer.complaint() != '\0' ? "refused" : "refused without a reason";
      case State::kWhole: break;
    }
    const Response response = sink.take(answer.status()).value();
    std::string fields;
    for (const HeaderField field : response.headers)
      fields += " " + std::string(field.name) + "=" + std::string(field.value);
    return "whole " + std::to_string(response.status) + (answer.keeps_connection() ? " kept" : "") + fields + ": " +
           response.body;
  }

  internal::ProgressReport progress;
  internal::ResponseBuilder sink;
  internal::Http1Answer answer;
};

}  // namespace easypost_connect::unit_test
