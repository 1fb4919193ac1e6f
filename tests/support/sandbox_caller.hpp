// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <easypost_connect/sandbox.hpp>

#include "raw_https.hpp"

namespace easypost_connect::testing {

[[nodiscard]] inline SandboxFault fault(int status, std::string body = "") {
  SandboxFault fault;
  fault.status = status;
  fault.body = std::move(body);
  return fault;
}

/// A sandbox, and makes requests to it that have every credential, for a test to take one away.
class SandboxCaller {
 public:
  explicit SandboxCaller(SandboxOptions options = {}) : sandbox(Sandbox::start(std::move(options)).value()) {
    for (auto& [name, value] : sandbox.environment()) {
      secrets_[name.substr(std::string("EASYPOST_CONNECT_").size())] = value;
    }
  }

  /// Returns one of EASYPOST_CONNECT_*, without that prefix.
  [[nodiscard]] const std::string& value(const std::string& name) const { return secrets_.at(name); }
  [[nodiscard]] std::string api_key_header() const { return "x-api-key: " + value("API_KEY"); }

  /// Returns a request to any host: it trusts the sandbox, and shows nothing.
  [[nodiscard]] RawRequest bare(std::string url) const {
    RawRequest request;
    request.url = std::move(url);
    request.server_ca = value("CA_FILE");
    return request;
  }

  [[nodiscard]] RawRequest token_request(std::string form) const {
    RawRequest request = bare(value("TOKEN_URL"));
    request.method = "POST";
    request.body = std::move(form);
    return request;
  }

  [[nodiscard]] std::string good_form() const {
    return "grant_type=client_credentials&client_id=" + value("CLIENT_ID") + "&client_secret=" + value("CLIENT_SECRET");
  }

  std::string token() {
    const RawAnswer answer = https.send(token_request(good_form()));
    return nlohmann::json::parse(answer.body).at("access_token").get<std::string>();
  }

  /// Returns a request to the API, with the client certificate only.
  [[nodiscard]] RawRequest certified(const std::string& path) const {
    RawRequest request = bare(value("API_URL") + path);
    request.client_certificate = value("CLIENT_CERT");
    request.client_key = value("CLIENT_KEY");
    return request;
  }

  /// Returns a request to the API, with all three credentials; fetches a token.
  RawRequest call(const std::string& path) {
    RawRequest request = certified(path);
    request.headers = {api_key_header(), "authorization: Bearer " + token()};
    return request;
  }

  RawAnswer get(const std::string& path) { return https.send(call(path)); }

  RawAnswer post(const std::string& path, const nlohmann::json& body) {
    RawRequest request = call(path);
    request.method = "POST";
    request.body = body.dump();
    request.headers.emplace_back("content-type: application/json");
    return https.send(request);
  }

  Sandbox sandbox;
  RawHttps https;

 private:
  std::map<std::string, std::string> secrets_;
};

}  // namespace easypost_connect::testing
