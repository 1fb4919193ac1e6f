// SPDX-License-Identifier: Apache-2.0
// The figures that README.md and docs/ repeat are those of the code.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/client_options.hpp>

#include "call/retry_policy.hpp"
#include "core/whole_file.hpp"
#include "token/client_credentials_grant.hpp"
#include "token/token_cache.hpp"
#include "token/token_provider.hpp"
#include "wire/connection_setup.hpp"
#include "wire/response_builder.hpp"
#include "wire/transfer.hpp"

namespace easypost_connect::unit_test {

using namespace internal;

namespace {

using std::chrono::milliseconds;

std::string number(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string bare_seconds(milliseconds time) { return number(static_cast<double>(time.count()) / 1000); }
std::string seconds(milliseconds time) { return bare_seconds(time) + " s"; }
std::string kib(std::uint64_t bytes) { return std::to_string(bytes / 1024) + " KiB"; }
std::string mib(std::uint64_t bytes) { return std::to_string(bytes / 1024 / 1024) + " MiB"; }

/// "30, 14, 7 and 1 days"
std::string expiry_thresholds() {
  std::string text;
  const auto thresholds = ReloadOptions().expiry_thresholds;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    text += i == 0 ? "" : i + 1 < thresholds.size() ? ", " : " and ";
    text += std::to_string(thresholds[i].count() / 24);
  }
  return text + " days";
}

const RetryOptions kRetry;
const Timeouts kTimeouts;
const std::string kAttempt = seconds(kTimeouts.attempt);
const std::string kRequest = seconds(kTimeouts.request);
const std::string kAttempts = std::to_string(kRetry.max_attempts);
const std::string kAnswer = mib(ClientOptions().max_response_bytes);
const std::string kHeaders = kib(ResponseBuilder::kLargestHeaders);
const std::string kTokenRequest = seconds(internal::TokenProvider::kFetchTime);
const std::string kTokenPause = seconds(internal::TokenCache::kFirstPause);
const std::string kLongestTokenPause = seconds(internal::TokenCache::kLongestPause);
const std::string kSilence = seconds(AttemptEnd::kLongestSilence);
const std::string kOwnConnection = mib(kWorthAConnection);
const std::string kFile = mib(ReadingRules().largest);
const std::string kReading = seconds(ReadingRules().longest);

struct Figure {
  const char* document;
  std::string sentence;
};

void PrintTo(const Figure& figure, std::ostream* out) { *out << figure.document << ": " << figure.sentence; }

const Figure kFigures[] = {
    {"README.md", "of the whole call; " + kRequest + " by default"},
    {"README.md", "up to " + kAttempts + " attempts"},
    {"README.md", "(" + kRequest + ", of which an attempt has " + bare_seconds(kTimeouts.attempt) + ")"},
    {"README.md", "a body of " + kOwnConnection + " or more"},
    {"README.md", "may have " + kAnswer + " (`max_response_bytes`)"},
    {"docs/cli.md", "limits of the whole call (" + kRequest + ", " + kAttempts + " attempts"},
    {"docs/architecture.md", "No usable `expires_in`: " + seconds(kUnknownTokenLife)},
    {"docs/architecture.md",
     "More than 24 hours: " +
         std::to_string(std::chrono::duration_cast<std::chrono::hours>(kLongestTokenLife).count()) + " hours"},
    {"docs/architecture.md", "A token request has " + kTokenRequest + "."},
    {"docs/architecture.md", "a pause: " + std::to_string(internal::TokenCache::kFirstPause.count() / 2) + " to " +
                                 std::to_string(internal::TokenCache::kFirstPause.count()) +
                                 " ms, doubling with each failure in a row up to " +
                                 bare_seconds(internal::TokenCache::kLongestPause / 2) + " to " + kLongestTokenPause},
    {"docs/architecture.md",
     "but at most " +
         std::to_string(std::chrono::duration_cast<std::chrono::minutes>(internal::TokenCache::kLongestAsked).count()) +
         " minutes"},
    {"docs/architecture.md", "`max_attempts` (" + kAttempts + ")"},
    {"docs/architecture.md", std::to_string(kRetry.budget) + " retries at first, " +
                                 std::to_string(internal::RetryBudget::kSuccessesPerRetry) + " successful calls"},
    {"docs/architecture.md", "a bound: " + std::to_string(kRetry.first_pause.count()) + " ms, doubling, at most " +
                                 seconds(kRetry.longest_pause)},
    {"docs/architecture.md", "`Timeouts::attempt` (" + kAttempt + ")"},
    {"docs/architecture.md", kAttempt + ", and on from there while no " + kSilence + " pass"},
    {"docs/architecture.md", "a body of " + kOwnConnection + " or more"},
    {"docs/errors.md", "the first " + kib(ResponseBuilder::kLargestRefusal) + " of its body"},
    {"docs/errors.md", "`max_response_bytes` (" + kAnswer},
    {"docs/errors.md", "headers over " + kHeaders},
    {"docs/reliability.md", "double from " + kTokenPause + " to " + kLongestTokenPause},
    {"docs/reliability.md", "not answered within " + kTokenRequest + " is made once more"},
    {"docs/reliability.md",
     "pauses from " + seconds(internal::TokenCache::kLeastBetweenReplacements) + " to " + kLongestTokenPause},
    {"docs/reliability.md", "after " + kAttempt + " (`Timeouts::attempt`)"},
    {"docs/reliability.md", "no byte came for " + kSilence},
    {"docs/credentials.md", "up to " + kFile + ". What does not answer within " + kReading},
    {"docs/credentials.md", "larger than " + kFile + ", silent for " + kReading},
    {"docs/credentials.md", "when " + expiry_thresholds() + " are left"},
    {"docs/security.md", kAnswer + " of body (an option), " + kHeaders + " of headers"},
    {"docs/security.md", "by default " + expiry_thresholds()},
};

/// The text with single blanks, so that no sentence depends on where its lines end.
std::string text_of(const std::string& document) {
  std::ifstream file(EASYPOST_CONNECT_REPOSITORY "/" + document);
  std::string text;
  for (std::string word; file >> word;) text += word + ' ';
  return text;
}

class DocumentedFigure : public ::testing::TestWithParam<Figure> {};

TEST_P(DocumentedFigure, IsThatOfTheCode) {
  EXPECT_THAT(text_of(GetParam().document), ::testing::HasSubstr(GetParam().sentence));
}

INSTANTIATE_TEST_SUITE_P(All, DocumentedFigure, ::testing::ValuesIn(kFigures));

}  // namespace
}  // namespace easypost_connect::unit_test
