// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <easypost_connect/credentials.hpp>

namespace easypost_connect {

TlsMaterial TlsMaterial::file(std::string path) {
  TlsMaterial material;
  material.path_ = std::move(path);
  return material;
}

TlsMaterial TlsMaterial::in_memory(Secret content) {
  TlsMaterial material;
  material.content_ = std::move(content);
  return material;
}

TlsMaterial TlsMaterial::pkcs11(std::string uri) {
  TlsMaterial material;
  material.uri_ = std::move(uri);
  return material;
}

TlsMaterial TlsMaterial::from_setting(std::string_view value) {
  constexpr std::string_view kScheme = "pkcs11:";
  if (value.find("-----BEGIN ") != std::string_view::npos) return in_memory(Secret(value));
  return value.substr(0, kScheme.size()) == kScheme ? pkcs11(std::string(value)) : file(std::string(value));
}

}  // namespace easypost_connect
