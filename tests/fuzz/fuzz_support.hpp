// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// libFuzzer calls this function with each input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace easypost_connect::fuzz {

/// Aborts if `holds` is false: libFuzzer then keeps the input. `what` names what is true of every input.
inline void always(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// An input, taken apart from its beginning.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  /// Takes one byte as a number; returns zero when nothing is left.
  [[nodiscard]] unsigned number() noexcept {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  [[nodiscard]] std::string_view take(std::size_t count) noexcept {
    const std::string_view part = rest_.substr(0, count);
    rest_.remove_prefix(part.size());
    return part;
  }

  /// Takes all up to the end of the line, and drops that.
  [[nodiscard]] std::string_view line() noexcept {
    const std::string_view part = take(rest_.find('\n'));
    static_cast<void>(take(1));
    return part;
  }

  [[nodiscard]] std::string_view rest() noexcept { return take(rest_.size()); }

 private:
  std::string_view rest_;
};

}  // namespace easypost_connect::fuzz
