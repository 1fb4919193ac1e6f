// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <httplib.h>

#include "sandbox/issued_tokens.hpp"
#include "sandbox/partners.hpp"
#include "sandbox/received_jobs.hpp"

namespace easypost_connect::sandbox {

/// The API itself. Its listener has already seen the client
/// certificate; here come the API key, then the token, then the call.
class ApiHost {
 public:
  struct Settings {
    std::string storage_url;  ///< the origin of presigned URLs: "https://localhost:21874"
    std::size_t page_size;
  };

  ApiHost(Settings settings, const Partners& partners, IssuedTokens& tokens, ReceivedJobs& jobs)
      : settings_(std::move(settings)), partners_(partners), tokens_(tokens), jobs_(jobs) {}

  /// Answers a request; returns what the log should say about it. Thread-safe.
  std::string answer(const httplib::Request& request, httplib::Response& response);

 private:
  struct TokenVerdict {
    int status;         // 200: the token is good
    std::string error;  // RFC 6750, section 3.1; empty when the request shows no token at all
    std::string note;   // a text of the log
  };

  [[nodiscard]] TokenVerdict judge_token(const httplib::Request& request, const std::string& client_id) const;
  void route(const httplib::Request& request, httplib::Response& response);
  void list_jobs(const httplib::Request& request, httplib::Response& response);
  void find_job(const std::string& id, httplib::Response& response);
  void prepare_job(const httplib::Request& request, httplib::Response& response);

  const Settings settings_;
  const Partners& partners_;
  IssuedTokens& tokens_;
  ReceivedJobs& jobs_;
};

}  // namespace easypost_connect::sandbox
