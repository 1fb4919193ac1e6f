// SPDX-License-Identifier: Apache-2.0
// Input: a line that begins with the status, the x-amzn-errortype field, the www-authenticate field, then the body.
#include <algorithm>
#include <charconv>
#include <string>

#include "call/answer_error.hpp"
#include "fuzz_support.hpp"

namespace easypost_connect::fuzz {
namespace {

bool is_plain(char c) { return (c >= ' ' && c <= '~') || c == '\n'; }

void check(const Error& error, int status) {
  always(error.code == ErrorCode::kHttpStatus, "an answer outside 2xx is that");
  always(error.response && error.response->status == status && error.seen.http_status == status, "it is carried along");
  always(error.response->body.size() <= std::size_t{64} * 1024, "at most 64 KiB of it");
  always(!error.message.empty() && error.message.back() == '.' && !error.remedy.empty(), "what and what to do");
  // The server chose the body: an Error may depend on it, but never repeats it whole.
  always(error.describe().size() < 2000, "an Error does not grow with the answer");
  const std::string text = error.describe();
  always(std::all_of(text.begin(), text.end(), is_plain), "an Error is plain text");
  always(!error.retryable || error.factor == Factor::kService, "a refused credential is not tried again");
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  Response response;
  const std::string_view status = input.line();
  int number = 0;
  std::from_chars(status.data(), status.data() + status.size(), number);
  response.status = 300 + (number < 0 ? 0 : number % 300);
  response.headers.add("x-amzn-errortype", input.line());
  response.headers.add("www-authenticate", input.line());
  response.body = input.rest();

  const int expected = response.status;
  for (const auto tokens : {internal::TokensTried::kOne, internal::TokensTried::kTwo}) {
    fuzz::check(internal::answer_error(response, tokens, std::chrono::system_clock::now()), expected);
  }
  fuzz::check(
      internal::upload_error(std::move(response), "https://storage.test/k?sig=x", std::chrono::system_clock::now()),
      expected);
  return 0;
}
