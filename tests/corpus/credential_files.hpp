// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/credentials.hpp>

#include "corpus/file_maker.hpp"

namespace easypost_connect::corpus {

/// What somebody gave as credentials.
struct Given {
  ClientCertificate client{};
  TlsMaterial server_ca{};
};

/// One file as somebody had it. The next report is one row.
struct CredentialFile {
  std::string name;
  Given (*make)();
  Factor factor = Factor::kClientCertificate;  ///< of the refusal
  std::string gist{};                          ///< what the refusal must say; empty: it is taken
};

inline void PrintTo(const CredentialFile& row, std::ostream* out) { *out << row.name; }

/// Loads each row as create() does.
class CredentialFiles : public ::testing::TestWithParam<CredentialFile> {};

constexpr Factor kClient = Factor::kClientCertificate;
constexpr Factor kServer = Factor::kServerCertificate;

/// As the content of the option, and as the value of its variable.
inline TlsMaterial memory(const std::string& text) { return TlsMaterial::in_memory(Secret(text)); }
inline TlsMaterial variable(const std::string& text) { return TlsMaterial::from_setting(text); }

// One of the two as it should be, the other one as somebody had it.
Given certificate(const TlsMaterial& odd);
Given key(const TlsMaterial& odd, const std::string& passphrase = {});
Given authorities(const TlsMaterial& odd);
/// Both in one.
Given both(const TlsMaterial& odd, const std::string& passphrase = {});

}  // namespace easypost_connect::corpus
