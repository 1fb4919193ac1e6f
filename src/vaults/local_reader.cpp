// SPDX-License-Identifier: Apache-2.0
#include "vaults/local_reader.hpp"

#include <cstdlib>
#include <utility>
#include <variant>

#include "core/make_error.hpp"
#include "core/whole_file.hpp"

namespace easypost_connect::internal {
namespace {

Error unreadable(std::string message, std::string remedy) {
  Error error =
      make_error(ErrorCode::kInvalidCredential, Factor::kCredentialSource, std::move(message), std::move(remedy));
  error.never_sent = true;
  return error;
}

}  // namespace

Result<void> LocalReader::check(const SecretReference& reference) const { return reference.check_parameters({}); }

std::optional<std::string> LocalReader::login(const SecretReference& /*reference*/) const { return std::string(); }

Result<ReadSecret> LocalReader::read(const SecretReference& reference) {
  if (reference.scheme == "env") {
    const char* value = std::getenv(reference.path.c_str());  // NOLINT(concurrency-mt-unsafe): as safe as setenv
    if (value == nullptr || *value == '\0')
      return unreadable("The variable of \"" + reference.text + "\" is not set.", "Set it, or name another.");
    return ReadSecret{Secret(value), {}, {}};
  }
  auto file = read_whole_file(reference.path, {});
  if (const auto* fault = std::get_if<FileFault>(&file))
    return unreadable("The file " + reference.path + ' ' + fault->problem + '.',
                      "Mount the secret there, and let this process read it.");
  return ReadSecret{std::move(std::get<WholeFile>(file).content), {}, {}};
}

}  // namespace easypost_connect::internal
