// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/make_error.hpp"
#include "core/settings.hpp"
#include "core/text.hpp"
#include "rotation/check_options.hpp"

namespace easypost_connect::internal {
namespace {

/// A setting that a client cannot do without.
struct Missing {
  Setting setting;
  std::string_view remedy;  // empty: the remedy of the setting before it says it all
};

/// Returns the missing settings in the order in which one gets them.
std::vector<Missing> missing_settings(const ClientOptions& options, const Credentials* credentials) {
  std::vector<Missing> missing;
  const auto need = [&missing](bool given, const Missing& setting) {
    if (!given) missing.push_back(setting);
  };
  const auto& [api_url, token_url] = options.environment;
  constexpr std::string_view kBothUrls =
      "The environment (EASYPOST_CONNECT_ENVIRONMENT) is ACC or PRO; without it both URLs are needed.";
  if (api_url.empty() && token_url.empty()) {
    need(false, {setting::kEnvironment, kBothUrls});
  } else {
    need(!api_url.empty(), {setting::kApiUrl, kBothUrls});
    need(!token_url.empty(), {setting::kTokenUrl, kBothUrls});
  }
  if (credentials == nullptr) return missing;
  const auto& [certificate, api_key, oauth_client] = *credentials;
  const bool certificate_missing = !options.transport && certificate.certificate.empty();
  if (certificate_missing) {  // one that is there may bring its key along
    need(false, {setting::kCertificate,
                 "`easypost-connect csr` makes a private key and a signing request, for which the Portal (Services, "
                 "Integration Pack, Connect API) issues the certificate."});
    need(!certificate.private_key.empty(), {setting::kPrivateKey, ""});
  }
  need(!api_key.empty(), {setting::kApiKey, certificate_missing ? "The API key comes from the same page."
                                                                : "The API key comes from the Portal (Services, "
                                                                  "Integration Pack, Connect API)."});
  const char* id_and_secret = "The OAuth id and secret come with the API key (ask EasyPost if they do not).";
  need(!oauth_client.id.empty(), {setting::kClientId, id_and_secret});
  need(!oauth_client.secret.empty(), {setting::kClientSecret, oauth_client.id.empty() ? "" : id_and_secret});
  return missing;
}

/// "EASYPOST_CONNECT_API_KEY", "EASYPOST_API_KEY" and "easypost_connect_apikey" alike are "APIKEY"; the name of
/// something else is empty.
std::string essence(std::string_view variable) {
  std::string text;
  for (const char c : variable) {
    if (c != '_' && c != '-') text += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  for (const std::string_view begin : {"EASYPOSTCONNECT", "EASYPOST"}) {
    if (text.substr(0, begin.size()) == begin) return text.substr(begin.size());
  }
  return {};
}

bool begins_or_ends_with(std::string_view text, std::string_view part) {
  return text.size() >= part.size() &&
         (text.substr(0, part.size()) == part || text.substr(text.size() - part.size()) == part);
}

/// Returns the essence of the variable that another name is meant for: APIKEYS is close to APIKEY, CERT and
/// CLIENTCERTIFICATE to CLIENTCERT only.
std::string meant_by(std::string_view given) {
  constexpr std::size_t kShortest = 3;
  if (given.size() < kShortest) return {};
  std::vector<std::string> essences;
  essences.reserve(kSettings.size());
  for (const Setting& setting : kSettings) essences.push_back(essence(setting.variable));
  const std::vector<std::string_view> known(essences.begin(), essences.end());
  if (const auto nearest = nearest_word(given, known); !nearest.empty()) return std::string(nearest);
  std::string_view found;
  for (const std::string_view wanted : known) {
    if (!begins_or_ends_with(given, wanted) && !begins_or_ends_with(wanted, given)) continue;
    if (!found.empty()) return {};
    found = wanted;
  }
  return std::string(found);
}

/// Returns a variable that is set, that nobody reads, and that is meant for the one of `setting`, as its name says.
std::string misspelt(const Setting& setting) {
  constexpr std::size_t kLongest = 64;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view other = text.substr(0, text.find('='));
    if (other != setting.variable && meant_by(essence(other)) == essence(setting.variable)) {
      return printable(other, kLongest);
    }
  }
  return {};
}

/// Names option and variable, and says so if the variable is set: it is empty, or the options were not taken from it.
std::string named(const Setting& setting) {
  const char* value = std::getenv(setting.variable);  // NOLINT(concurrency-mt-unsafe): as safe as the host's own setenv
  std::string text = setting.named();
  if (value != nullptr) {
    text.insert(text.size() - 1, *value == '\0' ? ", which is empty" : ", which only from_environment() reads");
  }
  return text;
}

std::string message(const std::vector<Missing>& missing) {
  if (missing.size() == 1) return named(missing.front().setting) + " is not set.";
  std::string text;
  for (const Missing& each : missing) text += (text.empty() ? "Not set: " : ", ") + named(each.setting);
  return text + '.';
}

std::string remedies(const std::vector<Missing>& missing) {
  std::string text;
  const auto add = [&text](std::string_view sentence) {
    if (!sentence.empty()) text.append(text.empty() ? "" : " ").append(sentence);
  };
  for (const Missing& each : missing) {
    if (std::string other = misspelt(each.setting); !other.empty()) {
      add(other.append(" is set: is ").append(each.setting.variable).append(" meant?"));
    }
  }
  for (const Missing& each : missing) add(each.remedy);
  return text;
}

}  // namespace

Result<void> check_complete(const ClientOptions& options, const Credentials* credentials) {
  const auto missing = missing_settings(options, credentials);
  if (missing.empty()) return {};
  const Factor first = missing.front().setting.factor;
  const ErrorCode code = first == Factor::kRequest ? ErrorCode::kInvalidOption : ErrorCode::kInvalidCredential;
  return make_error(code, first, message(missing), remedies(missing));
}

}  // namespace easypost_connect::internal
