// SPDX-License-Identifier: Apache-2.0
#include "facade/general_words.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace easypost_connect::internal {
namespace {

struct Phrase {
  std::string_view of_the_api;
  std::string_view in_general;
};

/// A longer phrase stands before those that are parts of it.
constexpr Phrase kPhrases[] = {
    {"the Portal of this environment", "an authority that the server trusts"},
    {"that the Portal made for the Connect API", "that was made for a client"},
    {"as the Portal returned it", "as its issuer returned it"},
    {"from the Portal", "from its issuer"},
    {"Ask EasyPost to admit", "Ask whoever runs the server to admit"},
    {"Take the one for EasyPost out of it", "Take the one for this server out of it"},
    {" (for the token endpoint: oauth_client.present_client_certificate)", ""},
    {"otherwise the API key or", "otherwise a credential in a header or"},
    {"Check that the URL leads to the API", "Check the URL"},
    {"is shown to the API only", "is shown to the server only"},
};

constexpr std::string_view kVariable = "EASYPOST_CONNECT_";
constexpr std::string_view kOfVariables = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";

void replace_all(std::string& text, const Phrase& phrase) {
  for (auto at = text.find(phrase.of_the_api); at != std::string::npos;
       at = text.find(phrase.of_the_api, at + phrase.in_general.size())) {
    text.replace(at, phrase.of_the_api.size(), phrase.in_general);
  }
}

/// "server_ca (EASYPOST_CONNECT_CA_FILE)" becomes "server_ca"; a variable that stands alone becomes "this option".
void leave_out_variables(std::string& text) {
  for (auto at = text.find(kVariable); at != std::string::npos; at = text.find(kVariable, at)) {
    auto end = std::min(text.find_first_not_of(kOfVariables, at), text.size());
    const bool in_brackets = at >= 2 && text.compare(at - 2, 2, " (") == 0 && text.substr(end, 1) == ")";
    if (in_brackets) {
      text.erase(at - 2, end + 1 - (at - 2));
      at -= 2;
    } else {
      text.replace(at, end - at, "this option");
    }
  }
}

void say_in_general(std::string& text) {
  for (const Phrase& phrase : kPhrases) replace_all(text, phrase);
  leave_out_variables(text);
}

}  // namespace

void say_in_general(Error& error) {
  say_in_general(error.message);
  say_in_general(error.remedy);
}

}  // namespace easypost_connect::internal
