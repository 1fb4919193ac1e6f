// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// One block of a PEM text (RFC 7468), as views into it.
struct PemText {
  std::string_view label;  ///< "CERTIFICATE"
  std::string_view body;   ///< text between the BEGIN line and the END line
  bool ended = false;      ///< whether the block has an END line of its own
  std::string_view whole;  ///< body with these lines
};

/// Finds the blocks of `text`, wherever they stand: indented, within quotation marks, all on one line. A BEGIN line
/// that is quoted in a comment is none.
std::vector<PemText> find_pem_texts(std::string_view text);

/// Returns whether a line of `text` ends a block that no line began: the block is not among `found`, its blocks.
bool has_end_without_begin(std::string_view text, const std::vector<PemText>& found);

struct PemContent {
  Secret der;
  std::string encryption;  ///< the value of DEK-Info (RFC 1421, section 4.6.1.3); empty: not encrypted in that way
};

/// Decodes a body whose line ends may be CR, LF, blanks, nothing at all, or \n and \r as two characters each. Returns
/// nothing when it is not base64.
std::optional<PemContent> decode_pem_body(std::string_view body);

}  // namespace easypost_connect::internal
