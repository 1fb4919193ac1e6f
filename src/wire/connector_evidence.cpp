// SPDX-License-Identifier: Apache-2.0
// What can be told of a connection, and of what was sent on it, when it has failed.
#include <openssl/err.h>

#include <algorithm>
#include <string_view>

#include "core/file_descriptor.hpp"
#include "wire/connector.hpp"
#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {
namespace {

/// libcurl says of a name lookup and of a connection that there were no descriptors for that they failed, and no more.
bool is_for_want_of_descriptors(CURLcode code) noexcept {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return no_descriptor_left();
    default: return false;
  }
}

/// OpenSSL lacked memory. Of what it says libcurl takes the first for its text, and leaves the rest in the queue.
bool is_for_want_of_memory(std::string_view text) noexcept {
  const char* const words = ERR_reason_error_string(ERR_PACK(ERR_LIB_NONE, 0, ERR_R_MALLOC_FAILURE));
  bool found = words != nullptr && text.find(words) != std::string_view::npos;
  for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error())
    found = found || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
  return found;
}

}  // namespace

ConnectionTrace Connector::trace() const {
  // libcurl counts each moment from the start of the transfer; zero: it never came.
  const auto moment = [this](CURLINFO what) { return std::chrono::microseconds(easy_.info<curl_off_t>(what)); };
  const auto between = [](std::chrono::microseconds from, std::chrono::microseconds to) {
    return std::max(to - from, std::chrono::microseconds(0));
  };
  const auto resolved = moment(CURLINFO_NAMELOOKUP_TIME_T);
  const auto connected = moment(CURLINFO_CONNECT_TIME_T);
  const auto secured = moment(CURLINFO_APPCONNECT_TIME_T);
  ConnectionTrace trace;
  trace.name_lookup = resolved;
  trace.connect = between(resolved, connected);
  trace.handshake = between(connected, secured);
  const char* address = easy_.info<const char*>(CURLINFO_PRIMARY_IP);
  trace.address = address != nullptr ? address : "";
  trace.port = easy_.info<long>(CURLINFO_PRIMARY_PORT);
  if (connection_) {
    trace.tls_version = connection_->evidence().version;
    trace.certificate_requested = connection_->evidence().certificate_requested;
    trace.certificate_shown = connection_->evidence().certificate_shown;
  }
  return trace;
}

Error Connector::failure(CURLcode code, const Sent& sent, std::string_view words) const {
  FailedTransfer failed;
  if (words.empty()) words = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
  failed.text = proxy_setting().login_secrets.quotable(words, CURL_ERROR_SIZE);
  failed.code = is_for_want_of_memory(failed.text) ? CURLE_OUT_OF_MEMORY : code;
  failed.verify_result = easy_.info<long>(CURLINFO_SSL_VERIFYRESULT);
  failed.request_bytes_sent = sent.begun ? sent.bytes : 0;
  failed.status = sent.status;
  failed.no_descriptors = is_for_want_of_descriptors(code);
  failed.identity_given = presents_certificate();
  failed.accepted_before = setup_.accepting_hosts->contains(target_.authority);
  failed.proxy = proxy_evidence(sent);
  if (connection_) {
    remember_request_for_certificate();
    failed.tls = connection_->evidence();
    if (failed.tls.resumed) failed.tls.certificate_requested = setup_.asking_hosts->contains(target_.authority);
    if (connection_->answered()) failed.tls.certificate_requested = false;
  }
  failed.tls.certificate_withheld |= unfit_;
  return transfer_error(failed);
}

/// A SOCKS proxy gives no status: it has let pass what comes as far as TLS.
ProxyEvidence Connector::proxy_evidence(const Sent& sent) const {
  ProxyEvidence proxy;
  proxy.setting = proxy_setting();
  proxy.status = easy_.info<long>(CURLINFO_HTTP_CONNECTCODE);
  if (proxy.setting.none() || (proxy.status == 0 && !goes_through_proxy(origin_))) return {};
  const bool came_to_tls = proxy.setting.is_socks() && connection_ != nullptr;
  proxy.passed = proxy.status != 0 ? proxy.status / 100 == 2 : sent.begun || came_to_tls;
  proxy.answers = proxy_answer_.count();
  proxy.challenges = proxy_answer_.challenges();
  proxy.socks_error = easy_.info<long>(CURLINFO_PROXY_ERROR);
  proxy.verify_result = easy_.info<long>(CURLINFO_PROXY_SSL_VERIFYRESULT);
  if (connection_) proxy.alert = connection_->evidence().alert;
  return proxy;
}

}  // namespace easypost_connect::internal
