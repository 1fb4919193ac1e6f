// SPDX-License-Identifier: Apache-2.0
#include "wire/http2_session.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace easypost_connect::internal {
namespace {

/// So many bytes may come before they were read, for a stream and for all together. A server an ocean away would wait
/// if it were less.
constexpr std::int32_t kStreamWindow = 4 * 1024 * 1024;
constexpr std::int32_t kConnectionWindow = 16 * 1024 * 1024;
/// So many streams may begin until the server has said how many it takes (RFC 9113, section 6.5.2, recommends no less).
constexpr std::uint32_t kAssumedStreams = 100;
/// nghttp2 must not limit a head. A server says what is too much for it, and HTTP/1.1 has no limit here either.
constexpr std::size_t kLargestHead = std::size_t{16} * 1024 * 1024;
/// Stream numbers are odd and below 2^31. A session takes no new transfers from here on, and the rest is kept for
/// streams that are started meanwhile.
constexpr std::int32_t kLastStream = 1 << 30;

std::uint8_t* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

nghttp2_nv field_of(const Http2Transfer::Field& field) noexcept {
  constexpr unsigned kNotCopied = NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;
  const unsigned flags = field.secret ? kNotCopied | NGHTTP2_NV_FLAG_NO_INDEX : kNotCopied;
  return {bytes_of(field.name), bytes_of(field.value), field.name.size(), field.value.size(),
          static_cast<std::uint8_t>(flags)};
}

template <typename Type, void (*kDelete)(Type*)>
struct Deleter {
  void operator()(Type* object) const noexcept { kDelete(object); }
};

Http2Memory& memory_of(void* memory) noexcept { return *static_cast<Http2Memory*>(memory); }

}  // namespace

Http2Session::Http2Session() {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* options = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
  const std::unique_ptr<nghttp2_session_callbacks, Deleter<nghttp2_session_callbacks, nghttp2_session_callbacks_del>>
      callbacks_owner(callbacks);
  set_callbacks(callbacks);
  if (nghttp2_option_new(&options) != 0) throw std::bad_alloc();
  const std::unique_ptr<nghttp2_option, Deleter<nghttp2_option, nghttp2_option_del>> options_owner(options);
  nghttp2_option_set_no_closed_streams(options, 1);
  nghttp2_option_set_max_send_header_block_length(options, kLargestHead);
  nghttp2_option_set_peer_max_concurrent_streams(options, kAssumedStreams);

  nghttp2_session* session = nullptr;
  if (nghttp2_session_client_new3(&session, callbacks, this, options, memory_.functions()) != 0) throw std::bad_alloc();
  session_.reset(session);
  constexpr std::array<nghttp2_settings_entry, 3> kSettings{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
       {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
       {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, ResponseBuilder::kLargestHeaders}}};
  if (nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, kSettings.data(), kSettings.size()) != 0 ||
      nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow) != 0)
    throw std::bad_alloc();
}

// --- transfers

std::size_t Http2Session::room() const noexcept {
  if (!accepts()) return 0;
  const std::size_t most = nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return most > streams_ ? most - streams_ : 0;
}

bool Http2Session::start(Http2Transfer& transfer) noexcept try {
  fields_.clear();
  for (const Http2Transfer::Field& field : transfer.fields()) fields_.push_back(field_of(field));
  nghttp2_data_provider body{};
  body.read_callback = &Http2Session::on_body_wanted;
  const std::int32_t stream = nghttp2_submit_request(session_.get(), nullptr, fields_.data(), fields_.size(),
                                                     transfer.has_body() ? &body : nullptr, &transfer);
  if (stream < 0) return false;
  ids_spent_ = stream >= kLastStream;
  transfer.stream_ = stream;
  transfer.previous_ = nullptr;
  transfer.next_ = std::exchange(first_, &transfer);
  if (transfer.next_ != nullptr) transfer.next_->previous_ = &transfer;
  ++streams_;
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

void Http2Session::cancel(Http2Transfer& transfer) noexcept {
  nghttp2_session_set_stream_user_data(session_.get(), transfer.stream_, nullptr);
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, transfer.stream_, NGHTTP2_CANCEL);
  unlink(transfer);
}

void Http2Session::unlink(Http2Transfer& transfer) noexcept {
  (transfer.previous_ != nullptr ? transfer.previous_->next_ : first_) = transfer.next_;
  if (transfer.next_ != nullptr) transfer.next_->previous_ = transfer.previous_;
  --streams_;
}

/// Ends the transfer; its owner hears of it later, because nothing may be done within nghttp2 that makes it read or
/// write.
void Http2Session::end(Http2Transfer& transfer, Http2Transfer::CloseReason reason, std::uint32_t error_code) noexcept {
  unlink(transfer);
  transfer.on_end(reason, error_code);
  transfer.next_ = std::exchange(ended_, &transfer);
}

Http2Transfer* Http2Session::next_ended() noexcept {
  return ended_ != nullptr ? std::exchange(ended_, ended_->next_) : nullptr;
}

void Http2Session::end() noexcept {
  over_ = true;
  using CloseReason = Http2Transfer::CloseReason;
  const auto reason = broken_ ? CloseReason::kMalformed : CloseReason::kLost;
  while (first_ != nullptr) {
    const auto its_own = first_->answered_ ? CloseReason::kAnswered : CloseReason::kUnwanted;
    end(*first_, first_->answered_ || first_->unwanted_ ? its_own : reason, NGHTTP2_NO_ERROR);
  }
}

// --- bytes

bool Http2Session::take(std::string_view bytes) noexcept {
  idle_bytes_ += bytes.size();
  const ssize_t taken = nghttp2_session_mem_recv(session_.get(), bytes_of(bytes), bytes.size());
  if (taken < 0) complain(nghttp2_strerror(static_cast<int>(taken)));
  over_ = over_ || taken < 0;
  if (idle_bytes_ > kMostIdleBytes) end_idle();
  broken_ = broken_ || over_;
  return !over();
}

void Http2Session::give(std::string& out, std::size_t most) {
  while (out.size() < most) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
    over_ = over_ || size < 0;
    if (size <= 0) break;
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    given_ += static_cast<std::uint64_t>(size);
  }
}

bool Http2Session::over() const noexcept {
  return over_ || (nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0);
}

void Http2Session::ping() noexcept {
  ping_answered_ = nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr) != 0;
}

// --- memory

/// Stands before the bytes that nghttp2 sees.
struct alignas(std::max_align_t) Http2Memory::Block {
  std::size_t capacity;
  Block* next;  // the next block that is free
};

Http2Memory::Http2Memory() noexcept
    : functions_{
          this, [](std::size_t size, void* self) noexcept { return memory_of(self).allocate(size); },
          [](void* memory, void* self) noexcept { memory_of(self).release(memory); },
          [](std::size_t count, std::size_t size, void* self) noexcept -> void* {
            if (size != 0 && count > SIZE_MAX / size) return nullptr;
            void* memory = memory_of(self).allocate(count * size);
            return memory != nullptr ? std::memset(memory, 0, count * size) : nullptr;
          },
          [](void* memory, std::size_t size, void* self) noexcept { return memory_of(self).resize(memory, size); }} {}

Http2Memory::~Http2Memory() {
  for (Block* block : free_) {
    while (block != nullptr) std::free(std::exchange(block, block->next));
  }
}

void* Http2Memory::allocate(std::size_t size) noexcept {
  const std::size_t index = (size + kStep - 1) / kStep;
  const bool small = index < kClasses;
  Block* block = small ? free_[index] : nullptr;
  if (block != nullptr) {
    free_[index] = block->next;
    return block + 1;
  }
  const std::size_t capacity = small ? index * kStep : size;
  if (capacity > SIZE_MAX - sizeof(Block)) return nullptr;
  block = static_cast<Block*>(std::malloc(sizeof(Block) + capacity));
  if (block == nullptr) return nullptr;
  block->capacity = capacity;
  return block + 1;
}

void Http2Memory::release(void* memory) noexcept {
  if (memory == nullptr) return;
  Block* const block = static_cast<Block*>(memory) - 1;
  const std::size_t index = block->capacity / kStep;
  if (index >= kClasses) {
    std::free(block);
  } else {
    block->next = std::exchange(free_[index], block);
  }
}

void* Http2Memory::resize(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return allocate(size);
  const Block* const block = static_cast<Block*>(memory) - 1;
  if (size <= block->capacity) return memory;
  void* const larger = allocate(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, memory, block->capacity);
  release(memory);
  return larger;
}

}  // namespace easypost_connect::internal
