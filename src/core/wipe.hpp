// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// Overwrites the whole buffer of `text`, unused capacity included, and empties it. For the few places where a secret
/// has to pass through a std::string on its way to or from the wire.
void wipe(std::string& text) noexcept;

/// Appends `part`, and wipes the buffer that growing leaves behind.
void append_and_wipe(std::string& text, std::string_view part);

/// Wipes a string at the end of a scope, however the scope ends.
class WipeOnExit {
 public:
  explicit WipeOnExit(std::string& text) noexcept : text_(text) {}
  ~WipeOnExit() { wipe(text_); }
  WipeOnExit(const WipeOnExit&) = delete;
  WipeOnExit& operator=(const WipeOnExit&) = delete;

 private:
  std::string& text_;
};

}  // namespace easypost_connect::internal
