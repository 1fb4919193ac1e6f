// SPDX-License-Identifier: Apache-2.0
#include "sandbox/storage_host.hpp"

#include <chrono>

#include "sandbox/json_answer.hpp"
#include "sandbox/server_tls.hpp"

namespace easypost_connect::sandbox {
namespace {

constexpr std::string_view kUploads = "/uploads/";
constexpr const char* kSignature = "signature";

/// Names the credentials that came along; empty when none did.
std::string leaked_credentials(const httplib::Request& request, EventLog& event_log) {
  std::string leaked;
  const auto add = [&](bool present, const char* name) {
    if (!present) return;
    event_log.count(&SandboxCounters::leaked_credentials);
    leaked += std::string(leaked.empty() ? "" : ", ") + name;
  };
  add(request.ssl != nullptr && has_client_certificate(*static_cast<const SSL*>(request.ssl)), "client certificate");
  add(request.has_header("x-api-key"), "x-api-key");
  add(request.has_header("Authorization"), "Authorization");
  return leaked;
}

}  // namespace

std::string StorageHost::target_for(const ReceivedJobs::PreparedJob& prepared) {
  return std::string(kUploads) + prepared.job.id + '?' + kSignature + '=' + prepared.upload_signature;
}

std::string StorageHost::answer(const httplib::Request& request, httplib::Response& response) {
  const std::string leaked = leaked_credentials(request, event_log_);
  if (!leaked.empty()) {
    answer_message(response, 400, "A presigned URL takes no credentials, but there came: " + leaked);
    return "leaked: " + leaked;
  }
  const bool upload = request.method == "PUT" && request.path.rfind(kUploads, 0) == 0;
  const std::string job = upload ? request.path.substr(kUploads.size()) : "";
  if (!upload || !jobs_.take_file(job, request.get_param_value(kSignature), std::chrono::system_clock::now())) {
    answer_message(response, 403, "Forbidden");
    return "no valid signature";
  }
  event_log_.count(&SandboxCounters::uploads);
  response.status = 200;
  return "no credentials, signature ok, " + std::to_string(request.body.size()) + " bytes";
}

}  // namespace easypost_connect::sandbox
