// SPDX-License-Identifier: Apache-2.0
#include "shell.hpp"

#include <cstdio>
#include <stdexcept>

#include "private_folder.hpp"

namespace easypost_connect::interop {

std::string printed_by(const std::string& command) {
  const PrivateFolder folder;
  const std::string complaint = folder.path("complaint");
  const std::string whole = "{ " + command + "\n} 2>" + complaint;
  std::FILE* pipe = ::popen(whole.c_str(), "re");  // NOLINT(cert-env33-c): a test, and its own words
  if (pipe == nullptr) throw std::runtime_error("no shell");
  std::string printed;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) printed.append(buffer, size);
  if (::pclose(pipe) != 0) throw std::runtime_error(printed + read_file(complaint));
  while (!printed.empty() && printed.back() == '\n') printed.pop_back();
  return printed;
}

}  // namespace easypost_connect::interop
