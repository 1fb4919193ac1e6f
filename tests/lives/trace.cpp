// SPDX-License-Identifier: Apache-2.0
#include "trace.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <mutex>

#include "sanitizers.hpp"

#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER) || defined(EASYPOST_CONNECT_THREAD_SANITIZER)
#include <sanitizer/common_interface_defs.h>
#endif

namespace easypost_connect::lives::trace {
namespace {

/// A round that takes longer hangs: its calls are over within seconds, on a busy machine within a minute.
constexpr unsigned kPatienceSeconds = 240;

// The trace is in static memory, so that a round does not count it, and a signal handler can print it.
std::array<char, std::size_t{256} * 1024> text;
std::atomic<std::size_t> used{0};
std::uint64_t seed_of_round = 0;
std::mutex writing;

void print(std::string_view line) noexcept { static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size())); }

void print_all() noexcept {
  std::array<char, 160> head{};
  const int size = std::snprintf(head.data(), head.size(),
                                 "-- EASYPOST_CONNECT_LIVES_SEED=%llu EASYPOST_CONNECT_LIVES_ROUNDS=1 plays the same "
                                 "decisions again. Steps taken:\n",
                                 static_cast<unsigned long long>(seed_of_round));
  print({head.data(), static_cast<std::size_t>(std::max(size, 0))});
  print({text.data(), used.load()});
}

void on_signal(int number) {
  print(number == SIGALRM ? "-- the round hangs\n" : "-- the round ended by a signal\n");
  print_all();
  std::signal(number, SIG_DFL);
  ::kill(::getpid(), number == SIGALRM ? SIGABRT : number);
}

}  // namespace

void install() noexcept {
  for (const int number : {SIGALRM, SIGABRT}) std::signal(number, on_signal);
#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER) || defined(EASYPOST_CONNECT_THREAD_SANITIZER)
  __sanitizer_set_death_callback(print_all);
#else
  std::signal(SIGSEGV, on_signal);
#endif
}

void begin(std::uint64_t seed) noexcept {
  seed_of_round = seed;
  used = 0;
  ::alarm(kPatienceSeconds);
}

void note(std::string_view line) noexcept {
  const std::lock_guard lock(writing);
  const std::size_t begin = used;
  const std::size_t size = std::min(line.size(), text.size() - begin - 1);
  if (size < line.size()) return;
  std::memcpy(&text[begin], line.data(), size);
  text[begin + size] = '\n';
  used = begin + size + 1;
}

void fail(std::string_view why) noexcept {
  print("-- ");
  print(why);
  print("\n");
  print_all();
  ::_exit(1);
}

}  // namespace easypost_connect::lives::trace
