// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <httplib.h>

#include <easypost_connect/client_options.hpp>

#include "sandbox/certificate_authority.hpp"
#include "sandbox/connections.hpp"
#include "sandbox/listener.hpp"

namespace easypost_connect::test_support {

/// Returns byte number `position` of every large body, so that a byte that is lost, doubled or out of place is noticed.
[[nodiscard]] constexpr char pattern(std::size_t position) noexcept {
  return static_cast<char>('a' + (position + position / 4093) % 26);
}

/// An API, and its OAuth server, that takes and gives bodies of any size without holding them. Any thread may call
/// its members.
class StreamingServer {
 public:
  struct Upload {
    std::size_t size = 0;
    bool as_the_pattern = true;
    bool whole = false;  ///< the body came to its announced end
    bool chunked = false;
  };

  StreamingServer();
  ~StreamingServer();
  StreamingServer(const StreamingServer&) = delete;
  StreamingServer& operator=(const StreamingServer&) = delete;

  [[nodiscard]] ClientOptions client_options() const;

  /// A PUT or POST to this path uploads.
  static constexpr const char* kUploads = "/uploads";
  [[nodiscard]] std::vector<Upload> uploads() const;

  /// Returns the path whose GET gives `size` bytes of the pattern.
  [[nodiscard]] static std::string download(std::size_t size) { return "/downloads/" + std::to_string(size); }
  /// Returns how many downloads were begun.
  [[nodiscard]] std::size_t downloads() const;
  /// Ends the next download in its middle, with the connection.
  void break_next_download();

  /// Gives this status instead of the answer to the next request, after its body.
  void answer_next(int status);
  [[nodiscard]] std::size_t token_requests() const;

 private:
  void serve_tokens();
  void serve_uploads();
  void serve_downloads();
  void listen();
  void take_upload(const httplib::Request& request, httplib::Response& response, const httplib::ContentReader& read);
  void give_download(std::size_t size, httplib::Response& response);
  [[nodiscard]] bool misbehaves(httplib::Response& response);

  sandbox::CertificateAuthority authority_;
  sandbox::IssuedCertificate partner_ = authority_.issue();
  sandbox::Connections connections_;
  std::unique_ptr<sandbox::HttpsServer> server_;
  int port_ = 0;
  int listening_socket_ = -1;  // belongs to httplib, which closes it
  mutable std::mutex mutex_;
  std::vector<Upload> uploads_;
  std::deque<int> statuses_;
  std::size_t downloads_ = 0;
  std::size_t token_requests_ = 0;
  bool break_next_ = false;
  std::thread thread_;
};

}  // namespace easypost_connect::test_support
