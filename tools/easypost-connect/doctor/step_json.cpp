// SPDX-License-Identifier: Apache-2.0
#include "doctor/step_json.hpp"

#include "error_text.hpp"

namespace easypost_connect::tool {
namespace {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed: return "passed";
    case Outcome::kWarning: return "warning";
    case Outcome::kFailed: return "failed";
    case Outcome::kNotRun: return "not_run";
  }
  return "";
}

nlohmann::ordered_json to_json(const Step& step) {
  nlohmann::ordered_json json{{"name", slug(step.name)}, {"outcome", to_string(step.outcome)}};
  if (step.duration.count() > 0) json["duration_ms"] = static_cast<double>(step.duration.count()) / 1000;
  if (!step.detail.empty()) json["detail"] = step.detail;
  if (!step.advice.empty()) json["advice"] = step.advice;
  if (step.error) json["error"] = tool::to_json(*step.error);
  return json;
}

}  // namespace

nlohmann::ordered_json to_json(const std::vector<Step>& steps) {
  auto list = nlohmann::ordered_json::array();
  for (const Step& step : steps) list.push_back(to_json(step));
  return list;
}

}  // namespace easypost_connect::tool
