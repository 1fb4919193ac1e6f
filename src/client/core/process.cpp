// SPDX-License-Identifier: Apache-2.0
#include "core/process.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <openssl/crypto.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#include "core/file_descriptor.hpp"

namespace easypost_connect::internal {
namespace {

std::atomic<unsigned> generation{0};
std::mutex mutex;  // the destructor does nothing

struct Abandoned {
  std::shared_ptr<void> object;
  Abandoned* next = nullptr;
};
std::atomic<Abandoned*> abandoned{nullptr};  // stays reachable, so that no tool takes it for a leak

void before_fork() noexcept { mutex.lock(); }
void after_fork_in_parent() noexcept { mutex.unlock(); }
void after_fork_in_child() noexcept {
  generation.fetch_add(1, std::memory_order_relaxed);
  mutex.unlock();
}

}  // namespace

unsigned fork_count() noexcept {
  static const int registered = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  static_cast<void>(registered);
  return generation.load(std::memory_order_relaxed);
}

std::mutex& fork_safe_mutex() noexcept { return mutex; }

void abandon(std::shared_ptr<void> object) noexcept {
  auto* const node = new (std::nothrow) Abandoned{};
  if (node == nullptr) {  // no memory even to be reached by: it is kept all the same
    alignas(std::shared_ptr<void>) std::byte lost[sizeof object];
    new (lost) std::shared_ptr<void>(std::move(object));
    return;
  }
  node->object = std::move(object);
  node->next = abandoned.load();
  while (!abandoned.compare_exchange_weak(node->next, node)) {
  }
}

namespace {

thread_local const void* owner_here = nullptr;

/// Blocks all signals of this thread; a thread made meanwhile inherits that.
class BlockSignals {
 public:
  BlockSignals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockSignals(const BlockSignals&) = delete;
  BlockSignals& operator=(const BlockSignals&) = delete;

 private:
  sigset_t before_{};
};

/// The threads that have to end before a process does. It is never freed, because threads may outlive main().
struct Process {
  Process(unsigned this_one, const Process* before) : number(this_one), parent(before) {}

  const unsigned number;
  const Process* const parent;  // keeps it reachable for those who look for leaks
  const CancellationSource end;
  std::atomic<int> threads{0};
};

std::atomic<Process*> newest{nullptr};
thread_local const Process* thread_of = nullptr;

/// Ends the threads of this process, before OpenSSL is taken down. Neither a completion that never returns nor the
/// thread that calls exit() keeps the process. A child of fork() has none of its parent's threads.
void end_process() noexcept {
  const Process* const process = newest;
  if (process == nullptr || process->number != fork_count()) return;
  process->end.cancel();
  const int this_thread = thread_of == process ? 1 : 0;
  constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);
  constexpr std::chrono::milliseconds kLook(1);
  for (auto left = kPatience; process->threads > this_thread && left.count() > 0; left -= kLook) {
    std::this_thread::sleep_for(kLook);
  }
}

bool have_it_called() noexcept {
  stay_loaded();
#if OPENSSL_VERSION_MAJOR >= 4  // is not taken down when a process ends, and calls nobody
  return std::atexit(end_process) == 0;
#else
  return OPENSSL_atexit(end_process) == 1;
#endif
}

Process& this_process() {
  static const bool registered = have_it_called();
  if (!registered) throw std::bad_alloc();
  const unsigned number = fork_count();
  Process* known = newest;
  while (known == nullptr || known->number != number) {
    auto next = std::make_unique<Process>(number, known);
    if (newest.compare_exchange_strong(known, next.get())) known = next.release();
  }
  return *known;
}

/// Counts one thread while it, or anybody, holds this.
class Counted {
 public:
  Counted() : process_(this_process()) { ++process_.threads; }
  ~Counted() { --process_.threads; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  void run(const std::function<void()>& body) const {
    thread_of = &process_;
    body();
    OPENSSL_thread_stop();  // OpenSSL would else do that when the thread is gone, beside exit()
  }

 private:
  Process& process_;
};

}  // namespace

const void* owner_of_this_thread() noexcept { return owner_here; }

std::thread guest_thread(std::function<void()> body, const void* owner) {
  const BlockSignals blocked;
  return std::thread([body = std::move(body), owner] {
    owner_here = owner;
    body();
  });
}

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

bool no_descriptor_left() noexcept {
  const FileDescriptor any(::open("/", O_RDONLY | O_CLOEXEC));
  return !any.is_open() && is_for_want_of_descriptors(errno);
}

}  // namespace easypost_connect::internal
