// SPDX-License-Identifier: Apache-2.0
#include "error_text.hpp"

#include <algorithm>
#include <cctype>
#include <ctime>

#include "core/settings.hpp"
#include "core/text.hpp"

namespace easypost_connect::tool {

std::string seen_text(const Error& error) {
  std::string facts;
  const auto add = [&facts](std::string_view name, std::string_view value) {
    if (!value.empty()) facts.append(facts.empty() ? "" : ", ").append(name).append(value);
  };
  if (error.seen.http_status != 0) add("HTTP status ", std::to_string(error.seen.http_status));
  add("TLS alert ", error.seen.tls_alert);
  add("OAuth error ", error.seen.oauth_error);
  add("libcurl: ", error.seen.transport);
  add("request id ", error.request_id);
  return facts;
}

std::string to_text(const Error& error, const Terminal& terminal) {
  constexpr std::size_t kLabelled = 8;
  const std::string_view factor = to_string(error.factor);
  std::string text = terminal.paint(Colour::kRed, std::string(factor).append(":")) + ' ' +
                     folded(harmless(error.message), terminal.width, factor.size() + 2) + '\n';
  const auto add = [&](const char* label, const std::string& value) {
    if (value.empty()) return;
    text += terminal.paint(Colour::kDim, label) + folded(harmless(value), terminal.width, kLabelled) + '\n';
  };
  add("  seen: ", seen_text(error));
  add("  do:   ", error.remedy);
  return text;
}

std::string slug(std::string_view words) {
  std::string text(words);
  for (char& c : text) c = c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

nlohmann::ordered_json to_json(const Error& error) {
  nlohmann::ordered_json seen = nlohmann::ordered_json::object();
  if (error.seen.http_status != 0) seen["http_status"] = error.seen.http_status;
  if (!error.seen.tls_alert.empty()) seen["tls_alert"] = error.seen.tls_alert;
  if (!error.seen.oauth_error.empty()) seen["oauth_error"] = error.seen.oauth_error;
  if (!error.seen.transport.empty()) seen["transport"] = error.seen.transport;
  if (!error.request_id.empty()) seen["request_id"] = error.request_id;
  return {{"factor", slug(to_string(error.factor))},
          {"code", slug(to_string(error.code))},
          {"message", error.message},
          {"remedy", error.remedy},
          {"retryable", error.retryable},
          {"seen", std::move(seen)}};
}

std::string to_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

bool log_is_json() { return internal::equals_ignoring_case(internal::setting::kLogFormat.from_environment(), "json"); }

std::string to_log_line(const Error& error, int exit_status) {
  const nlohmann::ordered_json line{{"timestamp", to_iso8601(std::chrono::system_clock::now())},
                                    {"level", "error"},
                                    {"logger", "easypost_connect"},
                                    {"event", "command_failed"},
                                    {"exit_status", exit_status},
                                    {"error", to_json(error)}};
  return line.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::string to_iso8601(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace easypost_connect::tool
