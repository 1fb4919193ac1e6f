// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <variant>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// The rules that a file is read by.
struct ReadingRules {
  bool pipes = false;  ///< a pipe may be read: what it holds is gone then
  CancellationToken cancellation{};
  /// The largest file that is read. Larger than any bundle of authorities, it keeps a wrong path, such as that of a
  /// log, from being read whole.
  std::size_t largest = std::size_t{16} * 1024 * 1024;
  /// How long a mount that does not answer, or a pipe that nobody writes to, is waited for. Chosen: a vault answers in
  /// less.
  std::chrono::milliseconds longest{10'000};
};

/// The content of a file, from its begin to its end.
struct WholeFile {
  Secret content;
  bool is_pipe = false;
};

/// The reason why a file could not be read.
struct FileFault {
  enum class Kind {
    kSystem,       ///< the system refused to open or to read it
    kDescriptors,  ///< the process has as many open as it may
    kFolder,       ///< the file is a folder
    kPipe,         ///< the file is a pipe, and pipes may not be read
    kNoFile,       ///< the file is a device or a socket
    kEmptied,      ///< the file is a pipe that ended without a byte
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
