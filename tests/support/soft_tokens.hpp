// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include <easypost_connect/credentials.hpp>

#include "sandbox/certificate_authority.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect::test_support {

inline constexpr const char* kPin = "canary-secret-1234";
inline constexpr const char* kOpened = "opened";
inline constexpr const char* kUnopened = "unopened";
inline constexpr const char* kPulled = "pulled";
inline constexpr const char* kBusy = "busy";

/// Makes tokens with the same key in each, for the whole program. A PKCS #11 module is initialised once in a process,
/// and who has logged in to a token is not asked for its PIN again, so each kind of trouble has a token of its own.
class SoftTokens {
 public:
  SoftTokens() {
    const std::string configuration = folder_.write("softhsm2.conf", "directories.tokendir = " + folder_.path() + "\n");
    ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
    ::setenv("PKCS11_MODULE_PATH", EASYPOST_CONNECT_SCRIPTED_TOKEN, 1);
    const std::string key = folder_.write("client.p8", client_.private_key);
    for (const std::string token : {kOpened, kUnopened, kPulled, kBusy}) {
      run("--init-token --free --so-pin canary-secret-5678 --pin " + std::string(kPin) + " --label " + token);
      folders_[token] = newest_folder();
      run("--import " + key + " --label client-key --id 01 --pin " + kPin + " --token " + token);
    }
    std::filesystem::remove(key);
  }

  /// Takes away what a token that was pulled has no more; the object store looks at its folder each time.
  void pull(const std::string& token) const { std::filesystem::remove_all(folders_.at(token)); }

  [[nodiscard]] ClientCertificate identity(const std::string& token_and_object, std::string_view pin = kPin) const {
    return {TlsMaterial::in_memory(Secret(client_.certificate)),
            TlsMaterial::from_setting("pkcs11:type=private;token=" + token_and_object), Secret(pin)};
  }
  [[nodiscard]] const std::string& authority() const { return authority_.certificate(); }
  [[nodiscard]] sandbox::IssuedCertificate another() const { return authority_.issue(); }

 private:
  static void run(const std::string& arguments) {
    if (std::system(("softhsm2-util >/dev/null " + arguments).c_str()) != 0) {
      throw std::runtime_error("softhsm2-util failed: is softhsm2 installed?");
    }
  }

  /// SoftHSM names the folder of a token by chance.
  [[nodiscard]] std::filesystem::path newest_folder() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      const auto is_it = [&](const auto& known) { return known.second == entry.path(); };
      if (entry.is_directory() && std::none_of(folders_.begin(), folders_.end(), is_it)) return entry.path();
    }
    throw std::runtime_error("softhsm2-util has made no token");
  }

  const TemporaryFolder folder_;
  std::map<std::string, std::filesystem::path> folders_;
  const sandbox::CertificateAuthority authority_;
  const sandbox::IssuedCertificate client_ = authority_.issue();
};

}  // namespace easypost_connect::test_support
