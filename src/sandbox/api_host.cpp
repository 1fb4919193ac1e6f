// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api_host.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <optional>

#include "sandbox/http_rules.hpp"
#include "sandbox/json_answer.hpp"
#include "sandbox/secrets.hpp"
#include "sandbox/storage_host.hpp"

namespace easypost_connect::sandbox {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr const char* kRealm = "Bearer realm=\"sandbox\"";  // a challenge needs a parameter (RFC 6750, section 3)
constexpr std::string_view kJobs = "/jobs";
constexpr std::string_view kPrepare = "/jobs/single-file";
constexpr const char* kManagedCompany = "x-managed-company-id";  // documented

std::string to_iso8601(system_clock::time_point time) {
  const std::time_t seconds = system_clock::to_time_t(time);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &utc)};
}

nlohmann::json to_json(const ReceivedJob& job) {
  nlohmann::json json = {{"id", job.id},
                         {"jobName", job.order.name},
                         {"workflowId", job.order.workflow_id},
                         {"filename", job.order.filename},
                         {"status", job.status},
                         {"startDate", to_iso8601(job.start_date)}};
  if (!job.order.managed_company_id.empty()) json["managedCompanyId"] = job.order.managed_company_id;
  return json;
}

/// The `maxItems` asked for, at most `limit`; `limit` when the
/// caller asks for nothing. None when it is not a positive number.
std::optional<std::size_t> page_size_of(const httplib::Request& request, std::size_t limit) {
  if (!request.has_param("maxItems")) return limit;
  const std::string text = request.get_param_value("maxItems");
  std::size_t asked = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked);
  if (error != std::errc{} || end != text.data() + text.size() || asked == 0) return std::nullopt;
  return std::min(asked, limit);
}

/// The text of that field; empty when it is missing or is no text.
std::string text_of(const nlohmann::json& object, const char* field) {
  const auto found = object.is_object() ? object.find(field) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string ApiHost::answer(const httplib::Request& request, httplib::Response& response) {
  response.set_header("x-amzn-RequestId", random_uuid());
  const auto client_id = partners_.client_of_key(request.get_header_value("x-api-key"));
  if (!client_id) {
    answer_message(response, 403, "Forbidden");
    response.set_header("x-amzn-ErrorType", "ForbiddenException");
    return std::string("client certificate ok, x-api-key ") + (request.has_header("x-api-key") ? "wrong" : "missing");
  }
  const TokenVerdict token = judge_token(request, *client_id);
  if (token.status == 200) {
    route(request, response);
  } else {
    const bool unauthorized = token.status == 401;
    answer_message(response, token.status, unauthorized ? "Unauthorized" : "Bad Request");
    response.set_header("x-amzn-ErrorType", unauthorized ? "UnauthorizedException" : "BadRequestException");
    const std::string error = token.error.empty() ? "" : ", error=\"" + token.error + '"';
    response.set_header("WWW-Authenticate", kRealm + error);
  }
  return "client certificate ok, x-api-key ok, bearer token " + token.note;
}

ApiHost::TokenVerdict ApiHost::judge_token(const httplib::Request& request, const std::string& client_id) const {
  if (request.get_header_value_count("Authorization") > 1) {
    return {400, "invalid_request", "unclear: there are several Authorization headers"};
  }
  const std::string shown = request.get_header_value("Authorization");
  if (shown.empty()) return {401, "", "missing"};
  const auto token = credentials_of(shown, "Bearer");
  if (!token) return {401, "", "missing: Authorization is not Bearer"};
  if (token->empty()) return {400, "invalid_request", "missing: nothing follows Bearer"};
  const auto known = tokens_.find(*token, steady_clock::now());
  const auto invalid = [](const char* note) { return TokenVerdict{401, "invalid_token", note}; };
  if (!known || !partners_.knows_client(known->client_id)) return invalid("unknown or revoked");
  if (known->client_id != client_id) return invalid("of another client than the x-api-key");
  return known->expired ? invalid("expired") : TokenVerdict{200, "", "ok"};
}

void ApiHost::route(const httplib::Request& request, httplib::Response& response) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const bool below_jobs = request.path.rfind("/jobs/", 0) == 0;
  if (reads && request.path == kJobs) return list_jobs(request, response);
  if (reads && below_jobs) return find_job(request.path.substr(kJobs.size() + 1), response);
  if (request.method == "POST" && request.path == kPrepare) return prepare_job(request, response);
  if (request.path == kJobs) return answer_not_allowed(response, "GET, HEAD");
  if (request.path == kPrepare) return answer_not_allowed(response, "POST");
  answer_message(response, 404, "Not Found");
}

void ApiHost::list_jobs(const httplib::Request& request, httplib::Response& response) {
  const auto size = page_size_of(request, settings_.page_size);
  if (!size) return answer_message(response, 400, "maxItems must be a positive number");
  const auto page = jobs_.page(request.get_param_value("after"), *size, system_clock::now());
  if (!page) return answer_message(response, 400, "after must be the id of a job");
  nlohmann::json jobs = nlohmann::json::array();
  for (const ReceivedJob& job : *page) jobs.push_back(to_json(job));
  answer_json(response, 200, jobs);
}

void ApiHost::find_job(const std::string& id, httplib::Response& response) {
  const auto job = jobs_.find(id, system_clock::now());
  if (!job) return answer_message(response, 404, "Not Found");
  answer_json(response, 200, to_json(*job));
}

void ApiHost::prepare_job(const httplib::Request& request, httplib::Response& response) {
  const auto body = nlohmann::json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return answer_message(response, 400, "the body must be a JSON object");
  for (const char* field : {"workflowId", "jobName", "filename"}) {
    if (text_of(body, field).empty())
      return answer_message(response, 400, std::string(field) + " must be a non-empty string");
  }
  const auto prepared = jobs_.prepare({text_of(body, "workflowId"), text_of(body, "jobName"), text_of(body, "filename"),
                                       request.get_header_value(kManagedCompany)},
                                      system_clock::now());
  nlohmann::json answer = to_json(prepared.job);
  answer["fileUploadUrl"] = settings_.storage_url + StorageHost::target_for(prepared);
  answer_json(response, 201, answer);
}

}  // namespace easypost_connect::sandbox
