// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLongestField = 8192;
constexpr std::size_t kMostChallenges = 32;
constexpr std::size_t kMostParameters = 32;
constexpr std::size_t kLongestWord = 12;  // a token68 that says anything is longer
constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kSeparators = ",;";

/// Reads one field from left to right.
class Reader {
 public:
  Reader(std::string_view text, std::vector<AuthChallenge>& challenges)
      : text_(text.substr(0, kLongestField)), challenges_(challenges) {}

  void read() {
    while (skip_to_word()) {
      const std::string_view word = take_word();
      if (ends_as_token68()) continue;
      if (next_is('=')) {
        add_parameter(word);
      } else {
        add_word(word);
      }
    }
  }

 private:
  enum class After { kSeparator, kScheme, kQuotedValue, kBareValue };

  [[nodiscard]] bool next_is(char c) const noexcept { return !text_.empty() && text_.front() == c; }
  [[nodiscard]] bool next_is_one_of(std::string_view set) const noexcept {
    return !text_.empty() && set.find(text_.front()) != std::string_view::npos;
  }
  void skip_blanks() noexcept { text_ = trim(text_); }

  /// Passes over characters that can begin no word. Returns false at the end.
  bool skip_to_word() noexcept {
    while (!text_.empty() && !is_token(text_.substr(0, 1))) {
      if (next_is_one_of(kSeparators)) after_ = After::kSeparator;
      text_.remove_prefix(1);
    }
    return !text_.empty();
  }

  std::string_view take_until(std::string_view stops) noexcept {
    const std::string_view taken = text_.substr(0, text_.find_first_of(stops));
    text_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view take_word() noexcept {
    const std::string_view word = take_until(" \t,;:=\"");
    const bool apart = next_is_one_of(kBlanks);
    skip_blanks();
    can_be_token68_ = !apart;
    return word;
  }

  /// Recognises a token68 ("Negotiate YIIG=="): it stands behind a scheme and ends in equals signs that lead to no
  /// value.
  bool ends_as_token68() noexcept {
    if (after_ != After::kScheme || !can_be_token68_ || !next_is('=')) return false;
    const std::string_view rest = trim(text_.substr(std::min(text_.find_first_not_of('='), text_.size())));
    if (!rest.empty() && rest.front() != ',' && text_.substr(0, 2) != "==") return false;
    text_ = rest;
    return true;
  }

  void add_parameter(std::string_view name) {
    text_.remove_prefix(1);
    skip_blanks();
    const bool quoted = next_is_one_of("\"'");
    std::string value = quoted ? take_quoted() : std::string(take_until(" \t,;"));
    after_ = quoted ? After::kQuotedValue : After::kBareValue;
    if (challenges_.empty() || fresh_) begin_challenge({});
    auto& parameters = challenges_.back().parameters;
    if (parameters.size() < kMostParameters) parameters.push_back({std::string(name), std::move(value)});
  }

  std::string take_quoted() {
    std::string value;
    const char quote = text_.front();
    text_.remove_prefix(1);
    while (!text_.empty() && !next_is(quote)) {
      if (next_is('\\') && text_.size() > 1) text_.remove_prefix(1);
      value += text_.front();
      text_.remove_prefix(1);
    }
    if (!text_.empty()) text_.remove_prefix(1);
    return value;
  }

  void add_word(std::string_view word) {
    if (after_ == After::kScheme) {  // more of its name, or its token68
      if (word.size() <= kLongestWord) challenges_.back().words.append(" ").append(word);
      return;
    }
    if (after_ == After::kBareValue) {  // more words of a value that should have had quotes
      challenges_.back().parameters.back().value.append(" ").append(word);
      return;
    }
    begin_challenge(word);
    after_ = After::kScheme;
  }

  void begin_challenge(std::string_view scheme) {
    fresh_ = false;
    if (challenges_.size() < kMostChallenges) challenges_.push_back({std::string(scheme), std::string(scheme), {}});
  }

  std::string_view text_;
  std::vector<AuthChallenge>& challenges_;
  After after_ = After::kSeparator;
  bool can_be_token68_ = false;
  bool fresh_ = true;  // no challenge of this field was begun yet
};

}  // namespace

bool AuthChallenge::is(std::string_view name) const noexcept { return equals_ignoring_case(scheme, name); }

std::string_view AuthChallenge::parameter(std::string_view name) const noexcept {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [name](const auto& one) { return equals_ignoring_case(one.name, name); });
  return found != parameters.end() ? std::string_view(found->value) : std::string_view();
}

std::vector<AuthChallenge> auth_challenges(const Headers& headers, std::string_view name) {
  std::vector<AuthChallenge> challenges;
  for (const HeaderField field : headers) {
    if (equals_ignoring_case(field.name, name)) Reader(field.value, challenges).read();
  }
  return challenges;
}

}  // namespace easypost_connect::internal
