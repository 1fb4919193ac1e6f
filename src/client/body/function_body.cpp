// SPDX-License-Identifier: Apache-2.0
#include "body/function_body.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <string>
#include <utility>

#include "body/body.hpp"
#include "core/make_error.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

/// All copies of a body and all attempts to read it share this.
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

class FunctionInput final : public SourceReader {
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

class FunctionOrigin final : public BodySource {
 public:
  FunctionOrigin(BodyReader read, std::optional<std::uint64_t> size)
      : reading_(std::make_shared<OneReading>(std::move(read), size)) {}

  Result<std::unique_ptr<SourceReader>> open() const override {
    if (!spent()) return std::unique_ptr<SourceReader>(std::make_unique<FunctionInput>(reading_));
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

namespace {

using namespace internal;

class FunctionTarget final : public BodyDrain {
 public:
  explicit FunctionTarget(BodyWriter write) : state_(std::make_shared<State>(std::move(write))) {}

  Result<std::unique_ptr<DrainWriter>> open() const override {
    return std::unique_ptr<DrainWriter>(std::make_unique<Output>(state_));
  }
  [[nodiscard]] bool spent() const noexcept override { return state_->begun; }
  [[nodiscard]] bool callable() const noexcept override { return state_->write != nullptr; }

 private:
  struct State {
    explicit State(BodyWriter writer) : write(std::move(writer)) {}
    const BodyWriter write;
    std::atomic<bool> begun{false};
  };

  class Output final : public DrainWriter {
   public:
    explicit Output(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

    Result<void> write(std::string_view bytes) override {
      state_->begun = true;
      try {
        return state_->write(bytes);
      } catch (...) {
        return thrown_error("The function of the sink");
      }
    }
    Result<void> finish() override { return {}; }

   private:
    const std::shared_ptr<State> state_;
  };

  const std::shared_ptr<State> state_;
};

}  // namespace

BodySink BodySink::to_function(BodyWriter write) {
  BodySink sink;
  sink.target_ = std::make_shared<const FunctionTarget>(std::move(write));
  return sink;
}

}  // namespace easypost_connect
