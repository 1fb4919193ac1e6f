// SPDX-License-Identifier: Apache-2.0
#include "wire/parsed_url.hpp"

#include <algorithm>
#include <string_view>

#include "core/make_error.hpp"
#include "wire/newer_curl.hpp"

namespace easypost_connect::internal {
namespace {

struct Free {
  void operator()(char* text) const noexcept { curl_free(text); }
};
using Part = std::unique_ptr<char, Free>;

/// Null: there is no such part. An empty one is one; before 8.8 libcurl takes it so without being asked to.
Part part_of(CURLU* url, CURLUPart what) noexcept {
  char* text = nullptr;
  return Part(curl_url_get(url, what, &text, newer::kGetEmpty) == CURLUE_OK ? text : nullptr);
}

}  // namespace

bool ParsedUrl::parse(const std::string& url) noexcept {
  return curl_url_set(url_.get(), CURLUPART_URL, url.c_str(), CURLU_PATH_AS_IS) == CURLUE_OK;
}

bool ParsedUrl::asks_as_written(std::string_view text) const noexcept {
  const auto begin =
      std::min(text.find_first_of("/?", text.find("://") + 3), text.size());  // a parsed URL has a scheme
  const auto question_mark = std::min(text.find('?', begin), text.size());
  const std::string_view path = text.substr(begin, question_mark - begin);
  const Part asked_path = part_of(url_.get(), CURLUPART_PATH);
  const Part asked_query = part_of(url_.get(), CURLUPART_QUERY);
  const bool same_path = asked_path && asked_path.get() == (path.empty() ? "/" : path);
  if (question_mark == text.size()) return same_path && !asked_query;
  return same_path && asked_query && asked_query.get() == text.substr(question_mark + 1);
}

Error ParsedUrl::changed_url_error() {
  Error error = make_error(ErrorCode::kInvalidRequest, Factor::kRequest,
                           "libcurl would change the path or the query of the URL, for which a signature may stand.",
                           "Percent-encode what is unusual in it, or use another version of libcurl.");
  error.never_sent = true;
  return error;
}

}  // namespace easypost_connect::internal
