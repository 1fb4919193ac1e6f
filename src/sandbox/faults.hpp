// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include <httplib.h>

#include <easypost_connect/sandbox.hpp>

namespace easypost_connect::sandbox {

/// The misbehaviours that wait for the next requests of one host, first in, first out. Thread-safe.
class Faults {
 public:
  void add(SandboxFault fault);

  /// The fault for the request at hand; null when it is to be answered properly.
  std::shared_ptr<const SandboxFault> take();

 private:
  struct Entry {
    std::shared_ptr<const SandboxFault> fault;
    std::size_t times_left;
  };
  std::mutex mutex_;
  std::deque<Entry> entries_;
};

/// Makes the fault the answer. A body without a content-type of its
/// own goes as application/json. The delay is the caller's business.
void play(const std::shared_ptr<const SandboxFault>& fault, httplib::Response& response);

}  // namespace easypost_connect::sandbox
