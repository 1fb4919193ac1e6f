// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <easypost_connect/request.hpp>

namespace easypost_connect::internal {

/// What is offered to a server (ALPN, RFC 7301); kHttp2 includes HTTP/1.1, for one that speaks no other.
enum class HttpVersion { kHttp1, kHttp2 };

/// Servers give an upload over HTTP/2 a window of 64 KiB: it costs them and this side half as much CPU again as over
/// HTTP/1.1 (measured: nginx), and holds up the calls that share its connection. From 2 MiB on a handshake for a
/// connection of its own costs less.
inline constexpr std::uint64_t kWorthAConnection = std::uint64_t{2} * 1024 * 1024;

/// For a request among many others: HTTP/1.1 when its bodies are better off on a connection of their own, because they
/// are large, or may be, or come from a function.
[[nodiscard]] HttpVersion version_for(const Request& request) noexcept;

}  // namespace easypost_connect::internal
