// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// What stands in a message in place of a text that quotes a secret.
inline constexpr std::string_view kLeftOut = "[left out: it quotes a secret]";

/// A secret, and from how many characters on a part of it counts; of a shorter secret the whole does.
struct Guarded {
  std::string_view secret;
  std::size_t shortest_part = 8;
};

/// `text` holds the secret or a part of it, as it is or as servers write what they were sent: percent-encoded, escaped
/// for JSON or HTML, in base64 or base64url (the Authorization header of Basic is), or up to three of these at once.
[[nodiscard]] bool quotes(std::string_view text, const Guarded& guarded);

/// What the other side says, as it may stand in a message: in printable ASCII, at most `longest` characters; kLeftOut
/// when it quotes the secret.
[[nodiscard]] std::string quotable(std::string_view text, std::size_t longest, const Guarded& guarded);

}  // namespace easypost_connect::internal
