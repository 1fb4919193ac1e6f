// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <easypost_connect/request.hpp>

namespace easypost_connect::internal {

/// What to speak inside TLS; kHttp2 falls back to HTTP/1.1 where the server knows no other (ALPN, RFC 7301), and waits
/// for a connection it can share rather than opening one of its own.
enum class HttpVersion { kHttp1, kHttp2 };

/// Sent over HTTP/2, a body costs 0.6 ms of CPU more per MiB than over HTTP/1.1 (measured, libcurl 7.88.1), and holds
/// up the calls that share its connection. A handshake for a connection of its own costs 1.3 ms: from 2 MiB on that is
/// less.
inline constexpr std::uint64_t kWorthAConnection = std::uint64_t{2} * 1024 * 1024;

/// For a request among many others: HTTP/1.1 when its bodies are better off on a connection of their own, because they
/// are large, or may be, or come from a function.
[[nodiscard]] HttpVersion version_for(const Request& request) noexcept;

}  // namespace easypost_connect::internal
