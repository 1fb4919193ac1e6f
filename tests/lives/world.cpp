// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <easypost_connect/observer.hpp>

#include "failing_memory.hpp"
#include "trace.hpp"

namespace easypost_connect::lives {
namespace {

constexpr std::size_t kLargestSource = 300'000;

class Watcher final : public Observer {
 public:
  explicit Watcher(std::shared_ptr<World> world) : world_(std::move(world)) {}
  void attempt_started(const AttemptEvent& event) noexcept override { world_->attempt_started(event.url_path); }

 private:
  const std::shared_ptr<World> world_;
};

}  // namespace

thread_local ClientHandle* World::handle_of_call = nullptr;

World::World(const Server& server, std::uint64_t seed)
    : chance(seed), server_(server), borrowed_(pattern_of(kLargestSource)), options_(server.client_options(0)) {
  draw_options();
}

void World::draw_options() {
  options_.retry.first_pause = std::chrono::milliseconds(1);
  options_.retry.longest_pause = std::chrono::milliseconds(20);
  options_.timeouts.request = kLongTimeout;
  options_.async.max_in_flight = chance.pick(std::array<std::size_t, 3>{2, 10, 100});
  options_.async.max_pending = chance.pick(std::array<std::size_t, 3>{1000, 1000, 5});
  options_.async.when_full = chance.pick(std::array{WhenFull::kFail, WhenFull::kWait});
  may_be_full_ = options_.async.max_pending < 1000;
  options_.connections.max_idle = chance.pick(std::array<std::size_t, 3>{64, 1, 0});
  if (chance.one_in(4)) options_.reload.probe_path = Script{}.path(0);
  options_.credentials = draw_credentials();
  for (std::size_t i = 0; i < 5; ++i) source_.push_back(draw_credentials());
  const std::size_t kind = chance.below(3);
  if (kind == 1) use_files();
  if (kind == 2) use_source();
}

Credentials World::draw_credentials() {
  Credentials credentials = server_.client_options(chance.below(2)).credentials;
  auto& scope = credentials.oauth_client.scope;
  scope = chance.pick(Server::token_manners());
  if (scope == "flaky") flaky_tokens_ = true;
  return credentials;
}

void World::use_files() {
  write_credentials(0, {});
  auto& certificate = options_.credentials.client_certificate;
  certificate.certificate = TlsMaterial::file(folder_.path("client.pem"));
  certificate.private_key = TlsMaterial::file(folder_.path("client.key"));
  options_.reload.watch_interval = std::chrono::milliseconds(chance.pick(std::array{0, 1, 20}));
}

void World::use_source() {
  options_.credentials = {};
  options_.credential_source = [this] { return fetch_credentials(); };
}

Result<Credentials> World::fetch_credentials() {
  const test_support::SparedMemory spared;
  std::unique_lock lock(mutex_);
  ++fetching_;
  changed_.wait(lock, [this] { return !hold_; });
  --fetching_;
  return source_[fetched_++ % source_.size()];
}

void World::hold_back_credentials() {
  const std::lock_guard lock(mutex_);
  hold_ = true;
}

void World::give_credentials() {
  const std::lock_guard lock(mutex_);
  hold_ = false;
  changed_.notify_all();
}

void World::write_credentials(std::size_t partner, std::chrono::milliseconds between) {
  const auto& issued = server_.certificate(partner);
  folder_.write("client.pem", issued.certificate);
  std::this_thread::sleep_for(between);
  folder_.write("client.key", issued.private_key);
}

void World::touch_files() { write_credentials(chance.below(2), std::chrono::milliseconds(chance.below(10))); }

ClientHandle World::client() {
  if (auto client = handle()) return client;
  auto client = make_client();
  const std::lock_guard lock(mutex_);
  client_ = client;
  return client;
}

ClientHandle World::make_client() {
  ClientOptions options = options_;
  options.observer = std::make_shared<Watcher>(shared_from_this());
  if (options.credential_source) {
    options.credential_source = [self = shared_from_this()] { return self->fetch_credentials(); };
  }
  auto made = ConnectClient::create(std::move(options));
  if (!made) trace::fail("no client was made: " + made.error().describe());
  return std::make_shared<ConnectClient>(*std::move(made));
}

ClientHandle World::handle() {
  const std::lock_guard lock(mutex_);
  return client_;
}

ClientHandle World::let_go() {
  ends_calls_ = true;
  const std::lock_guard lock(mutex_);
  return std::exchange(client_, nullptr);
}

std::shared_ptr<Call> World::expect(Plan plan) {
  const std::lock_guard lock(mutex_);
  const auto id = static_cast<unsigned>(calls_.size()) + 1;
  return {shared_from_this(), &calls_.emplace_back(*this, id, std::move(plan))};
}

void World::on_thread(std::function<void()> work, Memory memory) {
  threads_.emplace_back([work = std::move(work), memory]() mutable {
    std::optional<test_support::SparedMemory> spared;
    if (memory == Memory::kSpared) spared.emplace();
    work();
    work = nullptr;
  });
}

void World::let_memory_fail_elsewhere(long nth) {
  if (!claim_memory()) return;
  memory_fails_ = true;
  failing_.emplace(test_support::FailingMemory::Thread::kAnyOther, nth);
}

void World::give_memory_back() {
  failing_.reset();
  memory_claimed_ = false;
}

void World::cancel_one() {
  const auto calls = all_calls();
  if (!calls.empty()) calls[chance.below(calls.size())]->cancel();
}

void World::cancel_all() {
  for (Call* const call : all_calls()) call->cancel();
}

/// Returns the calls, to be cancelled without the lock: the functions that a cancellation wakes may take it.
std::vector<Call*> World::all_calls() {
  const std::lock_guard lock(mutex_);
  std::vector<Call*> calls;
  for (Call& call : calls_) calls.push_back(&call);
  return calls;
}

void World::start_from_within(const Plan& plan) {
  const auto client = handle();
  if (!client) return;
  const auto call = expect(plan);
  client->send_async(call->request(call, client), call->completion(call, client));
}

void World::wait_from_within() {
  if (const auto client = handle()) static_cast<void>(client->get(Script{}.path(0)));
}

void World::ask_status() {
  if (const auto client = handle()) static_cast<void>(client->credentials_status());
}

void World::reload_from_within() {
  if (const auto client = handle()) static_cast<void>(client->reload());
}

void World::attempt_started(std::string_view path) {
  const test_support::SparedMemory spared;
  if (handle_of_call != nullptr) handle_of_call->reset();
  unsigned id = 0;
  if (std::sscanf(std::string(path).c_str(), "/lives/%u/", &id) != 1 || id == 0) return;
  std::unique_lock lock(mutex_);
  Call& call = calls_[id - 1];
  lock.unlock();
  call.reach(Place::kObserver);
}

bool World::all_ended() {
  const std::lock_guard lock(mutex_);
  return std::none_of(calls_.begin(), calls_.end(), [](const Call& call) { return call.awaited(); });
}

void World::wait_for_all() {
  while (!all_ended()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  give_memory_back();
}

void World::finish() {
  if (chance.one_in(2)) wait_for_all();
  let_go();
  wait_for_all();
  // The thread that has run the last function of a client may still hold what was captured.
  while (weak_from_this().use_count() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  for (const Call& call : calls_) call.check_what_is_left();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path(""))) {
    if (entry.path().extension() == ".part") trace::fail("a staged file was left: " + entry.path().string());
  }
}

}  // namespace easypost_connect::lives
