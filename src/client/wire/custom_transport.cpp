// SPDX-License-Identifier: Apache-2.0
#include "wire/custom_transport.hpp"

#include <array>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "body/body.hpp"
#include "body/progress_report.hpp"
#include "core/make_error.hpp"
#include "core/process.hpp"

namespace easypost_connect::internal {
namespace {

Result<std::string> read_all(const BodySource& origin) {
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

Result<void> write_all(const BodyDrain& target, std::string_view body) {
  auto output = target.open();
  if (!output) return std::move(output).error();
  if (!body.empty()) {
    if (auto written = (*output)->write(body); !written) return written;
  }
  return (*output)->finish();
}

/// Reports all progress at once when the answer is there: nobody can watch the wire of a custom transport.
Result<void> tell(const Request& request, const Response& answer) {
  const auto size = size_of(request.body);
  ProgressReport report;
  report.begin(request.options.progress, size);
  report.announced(answer.body.size());
  if (auto told = report.sent(size.value_or(0)); !told) return told;
  return report.received(answer.body.size());
}

/// Returns whether the bodies of `request` are more than bytes.
bool streams(const Request& request) noexcept {
  return source_of(request.body) != nullptr || drain_of(request.options.sink) != nullptr || request.options.progress;
}

/// Returns the answer to `request`, with its body in the sink if there is one.
Result<Response> unbuffered(const Request& request, Result<Response> answer) {
  if (!answer) return answer;
  if (auto told = tell(request, *answer); !told) return std::move(told).error();
  const BodyDrain* target = drain_of(request.options.sink);
  if (target == nullptr || !goes_into_sink(request.method, answer->status)) return answer;
  if (auto written = write_all(*target, answer->body); !written) return std::move(written).error();
  answer->streamed_bytes = std::exchange(answer->body, {}).size();
  return answer;
}

/// Does the same, and returns an Error if there is no memory for it.
Result<Response> unbuffered_or_not(const Request& request, Result<Response> answer) noexcept try {
  return unbuffered(request, std::move(answer));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Error ended_by(const char* exception) noexcept try {
  return make_error(ErrorCode::kConnection, Factor::kRequest, std::string("The transport threw: ") + exception + ".",
                    "Correct ClientOptions::transport: it must not throw.");
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace

Result<CustomTransport::BufferedRequest> CustomTransport::buffered(const Request& request) {
  BufferedRequest copy{{request.method, request.path, {}, request.options}, {}};
  copy.request.options.sink = {};  // unbuffered() serves both, and the inner transport may know them, too
  copy.request.options.progress = nullptr;
  if (const BodySource* origin = source_of(request.body)) {
    auto content = read_all(*origin);
    if (!content) return std::move(content).error();
    copy.content = Secret(*content);
  } else {
    copy.content = Secret(request.body.bytes());
  }
  copy.request.body = Body::from_memory(copy.content.expose());
  return copy;
}

Result<Response> CustomTransport::send(const Request& request, const CallContext& context) {
  if (!streams(request)) return answer_of_inner(request, context);
  const auto sent = buffered(request);
  if (!sent) return sent.error();
  return unbuffered(request, answer_of_inner(sent->request, context));
}

CustomTransport::~CustomTransport() {
  for (const Running& running : running_) running.cancellation.cancel();
  for (Running& running : running_) {
    if (running.thread.joinable()) running.thread.join();
  }
}

Result<void> CustomTransport::start(Attempt& attempt) {
  auto request = buffered(attempt.request());
  if (!request) return std::move(request).error();
  std::list<Running> started;
  Running& running = started.emplace_back(attempt);
  running.request = *std::move(request);
  try {
    running.thread =
        guest_thread([this, &running] { answer(running, answer_of_inner(running.request.request, running.context)); });
  } catch (const std::system_error&) {
    return no_thread_error("The system gave no thread to make the call on.");
  }
  attempt.in_transport = &running;
  running_.splice(running_.end(), started);
  return {};
}

void CustomTransport::answer(Running& running, Result<Response> answer) noexcept {
  const std::lock_guard lock(mutex_);
  running.answer = std::move(answer);
  ++answered_;
  changed_.notify_all();
}

/// A transport that throws is at fault, and its caller still has a Result.
Result<Response> CustomTransport::answer_of_inner(const Request& request, const CallContext& context) noexcept try {
  return inner_->send(request, context);
} catch (const std::bad_alloc&) {
  return out_of_memory();
} catch (const std::exception& exception) {
  return ended_by(exception.what());
} catch (...) {
  return ended_by("an unknown exception");
}

Error CustomTransport::abort(Attempt& attempt) noexcept {
  Running& running = *static_cast<Running*>(attempt.in_transport);
  running.attempt = nullptr;
  running.cancellation.cancel();
  return no_answer_in_time();
}

void CustomTransport::run(SteadyTime until) noexcept {
  std::list<Running> answered;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return answered_ > 0 || woken_; });
    woken_ = false;
    answered_ = 0;
    for (auto running = running_.begin(); running != running_.end();) {
      const auto next = std::next(running);
      if (running->answer) answered.splice(answered.end(), running_, running);
      running = next;
    }
  }
  for (Running& running : answered) {
    if (running.thread.joinable()) running.thread.join();
    if (running.attempt == nullptr) continue;
    auto answer = unbuffered_or_not(running.attempt->request(), *std::move(running.answer));
    running.attempt->on_answer(std::move(answer));
  }
}

void CustomTransport::wake() noexcept {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

}  // namespace easypost_connect::internal
