// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <easypost_connect/credentials.hpp>

namespace easypost_connect {

PemSource PemSource::file(std::string path) {
  PemSource source;
  source.path_ = std::move(path);
  return source;
}

PemSource PemSource::text(Secret pem) {
  PemSource source;
  source.text_ = std::move(pem);
  return source;
}

PemSource PemSource::path_or_text(std::string_view value) {
  const bool is_text = value.find("-----BEGIN ") != std::string_view::npos;
  return is_text ? text(Secret(value)) : file(std::string(value));
}

}  // namespace easypost_connect
