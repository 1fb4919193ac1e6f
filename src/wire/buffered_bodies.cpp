// SPDX-License-Identifier: Apache-2.0
#include "wire/buffered_bodies.hpp"

#include <array>
#include <string>
#include <utility>

#include "core/body_origin.hpp"
#include "core/body_target.hpp"
#include "core/progress_report.hpp"

namespace easypost_connect::internal {
namespace {

Result<std::string> read_all(const BodyOrigin& origin) {
  auto input = origin.open();
  if (!input) return std::move(input).error();
  std::string content;
  std::array<char, std::size_t{16} * 1024> part{};
  for (;;) {
    auto count = (*input)->read(part.data(), part.size());
    if (!count) return std::move(count).error();
    if (*count == 0) return content;
    content.append(part.data(), *count);
  }
}

std::optional<Error> write_all(const BodyTarget& target, std::string_view body) {
  auto output = target.open();
  if (!output) return std::move(output).error();
  if (!body.empty()) {
    if (auto error = (*output)->write(body)) return error;
  }
  return (*output)->finish();
}

/// What went over a wire that cannot be watched is told of when it is done.
std::optional<Error> tell(const Request& request, const Response& answer) {
  const auto size = size_of(request.body);
  ProgressReport report;
  report.begin(request.options.progress, size);
  report.announced(answer.body.size());
  if (auto error = report.sent(size.value_or(0))) return error;
  return report.received(answer.body.size());
}

}  // namespace

bool streams(const Request& request) noexcept {
  return origin_of(request.body) != nullptr || target_of(request.options.sink) != nullptr || request.options.progress;
}

Result<BufferedRequest> buffered(const Request& request) {
  BufferedRequest copy{{request.method, request.path, {}, request.options}, {}};
  if (const BodyOrigin* origin = origin_of(request.body)) {
    auto content = read_all(*origin);
    if (!content) return std::move(content).error();
    copy.content = Secret(*content);
  } else {
    copy.content = Secret(request.body.bytes());
  }
  copy.request.body = Body::from_memory(copy.content.expose());
  return copy;
}

Result<Response> unbuffered(const Request& request, Result<Response> answer) {
  if (!answer) return answer;
  if (auto error = tell(request, *answer)) return *std::move(error);
  const BodyTarget* target = target_of(request.options.sink);
  if (target == nullptr || !goes_into_sink(request.method, answer->status)) return answer;
  if (auto error = write_all(*target, answer->body)) return *std::move(error);
  answer->streamed_bytes = std::exchange(answer->body, {}).size();
  return answer;
}

}  // namespace easypost_connect::internal
