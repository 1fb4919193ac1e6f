// SPDX-License-Identifier: Apache-2.0
#include "vaults/secret_json.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/secrets.hpp"
#include "core/text.hpp"
#include "vaults/secret_text.hpp"

namespace easypost_connect::internal {
namespace {

using WipedString = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;
using Parsed = nlohmann::basic_json<std::map, std::vector, WipedString, bool, std::int64_t, std::uint64_t, double,
                                    WipingAllocator>;

Secret secret_of(const WipedString& text) { return Secret(std::string_view(text.data(), text.size())); }

SecretJson taken_from(const Parsed& parsed) {
  using Kind = SecretJson::Kind;
  if (parsed.is_string()) return SecretJson(secret_of(parsed.get_ref<const WipedString&>()));
  if (parsed.is_boolean()) return SecretJson(Kind::kBoolean, parsed.get<bool>() ? 1 : 0);
  if (parsed.is_number_integer()) {
    const bool fits = !parsed.is_number_unsigned() || parsed.get<std::uint64_t>() <= INT64_MAX;
    return fits ? SecretJson(Kind::kInteger, parsed.get<std::int64_t>()) : SecretJson(Kind::kFraction);
  }
  if (parsed.is_number_float()) return SecretJson(Kind::kFraction);
  if (parsed.is_null()) return SecretJson(Kind::kNull);
  SecretJson taken(parsed.is_object() ? Kind::kObject : Kind::kArray);
  for (const auto& member : parsed.items()) {
    taken.add(parsed.is_object() ? secret_of(member.key()) : Secret(), taken_from(member.value()));
  }
  return taken;
}

void append(std::string& out, const SecretJson& json) {
  const auto append_text = [&out](std::string_view text) {
    std::string written;
    const WipeOnExit wipe_written(written);
    written.reserve(6 * text.size() + 2);  // \u001f; no copy is left behind
    append_json_string(written, text);
    append_and_wipe(out, written);
  };
  switch (json.kind()) {
    case SecretJson::Kind::kBoolean: return append_and_wipe(out, json.is_true() ? "true" : "false");
    case SecretJson::Kind::kFraction: return append_and_wipe(out, "0.5");
    case SecretJson::Kind::kInteger: return append_and_wipe(out, std::to_string(json.number(0)));
    case SecretJson::Kind::kText: return append_text(json.text());
    case SecretJson::Kind::kArray:
    case SecretJson::Kind::kObject: break;
    default: return append_and_wipe(out, "null");
  }
  append_and_wipe(out, json.is_object() ? "{" : "[");
  bool first = true;
  for (const SecretJson::Member& member : json.members()) {
    if (!std::exchange(first, false)) append_and_wipe(out, ",");
    if (json.is_object()) append_text(member.name.expose());
    if (json.is_object()) append_and_wipe(out, ":");
    append(out, member.value);
  }
  append_and_wipe(out, json.is_object() ? "}" : "]");
}

}  // namespace

std::int64_t SecretJson::number(std::int64_t otherwise) const noexcept {
  if (kind_ == Kind::kInteger) return number_;
  std::int64_t number = 0;
  for (const char c : text()) {
    if (c < '0' || c > '9' || number > INT64_MAX / 100) return otherwise;
    number = number * 10 + (c - '0');
  }
  return text().empty() ? otherwise : number;
}

const SecretJson* SecretJson::find(std::string_view name) const noexcept {
  if (!is_object()) return nullptr;
  const auto member = std::find_if(members_.rbegin(), members_.rend(),
                                   [name](const Member& each) { return each.name.expose() == name; });
  return member != members_.rend() ? &member->value : nullptr;
}

Secret SecretJson::dump() const {
  std::string out;
  const WipeOnExit wipe_out(out);
  append(out, *this);
  return Secret(out);
}

SecretJson& SecretJson::add(Secret name, SecretJson value) {
  members_.push_back({std::move(name), std::move(value)});
  return *this;
}

SecretJson parse_secret_json(std::string_view text) {
  constexpr int kDeepest = 32;
  bool too_deep = false;
  const auto is_wanted = [&too_deep](int depth, Parsed::parse_event_t event, Parsed& /*value*/) {
    const bool begins = event == Parsed::parse_event_t::object_start || event == Parsed::parse_event_t::array_start;
    too_deep = too_deep || (begins && depth >= kDeepest);
    return !too_deep;
  };
  const auto parsed = Parsed::parse(SecretTextIterator(text.data()), SecretTextIterator(text.data() + text.size()),
                                    is_wanted, /*allow_exceptions=*/false);
  return parsed.is_discarded() || too_deep ? SecretJson() : taken_from(parsed);
}

}  // namespace easypost_connect::internal
