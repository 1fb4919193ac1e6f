// SPDX-License-Identifier: Apache-2.0
#include "wire/process_end.hpp"

#include <dlfcn.h>
#include <openssl/crypto.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <thread>
#include <utility>

#include "core/fork.hpp"

namespace easypost_connect::internal {
namespace {

/// What has to end before a process does. It is never freed, because threads may outlive main().
struct Process {
  Process(unsigned this_one, const Process* before) : number(this_one), parent(before) {}

  const unsigned number;
  const Process* const parent;  // so that it can be reached, for those who look for leaks
  const CancellationSource end;
  std::atomic<int> threads{0};
};

std::atomic<Process*> newest{nullptr};
thread_local const Process* thread_of = nullptr;

/// OpenSSL calls it first when it is taken down. A completion that never returns does not keep the process; nor does
/// the one that calls exit(), and a child of fork() has none of its parent's threads.
void end_process() noexcept {
  const Process* const process = newest;
  if (process == nullptr || process->number != process_generation()) return;
  process->end.cancel();
  const int this_thread = thread_of == process ? 1 : 0;
  constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);
  constexpr std::chrono::milliseconds kLook(1);
  for (auto left = kPatience; process->threads > this_thread && left.count() > 0; left -= kLook) {
    std::this_thread::sleep_for(kLook);
  }
}

bool have_openssl_call_it() noexcept {
  stay_loaded();
  return OPENSSL_atexit(end_process) == 1;
}

Process& this_process() {
  static const bool registered = have_openssl_call_it();
  if (!registered) throw std::bad_alloc();
  const unsigned number = process_generation();
  Process* known = newest;
  while (known == nullptr || known->number != number) {
    auto next = std::make_unique<Process>(number, known);
    if (newest.compare_exchange_strong(known, next.get())) known = next.release();
  }
  return *known;
}

/// Counts one thread, which may end without it: whoever holds it last.
class Counted {
 public:
  Counted() : process_(this_process()) { ++process_.threads; }
  ~Counted() { --process_.threads; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  void run(const std::function<void()>& body) const {
    thread_of = &process_;
    body();
    OPENSSL_thread_stop();  // else it does that when the thread is gone, beside exit()
  }

 private:
  Process& process_;
};

}  // namespace

CancellationToken process_end() { return this_process().end.token(); }

std::function<void()> awaited_by_exit(std::function<void()> body) {
  return [body = std::move(body), counted = std::make_shared<const Counted>()]() mutable {
    counted->run(body);
    body = nullptr;
    counted.reset();
  };
}

void stay_loaded() noexcept {
  Dl_info here{};
  if (dladdr(reinterpret_cast<void*>(&end_process), &here) == 0) return;
  static_cast<void>(dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE));
}

}  // namespace easypost_connect::internal
