// SPDX-License-Identifier: Apache-2.0
#include "transport/thread_per_exchange.hpp"

#include <exception>
#include <utility>

#include "core/guest_thread.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

Error ended_by(const char* exception) {
  return make_error(ErrorCode::kConnection, Factor::kRequest, std::string("The transport threw: ") + exception + ".",
                    "Free memory, or correct ClientOptions::transport: it must not throw.");
}

}  // namespace

ThreadPerExchange::~ThreadPerExchange() {
  for (const Job& job : jobs_) job.cancellation.cancel();
  for (Job& job : jobs_) {
    if (job.thread.joinable()) job.thread.join();
  }
}

void ThreadPerExchange::start(Exchange& exchange) {
  auto request = buffered(exchange.request());
  Job& job = jobs_.emplace_back(exchange);
  exchange.in_transport = &job;
  if (!request) return answer(job, std::move(request).error());
  job.request = *std::move(request);
  try {
    job.thread = guest_thread([this, &job] { answer(job, send(job)); });
  } catch (const std::exception& exception) {
    answer(job, ended_by(exception.what()));
  }
}

void ThreadPerExchange::answer(Job& job, Result<Response> answer) {
  const std::lock_guard lock(mutex_);
  job.answer = std::move(answer);
  ++answered_;
  changed_.notify_all();
}

// On this thread nobody could catch it.
Result<Response> ThreadPerExchange::send(const Job& job) noexcept try {
  return transport_->send(job.request.request, job.context);
} catch (const std::exception& exception) {
  return ended_by(exception.what());
} catch (...) {
  return ended_by("an unknown exception");
}

Error ThreadPerExchange::abort(Exchange& exchange) {
  Job& job = *static_cast<Job*>(exchange.in_transport);
  job.exchange = nullptr;
  job.cancellation.cancel();
  return no_answer_in_time();
}

void ThreadPerExchange::run(SteadyTime until) {
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
    if (job.exchange != nullptr) job.exchange->on_answer(unbuffered(job.exchange->request(), *std::move(job.answer)));
  }
}

void ThreadPerExchange::wake() noexcept {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

}  // namespace easypost_connect::internal
