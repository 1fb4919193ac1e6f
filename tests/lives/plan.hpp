// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <easypost_connect/request.hpp>

#include "chance.hpp"
#include "server.hpp"

namespace easypost_connect::lives {

/// A Source says where the body of a request comes from.
enum class Source { kNone, kMemory, kBorrowed, kFile, kFunction, kChunks };

/// A Target says where the body of an answer is written.
enum class Target { kResponse, kFile, kFunction };

/// A Place names a function of the caller that a call runs.
enum class Place { kNowhere, kReader, kWriter, kProgress, kObserver, kEnd };

/// A Deed is an action of the caller in the function at a Place, done when that runs for the first time.
enum class Deed { kCancel, kCancelAll, kStartAnother, kWaitForAnother, kAskStatus, kReload, kLetGo, kThrow };

/// A Plan holds all that is decided about a call before it starts.
struct Plan {
  Method method = Method::kGet;
  Script script{};
  Source source = Source::kNone;
  std::size_t source_size = 0;
  Target target = Target::kResponse;
  std::chrono::milliseconds timeout{0};
  int max_attempts = 0;
  Place place = Place::kNowhere;
  Deed deed = Deed::kCancel;
  bool holds_client = false;              ///< the functions of the call own the client too
  std::shared_ptr<const Plan> another{};  ///< the call that kStartAnother starts

  [[nodiscard]] std::string describe() const;
};

/// A time that is never over, even on a busy machine.
inline constexpr std::chrono::milliseconds kLongTimeout{600'000};

[[nodiscard]] Plan draw_plan(Chance& chance);

}  // namespace easypost_connect::lives
