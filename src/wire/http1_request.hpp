// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <easypost_connect/transport.hpp>

#include "wire/request_body.hpp"

namespace easypost_connect::internal {

/// Calls `field` with name and value of each field that a request has beside its credentials and what frames it.
template <typename Field>
void for_each_plain_field(const Request& request, const CallContext& context, Field&& field) {
  const Headers& headers = request.options.headers;
  for (const HeaderField each : headers) field(each.name, each.value);
  // Without the field a server may compress what it likes (RFC 9110, section 12.5.3), and nothing here is decoded.
  if (!headers.find("accept-encoding")) field("Accept-Encoding", "identity");
  if (!is_empty(request.body) && !context.content_type.empty()) field("Content-Type", context.content_type);
}

/// Writes the head of a request (RFC 9112, section 3) into `head`, which is empty and holds credentials then, with room
/// for `room` bytes behind it. Path and query are those of the URL byte for byte, as a signature over them demands.
/// `body_size`: none, the body comes in chunks.
void write_request_head(std::string& head, const Request& request, const CallContext& context,
                        std::optional<std::uint64_t> body_size, std::size_t room);

}  // namespace easypost_connect::internal
