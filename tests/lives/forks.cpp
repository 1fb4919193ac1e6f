// SPDX-License-Identifier: Apache-2.0
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <easypost_connect/async.hpp>

#include "sanitizers.hpp"
#include "steps.hpp"
#include "trace.hpp"

namespace easypost_connect::lives {
namespace {

#if defined(EASYPOST_CONNECT_THREAD_SANITIZER)
constexpr bool kForks = false;  // this sanitizer cannot follow a child that starts threads
#else
constexpr bool kForks = true;
#endif

/// glibc takes the locks of its allocator over fork(), the address sanitizer does not: if a thread allocates at that
/// moment, the child finds them held for ever. So no thread may allocate then.
#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER)
constexpr bool kAllocatorIsForkSafe = false;
#else
constexpr bool kAllocatorIsForkSafe = true;
#endif
constexpr std::chrono::milliseconds kToComeToRest{50};

/// A child that is stuck is ended after this time.
constexpr unsigned kPatienceSeconds = 120;

Request plain_request() { return {Method::kGet, Script{}.path(0), {}, {}}; }

/// The child uses the client that it finds, in an order of its own. Returns false if a call fails.
bool live_on(World& world) {
  for (std::size_t left = world.chance.below(5); left > 0; --left) {
    const auto client = world.client();
    switch (world.chance.below(4)) {
      case 0:
        if (!client->send(plain_request())) return false;
        break;
      case 1:
        if (!send_future(*client, plain_request()).get()) return false;
        break;
      case 2: static_cast<void>(client->reload(world.draw_credentials())); break;
      default: static_cast<void>(world.let_go());
    }
  }
  if (world.chance.one_in(2)) static_cast<void>(world.let_go());
  return true;
}

void fork_now(World& world) {
  const std::uint64_t seed = world.chance.below(1'000'000);
  if (!kForks) return;
  if (!kAllocatorIsForkSafe) {
    if (world.watches_files()) return;
    std::this_thread::sleep_for(kToComeToRest);
  }
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGALRM, SIG_DFL);
    ::alarm(kPatienceSeconds);
    world.chance = Chance(seed);
    world.forget_other_threads();
    const bool lived = live_on(world);
    ::syscall(SYS_exit_group, lived ? 0 : 1);  // memory that the other threads held is no leak
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) trace::fail("the child was ended by signal " + std::to_string(WTERMSIG(status)));
  if (status != 0) trace::fail("the child has failed");
}

}  // namespace

void fork_idle(World& world) {
  if (world.chance.one_in(2)) world.cancel_all();
  world.wait_for_all();
  const auto client = world.client();
  fork_now(world);
}

/// The answers stall in their middle, so that the I/O thread waits and holds no lock of OpenSSL.
void fork_with_answers_under_way(World& world) {
  world.wait_for_all();
  const auto client = world.client();
  Plan plan;
  plan.script.size = 40'000;
  plan.script.delay = 400;
  plan.script.manner = Manner::kStalls;
  plan.target = Target::kFunction;
  plan.timeout = kLongTimeout;
  std::vector<std::shared_ptr<Call>> calls(1 + world.chance.below(4));
  for (auto& call : calls) {
    call = world.expect(plan);
    client->send_async(call->request(call, client), call->completion(call, client));
  }
  for (const auto& call : calls) {
    while (!call->has_begun() && !call->ended()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  fork_now(world);
}

/// Forks while another thread reloads and waits for the credentials.
void fork_in_a_reload(World& world) {
  world.wait_for_all();
  const auto client = world.client();
  if (!world.has_source()) return fork_now(world);
  world.hold_back_credentials();
  world.on_thread([client] { static_cast<void>(client->reload()); });
  while (!world.fetching_credentials()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  fork_now(world);
  world.give_credentials();
}

}  // namespace easypost_connect::lives
