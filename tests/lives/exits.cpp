// SPDX-License-Identifier: Apache-2.0
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <easypost_connect/connect_client.hpp>

#include "steps.hpp"
#include "trace.hpp"

namespace easypost_connect::lives {
namespace {

/// A process that hangs at its end is killed after this time.
constexpr unsigned kPatienceSeconds = 120;

/// Destroyed after all that main() and the libraries have registered for the end of the process.
std::optional<ConnectClient> global_client;

ConnectClient make_client() { return ConnectClient::create(ClientOptions::from_environment().value()).value(); }

/// Destroyed first, because it is made last.
ConnectClient& local_static_client() {
  static ConnectClient client = make_client();
  return client;
}

/// Destroyed with its thread, before all statics.
ConnectClient& client_of_this_thread() {
  static thread_local ConnectClient client = make_client();
  return client;
}

/// Never destroyed.
ConnectClient& client_for_ever() {
  static auto* const client = new ConnectClient(make_client());
  return *client;
}

ConnectClient& make_global_client() { return global_client.emplace(make_client()); }

/// Calls again and again, until a call fails.
void keep_calling(ConnectClient& client, const Script& script) {
  client.send_async({Method::kGet, script.path(0), {}, {}}, [&client, script](const Result<Response>& result) {
    if (result) keep_calling(client, script);
  });
}

void start_calls(ConnectClient& client, Chance& chance) {
  if (chance.one_in(2)) static_cast<void>(client.get(Script{}.path(0)));
  for (std::size_t left = 1 + chance.below(5); left > 0; --left) {
    Script script;
    script.delay = static_cast<unsigned>(chance.below(200));
    script.size = 20'000;
    if (chance.one_in(2)) script.manner = Manner::kStalls;
    keep_calling(client, script);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(chance.below(60)));
}

}  // namespace

int exit_in_the_middle(std::uint64_t seed) {
  ::alarm(kPatienceSeconds);
  Chance chance(seed);
  ConnectClient& (*const make)() =
      chance.pick(std::array{make_global_client, local_static_client, client_of_this_thread, client_for_ever});
  if (chance.one_in(2)) {
    start_calls(make(), chance);
    return 0;
  }
  std::thread([&chance, make] {
    start_calls(make(), chance);
    std::exit(0);
  }).join();
  return 1;
}

void exit_of_a_process(World& world) {
  const std::string seed = std::to_string(world.chance.below(1'000'000));
  std::vector<std::string> words = {"easypost_connect_lives", "--exit", seed};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<std::string> variables = world.server().environment();
  std::vector<char*> environment;
  for (std::string& variable : variables) environment.push_back(variable.data());
  for (char** inherited = ::environ; *inherited != nullptr; ++inherited) environment.push_back(*inherited);
  environment.push_back(nullptr);
  pid_t process = -1;
  if (::posix_spawn(&process, "/proc/self/exe", nullptr, nullptr, arguments.data(), environment.data()) != 0) {
    trace::fail("no process was started");
  }
  int status = -1;
  ::waitpid(process, &status, 0);
  if (status != 0) trace::fail("a process with --exit " + seed + " ended with status " + std::to_string(status));
}

}  // namespace easypost_connect::lives
