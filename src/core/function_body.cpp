// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <limits>
#include <string>
#include <utility>

#include "core/body_origin.hpp"
#include "core/callers_function.hpp"
#include "core/make_error.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

/// What all copies of a body, and all attempts to read it, share.
struct OneReading {
  OneReading(BodyReader reader, std::optional<std::uint64_t> announced) : read(std::move(reader)), size(announced) {}

  const BodyReader read;
  const std::optional<std::uint64_t> size;
  std::atomic<bool> begun{false};
  std::atomic<bool> ended{false};
  std::atomic<std::uint64_t> count{0};
};

Error misbehaved(std::string message, std::string remedy) {
  return make_error(ErrorCode::kBodyIo, Factor::kRequest, "The function of the body " + std::move(message) + ".",
                    std::move(remedy));
}

Error read_before() {
  return misbehaved("was read before", "Make a new Body for each call: what a function gave is gone.");
}

class FunctionInput final : public BodyInput {
 public:
  explicit FunctionInput(std::shared_ptr<OneReading> reading) : reading_(std::move(reading)) {}

  Result<std::size_t> read(char* buffer, std::size_t capacity) override {
    if (!mine_ && reading_->begun.exchange(true)) return read_before();
    mine_ = true;
    const std::uint64_t left = reading_->size.value_or(std::numeric_limits<std::uint64_t>::max()) - reading_->count;
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, left));
    if (most == 0) return most;
    auto count = call(buffer, most);
    if (!count) return count;
    if (*count > most) {
      return misbehaved(
          "says that it wrote " + std::to_string(*count) + " bytes where " + std::to_string(most) + " fit",
          "Return how many bytes were written, at most the capacity.");
    }
    if (*count == 0) return end();
    reading_->count += *count;
    return count;
  }

  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override { return reading_->size; }

 private:
  Result<std::size_t> call(char* buffer, std::size_t most) const {
    try {
      return reading_->read(buffer, most);
    } catch (...) {
      return thrown_error("The function of the body");
    }
  }

  Result<std::size_t> end() {
    if (reading_->size) {
      return misbehaved(
          "ended after " + std::to_string(reading_->count) + " of " + std::to_string(*reading_->size) + " bytes",
          "Give the size it really has, or none.");
    }
    reading_->ended = true;
    return std::size_t{0};
  }

  const std::shared_ptr<OneReading> reading_;
  bool mine_ = false;
};

class FunctionOrigin final : public BodyOrigin {
 public:
  FunctionOrigin(BodyReader read, std::optional<std::uint64_t> size)
      : reading_(std::make_shared<OneReading>(std::move(read), size)) {}

  Result<std::unique_ptr<BodyInput>> open() const override {
    if (!spent()) return std::unique_ptr<BodyInput>(std::make_unique<FunctionInput>(reading_));
    Error error = read_before();
    error.never_sent = true;
    return error;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override {
    if (reading_->size || !reading_->ended) return reading_->size;
    return reading_->count;
  }
  [[nodiscard]] bool repeatable() const noexcept override { return false; }
  [[nodiscard]] bool spent() const noexcept override { return reading_->begun; }
  [[nodiscard]] bool callable() const noexcept override { return reading_->read != nullptr; }

 private:
  const std::shared_ptr<OneReading> reading_;
};

}  // namespace

Body Body::from_function(BodyReader read, std::optional<std::uint64_t> size) {
  Body body;
  body.origin_ = std::make_shared<const FunctionOrigin>(std::move(read), size);
  return body;
}

}  // namespace easypost_connect
