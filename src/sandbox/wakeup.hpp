// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/eventfd.h>

#include <cstdint>

#include "core/file_descriptor.hpp"

namespace easypost_connect::sandbox {

/// Ends the poll() of a thread from another one.
class Wakeup {
 public:
  [[nodiscard]] bool is_open() const noexcept { return event_.is_open(); }  ///< false: no descriptor was to be had
  [[nodiscard]] int descriptor() const noexcept { return event_.get(); }    ///< readable from wake() to clear()

  void wake() const noexcept { static_cast<void>(::eventfd_write(event_.get(), 1)); }
  void clear() const noexcept {
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(event_.get(), &count));
  }

 private:
  internal::FileDescriptor event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

}  // namespace easypost_connect::sandbox
