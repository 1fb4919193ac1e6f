// SPDX-License-Identifier: Apache-2.0
#include "hanging_lookup.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <mutex>
#include <string_view>

namespace easypost_connect::test_support {
namespace {

std::mutex mutex;
std::condition_variable changed;
std::chrono::milliseconds how_long{0};
int hanging = 0;

void hang() {
  std::unique_lock lock(mutex);
  ++hanging;
  changed.notify_all();
  changed.wait_for(lock, how_long, [] { return how_long.count() == 0; });
  --hanging;
  changed.notify_all();
}

bool is_to_hang(const char* node) {
  constexpr std::string_view kEnd = ".hangs.test";
  const std::string_view name = node != nullptr ? node : "";
  return name.size() > kEnd.size() && name.substr(name.size() - kEnd.size()) == kEnd;
}

}  // namespace

HangingLookup::HangingLookup(std::chrono::milliseconds longest) {
  const std::lock_guard lock(mutex);
  how_long = longest;
}

HangingLookup::~HangingLookup() {
  std::unique_lock lock(mutex);
  how_long = std::chrono::milliseconds(0);
  changed.notify_all();
  changed.wait(lock, [] { return hanging == 0; });
}

void HangingLookup::wait_for_one() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [] { return hanging > 0; });
}

}  // namespace easypost_connect::test_support

extern "C" [[gnu::visibility("default")]] int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                                                          addrinfo** result) {
  namespace support = easypost_connect::test_support;
  if (support::is_to_hang(node)) {
    support::hang();
    return EAI_AGAIN;
  }
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, result);
}
