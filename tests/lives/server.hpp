// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include <easypost_connect/client_options.hpp>

#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::lives {

/// A Manner says how the server sends the body of an answer.
enum class Manner { kWhole, kStalls, kBreaks, kNever };

/// A Script says what the server does with a call. It stands in the path of the request, so that a seed decides it.
struct Script {
  int refusal = 503;      ///< the status of the first answers, which have Retry-After: 0
  unsigned refusals = 0;  ///< number of those answers
  unsigned delay = 0;     ///< milliseconds before each answer, and while one stalls
  std::size_t size = 0;   ///< bytes of the body
  Manner manner = Manner::kWhole;

  [[nodiscard]] std::string path(unsigned call) const;
};

/// Returns the byte that stands at `position` in every body.
[[nodiscard]] constexpr char pattern(std::size_t position) noexcept {
  return static_cast<char>('a' + (position + position / 4093) % 26);
}
[[nodiscard]] std::string pattern_of(std::size_t size);
/// Tells whether `bytes` are those of the pattern from `position` on.
[[nodiscard]] bool is_pattern(const char* bytes, std::size_t size, std::size_t position) noexcept;

/// The API, its OAuth server and a storage, with real TLS, in a process of its own: threads, descriptors and memory of
/// this one are the client's alone, and so are the locks of OpenSSL at a fork. Make it before any other thread exists.
class Server {
 public:
  Server();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Returns options for a client of one of the two partners.
  [[nodiscard]] ClientOptions client_options(std::size_t partner) const;
  /// Returns such options as EASYPOST_CONNECT_* variables, for another process.
  [[nodiscard]] std::vector<std::string> environment() const;
  /// Returns the scopes that decide how tokens come: "steady", "brief" (they live for a second), "slow", "flaky" (every
  /// other request is refused).
  [[nodiscard]] static const std::array<const char*, 4>& token_manners() noexcept;

  [[nodiscard]] const sandbox::IssuedCertificate& certificate(std::size_t partner) const {
    return partners_.at(partner);
  }
  [[nodiscard]] const std::string& storage_url() const noexcept { return storage_url_; }

 private:
  sandbox::CertificateAuthority authority_;
  std::array<sandbox::IssuedCertificate, 2> partners_;
  pid_t id_ = -1;
  int lifeline_ = -1;  // the server ends when this end of a pipe is closed, so also when this process crashes
  std::string api_url_;
  std::string storage_url_;
};

}  // namespace easypost_connect::lives
