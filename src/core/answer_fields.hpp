// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace easypost_connect::internal {

/// One text of an answer's body, and where it stood.
struct AnswerField {
  std::string name;   ///< JSON: "error.message", without the places in arrays. Markup: the tag before it. Text: empty
  std::string value;  ///< at most 512 bytes, without blanks at its ends
};

/// What an error's body says, whatever it is made of: JSON, XML, HTML or plain text. At most 64 fields; none when the
/// body is longer than 16 KiB, because such a page is about something else, or damaged JSON. Numbers and words such as
/// true are fields as well.
///
/// The values are the other side's: they may echo a credential, so they are compared and not quoted.
std::vector<AnswerField> answer_fields(std::string_view body);

/// `text` fits `pattern`, in any case; a star at either end of the pattern stands for any text.
bool fits(std::string_view text, std::string_view pattern) noexcept;

}  // namespace easypost_connect::internal
