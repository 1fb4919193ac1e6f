// SPDX-License-Identifier: Apache-2.0
// Input: a byte that chooses the API's URL, a line that is the path, then lines that are names and values of the query.
// libcurl's own URL parser, which decides where a call goes, is asked for a second opinion.
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "core/url.hpp"
#include "fuzz_support.hpp"

namespace easypost_connect::fuzz {
namespace {

struct CurlUrl {
  explicit CurlUrl(const std::string& text, unsigned flags = CURLU_PATH_AS_IS) {
    parsed = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), flags) == CURLUE_OK;
  }
  [[nodiscard]] std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, which == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) != CURLUE_OK) return {};
    const std::unique_ptr<char, decltype(&curl_free)> owner(text, curl_free);
    return text;
  }
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url{curl_url(), curl_url_cleanup};
  bool parsed = false;
};

constexpr std::array<std::string_view, 4> kApis = {"https://api.example.test", "https://api.example.test/",
                                                   "https://api.example.test:8443/base", "https://[::1]:8443"};

void check(const std::string& api_url, const std::string& url) {
  always(std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; }), "only visible characters");
  const CurlUrl api(api_url);
  const CurlUrl target(url);
  always(target.parsed, "libcurl takes it");
  always(target.part(CURLUPART_SCHEME) == "https", "https");
  const auto same = [&](CURLUPart which) {
    return curl_strequal(api.part(which).c_str(), target.part(which).c_str()) != 0;
  };
  always(same(CURLUPART_HOST), "the API's host");
  always(same(CURLUPART_PORT), "the API's port");
  always(target.part(CURLUPART_USER).empty() && target.part(CURLUPART_PASSWORD).empty(), "no user");
  always(target.part(CURLUPART_FRAGMENT).empty(), "no fragment");
  always(CurlUrl(url, 0).part(CURLUPART_PATH) == target.part(CURLUPART_PATH), "no dot segments");
}

/// Checks a URL that somebody else has made, as an upload gets it.
void check_foreign(const std::string& url) {
  const CurlUrl libcurls(url);
  if (!internal::problem_of(url).empty() || !libcurls.parsed) return;
  always(libcurls.part(CURLUPART_SCHEME) == "https", "https");
  always(libcurls.part(CURLUPART_USER).empty() && libcurls.part(CURLUPART_PASSWORD).empty(), "no user");
  const std::string host(internal::Url(url).host);
  // libcurl rewrites hosts that are numbers, in brackets or percent-encoded.
  const bool rewritten = host.find_first_not_of("0123456789abcdefABCDEFxX.") == std::string_view::npos ||
                         host.find_first_of("%[") != std::string_view::npos;
  always(rewritten || curl_strequal(libcurls.part(CURLUPART_HOST).c_str(), host.c_str()) != 0,
         "the host libcurl calls");
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  const std::string api(fuzz::kApis[input.number() % fuzz::kApis.size()]);
  const std::string_view path = input.line();
  std::vector<QueryParameter> query;
  while (!input.empty()) {
    const std::string_view name = input.line();
    query.push_back({std::string(name), std::string(input.line())});
  }
  const auto url = internal::join_url(api, path, query);
  if (url) fuzz::check(api, *url);

  fuzz::check_foreign(std::string(path));
  return 0;
}
