// SPDX-License-Identifier: Apache-2.0
#include "child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

namespace easypost_connect::interop {
namespace {

/// Runs between fork and exec. The program has threads, so this makes system calls only.
[[noreturn]] void become(char* const* command, int log) {
  ::setpgid(0, 0);                     // all that the program starts belongs to it
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a test that crashes leaves no server behind
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execvp(command[0], command);
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, const std::string& log) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) throw std::runtime_error("cannot write " + log);
  id_ = ::fork();
  if (id_ == 0) become(arguments.data(), log_file);
  ::close(log_file);
  if (id_ < 0) throw std::runtime_error("cannot start " + command.front());
}

ChildProcess::~ChildProcess() { end(SIGTERM); }

void ChildProcess::signal(int number) const {
  if (id_ > 0) ::kill(id_, number);
}

bool ChildProcess::running() {
  if (id_ > 0 && ::waitpid(id_, &status_, WNOHANG) == id_) id_ = -1;
  return id_ > 0;
}

std::optional<int> ChildProcess::exit_status() const {
  return id_ < 0 && WIFEXITED(status_) ? std::optional(WEXITSTATUS(status_)) : std::nullopt;
}

void ChildProcess::end(int number) {
  using namespace std::chrono_literals;
  signal(number);
  const auto patience = std::chrono::steady_clock::now() + 10s;
  while (running() && std::chrono::steady_clock::now() < patience) std::this_thread::sleep_for(5ms);
  if (!running()) return;
  ::kill(-id_, SIGKILL);
  signal(SIGKILL);
  ::waitpid(id_, &status_, 0);
  id_ = -1;
}

}  // namespace easypost_connect::interop
