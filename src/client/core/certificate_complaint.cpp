// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

// nginx's own, for which error_page may choose another status (ngx_http_ssl: 495 refused, 496 missing).
constexpr int kNginxRefused = 495;
constexpr int kNginxMissing = 496;

constexpr std::string_view kUnknownIssuer = "its issuer is not known there, or an intermediate certificate is missing";
constexpr std::string_view kNoneArrived = "none arrived there";

struct Reason {
  std::string_view word;
  std::string_view meaning;
};

// OpenSSL's verification has these words, which $ssl_client_verify of nginx passes on, and those of gateways.
// The first that fits counts.
constexpr Reason kReasons[] = {
    {"*expired or is not yet valid*", "it has expired, or is not yet valid"},
    {"*not yet valid*", "it is not yet valid"},
    {"*expired*", "it has expired"},
    {"*revoked*", "it was revoked"},
    {"*purpose*", "it is not for clients"},
    {"*self-signed*", "it is self-signed"},
    {"*self signed*", "it is self-signed"},
    {"HTTP Error 403.7 *", kNoneArrived},
    {"HTTP Error 403.13 *", "it was revoked"},
    {"HTTP Error 403.16 *", kUnknownIssuer},
    {"HTTP Error 403.17 *", "it has expired, or is not yet valid"},
    {"*post-handshake*", "none arrived there, because the server asks for it only after the handshake"},
    {"*issuer*", kUnknownIssuer},
    {"*first certificate*", kUnknownIssuer},
    {"*not trusted*", kUnknownIssuer},
    {"*untrusted*", kUnknownIssuer},
    {"NONE", kNoneArrived},
    {"*no required*", kNoneArrived},
    {"*required*", kNoneArrived},
    {"*missing*", kNoneArrived},
    {"*not provided*", kNoneArrived},
    {"no *", kNoneArrived},
};

// OpenSSL's verification has these numbers (X509_V_ERR_...), and so has ssl_c_verify of HAProxy, and the 0 of
// ssl_c_used.
constexpr Reason kNumbers[] = {
    {"0", kNoneArrived},         {"9", "it is not yet valid"}, {"10", "it has expired"},
    {"18", "it is self-signed"}, {"19", "it is self-signed"},  {"20", kUnknownIssuer},
    {"21", kUnknownIssuer},      {"23", "it was revoked"},     {"26", "it is not for clients"},
};

// nginx, Azure Application Gateway, Cloudflare, APIcast (tls_validation) and Apache (TLS 1.3) say these, also with 400.
constexpr std::string_view kPages[] = {
    "No required SSL certificate was sent",
    "400 No required SSL certificate was sent",
    "The SSL certificate error",
    "400 The SSL certificate error",
    "The SSL certificate error:*",
    "No required TLS certificate was sent",
    "TLS certificate validation failed",
    "*Reason: Cannot perform Post-Handshake Authentication.*",
};

// Kong, IIS (403.7, 403.13, 403.16, 403.17), Azure API Management and the owners of gateways commonly write these.
constexpr std::string_view kPhrases[] = {
    "HTTP Error 403.7 *",
    "HTTP Error 403.13 *",
    "HTTP Error 403.16 *",
    "HTTP Error 403.17 *",
    "403.7 - Forbidden: *",
    "403.13 - Forbidden: *",
    "403.16 - Forbidden: *",
    "403.17 - Forbidden: *",
    "TLS certificate failed verification*",
    "Invalid client certificate*",
    "Missing client certificate*",
    "Client certificate required*",
    "Client certificate is required*",
    "SSL client certificate is required*",
    "A client certificate is required",
    "A valid client certificate is required",
    "Client certificate missing*",
    "Client certificate is missing*",
    "Client certificate not provided*",
    "Client certificate verification failed*",
    "Client certificate has expired*",
    "Client certificate has been revoked*",
    "Client certificate is not trusted*",
    "Client certificate is untrusted or invalid*",
    "No client certificate*",
    "mTLS required*",
    "mutual TLS required*",
};

template <std::size_t kCount>
bool is_one_of(const std::string_view (&patterns)[kCount], std::string_view text) noexcept {
  return std::any_of(std::begin(patterns), std::end(patterns),
                     [text](std::string_view pattern) { return fits(text, pattern); });
}

/// Returns whether `field` hands on the result of the verification, as $ssl_client_verify of nginx and ssl_c_verify of
/// HAProxy do, and that it failed.
bool is_failed_verification(const AnswerField& field) noexcept {
  if (!fits(field.name, "*verify")) return false;
  const bool number = field.value.find_first_not_of("0123456789") == std::string::npos;
  return number ? field.value != "0" : fits(field.value, "FAILED*") || fits(field.value, "NONE");
}

/// HAProxy verifies nothing when no certificate came: ssl_c_verify is 0 then, and ssl_c_used is as well.
bool is_absence(const AnswerField& field) noexcept { return fits(field.name, "*ssl_c_used") && field.value == "0"; }

bool speaks_of_it(int status, const AnswerField& field) noexcept {
  if (status == kNginxRefused || status == kNginxMissing) return true;
  if (status != 400 && status != 401 && status != 403) return false;
  if (is_one_of(kPages, field.value)) return true;
  return status != 400 && (is_failed_verification(field) || is_absence(field) || is_one_of(kPhrases, field.value));
}

std::string_view reason_in(std::string_view text) noexcept {
  for (const auto& [number, meaning] : kNumbers) {
    if (text == number) return meaning;
  }
  for (const auto& [pattern, meaning] : kReasons) {
    if (fits(text, pattern)) return meaning;
  }
  return "it is expired, revoked, or of an issuer that is not known there";
}

}  // namespace

std::optional<std::string> certificate_complaint(int status, const std::vector<AnswerField>& fields) {
  if (status == kNginxMissing) return std::string(kNoneArrived);
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [status](const AnswerField& field) { return speaks_of_it(status, field); });
  if (found == fields.end() && status != kNginxRefused) return std::nullopt;
  return std::string(reason_in(found != fields.end() ? std::string_view(found->value) : std::string_view()));
}

}  // namespace easypost_connect::internal
