// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string_view>

#include "core/settings.hpp"
#include "core/text.hpp"

namespace easypost_connect::tool {
namespace {

constexpr int kCannotBeStarted = 127;
constexpr int kEndedBySignal = 128;

sigset_t requests_to_end() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

sigset_t everything_waited_for() {
  sigset_t set = requests_to_end();
  sigaddset(&set, SIGCHLD);
  return set;
}

/// Tells whether a variable ("NAME=value") is about the API and its credentials, and not about what a program says of
/// them.
bool is_replaced(std::string_view entry) {
  constexpr std::string_view kOurs = "EASYPOST_CONNECT_";
  const std::string_view name = entry.substr(0, entry.find('='));
  return name.substr(0, kOurs.size()) == kOurs && name != internal::setting::kLog.variable &&
         name != internal::setting::kLogFormat.variable;
}

bool has_proxy() {
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return true;
  }
  return false;
}

/// This program's environment, with the variables in the place of whatever it says about the API.
std::vector<std::string> environment_with(const Variables& variables) {
  const auto is_given = [&variables](std::string_view entry) {
    const std::string_view name = entry.substr(0, entry.find('='));
    return std::any_of(variables.begin(), variables.end(), [name](const auto& given) { return given.first == name; });
  };
  std::vector<std::string> all;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    if (!is_replaced(*entry) && !is_given(*entry)) all.emplace_back(*entry);
  }
  for (const auto& [name, value] : variables) all.emplace_back(name).append(1, '=').append(value);
  return all;
}

/// Makes the array of C: pointers, the last one null. It is valid as long as `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

int spawn(std::vector<std::string> command, const Variables& variables, pid_t& child) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);  // ours would be inherited
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &pipe);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> environment = environment_with(variables);
  const int error = ::posix_spawnp(&child, command.front().c_str(), nullptr, &attributes, pointers_to(command).data(),
                                   pointers_to(environment).data());
  ::posix_spawnattr_destroy(&attributes);
  return error;
}

/// Says what else may have been meant by a command that cannot be started.
std::string meant(const std::string& command) {
  if (command == "help") return ". Did you mean --help?";
  return internal::nearest_word(command, {"sign"}).empty() ? "" : ". Did you mean sign?";
}

int wait_for(pid_t child) {
  const sigset_t signals = everything_waited_for();
  for (int status = 0;;) {
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&signals, &info);
    if (signal == SIGCHLD && ::waitpid(child, &status, WNOHANG) == child) {
      return WIFSIGNALED(status) ? kEndedBySignal + WTERMSIG(status) : WEXITSTATUS(status);
    }
    // Ctrl-C comes from the terminal, which has told the command already.
    if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) ::kill(child, signal);
  }
}

}  // namespace

std::vector<std::string> replaced_variables() {
  std::vector<std::string> names;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (is_replaced(text)) names.emplace_back(text.substr(0, text.find('=')));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Variables proxy_exceptions() {
  Variables exceptions;
  if (!has_proxy()) return exceptions;
  bool listed = false;
  for (const char* name : {"no_proxy", "NO_PROXY"}) {
    const char* const list = std::getenv(name);
    if (list == nullptr) continue;
    listed = true;
    if (std::string_view(list) == "*") continue;  // "-" means everything only when it stands alone
    exceptions.emplace_back(name, std::string(list) + ",localhost");
  }
  if (!listed) exceptions.emplace_back("no_proxy", "localhost");
  return exceptions;
}

void block_signals() {
  ::signal(SIGPIPE, SIG_IGN);  // the reader of our output may go first, and there are files to remove at the end
  const sigset_t signals = everything_waited_for();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void wait_for_the_end() {
  const sigset_t signals = requests_to_end();
  int signal = 0;
  ::sigwait(&signals, &signal);
}

int run_command(const std::vector<std::string>& command, const Variables& variables) {
  pid_t child = 0;
  if (const int error = spawn(command, variables, child); error != 0) {
    std::cerr << "easypost-connect-sandbox: " << command.front() << ": " << std::strerror(error)
              << meant(command.front()) << '\n';
    return kCannotBeStarted;
  }
  return wait_for(child);
}

}  // namespace easypost_connect::tool
