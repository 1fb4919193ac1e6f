// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {

/// Returns what a function of the caller's threw, as an Error; call it where the exception was caught. An exception
/// cannot pass through libcurl, which is C, and nobody on the I/O thread would catch it.
inline Error thrown_error(std::string_view function) noexcept try {
  std::string what = "something that is no std::exception";
  try {
    throw;
  } catch (const std::exception& thrown) {
    what = printable(thrown.what(), 200);
  } catch (...) {  // keeps the words above
  }
  return make_error(ErrorCode::kBodyIo, Factor::kRequest, std::string(function) + " threw: " + what + ".",
                    "Look into that function; the call ended where it threw.");
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace easypost_connect::internal
