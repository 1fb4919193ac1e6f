// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/credentials.hpp>

#include "corpus/file_maker.hpp"

namespace easypost_connect::corpus {

/// Credentials as somebody gave them.
struct Given {
  ClientCertificate client{};
  TlsMaterial server_ca{};
};

/// A file as somebody had it. A new report is a new row.
struct CredentialFile {
  std::string name;
  Given (*make)();
  Factor factor = Factor::kClientCertificate;  ///< factor that the refusal names
  std::string gist{};                          ///< text that the refusal must hold; empty: it is taken
};

inline void PrintTo(const CredentialFile& row, std::ostream* out) { *out << row.name; }

/// Loads each row as create() does.
class CredentialFiles : public ::testing::TestWithParam<CredentialFile> {};

constexpr Factor kClient = Factor::kClientCertificate;
constexpr Factor kServer = Factor::kServerCertificate;

// memory() gives a text as an option, variable() as the value of an environment variable.
inline TlsMaterial memory(const std::string& text) { return TlsMaterial::in_memory(Secret(text)); }
inline TlsMaterial variable(const std::string& text) { return TlsMaterial::from_setting(text); }

// The functions give `odd` as somebody had it, and beside it what it needs, as it should be.
Given certificate(const TlsMaterial& odd);
Given key(const TlsMaterial& odd, const std::string& passphrase = {});
Given authorities(const TlsMaterial& odd);
/// `odd` holds the certificate and its key.
Given both(const TlsMaterial& odd, const std::string& passphrase = {});

}  // namespace easypost_connect::corpus
