// SPDX-License-Identifier: Apache-2.0
#include "sandbox/http2_stream.hpp"

#include <algorithm>
#include <cstdio>

namespace easypost_connect::sandbox {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::size_t kMostContent = std::size_t{256} * 1024;  // content that waits to be taken
constexpr int kFirstFinalStatus = 200;

std::string size_of_chunk(std::size_t size) {
  char line[32];
  return {line, static_cast<std::size_t>(std::snprintf(line, sizeof line, "%zx\r\n", size))};
}

}  // namespace

Http2Stream::Http2Stream(const Http2RequestHead& head, bool has_content, const Wakeup& connection)
    : in_chunks_(head.in_chunks(has_content)),
      connection_(connection),
      request_(head.in_http1(has_content)),
      request_ended_(!has_content) {}

void Http2Stream::add_content(std::string_view data) {
  if (data.empty()) return;  // an empty chunk would be the last
  const std::lock_guard lock(mutex_);
  if (in_chunks_) request_ += size_of_chunk(data.size());
  request_ += data;
  if (in_chunks_) request_ += "\r\n";
  changed_.notify_all();
}

void Http2Stream::end_request() {
  const std::lock_guard lock(mutex_);
  if (request_ended_) return;
  if (in_chunks_) request_ += "0\r\n\r\n";
  request_ended_ = true;
  changed_.notify_all();
}

bool Http2Stream::has_whole_request() const {
  const std::lock_guard lock(mutex_);
  return request_ended_;
}

void Http2Stream::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

std::optional<Http2AnswerHead> Http2Stream::next_head() {
  const std::lock_guard lock(mutex_);
  if (heads_.empty()) return std::nullopt;
  Http2AnswerHead head = std::move(heads_.front());
  heads_.pop_front();
  return head;
}

bool Http2Stream::is_taken() const {
  const std::lock_guard lock(mutex_);
  return finished_ && whole_ && content_.empty();
}

bool Http2Stream::has_no_answer() const {
  const std::lock_guard lock(mutex_);
  return finished_ && !has_final_head();
}

Http2Stream::Content Http2Stream::take_content(char* buffer, std::size_t capacity) {
  const std::lock_guard lock(mutex_);
  const std::size_t size = content_.copy(buffer, capacity, taken_);
  taken_ += size;
  if (taken_ == content_.size()) {
    content_.clear();
    taken_ = 0;
    changed_.notify_all();
  }
  if (!finished_ || !content_.empty()) return {size, Outlook::kMore};
  if (whole_) return {size, Outlook::kEnd};
  return {size, size > 0 ? Outlook::kMore : Outlook::kCut};  // content that is there goes out first
}

void Http2Stream::finish(bool well) {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  whole_ = well;
  connection_.wake();
}

ssize_t Http2Stream::receive(char* buffer, std::size_t capacity) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return read_ < request_.size() || request_ended_ || abandoned_; });
  if (abandoned_) return -1;
  const std::size_t size = request_.copy(buffer, capacity, read_);
  read_ += size;
  if (read_ == request_.size()) {
    request_.clear();
    read_ = 0;
  }
  return static_cast<ssize_t>(size);
}

ssize_t Http2Stream::write(const char* data, std::size_t size) {
  std::unique_lock lock(mutex_);
  std::string_view rest(data, size);
  while (!rest.empty() && !abandoned_) {
    if (!has_final_head()) {
      rest = read_head(rest);
      continue;
    }
    const std::string_view part = rest.substr(0, kMostContent - content_.size());
    content_.append(part);
    rest.remove_prefix(part.size());
    if (content_.size() < kMostContent) continue;
    connection_.wake();
    changed_.wait(lock, [this] { return content_.empty() || abandoned_; });
  }
  return abandoned_ ? -1 : static_cast<ssize_t>(size);
}

bool Http2Stream::has_final_head() const noexcept { return last_status_ >= kFirstFinalStatus; }

std::string_view Http2Stream::read_head(std::string_view data) {
  const std::size_t before = partial_head_.size();
  partial_head_ += data;
  const std::size_t end = partial_head_.find(kEndOfHead);
  if (end == std::string::npos) return {};
  heads_.push_back(answer_head(std::string_view(partial_head_).substr(0, end)));
  partial_head_.clear();
  last_status_ = heads_.back().status;
  if (!has_final_head()) connection_.wake();
  return data.substr(end + kEndOfHead.size() - before);
}

}  // namespace easypost_connect::sandbox
