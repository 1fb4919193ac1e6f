// SPDX-License-Identifier: Apache-2.0
// Input: one byte that chooses a decoder, and its text: the JSON of a secret, the text of a certificate, a reference,
// or an INI file behind a line that is the title of a section.
#include <algorithm>
#include <string>

#include "fuzz_support.hpp"
#include "vaults/azure_address.hpp"
#include "vaults/credential_fields.hpp"
#include "vaults/google_secret_name.hpp"
#include "vaults/ini_section.hpp"
#include "vaults/secret_json.hpp"
#include "vaults/secret_reference.hpp"

namespace easypost_connect::fuzz {
namespace {

using namespace internal;

/// References may have letters of any language in them.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\n' || (byte >= ' ' && byte != 0x7f);
  });
}

void check(const Error& error) { always(is_plain(error.describe()), "an Error is plain text"); }

void fields_of(std::string_view text) {
  const auto credentials = credentials_in(text, vaults::FieldNames(), "origin");
  if (!credentials) return check(credentials.error());
  const Credentials& found = credentials->credentials;
  always(!found.api_key.empty() && !found.oauth_client.id.empty(), "credentials are whole");
}

void json_of(std::string_view text) {
  const SecretJson json = parse_secret_json(text);
  always(life_at(json, "a", "b").count() >= 0, "a life is not negative");
  if (const SecretJson* member = find_member(json, "a")) always(json.is_object(), "members are those of objects");
}

void reference_of(std::string_view text) {
  const auto reference = parse_reference(text);
  if (!reference) return check(reference.error());
  always(is_plain(reference->text), "a reference can stand in messages");
  if (const auto address = azure_address(*reference, "vault.azure.net")) {
    always(is_plain(address->url()), "a URL is plain");
    const std::string host = "https://" + address->vault + '.' + address->suffix + '/';
    always(address->url().compare(0, host.size(), host) == 0, "a URL leads to the vault that is named");
  }
  if (const auto name = google_secret_name_in(*reference))
    always(name->version_resource().find_first_of("?#%\\ ") == std::string::npos, "a name stays in the path");
}

void section_of(Input& input) {
  const std::string_view title = input.line();
  const std::string_view text = input.rest();
  const auto section = IniSection::find(text, title);
  if (!section) return;
  for (const char* const name : {"a", "aws_access_key_id", "source_profile"}) {
    const std::string_view value = section->value(name);
    always(value.find('\n') == std::string_view::npos, "a value is on one line");
    always(value.empty() || (value.data() >= text.data() && value.data() + value.size() <= text.data() + text.size()),
           "a value is a part of the text");
  }
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  switch (input.number() % 5) {
    case 0: fuzz::fields_of(input.rest()); break;
    case 1: fuzz::json_of(input.rest()); break;
    case 2: static_cast<void>(internal::material_in(input.rest())); break;
    case 3: fuzz::reference_of(input.rest()); break;
    default: fuzz::section_of(input);
  }
  return 0;
}
