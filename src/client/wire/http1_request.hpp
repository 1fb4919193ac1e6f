// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/transport.hpp>

namespace easypost_connect::internal {

/// POST, PUT and PATCH announce a body even when it is empty (RFC 9110, section 8.6).
[[nodiscard]] bool has_body(const Request& request) noexcept;

/// Tells whether the body is known to have no byte.
[[nodiscard]] bool is_empty(const Body& body) noexcept;

/// Tells whether the caller has given a field of that name, which then stands in place of the SDK's own.
[[nodiscard]] bool is_given(const Request& request, const CallContext& context, std::string_view name);

/// Calls `field` with name and value of each field of a request but its credentials and those that frame its body.
template <typename Field>
void for_each_plain_field(const Request& request, const CallContext& context, Field&& field) {
  const Headers& headers = request.options.headers;
  for (const HeaderField each : headers) field(each.name, each.value);
  for (const HeaderField each : context.headers) field(each.name, each.value);
  // A server that is not told otherwise may compress as it likes (RFC 9110, section 12.5.3), and nothing here is
  // decoded.
  if (!is_given(request, context, "accept-encoding")) field("Accept-Encoding", "identity");
  if (!is_empty(request.body) && !context.content_type.empty()) field("Content-Type", context.content_type);
}

/// Writes the head of a request (RFC 9112, section 3) into `head`, which must be empty and holds credentials
/// afterwards, with room for `room` bytes behind it. Path and query are those of the URL byte for byte, as a signature
/// over them demands. If there is no `body_size`, the body comes in chunks.
void write_request_head(std::string& head, const Request& request, const CallContext& context,
                        std::optional<std::uint64_t> body_size, std::size_t room);

/// The head of a chunk has so many bytes: "0000ffff" and a line end (RFC 9112, section 7.1).
inline constexpr std::size_t kChunkHead = 10;
inline constexpr std::string_view kLineEnd = "\r\n";

/// Writes the head of a chunk of `size` bytes to `at`, where there is room for kChunkHead bytes.
void write_chunk_head(char* at, std::size_t size) noexcept;

}  // namespace easypost_connect::internal
