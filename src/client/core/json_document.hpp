// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace easypost_connect::internal {

/// A JSON text that somebody else wrote, parsed: discarded when the text is no JSON. What is nested deeper than
/// kDeepest is left out.
///
/// The destructor of nlohmann::json moves what it holds into a vector of its own, so as not to recurse, and ends the
/// process when there is no memory for that (its issue 5135; measured: 3.11.2). The destructor of this class needs
/// none, and may recurse.
class JsonDocument {
 public:
  static constexpr int kDeepest = 32;

  explicit JsonDocument(std::string_view text)
      : root_(nlohmann::json::parse(text, &is_wanted, /*allow_exceptions=*/false)) {}
  ~JsonDocument() { empty(root_); }
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  [[nodiscard]] const nlohmann::json& root() const noexcept { return root_; }

 private:
  using Json = nlohmann::json;

  static bool is_wanted(int depth, Json::parse_event_t /*event*/, Json& /*value*/) { return depth <= kDeepest; }

  static void empty(Json& value) noexcept {
    if (auto* const object = value.get_ptr<Json::object_t*>()) {
      for (auto& member : *object) empty(member.second);
      object->clear();
    } else if (auto* const array = value.get_ptr<Json::array_t*>()) {
      for (auto& element : *array) empty(element);
      array->clear();
    }
  }

  Json root_;
};

}  // namespace easypost_connect::internal
