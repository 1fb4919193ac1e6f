// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace easypost_connect::internal {

/// Tells whether the libcurl that runs raises SIGPIPE when it writes to a TLS connection that the other side has ended.
/// libcurl before 7.87 does: it lets OpenSSL write with write(2) (read in its sources), and CURLOPT_NOSIGNAL tells it
/// to touch no handler.
[[nodiscard]] bool libcurl_raises_sigpipe() noexcept;

/// Keeps from the host program the SIGPIPE that the calling thread raises while the guard lives: the signal is blocked
/// on this thread, and taken back at the end. A SIGPIPE that is pending already is the host's, and stays.
class SigpipeGuard {
 public:
  explicit SigpipeGuard(bool needed = libcurl_raises_sigpipe()) noexcept;
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  bool armed_;
  bool was_blocked_ = false;  // the thread had blocked it before
};

}  // namespace easypost_connect::internal
