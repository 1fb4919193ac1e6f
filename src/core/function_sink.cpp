// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <utility>

#include "core/body_target.hpp"
#include "core/callers_function.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

class FunctionTarget final : public BodyTarget {
 public:
  explicit FunctionTarget(BodyWriter write) : state_(std::make_shared<State>(std::move(write))) {}

  Result<std::unique_ptr<BodyOutput>> open() const override {
    return std::unique_ptr<BodyOutput>(std::make_unique<Output>(state_));
  }
  [[nodiscard]] bool spent() const noexcept override { return state_->begun; }
  [[nodiscard]] bool callable() const noexcept override { return state_->write != nullptr; }

 private:
  struct State {
    explicit State(BodyWriter writer) : write(std::move(writer)) {}
    const BodyWriter write;
    std::atomic<bool> begun{false};
  };

  class Output final : public BodyOutput {
   public:
    explicit Output(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

    std::optional<Error> write(std::string_view bytes) override {
      state_->begun = true;
      try {
        return state_->write(bytes);
      } catch (...) {
        return thrown_error("The function of the sink");
      }
    }
    std::optional<Error> finish() override { return std::nullopt; }

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
