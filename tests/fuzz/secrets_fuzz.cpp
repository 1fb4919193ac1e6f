// SPDX-License-Identifier: Apache-2.0
// Input: a byte that says how the secret is written, a byte that says how much stands before it, the text around it.
#include <algorithm>
#include <string>

#include "core/encoding.hpp"
#include "core/secrets.hpp"
#include "core/text.hpp"
#include "fuzz_support.hpp"

namespace easypost_connect::fuzz {
namespace {

// The secret keeps 8 characters whatever the text does to its ends. No letter of it is in kHarmless.
constexpr std::string_view kSecret = "QZ7~XW9/VT2+RY5=KP3&UB8\\HN4!SJ6";
constexpr std::string_view kHarmless = " abcdefghijklm.,\n";
constexpr std::size_t kLongest = 200;

/// Writes each character of the secret as its code, between two texts.
std::string each(const char* before, const char* after, bool decimal) {
  std::string out;
  for (const char& c : kSecret) {
    const std::string code = decimal ? std::to_string(static_cast<int>(c)) : internal::to_hex({&c, 1});
    out.append(before).append(code).append(after);
  }
  return out;
}

std::string in_json() {
  std::string out;
  internal::append_json_string(out, kSecret);
  return out;
}

std::string in_percent() {
  std::string out;
  internal::append_percent_encoded(out, kSecret);
  return out;
}

std::string for_url(std::string base64) {
  std::replace(base64.begin(), base64.end(), '+', '-');
  std::replace(base64.begin(), base64.end(), '/', '_');
  return base64;
}

std::string written(unsigned way) {
  switch (way % 13) {
    case 0: return std::string(kSecret);
    case 1: return in_percent();
    case 2: return in_json();
    case 3: return internal::to_hex(kSecret);
    case 4: return internal::base64_encode(kSecret);
    case 5: return for_url(internal::base64_encode("user:" + std::string(kSecret)));
    case 6: return internal::base64_encode("x:" + in_percent());
    case 7: return each("%", "", false);
    case 8: return each("\\u00", "", false);
    case 9: return each("&#", ";", true);
    case 10: return each("", ":", false);
    case 11: return each("", ", ", true);
    default: return internal::base64_encode(internal::base64_encode(kSecret));
  }
}

void check_text_without(const internal::Secrets& secrets, std::string text) {
  for (char& c : text) c = kHarmless[static_cast<unsigned char>(c) % kHarmless.size()];
  always(!secrets.quoted_in(text), "what is not there is not found");
  always(secrets.left_out_of(text) == text, "a text without a secret stays as it is");
  always(secrets.quotable(text, kLongest) == internal::printable(text, kLongest), "and is quoted as it is");
}

void check_text_with(const internal::Secrets& secrets, const std::string& text) {
  const std::string shown = secrets.quotable(text, kLongest);
  always(shown.size() <= kLongest, "no more is quoted than was asked for");
  always(std::all_of(shown.begin(), shown.end(), [](char c) { return c >= ' ' && c <= '~'; }), "it is plain text");
  always(!secrets.quoted_in(shown), "nothing that is quoted quotes a secret");
  Error error;
  error.message = error.remedy = error.seen.oauth_error = text;
  secrets.leave_out_of(error);
  always(secrets.left_out_of(error.message) == error.message, "what is left is left a second time");
  always(error.describe().find(kSecret) == std::string::npos, "no Error holds a secret");
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  const unsigned way = input.number();
  const std::string before(input.take(input.number()));
  const std::string after(input.take(fuzz::kLongest));
  internal::Secrets secrets;
  secrets.add(Secret(fuzz::kSecret));

  fuzz::check_text_without(secrets, before + after);
  const std::string text = before + fuzz::written(way) + after;
  fuzz::always(secrets.quoted_in(text), "a secret is seen however it is written, whatever stands around it");
  fuzz::check_text_with(secrets, text);
  fuzz::check_text_with(secrets, std::string(input.rest()));
  return 0;
}
