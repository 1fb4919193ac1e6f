// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

#include "core/secrets.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {

/// Writes a JSON object of texts and whole numbers, and wipes what it wrote.
class WipedJson {
 public:
  WipedJson() { text_.reserve(kUsual); }
  ~WipedJson() { wipe(text_); }
  WipedJson(const WipedJson&) = delete;
  WipedJson& operator=(const WipedJson&) = delete;

  void add(std::string_view name, std::string_view value) {
    add_name(name);
    std::string written;
    const WipeOnExit wipe_written(written);
    written.reserve(kLongestEscape * value.size() + 2);  // no copy is left behind
    append_json_string(written, value);
    append_and_wipe(text_, written);
  }
  void add(std::string_view name, std::int64_t value) {
    add_name(name);
    append_and_wipe(text_, std::to_string(value));
  }
  [[nodiscard]] Secret text() const {
    std::string whole;
    const WipeOnExit wipe_whole(whole);
    whole.reserve(text_.size() + 2);
    whole.append(text_.empty() ? std::string_view("{") : text_) += '}';
    return Secret(whole);
  }

 private:
  void add_name(std::string_view name) {
    std::string written(text_.empty() ? "{" : ",");
    append_json_string(written, name);
    append_and_wipe(text_, written.append(":"));
  }

  static constexpr std::size_t kUsual = 512;
  static constexpr std::size_t kLongestEscape = 6;  // \u001f

  std::string text_;
};

}  // namespace easypost_connect::internal
