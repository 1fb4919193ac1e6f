// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "client/checks.hpp"
#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "core/nearest_word.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kPrefix = "EASYPOST_CONNECT_";

/// What a client cannot do without.
struct Setting {
  std::string_view option;
  std::string_view variable;  // behind kPrefix
  Factor factor;
  std::string_view remedy;  // empty: that of the setting before it says it all
};

/// In the order in which one gets them.
std::vector<Setting> missing_settings(const ClientOptions& options, const Credentials* credentials) {
  std::vector<Setting> missing;
  const auto need = [&missing](bool given, const Setting& setting) {
    if (!given) missing.push_back(setting);
  };
  const auto& [api_url, token_url] = options.environment;
  constexpr std::string_view kEnvironment =
      "The environment (EASYPOST_CONNECT_ENVIRONMENT) is ACC or PRO; without it both URLs are needed.";
  if (api_url.empty() && token_url.empty()) {
    need(false, {"environment", "ENVIRONMENT", Factor::kRequest, kEnvironment});
  } else {
    need(!api_url.empty(), {"environment.api_url", "API_URL", Factor::kRequest, kEnvironment});
    need(!token_url.empty(), {"environment.token_url", "TOKEN_URL", Factor::kRequest, kEnvironment});
  }
  if (credentials == nullptr) return missing;
  const auto& [certificate, api_key, oauth_client] = *credentials;
  const bool certificate_missing = !options.transport && certificate.certificate.empty();
  if (certificate_missing) {  // one that is there may bring its key along
    need(false, {"client_certificate.certificate", "CLIENT_CERT", Factor::kClientCertificate,
                 "`easypost-connect csr` makes a private key and a signing request, for which the Portal (Services, "
                 "Integration Pack, Connect API) issues the certificate."});
    need(!certificate.private_key.empty(),
         {"client_certificate.private_key", "CLIENT_KEY", Factor::kClientCertificate, ""});
  }
  need(!api_key.empty(),
       {"api_key", "API_KEY", Factor::kApiKey,
        certificate_missing ? "The API key comes from the same page."
                            : "The API key comes from the Portal (Services, Integration Pack, Connect API)."});
  const char* id_and_secret = "The OAuth id and secret come with the API key (ask EasyPost if they do not).";
  need(!oauth_client.id.empty(), {"oauth_client.id", "CLIENT_ID", Factor::kOAuthClient, id_and_secret});
  need(!oauth_client.secret.empty(),
       {"oauth_client.secret", "CLIENT_SECRET", Factor::kOAuthClient, oauth_client.id.empty() ? "" : id_and_secret});
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

/// The essences of all variables that are read.
std::vector<std::string_view> known_essences() {
  return {"ENVIRONMENT", "APIURL",   "TOKENURL",     "CLIENTCERT", "CLIENTKEY", "CLIENTKEYPASSPHRASE",
          "APIKEY",      "CLIENTID", "CLIENTSECRET", "CAFILE",     "LOG",       "LOGFORMAT"};
}

bool begins_or_ends_with(std::string_view text, std::string_view part) {
  return text.size() >= part.size() &&
         (text.substr(0, part.size()) == part || text.substr(text.size() - part.size()) == part);
}

/// Which variable another name is meant for: APIKEYS is close to APIKEY, CERT and CLIENTCERTIFICATE to CLIENTCERT only.
std::string_view meant_by(std::string_view given) {
  constexpr std::size_t kShortest = 3;
  if (given.size() < kShortest) return {};
  const auto known = known_essences();
  if (const auto nearest = nearest_word(given, known); !nearest.empty()) return nearest;
  std::string_view found;
  for (const std::string_view wanted : known) {
    if (!begins_or_ends_with(given, wanted) && !begins_or_ends_with(wanted, given)) continue;
    if (!found.empty()) return {};
    found = wanted;
  }
  return found;
}

/// A variable that is set, that nobody reads, and that is meant for `variable`, as its name says.
std::string misspelt(const std::string& variable) {
  constexpr std::size_t kLongest = 64;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view other = text.substr(0, text.find('='));
    if (other != variable && meant_by(essence(other)) == essence(variable)) return printable(other, kLongest);
  }
  return {};
}

/// The option and its variable, which may be there and empty.
std::string named(const Setting& setting) {
  const std::string variable = std::string(kPrefix).append(setting.variable);
  const char* value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): as safe as the host's own setenv
  const bool empty = value != nullptr && *value == '\0';
  return std::string(setting.option).append(" (").append(variable).append(empty ? ", which is empty)" : ")");
}

std::string message(const std::vector<Setting>& missing) {
  if (missing.size() == 1) return named(missing.front()) + " is not set.";
  std::string text;
  for (const Setting& setting : missing) text += (text.empty() ? "Not set: " : ", ") + named(setting);
  return text + '.';
}

std::string remedies(const std::vector<Setting>& missing) {
  std::string text;
  const auto add = [&text](std::string_view sentence) {
    if (!sentence.empty()) text.append(text.empty() ? "" : " ").append(sentence);
  };
  for (const Setting& setting : missing) {
    const std::string variable = std::string(kPrefix).append(setting.variable);
    if (std::string other = misspelt(variable); !other.empty()) {
      add(other.append(" is set: is ").append(variable).append(" meant?"));
    }
  }
  for (const Setting& setting : missing) add(setting.remedy);
  return text;
}

}  // namespace

std::optional<Error> check_complete(const ClientOptions& options, const Credentials* credentials) {
  const auto missing = missing_settings(options, credentials);
  if (missing.empty()) return std::nullopt;
  const Factor first = missing.front().factor;
  const ErrorCode code = first == Factor::kRequest ? ErrorCode::kInvalidOption : ErrorCode::kInvalidCredential;
  return make_error(code, first, message(missing), remedies(missing));
}

}  // namespace easypost_connect::internal
