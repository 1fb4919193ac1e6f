// SPDX-License-Identifier: Apache-2.0
#include "wire/thread_per_exchange.hpp"

#include <exception>
#include <new>
#include <system_error>
#include <utility>

#include "core/guest_thread.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

Error ended_by(const char* exception) noexcept try {
  return make_error(ErrorCode::kConnection, Factor::kRequest, std::string("The transport threw: ") + exception + ".",
                    "Correct ClientOptions::transport: it must not throw.");
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

/// What is not in memory yet goes into the caller's sink here.
Result<Response> unbuffered_or_not(const Request& request, Result<Response> answer) noexcept try {
  return unbuffered(request, std::move(answer));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace

ThreadPerExchange::~ThreadPerExchange() {
  for (const Job& job : jobs_) job.cancellation.cancel();
  for (Job& job : jobs_) {
    if (job.thread.joinable()) job.thread.join();
  }
}

std::optional<Error> ThreadPerExchange::start(Exchange& exchange) {
  auto request = buffered(exchange.request());
  if (!request) return std::move(request).error();
  std::list<Job> started;
  Job& job = started.emplace_back(exchange);
  job.request = *std::move(request);
  try {
    job.thread = guest_thread([this, &job] { answer(job, send(job)); });
  } catch (const std::system_error&) {
    return no_thread_error("The system gave no thread to make the call on.");
  }
  exchange.in_transport = &job;
  jobs_.splice(jobs_.end(), started);
  return std::nullopt;
}

void ThreadPerExchange::answer(Job& job, Result<Response> answer) noexcept {
  const std::lock_guard lock(mutex_);
  job.answer = std::move(answer);
  ++answered_;
  changed_.notify_all();
}

// On this thread nobody could catch it.
Result<Response> ThreadPerExchange::send(const Job& job) noexcept try {
  return transport_->send(job.request.request, job.context);
} catch (const std::bad_alloc&) {
  return out_of_memory();
} catch (const std::exception& exception) {
  return ended_by(exception.what());
} catch (...) {
  return ended_by("an unknown exception");
}

Error ThreadPerExchange::abort(Exchange& exchange) noexcept {
  Job& job = *static_cast<Job*>(exchange.in_transport);
  job.exchange = nullptr;
  job.cancellation.cancel();
  return no_answer_in_time();
}

void ThreadPerExchange::run(SteadyTime until) noexcept {
  std::list<Job> answered;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return answered_ > 0 || woken_; });
    woken_ = false;
    answered_ = 0;
    for (auto job = jobs_.begin(); job != jobs_.end();) {
      const auto next = std::next(job);
      if (job->answer) answered.splice(answered.end(), jobs_, job);
      job = next;
    }
  }
  for (Job& job : answered) {
    if (job.thread.joinable()) job.thread.join();
    if (job.exchange == nullptr) continue;
    auto answer = unbuffered_or_not(job.exchange->request(), *std::move(job.answer));
    job.exchange->on_answer(std::move(answer));
  }
}

void ThreadPerExchange::wake() noexcept {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

}  // namespace easypost_connect::internal
