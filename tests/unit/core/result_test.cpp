// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include <easypost_connect/result.hpp>

namespace easypost_connect {
namespace {

Error some_error() {
  Error error;
  error.code = ErrorCode::kTimeout;
  error.message = "Too late.";
  return error;
}

TEST(Result, HoldsAValue) {
  Result<std::string> result = std::string("text");
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(*result, "text");
  EXPECT_EQ(result->size(), 4U);
  EXPECT_EQ(result.value(), "text");
  result->append("ual");
  EXPECT_EQ(std::as_const(result).value(), "textual");
  EXPECT_EQ(*std::as_const(result), "textual");
}

TEST(Result, HoldsAnError) {
  const Result<std::string> result = some_error();
  EXPECT_FALSE(result.has_value());
  EXPECT_FALSE(static_cast<bool>(result));
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
}

TEST(Result, ValueOfAnErrorThrowsIt) {
  Result<int> result = some_error();
  for (const bool constant : {false, true}) {
    try {
      static_cast<void>(constant ? std::as_const(result).value() : result.value());
      ADD_FAILURE() << "nothing was thrown";
    } catch (const ConnectError& thrown) {
      EXPECT_EQ(thrown.error().code, ErrorCode::kTimeout);
      EXPECT_STREQ(thrown.what(), "request: Too late.");
    }
  }
  EXPECT_THROW(static_cast<void>(std::move(result).value()), ConnectError);
}

TEST(Result, TheWrongAccessThrowsInsteadOfReadingGarbage) {
  Result<int> failed = some_error();
  Result<int> succeeded = 1;
  EXPECT_THROW(static_cast<void>(*failed), ConnectError);
  EXPECT_THROW(static_cast<void>(succeeded.error()), std::bad_variant_access);
}

TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> value = *std::move(result);
  EXPECT_EQ(*value, 7);
  Result<std::unique_ptr<int>> other = std::make_unique<int>(8);
  const std::unique_ptr<int> taken = std::move(other).value();
  EXPECT_EQ(*taken, 8);
}

TEST(Result, MovesItsErrorOut) {
  Result<int> result = some_error();
  const std::string message(400, 'm');
  result.error().message = message;
  const Error error = std::move(result).error();
  EXPECT_EQ(error.message, message);
}

TEST(Result, CanBeMovedAsAWhole) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  Result<std::unique_ptr<int>> moved = std::move(result);
  ASSERT_TRUE(moved.has_value());
  EXPECT_EQ(**moved, 7);
  moved = some_error();
  EXPECT_FALSE(moved.has_value());
}

// A function that returns a Result<void> where memory is short must not need memory for it.
static_assert(std::is_nothrow_default_constructible_v<Result<void>>);
static_assert(std::is_nothrow_constructible_v<Result<void>, Error>);
static_assert(std::is_nothrow_move_constructible_v<Result<void>>);
static_assert(std::is_nothrow_move_assignable_v<Result<void>>);

Result<void> succeed() { return {}; }
Result<void> fail() { return some_error(); }

TEST(ResultWithoutValue, IsSuccessUnlessAnErrorIsGiven) {
  EXPECT_TRUE(succeed().has_value());
  EXPECT_TRUE(static_cast<bool>(succeed()));
  EXPECT_FALSE(fail().has_value());
  EXPECT_FALSE(static_cast<bool>(fail()));
  EXPECT_EQ(fail().error().code, ErrorCode::kTimeout);
}

TEST(ResultWithoutValue, ValueThrowsTheError) {
  succeed().value();
  try {
    fail().value();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const ConnectError& thrown) {
    EXPECT_EQ(thrown.error().code, ErrorCode::kTimeout);
  }
}

TEST(ResultWithoutValue, ErrorOfASuccessThrowsInsteadOfReadingGarbage) {
  EXPECT_THROW(static_cast<void>(succeed().error()), std::bad_variant_access);
}

TEST(ResultWithoutValue, MovesItsErrorOut) {
  Result<void> result = some_error();
  const std::string message(400, 'm');
  result.error().message = message;
  EXPECT_EQ(std::as_const(result).error().message, message);
  const Error error = std::move(result).error();
  EXPECT_EQ(error.message, message);
}

TEST(ResultWithoutValue, CanBeReplaced) {
  Result<void> result = some_error();
  result = {};
  EXPECT_TRUE(result.has_value());
  result = fail();
  EXPECT_FALSE(result.has_value());
}

}  // namespace
}  // namespace easypost_connect
