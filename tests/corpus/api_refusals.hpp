// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call/answer_error.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::corpus {

/// An answer that some gateway, framework or API gives, and what it is to be called. A new report is a new row.
struct ApiRefusal {
  std::string name;  ///< name of the test: letters and digits
  int status;
  Headers headers;
  std::string body;
  Factor factor;
  std::string gist;  ///< text that message or remedy must hold
  bool retryable = false;
};

inline void PrintTo(const ApiRefusal& row, std::ostream* out) { *out << row.name; }

/// The Error a caller gets: a 401 is final after a second token only.
inline Error error_of(const ApiRefusal& row) {
  const auto tokens = row.status == 401 ? internal::TokensTried::kTwo : internal::TokensTried::kOne;
  return internal::answer_error(test_support::answer(row.status, row.body, row.headers), tokens, {});
}

inline void expect_so(const ApiRefusal& row) {
  using namespace test_support;
  const Error error = error_of(row);
  EXPECT_THAT(error, ::testing::AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(row.factor), Says(row.gist)));
  EXPECT_EQ(error.retryable, row.retryable);
  if (row.status != 401) {
    EXPECT_THAT(error, ::testing::Not(::testing::AnyOf(Says("new one as well"), Says("so had a new one"))));
  }
}

inline Headers challenges(std::initializer_list<const char*> fields) {
  Headers headers{{"content-type", "application/json"}};
  for (const char* field : fields) headers.add("WWW-Authenticate", field);
  return headers;
}

}  // namespace easypost_connect::corpus
