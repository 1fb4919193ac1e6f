// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <variant>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// What a file is read by.
struct ReadingRules {
  bool pipes = false;  ///< a pipe may be read: what it holds is gone then
  CancellationToken cancellation{};
  /// Above any bundle of authorities; keeps a wrong path, such as that of a log, from being read whole.
  std::size_t largest = std::size_t{16} * 1024 * 1024;
  /// For a mount that does not answer, and a pipe that nobody writes to. Chosen: a vault answers in less.
  std::chrono::milliseconds longest{10'000};
};

/// What a file held, from its begin to its end.
struct WholeFile {
  Secret content;
  bool is_pipe = false;
};

/// Why a file could not be read.
struct FileFault {
  enum class Kind {
    kSystem,       ///< the system refused to open or to read it
    kDescriptors,  ///< the process has as many open as it may
    kFolder,       ///< it is one
    kPipe,         ///< it is one, and pipes may not be read
    kNoFile,       ///< it is a device or a socket
    kEmptied,      ///< it is a pipe that ended without a byte
    kTooLarge,
    kStalled,  ///< the time was over, now or when it was tried before; or whoever waited does not want it any more
  };
  Kind kind;
  std::string problem;  ///< such as "is a folder"
};

/// Reads the file once, whole, with all symbolic links followed. Waits no longer than the rules say, whatever `path`
/// is and wherever it lies: where the system does not come back, a thread is left behind in it, one for each path, and
/// one for each reading that was cancelled.
std::variant<WholeFile, FileFault> read_whole_file(const std::string& path, const ReadingRules& rules);

}  // namespace easypost_connect::internal
