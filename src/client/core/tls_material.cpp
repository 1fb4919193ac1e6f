// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <easypost_connect/credentials.hpp>

#include "core/encoding.hpp"

namespace easypost_connect {
namespace {

constexpr std::string_view kPemBegin = "-----BEGIN ";

/// Tells base64 of a whole PEM or PKCS #12 file, which vaults and the secrets of pipelines hand out.
bool is_base64_of_a_file(std::string_view value) {
  constexpr std::size_t kShortestFile = 128;  // a shorter text may be a path
  return value.size() >= kShortestFile && internal::base64_decode_file(value).has_value();
}

}  // namespace

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
  if (value.find(kPemBegin) != std::string_view::npos || is_base64_of_a_file(value)) return in_memory(Secret(value));
  return value.substr(0, kScheme.size()) == kScheme ? pkcs11(std::string(value)) : file(std::string(value));
}

TlsMaterial internal::file_that_was_read(const TlsMaterial& file, Secret content) {
  TlsMaterial read = file;
  read.content_ = std::move(content);
  return read;
}

}  // namespace easypost_connect
