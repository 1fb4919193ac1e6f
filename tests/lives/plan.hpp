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

/// Where the body of a request comes from.
enum class Source { kNone, kMemory, kBorrowed, kFile, kFunction, kChunks };

/// Where the body of an answer goes.
enum class Target { kResponse, kFile, kFunction };

/// The functions of the caller's that a call runs.
enum class Place { kNowhere, kReader, kWriter, kProgress, kObserver, kEnd };

/// What the caller does in one of them, the first time it runs.
enum class Deed { kCancel, kCancelAll, kStartAnother, kWaitForAnother, kAskStatus, kReload, kLetGo, kThrow };

/// All that is decided about a call before it starts.
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
  bool holds_client = false;              ///< what it was given owns the client too
  std::shared_ptr<const Plan> another{};  ///< for kStartAnother

  [[nodiscard]] std::string describe() const;
};

/// A time that is never over, even on a busy machine.
inline constexpr std::chrono::milliseconds kLongTimeout{600'000};

[[nodiscard]] Plan draw_plan(Chance& chance);

}  // namespace easypost_connect::lives
