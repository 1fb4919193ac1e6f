// SPDX-License-Identifier: Apache-2.0
#include "wire/proxy_setting.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "core/url.hpp"
#include "wire/curl_handle.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::array<std::string_view, 7> kSchemes = {"http",    "https",  "socks",  "socks4",
                                                      "socks4a", "socks5", "socks5h"};

struct CurlFree {
  void operator()(char* text) const noexcept { curl_free(text); }
};

struct CurlUrlFree {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

struct CurlListFree {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// Returns null if the URL has no such part.
std::unique_ptr<char, CurlFree> part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  curl_url_get(url, part, &text, 0);
  return std::unique_ptr<char, CurlFree>(text);
}

std::string text_of(CURLU* url, CURLUPart part) {
  const auto text = part_of(url, part);
  return text ? text.get() : "";
}

std::string_view without_scheme(std::string_view value) noexcept {
  const auto scheme = value.find("://");
  return scheme != std::string_view::npos ? value.substr(scheme + 3) : value;
}

/// Tells whether there is an '@' that does not end user and password: it is part of them, or something before it ends
/// the host.
bool has_login_unencoded(std::string_view value) {
  value = without_scheme(value);
  const auto last = value.rfind('@');
  return last != std::string_view::npos && value.substr(0, last).find_first_of("@/?#") != std::string_view::npos;
}

bool holds_blank_or_quote(std::string_view value) {
  return std::any_of(value.begin(), value.end(), [](unsigned char c) { return c <= ' ' || c == '"' || c == '\''; });
}

/// Returns what may be user and password, whatever libcurl makes of the value.
Secrets login_in(std::string_view value) {
  value = without_scheme(value);
  Secrets secrets;
  const auto end = value.rfind('@');
  if (end == std::string_view::npos) return secrets;
  const std::string_view login = value.substr(0, end);
  const auto colon = std::min(login.find(':'), login.size());
  secrets.add(Secret(login.substr(0, colon)));
  secrets.add(Secret(login.substr(std::min(colon + 1, login.size()))));
  return secrets;
}

std::string flaw_of(std::string_view value, bool readable, const std::string& scheme) {
  if (has_login_unencoded(value)) return "user or password hold one of @ / ? # as it is";
  if (!readable) {
    return holds_blank_or_quote(value) ? "there is a blank, a line end or a quotation mark in it"
                                       : "it is not a URL with a host and a port";
  }
  if (std::find(kSchemes.begin(), kSchemes.end(), scheme) == kSchemes.end())
    return "its scheme is none of http, https, socks4, socks4a, socks5 and socks5h";
  return {};
}

ProxySetting read(const char* variable, const char* value) {
  const std::unique_ptr<CURLU, CurlUrlFree> url(curl_url());
  // libcurl itself uses these flags for a proxy.
  const bool readable =
      curl_url_set(url.get(), CURLUPART_URL, value, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) == CURLUE_OK;
  ProxySetting setting;
  setting.variable = variable;
  setting.login_secrets = login_in(value);
  setting.scheme = text_of(url.get(), CURLUPART_SCHEME);
  setting.flaw = flaw_of(value, readable, setting.scheme);
  const auto user = part_of(url.get(), CURLUPART_USER);
  if (user) setting.login = *user == '\0' ? ProxyLogin::kTicket : ProxyLogin::kPassword;
  if (!setting.flaw.empty()) return setting;
  setting.host = text_of(url.get(), CURLUPART_HOST);
  setting.port = text_of(url.get(), CURLUPART_PORT);
  return setting;
}

curl_socket_t no_socket(void* /*unused*/, curlsocktype /*purpose*/, curl_sockaddr* /*address*/) noexcept {
  return CURL_SOCKET_BAD;
}

}  // namespace

std::string ProxySetting::place() const {
  if (host.empty()) return "in " + variable;
  return host + (port.empty() ? "" : ":" + port) + " (" + variable + ")";
}

ProxySetting proxy_setting() {
  for (const char* variable : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): libcurl does the same
    if (value != nullptr && *value != '\0') return read(variable, value);
  }
  return {};
}

/// libcurl alone reads no_proxy, by rules that differ between its versions. libcurl looks at the proxy before anything
/// else, so a proxy that nobody can read ends the transfer with an error of its own, unless no_proxy leaves it out.
/// Nothing is looked up or sent then, because the host has an address already and gets no socket to reach it with.
bool goes_through_proxy(const std::string& url) {
  const std::string host_and_address = std::string("*:").append(Url(url).port).append(":127.0.0.1");
  const std::unique_ptr<curl_slist, CurlListFree> address(curl_slist_append(nullptr, host_and_address.c_str()));
  CurlHandle question;
  question.set<CURLOPT_NOSIGNAL>(1L);
  question.set<CURLOPT_URL>(url.c_str());
  question.set<CURLOPT_PROXY>("http://[");
  question.set<CURLOPT_RESOLVE>(address.get());
  question.set<CURLOPT_OPENSOCKETFUNCTION>(&no_socket);
  return curl_easy_perform(question.get()) == CURLE_COULDNT_RESOLVE_PROXY;
}

long proxy_schemes(ProxyLogin login) noexcept {
  const bool has_negotiate = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SPNEGO) != 0;
  if (login == ProxyLogin::kTicket && has_negotiate) return static_cast<long>(CURLAUTH_NEGOTIATE);
  return static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST | CURLAUTH_NTLM);
}

}  // namespace easypost_connect::internal
