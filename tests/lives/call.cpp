// SPDX-License-Identifier: Apache-2.0
#include "call.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

#include "failing_memory.hpp"
#include "trace.hpp"
#include "world.hpp"

namespace easypost_connect::lives {
using test_support::SparedMemory;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Call::Call(World& world, unsigned id, Plan plan)
    : world_(world), id_(id), plan_(std::move(plan)), target_path_(world.folder().path("sink-" + std::to_string(id))) {}

Request Call::request(const std::shared_ptr<Call>& self, const ClientHandle& client) const {
  Request request;
  request.method = plan_.method;
  request.path = plan_.script.path(id_);
  request.body = body(self);
  CallOptions& options = request.options;
  options.content_type = plan_.source == Source::kNone ? "" : "text/plain; charset=utf-8";
  options.timeout = plan_.timeout;
  options.max_attempts = plan_.max_attempts;
  options.cancellation = cancellation_.token();
  options.sink = sink(self);
  options.progress = [self, held = plan_.holds_client ? client : nullptr](const Progress& /*progress*/) {
    const SparedMemory spared;
    self->must_be_open("progress");
    self->reach(Place::kProgress);
  };
  return request;
}

Completion Call::completion(const std::shared_ptr<Call>& self, const ClientHandle& client) const {
  return [self, held = plan_.holds_client ? client : nullptr](const Result<Response>& result) { self->end(result); };
}

Body Call::body(const std::shared_ptr<Call>& self) const {
  const std::size_t size = plan_.source_size;
  const auto read = [self, size, at = std::size_t{0}](char* buffer, std::size_t capacity) mutable {
    const SparedMemory spared;
    self->must_be_open("reader");
    self->reach(Place::kReader);
    const std::size_t count = std::min(capacity, size - at);
    for (std::size_t i = 0; i < count; ++i) buffer[i] = pattern(at + i);
    at += count;
    return count;
  };
  switch (plan_.source) {
    case Source::kNone: return {};
    case Source::kMemory: return {pattern_of(size)};
    case Source::kBorrowed: return Body::from_memory(world_.borrowed().substr(0, size));
    case Source::kFile:
      return Body::from_file(world_.folder().write("source-" + std::to_string(id_), pattern_of(size)));
    case Source::kFunction: return Body::from_function(read, size);
    case Source::kChunks: return Body::from_function(read);
  }
  return {};
}

BodySink Call::sink(const std::shared_ptr<Call>& self) const {
  switch (plan_.target) {
    case Target::kResponse: return {};
    case Target::kFile: return BodySink::to_file(target_path_);
    case Target::kFunction: return BodySink::to_function([self](std::string_view bytes) { return self->take(bytes); });
  }
  return {};
}

Result<void> Call::take(std::string_view bytes) {
  const SparedMemory spared;
  must_be_open("writer");
  if (!is_pattern(bytes.data(), bytes.size(), taken_)) fail("got bytes that are not the body's, or got them twice");
  taken_ += bytes.size();
  reach(Place::kWriter);
  return {};
}

void Call::cancel() {
  cancelled_ = true;
  cancellation_.cancel();
}

void Call::reach(Place place) {
  if (plan_.place == place && !deed_done_.exchange(true)) do_deed();
}

void Call::do_deed() {
  switch (plan_.deed) {
    case Deed::kCancel: return cancel();
    case Deed::kCancelAll: return world_.cancel_all();
    case Deed::kStartAnother: return world_.start_from_within(*plan_.another);
    case Deed::kAskStatus: return world_.ask_status();
    case Deed::kWaitForAnother: return world_.wait_from_within();
    case Deed::kLetGo: return static_cast<void>(world_.let_go());
    case Deed::kReload: return world_.reload_from_within();
    case Deed::kThrow: throw std::runtime_error("the caller's function throws");
  }
}

void Call::end(const Result<Response>& result) {
  const SparedMemory spared;
  if (ends_++ > 0) fail("ended twice");
  if (result) {
    check_success(*result);
  } else if (!may_fail_with(result.error())) {
    const Error& error = result.error();
    fail("must not end so: " + error.describe() + (error.response ? error.response->body : ""));
  }
  reach(Place::kEnd);
  over_ = true;
}

void Call::check_success(const Response& response) const {
  if (response.status != 200) fail("succeeded with status " + std::to_string(response.status));
  const std::size_t size = size_of_answer();
  if (plan_.target == Target::kResponse && response.body != pattern_of(size)) fail("has not got the whole body");
  if (plan_.target == Target::kFunction && taken_ != size) fail("has not given the whole body to its function");
  if (plan_.target == Target::kFile && content_of(target_path_) != pattern_of(size)) {
    fail("has not written the whole body");
  }
}

bool Call::may_fail_with(const Error& error) const {
  const bool late = plan_.timeout != kLongTimeout;
  const bool breaks = plan_.script.manner == Manner::kBreaks || plan_.script.manner == Manner::kNever;
  const bool no_memory = error.message.find("Out of memory.") != std::string::npos;  // the call or its token request
  if (no_memory) return no_memory_ || world_.memory_fails();
  switch (error.code) {
    case ErrorCode::kInvalidRequest: return plan_.source == Source::kChunks;  // storages take no chunks
    case ErrorCode::kCancelled: return cancelled_ || world_.ends_calls();
    case ErrorCode::kTimeout: return late;
    case ErrorCode::kQueueFull: return world_.may_be_full();
    case ErrorCode::kHttpStatus: return plan_.script.refusals > 0;
    case ErrorCode::kTokenUnusable: return world_.has_flaky_tokens();
    case ErrorCode::kConnection:
    case ErrorCode::kTls:
    case ErrorCode::kMalformedResponse: return breaks;
    case ErrorCode::kBodyIo: return plan_.deed == Deed::kThrow && deed_done_;
    default: return false;
  }
}

void Call::check_what_is_left() const {
  if (ends_ != (unseen_ ? 0 : 1)) fail(ends_ == 0 ? "has not ended" : "ended twice");
  if (plan_.target != Target::kFile || !std::filesystem::exists(target_path_)) return;
  if (content_of(target_path_) != pattern_of(size_of_answer())) fail("left a file that is not whole");
}

std::size_t Call::size_of_answer() const noexcept { return plan_.method == Method::kHead ? 0 : plan_.script.size; }

void Call::must_be_open(const char* function) const {
  if (ended()) fail(std::string("its ") + function + " was called after its end");
}

void Call::fail(const std::string& why) const {
  trace::fail("call " + std::to_string(id_) + " (" + plan_.describe() + ") " + why);
}

}  // namespace easypost_connect::lives
