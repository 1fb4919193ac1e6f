// SPDX-License-Identifier: Apache-2.0
#include "core/certificate_complaint.hpp"

#include <algorithm>
#include <string_view>

#include "core/ascii.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLongestComplaint = 4096;  // a longer page is about something else

// nginx's own, for which error_page may choose another status (ngx_http_ssl: 495 refused, 496 missing).
constexpr int kNginxRefused = 495;
constexpr int kNginxMissing = 496;

struct Reason {
  std::string_view word;
  std::string_view meaning;
};

// The words of OpenSSL's verification, which $ssl_client_verify of nginx passes on, and of IIS; the first that fits.
constexpr Reason kReasons[] = {
    {"not yet valid", "it is not yet valid"},
    {"expired", "it has expired"},
    {"revoked", "it was revoked"},
    {"purpose", "it is not for clients"},
    {"self-signed", "it is self-signed"},
    {"self signed", "it is self-signed"},
    {"issuer", "its issuer is not known there, or an intermediate certificate is missing"},
    {"first certificate", "its issuer is not known there, or an intermediate certificate is missing"},
    {"not trusted", "its issuer is not known there, or an intermediate certificate is missing"},
    {"\"NONE\"", "none arrived there"},
    {"No required", "none arrived there"},
};

bool speaks_of_it(const Response& response, std::string_view text) {
  if (response.status == kNginxRefused || response.status == kNginxMissing) return true;
  const auto has = [text](std::string_view word) { return contains_ignoring_case(text, word); };
  if (response.status == 400) return has("SSL certificate") || has("client certificate");
  if (response.status != 401 && response.status != 403) return false;
  return has("certificate") || has("mtls") || has("mutual tls") || has("\"verify\"");
}

}  // namespace

std::optional<std::string> certificate_complaint(const Response& response) {
  const auto text = std::string_view(response.body).substr(0, kLongestComplaint);
  if (!speaks_of_it(response, text)) return std::nullopt;
  const auto* const reason = std::find_if(std::begin(kReasons), std::end(kReasons), [text](const Reason& candidate) {
    return contains_ignoring_case(text, candidate.word);
  });
  if (reason != std::end(kReasons)) return std::string(reason->meaning);
  if (response.status == kNginxMissing) return "none arrived there";
  return "it is expired, revoked, or of an issuer that is not known there";
}

}  // namespace easypost_connect::internal
