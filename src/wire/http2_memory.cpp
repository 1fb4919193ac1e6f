// SPDX-License-Identifier: Apache-2.0
#include "wire/http2_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace easypost_connect::internal {

/// What stands before the bytes that nghttp2 sees.
struct alignas(std::max_align_t) Http2Memory::Block {
  std::size_t capacity;
  Block* next;  // of those that are free
};

namespace {

Http2Memory& of(void* memory) noexcept { return *static_cast<Http2Memory*>(memory); }

}  // namespace

Http2Memory::Http2Memory() noexcept
    : functions_{this, [](std::size_t size, void* self) noexcept { return of(self).allocate(size); },
                 [](void* memory, void* self) noexcept { of(self).release(memory); },
                 [](std::size_t count, std::size_t size, void* self) noexcept -> void* {
                   if (size != 0 && count > SIZE_MAX / size) return nullptr;
                   void* memory = of(self).allocate(count * size);
                   return memory != nullptr ? std::memset(memory, 0, count * size) : nullptr;
                 },
                 [](void* memory, std::size_t size, void* self) noexcept { return of(self).resize(memory, size); }} {}

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
