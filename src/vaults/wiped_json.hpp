// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

#include "core/secrets.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {

/// Writes a JSON object of texts, and wipes what it wrote.
class WipedJson {
 public:
  WipedJson() { text_.reserve(kUsual); }
  ~WipedJson() { wipe(text_); }
  WipedJson(const WipedJson&) = delete;
  WipedJson& operator=(const WipedJson&) = delete;

  void add(std::string_view name, std::string_view value) {
    std::string member;
    const WipeOnExit wipe_member(member);
    member.reserve(name.size() + kLongestEscape * value.size() + 8);  // no copy is left behind
    member += text_.empty() ? '{' : ',';
    append_json_string(member, name);
    member += ':';
    append_json_string(member, value);
    append_and_wipe(text_, member);
  }
  [[nodiscard]] Secret text() const {
    std::string whole;
    const WipeOnExit wipe_whole(whole);
    whole.reserve(text_.size() + 2);
    whole.append(text_.empty() ? "{" : text_) += '}';
    return Secret(whole);
  }

 private:
  static constexpr std::size_t kUsual = 512;
  static constexpr std::size_t kLongestEscape = 6;  // \u001f

  std::string text_;
};

}  // namespace easypost_connect::internal
