// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "call/gateway_answers.hpp"
#include "core/answer_fields.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kCheckKeyAndUrls =
    "Check the API key (EASYPOST_CONNECT_API_KEY) against the Portal of this environment, and that token URL and API "
    "URL belong to it.";
constexpr const char* kCheckKeyOrWay =
    "Check the API key (EASYPOST_CONNECT_API_KEY) against the Portal of this environment; read the page "
    "(Error::response), and ask the owner of a firewall or proxy that it names.";
constexpr const char* kCheckUrls = "Check that token URL and API URL belong to one environment.";

bool says(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [text](std::string_view word) { return contains_ignoring_case(text, word); });
}

bool names_token(std::string_view text) { return says(text, {"token", "jwt", "bearer"}); }

/// The answer as it is looked at from all sides, and the words of the Error for each.
class Refusal {
 public:
  Refusal(const Response& response, TokensTried tokens)
      : response_(response),
        tokens_(tokens),
        fields_(answer_fields(response.body)),
        challenges_(auth_challenges(response.headers, "www-authenticate")) {}

  [[nodiscard]] Diagnosis diagnosis() const {
    if (const auto complaint = certificate_complaint(response_.status, fields_)) return certificate(*complaint);
    if (auto error = by_telling_challenge()) return error;
    if (auto error = by_gateway()) return error;
    if (response_.status != 401 && response_.status != 403) return std::nullopt;
    if (auto error = by_key_name()) return error;
    if (auto error = by_other_challenge()) return error;
    return by_status();
  }

 private:
  [[nodiscard]] Error made(Factor factor, const std::string& what, const char* remedy) const {
    return make_error(ErrorCode::kHttpStatus, factor, what + " (" + std::to_string(response_.status) + ").", remedy);
  }

  [[nodiscard]] Error certificate(const std::string& reason) const {
    return made(Factor::kClientCertificate, "The gateway refused the client certificate: " + reason,
                "Check that the certificate was issued by the Portal of this environment and that no proxy in between "
                "takes it away; request a new one if it has expired or was revoked.");
  }

  [[nodiscard]] Diagnosis by_telling_challenge() const;
  [[nodiscard]] Diagnosis by_other_challenge() const;
  [[nodiscard]] Diagnosis by_gateway() const;
  [[nodiscard]] Diagnosis by_key_name() const;
  [[nodiscard]] Error by_status() const;
  [[nodiscard]] Error meant(Meaning meaning) const;
  [[nodiscard]] Error token(std::string_view reason) const;
  [[nodiscard]] Error key_or_token() const;
  [[nodiscard]] bool asks_for(Challenged what) const;
  [[nodiscard]] bool is_page() const;
  [[nodiscard]] bool says_something() const;
  [[nodiscard]] std::string text() const;

  const Response& response_;
  TokensTried tokens_;
  std::vector<AnswerField> fields_;
  std::vector<AuthChallenge> challenges_;
};

// ---- Challenges

/// The name is not quoted but known.
std::string name_of(const AuthChallenge& challenge) {
  for (const std::string_view scheme : {"Basic", "Digest", "Negotiate", "NTLM", "AWS4-HMAC-SHA256", "HMAC"}) {
    if (challenge.is(scheme)) return "credentials of the kind " + std::string(scheme);
  }
  return "credentials of another kind";
}

bool Refusal::asks_for(Challenged what) const {
  return std::any_of(challenges_.begin(), challenges_.end(),
                     [what](const AuthChallenge& one) { return challenged_credential(one) == what; });
}

Diagnosis Refusal::by_telling_challenge() const {
  if (response_.status != 400 && response_.status != 401 && response_.status != 403) return std::nullopt;
  for (const AuthChallenge& challenge : challenges_) {
    if (challenged_credential(challenge) != Challenged::kToken) continue;
    const std::string_view code = challenge.parameter("error");
    if (fits(code, "insufficient_*")) return meant(Meaning::kRight);
    if (names_key(code)) return meant(Meaning::kKey);
    if (fits(code, "*dpop*")) return meant(Meaning::kProof);
    if (fits(code, "invalid_request")) return meant(Meaning::kTokenAway);
    const std::string_view reason = challenge.parameter("error_description");
    if (fits(code, "invalid_token") || fits(code, "invalid token")) {
      return token(reason.empty() ? text() : std::string(reason));
    }
  }
  if (asks_for(Challenged::kKey)) return asks_for(Challenged::kToken) ? key_or_token() : meant(Meaning::kKey);
  if (asks_for(Challenged::kToken) || !asks_for(Challenged::kCertificate)) return std::nullopt;
  return certificate("it asks for one, and none arrived there, or none that it takes");
}

Diagnosis Refusal::by_other_challenge() const {
  if (challenges_.empty()) return std::nullopt;
  if (asks_for(Challenged::kToken)) {
    if (response_.status == 401) return token(text());
    return made(Factor::kOAuthClient,
                "The API denies the call and asks for an access token: most likely its client lacks the right, "
                "otherwise the token is not good",
                "Ask EasyPost which rights the OAuth client has; check that token URL and API URL belong together.");
  }
  return made(Factor::kRequest,
              "The answer asks for " + name_of(challenges_.front()) +
                  ", which is none of the three credentials: most likely another application answers at this URL, "
                  "otherwise a proxy in front of the API",
              kCheckUrl);
}

// ---- What gateways are known for, and the rest

Diagnosis Refusal::by_gateway() const {
  const auto meaning = gateway_answer(response_, fields_);
  return meaning ? std::optional(meant(*meaning)) : std::nullopt;
}

Error Refusal::meant(Meaning meaning) const {
  if (meaning == Meaning::kToken) return token(text());
  if (meaning == Meaning::kKeyOrToken) return key_or_token();
  const MeaningWords& words = words_for(meaning);
  return made(words.factor, words.what, words.remedy);
}

/// A call at 401 is made with a second token before this is final: neither age nor revocation of one token is a likely
/// reason then. The words of error_description are each server's own (RFC 6750, section 3.1); these are common ones.
Error Refusal::token(std::string_view reason) const {
  const bool again = tokens_ == TokensTried::kTwo;
  const auto refused = [this](const std::string& what, const char* remedy) {
    return made(Factor::kAccessToken, "The API refused the access token" + what, remedy);
  };
  if (says(reason, {"audience", "\"aud\""})) return refused(": it is for another API", kCheckUrls);
  const bool expired = says(reason, {"expired"}) && !says(reason, {"revoked"});  // not "expired, revoked, or ..."
  if (says(reason, {"issuer", "jwks", "'iss'"}) ||
      (says(reason, {"signature"}) && !says(reason, {"signature has expired"}))) {
    return refused(": it comes from another token server", kCheckUrls);
  }
  if (expired) {
    return refused(again ? ": it had expired, and so had a new one" : ": it had expired",
                   "Have EasyPost compare the clocks of token server and API: new tokens are too old on arrival.");
  }
  if (says(reason, {"thumbprint", "cnf", "certificate"})) {  // RFC 8705, section 3: bound to a certificate
    return refused(": it is bound to another client certificate",
                   "Use certificate and OAuth client of one registration.");
  }
  return refused(again ? ", and a new one as well" : "",
                 "Check that token URL and API URL belong to one environment, and that the OAuth client may call this "
                 "API.");
}

/// A challenge for a token and for no key decides. Otherwise a first 401 is most likely about the token, any other
/// refusal about the key.
Error Refusal::key_or_token() const {
  if (asks_for(Challenged::kToken) && !asks_for(Challenged::kKey)) return token(text());
  if (tokens_ == TokensTried::kOne && response_.status == 401) {
    return made(Factor::kAccessToken,
                "The gateway refused the access token or the API key and does not say which: most likely the token",
                kCheckKeyAndUrls);
  }
  return made(Factor::kApiKey,
              "The gateway refused the API key or the access token and does not say which: most likely the key",
              kCheckKeyAndUrls);
}

Diagnosis Refusal::by_key_name() const {
  const std::string text = this->text();
  if (!names_key(text)) return std::nullopt;
  if (says(text, {"certificate"})) {
    return made(Factor::kApiKey,
                "The API names the API key and the client certificate: most likely they do not belong together",
                "Use API key and certificate of one registration in the Portal.");
  }
  if (names_token(text)) return key_or_token();
  const bool about_key = response_.status == 401 || std::any_of(fields_.begin(), fields_.end(), [](const auto& field) {
                           return is_about_key(field.value);
                         });
  return about_key ? std::optional(meant(Meaning::kKey)) : std::nullopt;
}

/// 401 is about credentials whatever it says; 403 may be a rule of the API's own about this document or that job.
Error Refusal::by_status() const {
  if (response_.status == 401) {
    const bool again = tokens_ == TokensTried::kTwo;
    return made(Factor::kAccessToken,
                std::string("The API does not say which credential it refused: most likely the access token") +
                    (again ? ", and a new one as well" : "") + "; otherwise the API key",
                kCheckKeyAndUrls);
  }
  if (says_something()) {
    return made(Factor::kRequest, "The API refuses the request in words of its own",
                "Read the answer (Error::response): most likely a rule about what was asked for, otherwise a right "
                "that the client lacks.");
  }
  if (is_page()) {
    return made(
        Factor::kApiKey,
        "A web page refused the call without saying why: most likely the API key, otherwise a firewall or proxy "
        "in between, a right that this client lacks, or the client certificate",
        kCheckKeyOrWay);
  }
  return made(Factor::kApiKey,
              "The API refused the call without saying why: most likely the API key, otherwise a right that this "
              "client lacks, or the client certificate",
              kCheckKey);
}

/// Made for people, as firewalls, proxies and web servers do.
bool Refusal::is_page() const {
  const std::string_view begin = std::string_view(response_.body).substr(0, 1024);
  return fits(trim(response_.headers.find("content-type").value_or("")), "text/html*") ||
         says(begin, {"<html", "<!doctype html", "<title"});
}

/// More than the status in other words. A page for people is the gateway's, whatever it says.
bool Refusal::says_something() const {
  constexpr std::string_view kNothing[] = {
      "403 Forbidden",  "Access denied",          "Access is denied",  "Access forbidden",
      "Not authorized", "You are not authorized", "Permission denied", "You are not authorized to access this resource",
  };
  if (!response_.body.empty() && response_.body.front() == '<') return false;
  return std::any_of(fields_.begin(), fields_.end(), [&](const AnswerField& field) {
    const std::string_view sentence = std::string_view(field.value).substr(0, field.value.find_last_not_of(".!") + 1);
    return sentence.find(' ') != std::string_view::npos &&
           std::none_of(std::begin(kNothing), std::end(kNothing),
                        [sentence](std::string_view words) { return equals_ignoring_case(sentence, words); });
  });
}

/// The texts of the body, to be searched; a path may have any word in it.
std::string Refusal::text() const {
  std::string text;
  for (const AnswerField& field : fields_) {
    if (!fits(field.value, "/*") && !fits(field.value, "https://*")) text.append(field.value).append("\n");
  }
  return text;
}

}  // namespace

Diagnosis refused_credential(const Response& response, TokensTried tokens) {
  return Refusal(response, tokens).diagnosis();
}

}  // namespace easypost_connect::internal
