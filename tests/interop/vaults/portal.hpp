// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include <nlohmann/json.hpp>

#include "private_folder.hpp"

namespace easypost_connect::interop {

/// A sandbox of the API, and the Portal that belongs to it.
class Portal {
 public:
  /// Answers to the request `client.csr` of the folder with the certificate `client.crt`.
  void certify(const PrivateFolder& folder) const {
    folder.write("client.crt", Sandbox::sign(authority_, read_file(folder.path("client.csr"))).value());
  }

  /// Returns what is typed where a page asks for client id, client secret and API key.
  [[nodiscard]] std::string typed() const {
    const Credentials& known = options_.credentials;
    return known.oauth_client.id + '\n' + std::string(known.oauth_client.secret.expose()) + '\n' +
           std::string(known.api_key.expose()) + '\n';
  }

  /// Returns the secret that holds all credentials of a client of this sandbox.
  [[nodiscard]] std::string secret() const {
    const Credentials& known = options_.credentials;
    return nlohmann::json{{"client_cert", known.client_certificate.certificate.content().expose()},
                          {"client_key", known.client_certificate.private_key.content().expose()},
                          {"api_key", known.api_key.expose()},
                          {"client_id", known.oauth_client.id},
                          {"client_secret", known.oauth_client.secret.expose()}}
        .dump();
  }

  /// Returns the variables that say where the API is; none of them is a credential.
  [[nodiscard]] std::map<std::string, std::string> environment() const {
    std::map<std::string, std::string> all;
    for (const auto& [name, value] : sandbox_.environment()) all.emplace(name, value);
    std::map<std::string, std::string> places;
    for (const char* const name : {"API_URL", "TOKEN_URL", "CA_FILE"})
      places.insert(*all.find(std::string("EASYPOST_CONNECT_") + name));
    return places;
  }

  /// Returns "200" when a call with the credentials of the source passes all three layers, or else the words of the
  /// Error.
  [[nodiscard]] std::string call(Result<CredentialSource> source) const {
    if (!source) return source.error().describe();
    ClientOptions options = options_;
    options.credentials = {};
    options.credential_source = *std::move(source);
    auto client = ConnectClient::create(std::move(options));
    if (!client) return client.error().describe();
    const auto answer = client->get("/jobs");
    return answer ? std::to_string(answer->status) : answer.error().describe();
  }

 private:
  std::string authority_ = Sandbox::make_authority().value();
  Sandbox sandbox_ = Sandbox::start(with_authority(authority_)).value();
  ClientOptions options_ = sandbox_.client_options();

  static SandboxOptions with_authority(const std::string& authority) {
    SandboxOptions options;
    options.authority = authority;
    return options;
  }
};

/// Returns the names of the files of a folder that hold a private key.
inline std::vector<std::string> files_with_a_key(const PrivateFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file() && read_file(entry.path().string()).find("PRIVATE KEY") != std::string::npos)
      names.push_back(entry.path().filename().string());
  return names;
}

}  // namespace easypost_connect::interop
