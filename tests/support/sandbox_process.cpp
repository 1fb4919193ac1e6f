// SPDX-License-Identifier: Apache-2.0
#include "sandbox_process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <easypost_connect/sandbox.hpp>

namespace easypost_connect::testing {
namespace {

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  [[nodiscard]] int reading() const { return ends[0]; }
  [[nodiscard]] int writing() const { return ends[1]; }
  std::array<int, 2> ends{};
};

/// Writes each variable as NAME=value with a null behind it, because a value may have lines.
std::string to_bytes(const Sandbox& sandbox) {
  std::string bytes;
  for (const auto& [name, value] : sandbox.environment()) bytes.append(name).append("=").append(value).append(1, '\0');
  return bytes;
}

/// Reads the variables, one after the other as the bytes bring them, the way a user's program would.
ClientOptions to_options(std::string bytes) {
  for (std::size_t begin = 0; begin < bytes.size(); begin = bytes.find('\0', begin) + 1) ::putenv(&bytes[begin]);
  auto options = ClientOptions::from_environment().value();
  for (std::size_t begin = 0; begin < bytes.size(); begin = bytes.find('\0', begin) + 1) {
    ::unsetenv(bytes.substr(begin, bytes.find('=', begin) - begin).c_str());
  }
  return options;
}

[[noreturn]] void serve(const Pipe& variables, const Pipe& lifeline) {
  ::close(variables.reading());
  ::close(lifeline.writing());
  {
    const auto sandbox = Sandbox::start().value();
    const std::string bytes = to_bytes(sandbox);
    if (::write(variables.writing(), bytes.data(), bytes.size()) < 0) ::_exit(1);
    ::close(variables.writing());
    char nothing = 0;
    while (::read(lifeline.reading(), &nothing, 1) > 0) {
    }
  }
  ::_exit(0);
}

std::string read_all(int descriptor) {
  std::string bytes;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t size = ::read(descriptor, part.data(), part.size());
    if (size <= 0) return bytes;
    bytes.append(part.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

SandboxProcess::SandboxProcess() {
  const Pipe variables;
  const Pipe lifeline;
  id_ = ::fork();
  if (id_ == 0) serve(variables, lifeline);
  ::close(variables.writing());
  ::close(lifeline.reading());
  lifeline_ = lifeline.writing();
  options_ = to_options(read_all(variables.reading()));
  ::close(variables.reading());
}

SandboxProcess::~SandboxProcess() {
  ::close(lifeline_);
  ::waitpid(id_, nullptr, 0);
}

}  // namespace easypost_connect::testing
