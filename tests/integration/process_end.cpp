// SPDX-License-Identifier: Apache-2.0
// A library is a guest in its process, which may end at any time, whoever owns a client then and whatever that does.
// This is such a process: it makes calls and exits in the way that its argument names. It is a program of its own,
// which has statics before it uses OpenSSL: they are destroyed when exit() has taken OpenSSL down.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include <easypost_connect/connect_client.hpp>

namespace easypost_connect {
namespace {

std::atomic<int> under_way{0};

/// Fails the process if calls are still under way when OpenSSL is down.
class Judge {
 public:
  Judge() = default;
  ~Judge() { ::_exit(under_way == 0 ? EXIT_SUCCESS : EXIT_FAILURE); }
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
};

const Judge judge;

using Client = std::shared_ptr<ConnectClient>;

/// This client is destroyed after OpenSSL.
Client global_client;

Client make() { return std::make_shared<ConnectClient>(ConnectClient::from_environment().value()); }

void call(ConnectClient& client, Completion completion) {
  client.send_async({Method::kGet, "/jobs", {}, {}}, std::move(completion));
}

/// Calls again and again, until a call fails.
void keep_calling(ConnectClient& client, const Client& owner, const std::shared_ptr<std::promise<void>>& answered) {
  ++under_way;
  call(client, [&client, owner, answered](const Result<Response>& result) {
    if (result) keep_calling(client, owner, nullptr);
    --under_way;
    if (answered) answered->set_value();
  });
}

/// Returns when answers come.
void start_calls(ConnectClient& client, const Client& owner = nullptr) {
  constexpr int kCallsAtOnce = 8;
  const auto answered = std::make_shared<std::promise<void>>();
  keep_calling(client, owner, answered);
  for (int i = 1; i < kCallsAtOnce; ++i) keep_calling(client, owner, nullptr);
  answered->get_future().wait();
}

void start_calls_of_global_client() {
  global_client = make();
  start_calls(*global_client);
}

/// Exits with a client that is destroyed before OpenSSL, as statics are that are made late.
void exit_with_a_late_client() {
  static const Client client = make();
  start_calls(*client);
}

void exit_with_a_client_that_nobody_destroys() {
  static const auto* const client = new Client(make());
  start_calls(**client);
}

void exit_with_a_client_that_its_calls_own() {
  const auto client = make();
  start_calls(*client, client);
}

void exit_when_a_completion_has_destroyed_the_client() {
  std::promise<void> ended;
  auto owner = make();
  ConnectClient& client = *owner;
  call(client, [&ended, owner](const Result<Response>&) mutable {
    owner.reset();
    ended.set_value();
  });
  owner.reset();
  ended.get_future().wait();
}

void exit_on_another_thread() {
  start_calls_of_global_client();
  std::thread([] { std::exit(EXIT_SUCCESS); }).join();  // NOLINT(concurrency-mt-unsafe)
}

void exit_in_a_completion() {
  start_calls_of_global_client();
  const auto another = make();
  call(*another, [](const Result<Response>&) { std::exit(EXIT_SUCCESS); });  // NOLINT(concurrency-mt-unsafe)
  std::promise<void>().get_future().wait();
}

void exit_in_a_child() {
  global_client = make();
  std::promise<void> ended;
  call(*global_client, [&](const Result<Response>&) { ended.set_value(); });
  ended.get_future().wait();
  const pid_t child = ::fork();
  if (child == 0) return start_calls(*global_client);
  int status = -1;
  ::waitpid(child, &status, 0);
  if (status != 0) ::_exit(EXIT_FAILURE);
}

struct Way {
  std::string_view name;
  void (*go)();
};

constexpr Way kWays[] = {
    {"global_client", start_calls_of_global_client},
    {"late_client", exit_with_a_late_client},
    {"client_that_nobody_destroys", exit_with_a_client_that_nobody_destroys},
    {"client_that_its_calls_own", exit_with_a_client_that_its_calls_own},
    {"client_that_a_completion_has_destroyed", exit_when_a_completion_has_destroyed_the_client},
    {"on_another_thread", exit_on_another_thread},
    {"in_a_completion", exit_in_a_completion},
    {"in_a_child", exit_in_a_child},
};

}  // namespace
}  // namespace easypost_connect

int main(int argc, char** argv) {
  using namespace easypost_connect;
  if (argc != 2) ::_exit(EXIT_FAILURE);
  const auto is_meant = [name = std::string_view(argv[1])](const Way& way) { return way.name == name; };
  const auto* const way = std::find_if(std::begin(kWays), std::end(kWays), is_meant);
  if (way == std::end(kWays)) ::_exit(EXIT_FAILURE);
  constexpr unsigned kPatienceSeconds = 120;
  ::alarm(kPatienceSeconds);
  way->go();
}
