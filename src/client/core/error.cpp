// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/error.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidOption: return "invalid option";
    case ErrorCode::kInvalidCredential: return "invalid credential";
    case ErrorCode::kInvalidRequest: return "invalid request";
    case ErrorCode::kTokenRefused: return "token refused";
    case ErrorCode::kTokenUnusable: return "token unusable";
    case ErrorCode::kTls: return "TLS";
    case ErrorCode::kConnection: return "connection";
    case ErrorCode::kTimeout: return "timeout";
    case ErrorCode::kQueueFull: return "queue full";
    case ErrorCode::kCancelled: return "cancelled";
    case ErrorCode::kHttpStatus: return "HTTP status";
    case ErrorCode::kResponseTooLarge: return "response too large";
    case ErrorCode::kMalformedResponse: return "malformed response";
    case ErrorCode::kBodyIo: return "body I/O";
  }
  return "unknown";
}

std::string_view to_string(Factor factor) noexcept {
  switch (factor) {
    case Factor::kClientCertificate: return "client certificate";
    case Factor::kApiKey: return "API key";
    case Factor::kAccessToken: return "access token";
    case Factor::kOAuthClient: return "OAuth client";
    case Factor::kServerCertificate: return "server certificate";
    case Factor::kNetwork: return "network";
    case Factor::kRequest: return "request";
    case Factor::kService: return "service";
    case Factor::kCredentialSource: return "credential source";
  }
  return "unknown";
}

namespace {

void append_fact(std::string& facts, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  facts.append(facts.empty() ? "" : ", ").append(name).append(" ").append(value);
}

void append_line(std::string& text, std::string_view name, std::string_view value) {
  if (!value.empty()) text.append("\n  ").append(name).append(value);
}

}  // namespace

std::string Error::describe() const {
  std::string facts;
  if (seen.http_status != 0) append_fact(facts, "HTTP status", std::to_string(seen.http_status));
  append_fact(facts, "TLS alert", seen.tls_alert);
  append_fact(facts, "OAuth error", seen.oauth_error);
  append_fact(facts, "libcurl:", seen.transport);
  append_fact(facts, "request id", request_id);

  std::string text(to_string(factor));
  text.append(": ").append(message);
  append_line(text, "seen: ", facts);
  append_line(text, "do:   ", remedy);
  return text;
}

ConnectError::ConnectError(Error error) : std::runtime_error(error.describe()), error_(std::move(error)) {}

void throw_connect_error(const Error& error) { throw ConnectError(error); }

}  // namespace easypost_connect
