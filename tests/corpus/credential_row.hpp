// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include <easypost_connect/credentials.hpp>

#include "corpus/certificate_maker.hpp"

namespace easypost_connect::corpus {

/// A client certificate as somebody has it, and what create() makes of it.
struct Row {
  const char* name;
  std::function<ClientCertificate()> given;
  const char* sent;  ///< names of the certificates that a server gets; null: refused
  const char* gist;  ///< text that the Error or a warning must hold; empty: no warning
};

inline void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

/// Puts certificates and the key of that name together.
inline ClientCertificate bundle(const std::string& pem, const std::string& key_name) {
  return {TlsMaterial::in_memory(Secret(pem)), TlsMaterial::in_memory(Secret(key_pem(key_name))), {}};
}

/// Makes `recipe` valid from one day to the other, counted from today.
inline Recipe during(Recipe recipe, int from_day, int until_day, long serial = 0) {
  recipe.from_day = from_day;
  recipe.until_day = until_day;
  recipe.serial = serial;
  return recipe;
}

inline Recipe changed(Recipe recipe, const std::function<void(Recipe&)>& change) {
  change(recipe);
  return recipe;
}

/// Loads what the row gives, and compares.
void expect_judgement(const Row& row);

}  // namespace easypost_connect::corpus
