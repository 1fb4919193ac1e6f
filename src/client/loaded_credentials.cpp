// SPDX-License-Identifier: Apache-2.0
#include "client/loaded_credentials.hpp"

#include <exception>
#include <new>
#include <utility>

#include "client/checks.hpp"
#include "core/make_error.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

Error source_failed(const std::string& how) {
  return make_error(ErrorCode::kInvalidCredential, Factor::kRequest, "credential_source failed: " + how + ".",
                    "Correct ClientOptions::credential_source: it returns Credentials or an Error.");
}

}  // namespace

Result<Credentials> fetch_credentials(const ClientOptions& options, const Credentials& current) try {
  return options.credential_source ? options.credential_source() : current;
} catch (const std::bad_alloc&) {
  return out_of_memory();
} catch (const std::exception& exception) {
  return source_failed(exception.what());
} catch (...) {
  return source_failed("an unknown exception");
}

Result<LoadedCredentials> load_credentials(const ClientOptions& options, Credentials given, WallTime now) {
  if (auto error = check_credentials(options, given)) return *std::move(error);
  LoadedCredentials loaded;
  if (!options.transport) {
    loaded.digest = digest_of_files(files_of(options, given));
    auto identity = TlsIdentity::load(given.client_certificate, options.server_ca, now);
    if (!identity) return std::move(identity).error();
    loaded.identity = *std::move(identity);
  }
  loaded.given = std::move(given);
  return loaded;
}

std::vector<std::string> files_of(const ClientOptions& options, const Credentials& given) {
  std::vector<std::string> files;
  for (const TlsMaterial* material :
       {&given.client_certificate.certificate, &given.client_certificate.private_key, &options.server_ca}) {
    if (!material->path().empty()) files.push_back(material->path());
  }
  return files;
}

}  // namespace easypost_connect::internal
