// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace easypost_connect::internal {

/// Whether the libcurl that runs raises SIGPIPE when it writes to a TLS connection that the other side has ended:
/// before 7.87 it lets OpenSSL do so with write(2) (read in its sources), and is told by CURLOPT_NOSIGNAL to touch no
/// handler.
[[nodiscard]] bool libcurl_raises_sigpipe() noexcept;

/// Keeps from the host program the SIGPIPE that the calling thread raises while this lives: it is blocked on this
/// thread, and taken back. One that is pending already is the host's, and stays.
class SigpipeGuard {
 public:
  explicit SigpipeGuard(bool needed = libcurl_raises_sigpipe()) noexcept;
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  bool armed_;
  sigset_t before_{};  // the signals that the thread had blocked
};

}  // namespace easypost_connect::internal
