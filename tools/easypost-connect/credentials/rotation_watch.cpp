// SPDX-License-Identifier: Apache-2.0
#include "credentials/rotation_watch.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/secrets.hpp"
#include "error_text.hpp"
#include "terminal.hpp"

namespace easypost_connect::tool {
namespace {

using Kind = WatchEvent::Kind;

std::vector<FieldChange> changes_between(const FoundCredentials& before, const FoundCredentials& now) {
  std::vector<FieldChange> changes;
  for (const FoundField& field : now.fields) {
    const FoundField* old = before.field(field.name);
    if (old != nullptr && old->content == field.content) continue;
    changes.push_back({field.name, old != nullptr ? old->version : std::string(), field.version});
  }
  for (const FoundField& old : before.fields) {
    if (now.field(old.name) == nullptr) changes.push_back({old.name, old.version, "", true});
  }
  return changes;
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kWatching: return "watching";
    case Kind::kRotated: return "rotated";
    case Kind::kAway: return "away";
    case Kind::kBack: return "back";
  }
  return "";
}

std::string to_text(const FieldChange& change) {
  const auto& [field, before, now, gone] = change;
  std::string words = before.empty() && now.empty() ? "" : "version ";
  words += before + (before.empty() || now.empty() ? "" : " to ") + now;
  if (gone) words += words.empty() ? "gone" : ", gone";
  return words.empty() ? field : field + " (" + words + ')';
}

}  // namespace

std::vector<WatchEvent> RotationWatch::found(FoundCredentials now) {
  std::vector<WatchEvent> events;
  if (std::exchange(away_, false)) events.push_back({Kind::kBack});
  auto changes = changes_between(last_.value_or(FoundCredentials()), now);
  if (!changes.empty()) events.push_back({last_ ? Kind::kRotated : Kind::kWatching, std::move(changes)});
  last_ = std::move(now);
  return events;
}

WatchEvent RotationWatch::missed(Error error) {
  away_ = true;
  internal::Secrets secrets;
  for (const char* name : {"client_key", "client_key_passphrase", "api_key", "client_secret"}) {
    const FoundField* field = last_ ? last_->field(name) : nullptr;
    if (field != nullptr) secrets.add(field->content);
  }
  secrets.leave_out_of(error);
  return {Kind::kAway, {}, std::move(error)};
}

std::string to_text(const WatchEvent& event, const std::string& time) {
  std::string words;
  for (const FieldChange& change : event.changes) words += (words.empty() ? "" : ", ") + to_text(change);
  if (event.error) words = event.error->message + ' ' + event.error->remedy;
  std::string kind = name_of(event.kind);
  if (!words.empty()) kind.resize(10, ' ');
  return time + "  " + kind + harmless(words) + '\n';
}

std::string to_json_line(const WatchEvent& event, const std::string& time) {
  nlohmann::ordered_json line{{"timestamp", time}, {"event", name_of(event.kind)}};
  for (const auto& [field, before, now, gone] : event.changes) {
    nlohmann::ordered_json change{{"name", field}};
    if (!before.empty()) change["old_version"] = before;
    if (!now.empty()) change["version"] = now;
    if (gone) change["gone"] = true;
    line["fields"].push_back(std::move(change));
  }
  if (event.error) line["error"] = to_json(*event.error);
  return line.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace easypost_connect::tool
