// SPDX-License-Identifier: Apache-2.0
#include "steps.hpp"

#include <chrono>
#include <coroutine>
#include <exception>
#include <future>
#include <memory>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

#include <easypost_connect/async.hpp>
#include <easypost_connect/coroutine.hpp>

#include "failing_memory.hpp"
#include "trace.hpp"

namespace easypost_connect::lives {
namespace {

using CallHandle = std::shared_ptr<Call>;

CallHandle expect_one(World& world, std::optional<Method> method = std::nullopt) {
  Plan plan = draw_plan(world.chance);
  if (method) plan.method = *method;
  trace::note("    " + plan.describe());
  return world.expect(std::move(plan));
}

/// Makes a blocking call, during which `client` may be destroyed: a call that has begun does not need it.
template <typename MakeCall>
void make_blocking_call(ClientHandle client, const CallHandle& call, const MakeCall& make_call) {
  World::handle_of_call = &client;
  ConnectClient& lent = *client;
  const Request request = call->request(call, client);
  call->end(make_call(lent, request));
  World::handle_of_call = nullptr;
}

void call_blocking(World& world) {
  world.on_thread([client = world.client(), call = expect_one(world)]() mutable {
    make_blocking_call(std::move(client), call,
                       [](ConnectClient& lent, const Request& request) { return lent.send(request); });
  });
}

void call_upload(World& world) {
  world.on_thread(
      [client = world.client(), call = expect_one(world, Method::kPut), url = world.server().storage_url()]() mutable {
        make_blocking_call(std::move(client), call, [&url](ConnectClient& lent, const Request& request) {
          return lent.upload(url + request.path, request.body, request.options);
        });
      });
}

/// Makes a call in which one allocation fails.
void call_while_memory_fails(World& world) {
  const auto nth = static_cast<long>(1 + world.chance.below(200));
  if (!world.claim_memory()) return call_blocking(world);
  const auto make_call = [client = world.client(), call = expect_one(world), nth] {
    const Request request = call->request(call, client);
    call->expect_no_memory();
    const test_support::FailingMemory memory(test_support::FailingMemory::Thread::kThis, nth);
    call->end(client->send(request));
  };
  world.on_thread(make_call, World::Memory::kFails);
}

void let_memory_fail_elsewhere(World& world) {
  world.let_memory_fail_elsewhere(static_cast<long>(1 + world.chance.below(400)));
}

void call_async(World& world) {
  const auto client = world.client();
  const auto call = expect_one(world);
  client->send_async(call->request(call, client), call->completion(call, client));
}

void call_async_from_a_thread_that_ends(World& world) {
  world.on_thread([client = world.client(), call = expect_one(world)] {
    client->send_async(call->request(call, client), call->completion(call, client));
  });
}

void call_with_future(World& world) {
  world.on_thread([client = world.client(), call = expect_one(world)]() mutable {
    auto future = send_future(*client, call->request(call, client));
    client.reset();
    call->end(future.get());
  });
}

void call_and_drop_the_future(World& world) {
  const auto client = world.client();
  const auto call = expect_one(world);
  call->expect_no_end();
  static_cast<void>(send_future(*client, call->request(call, client)));
}

void call_batch(World& world) {
  std::vector<CallHandle> calls;
  for (std::size_t left = 1 + world.chance.below(12); left > 0; --left) calls.push_back(expect_one(world));
  ForEachOptions options;
  options.in_flight = 1 + world.chance.below(6);
  options.order = world.chance.one_in(2) ? Order::kAsTheyCome : Order::kAsRequested;
  world.on_thread([client = world.client(), calls = std::move(calls), options] {
    std::vector<Request> requests;
    for (const auto& call : calls) requests.push_back(call->request(call, client));
    for_each(
        *client, std::move(requests),
        [&calls](std::size_t index, const Result<Response>& result) { calls[index]->end(result); }, options);
  });
}

struct Task {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language wants this name
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Task await(ConnectClient& client, Request request, CallHandle call) {
  const auto result = co_await co_send(client, request);
  call->end(result);
}

void call_from_a_coroutine(World& world) {
  const auto client = world.client();
  const auto call = expect_one(world);
  await(*client, call->request(call, client), call);
}

/// A coroutine whose owner destroys its frame.
class OwnedTask {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language wants this name
    OwnedTask get_return_object() { return OwnedTask(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  explicit OwnedTask(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  OwnedTask(OwnedTask&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  OwnedTask& operator=(OwnedTask&&) = delete;
  ~OwnedTask() {
    if (frame_) frame_.destroy();
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

OwnedTask await_and_forget(ConnectClient& client, Request request) {
  static_cast<void>(co_await co_send(client, request));
}

/// The coroutine waits for an answer that does not come, with a client that no other thread ends: a coroutine that is
/// being resumed must not be destroyed.
void destroy_a_coroutine_that_waits(World& world) {
  auto client = world.make_client();
  Request request;
  Script script;
  script.delay = 20'000;
  request.path = script.path(0);
  request.options.progress = [held = world.chance.one_in(2) ? client : nullptr](const Progress& /*progress*/) {};
  const OwnedTask task = await_and_forget(*client, std::move(request));
  std::this_thread::sleep_for(std::chrono::milliseconds(world.chance.below(20)));
  if (world.chance.one_in(2)) client.reset();
}

void warm_up(World& world) {
  WarmUpOptions options;
  options.multiplexed = world.chance.one_in(2);
  options.timeout = std::chrono::milliseconds(world.chance.one_in(3) ? 1 + world.chance.below(50) : 0);
  world.on_thread([client = world.client(), options] { static_cast<void>(client->warm_up(options)); });
}

void cancel_one(World& world) { world.cancel_one(); }
void cancel_all(World& world) { world.cancel_all(); }

void reload(World& world) { static_cast<void>(world.client()->reload()); }

void reload_on_a_thread(World& world) {
  world.on_thread([client = world.client()] { static_cast<void>(client->reload()); });
}

void reload_with_credentials(World& world) {
  world.on_thread([client = world.client(), credentials = world.draw_credentials()]() mutable {
    static_cast<void>(client->reload(std::move(credentials)));
  });
}

void touch_files(World& world) { world.touch_files(); }
void ask_status(World& world) { world.ask_status(); }
void let_go(World& world) { static_cast<void>(world.let_go()); }

void let_go_on_a_thread(World& world) {
  world.on_thread([client = world.let_go()]() mutable { client.reset(); });
}

void move_the_client(World& world) {
  const auto client = world.client();
  world.wait_for_all();  // then no other thread uses the client
  ConnectClient moved = std::move(*client);
  if (client->get(Script{}.path(0))) trace::fail("a client that was moved from made a call");
  *client = std::move(moved);
}

void pause(World& world) { std::this_thread::sleep_for(std::chrono::milliseconds(world.chance.below(25))); }

}  // namespace

const std::vector<Step>& all_steps() {
  static const std::vector<Step> steps = {
      {"call, blocking", 10, call_blocking},
      {"upload, blocking", 4, call_upload},
      {"call, blocking, while memory fails", 4, call_while_memory_fails},
      {"call, asynchronous", 14, call_async},
      {"call, asynchronous, from a thread that ends", 4, call_async_from_a_thread_that_ends},
      {"call, with a future", 4, call_with_future},
      {"call, with a future that is dropped", 2, call_and_drop_the_future},
      {"calls, in a batch", 4, call_batch},
      {"call, from a coroutine", 6, call_from_a_coroutine},
      {"let memory fail on the client's threads", 2, let_memory_fail_elsewhere},
      {"destroy a coroutine that waits", 2, destroy_a_coroutine_that_waits},
      {"warm up", 2, warm_up},
      {"cancel one", 6, cancel_one},
      {"cancel all", 1, cancel_all},
      {"reload", 2, reload},
      {"reload on a thread", 2, reload_on_a_thread},
      {"reload with credentials", 3, reload_with_credentials},
      {"touch the files of the credentials", 3, touch_files},
      {"ask for the status", 2, ask_status},
      {"let the client go", 3, let_go},
      {"let the client go on a thread", 3, let_go_on_a_thread},
      {"move the client", 1, move_the_client},
      {"pause", 8, pause},
      {"exit of a process", 1, exit_of_a_process},
      {"fork, idle", 1, fork_idle},
      {"fork, with answers under way", 1, fork_with_answers_under_way},
      {"fork, in a reload", 1, fork_in_a_reload},
  };
  return steps;
}

const Step& draw_step(Chance& chance) {
  const auto& steps = all_steps();
  const auto add = [](std::size_t sum, const Step& step) { return sum + step.weight; };
  std::size_t left = chance.below(std::accumulate(steps.begin(), steps.end(), std::size_t{0}, add));
  for (const Step& step : steps) {
    if (left < step.weight) return step;
    left -= step.weight;
  }
  return steps.back();
}

}  // namespace easypost_connect::lives
