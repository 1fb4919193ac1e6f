// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

#include "core/encoding.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// Writes an application/x-www-form-urlencoded body, and wipes what it wrote.
class WipedForm {
 public:
  WipedForm() = default;
  ~WipedForm() { wipe(text_); }
  WipedForm(const WipedForm&) = delete;
  WipedForm& operator=(const WipedForm&) = delete;

  void add(std::string_view name, std::string_view value) {
    std::string field;
    const WipeOnExit wipe_field(field);
    field.reserve(kLongestEscape * (name.size() + value.size()) + 2);  // no copy is left behind
    append_form_field(field, name, value);
    append_and_wipe(text_, text_.empty() ? "" : "&");
    append_and_wipe(text_, field);
  }
  [[nodiscard]] Secret text() const { return Secret(text_); }

 private:
  static constexpr std::size_t kLongestEscape = 3;  // %2F

  std::string text_;
};

}  // namespace easypost_connect::internal
