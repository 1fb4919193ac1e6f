// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <string>
#include <vector>

#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::corpus {

// Forms of text.
std::string replace(std::string text, const std::string& old, const std::string& by);
std::string utf16(const std::string& text, bool little_endian, bool with_mark);
std::string escaped(const std::string& pem);  ///< \n in two characters stands for each line end
std::string one_line(const std::string& pem, const std::string& line_end = "");
std::string base64(const std::string& bytes);
/// Puts the first block of `pem` under another label.
std::string relabelled(const std::string& pem, const std::string& old_label, const std::string& label);

// Forms of certificates and keys; all arguments are PEM.
std::string der_of(const std::string& pem);
std::string to_pem(const std::string& der, const std::string& label);
std::string trusted(const std::string& certificate, bool reject_servers = false);
std::string pkcs7(const std::vector<std::string>& certificates);  ///< DER
std::string signing_request();
std::string public_key(const std::string& private_key);
std::string traditional_key(const std::string& private_key);  ///< PKCS #1 or SEC 1
std::string ec_parameters();

/// Encrypts `private_key` with `passphrase` as PKCS #8: by a cipher under PBES2, or by an older scheme (its NID).
std::string pkcs8_key(const std::string& private_key, const std::string& passphrase, const char* cipher,
                      int scheme = -1);
/// Encrypts under scrypt; if `too_large`, with more memory than OpenSSL allows.
std::string scrypt_key(const std::string& private_key, const std::string& passphrase, bool too_large);
/// Returns PKCS #8 that holds no key and claims `iterations`, of PBES2 or of an older scheme (its NID).
std::string costly_key(int iterations, int scheme = -1);
/// Returns PKCS #8 that holds no key and claims this `parallelization` of scrypt.
std::string costly_scrypt_key(unsigned parallelization);
/// Encrypts `private_key` as PEM with a DEK-Info header.
std::string dek_info_key(const std::string& private_key, const std::string& passphrase, const char* cipher);

struct Pkcs12Entry {
  std::string private_key;  ///< PEM; empty: none
  std::string certificate;  ///< PEM; empty: none
  std::string alias = "client";
};

struct Pkcs12Recipe {
  std::vector<Pkcs12Entry> entries;
  std::string passphrase{};
  std::string key_passphrase{};  ///< if empty, the passphrase of the file
  bool absent_passphrase = false;
  int key_scheme = NID_aes_256_cbc;
  int certificate_scheme = NID_aes_256_cbc;  ///< -1: not encrypted
  const char* mac = "SHA256";                ///< empty: none
  long claimed_iterations = 0;               ///< stated for the MAC, whatever it was made with; 0: the truth
};

/// Returns DER.
std::string pkcs12(const Pkcs12Recipe& recipe);

}  // namespace easypost_connect::corpus
