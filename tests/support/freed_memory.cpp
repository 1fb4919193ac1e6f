// SPDX-License-Identifier: Apache-2.0
#include "freed_memory.hpp"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

namespace easypost_connect::test_support {
namespace {

constexpr std::array<std::string_view, FreedMemory::kCount> kReversed = {
    "99887766554433221100-YEKIPA-YRANAC-qz", "99887766554433221100-TERCES-YRANAC-qz",
    "99887766554433221100-ESSAPH-YRANAC-qz", "99887766554433221100-NEKOT-YRANAC-qzx"};

std::array<std::atomic<int>, FreedMemory::kCount> freed{};

void look_at(const char* block, std::size_t size) noexcept {
  for (std::size_t i = 0; i < kReversed.size(); ++i) {
    const char* const end = block + size;
    if (std::search(block, end, kReversed[i].rbegin(), kReversed[i].rend()) != end) ++freed[i];
  }
}

}  // namespace

Secret FreedMemory::secret(Canary canary) {
  std::array<char, 64> text{};
  write(canary, text.data());
  Secret secret(std::string_view(text.data(), size(canary)));
  OPENSSL_cleanse(text.data(), text.size());
  return secret;
}

void FreedMemory::write(Canary canary, char* to) noexcept {
  std::copy(kReversed[canary].rbegin(), kReversed[canary].rend(), to);
}

std::size_t FreedMemory::size(Canary canary) noexcept { return kReversed[canary].size(); }

int FreedMemory::found(Canary canary) noexcept { return freed[canary]; }

}  // namespace easypost_connect::test_support

void* operator new(std::size_t size) {
  if (void* block = std::calloc(1, size)) return block;  // memory is clean: what C libraries left behind is not counted
  throw std::bad_alloc();
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  easypost_connect::test_support::look_at(static_cast<const char*>(block), ::malloc_usable_size(block));
  std::free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept { operator delete(block); }
