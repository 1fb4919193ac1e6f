// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <easypost_connect/export.hpp>
#include <easypost_connect/observer.hpp>

namespace easypost_connect {

/// How much is logged. Each level holds those above it.
enum class LogLevel {
  kOff,
  kError,  ///< failed attempts and token requests, refused credentials, an expiring certificate, warnings
  kInfo,   ///< every finished attempt, retry, new token and change of credentials
  kDebug,  ///< the start of every attempt
};

enum class LogFormat {
  kText,  ///< `event key=value key=value`, in printable ASCII
  kJson,  ///< one JSON object (RFC 8259): timestamp (UTC), level, logger, event, and the same facts as members
};

/// Takes one line without its line end. The logger calls it from many threads, one line at a time.
using LogSink = std::function<void(std::string_view line)>;

/// Makes an Observer that writes one line for each event. A line holds facts of an allow-list (docs/security.md), the
/// id of the call among them, and never a header, a query or a body.
[[nodiscard]] EASYPOST_CONNECT_EXPORT std::shared_ptr<Observer> make_line_logger(LogLevel level, LogSink sink,
                                                                                 LogFormat format = LogFormat::kText);

}  // namespace easypost_connect
