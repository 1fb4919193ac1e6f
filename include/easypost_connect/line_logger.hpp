// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <easypost_connect/export.hpp>
#include <easypost_connect/observer.hpp>

namespace easypost_connect {

enum class LogLevel {
  kOff,
  kError,  ///< failed attempts and token requests, an expiring certificate
  kInfo,   ///< and every finished attempt, retry and new token
  kDebug,  ///< and the start of every attempt
};

enum class LogFormat {
  kText,  ///< `event key=value key=value`, in printable ASCII
  kJson,  ///< one JSON object (RFC 8259): timestamp (UTC), level, logger, event, and the same facts as members
};

/// Takes one line without its end; called from many threads, one line at a time.
using LogSink = std::function<void(std::string_view line)>;

/// An Observer that writes one line an event, made of an allow-list of facts: never a header, a query or a body.
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::shared_ptr<Observer> make_line_logger(LogLevel level, LogSink sink,
                                                                                 LogFormat format = LogFormat::kText);

}  // namespace easypost_connect
