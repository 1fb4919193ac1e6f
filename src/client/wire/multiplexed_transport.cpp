// SPDX-License-Identifier: Apache-2.0
#include "wire/multiplexed_transport.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "wire/connection_setup.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::steady_clock;

/// One transfer takes so many steps before the others have their turn.
constexpr int kMostSteps = 16;

}  // namespace

MultiplexedTransport::MultiplexedTransport(Setups setups)
    : tokens_(std::move(setups.tokens)), connections_(setups.calls), keeps_(setups.calls.options) {}

Result<void> MultiplexedTransport::start(Attempt& attempt) {
  Slot& slot = take_slot();
  slot.attempt = &attempt;
  attempt.in_transport = &slot;
  reserve_events();
  Result<void> started;
  if (attempt.purpose() == Attempt::Purpose::kToken) {
    started = start_http1(slot, std::make_unique<Connection>(tokens_, HttpVersion::kHttp1));
  } else if (attempt.purpose() == Attempt::Purpose::kCall && version_for(attempt.request()) == HttpVersion::kHttp1) {
    started = start_http1(slot, nullptr);
  } else {
    move(slot, waiting_);
  }
  if (!started) keep(slot);
  return started;
}

SteadyTime MultiplexedTransport::end_of(const Attempt& attempt) const noexcept {
  const auto& slot = *static_cast<const Slot*>(attempt.in_transport);
  if (slot.list == &http1_) return slot.http1->end();
  return slot.list == &http2_ ? slot.end() : attempt.context().deadline;
}

Error MultiplexedTransport::abort(Attempt& attempt) noexcept try {
  Slot& slot = *static_cast<Slot*>(attempt.in_transport);
  const bool cancelled = attempt.context().cancellation.cancelled();
  const CURLcode code = cancelled ? CURLE_ABORTED_BY_CALLBACK : CURLE_OPERATION_TIMEDOUT;
  Result<Response> outcome = no_answer_in_time();
  if (slot.list == &http1_ && slot.wants_connection()) {
    if (auto opened = slot.http1->finish_connection(code); !opened) outcome = std::move(opened).error();
  } else if (slot.list == &http1_) {
    outcome = slot.http1->finish(code);
  } else if (slot.list == &http2_) {
    outcome = slot.connection->abort(slot, code);
  } else {
    const Connection* const opening = connections_.find_opening(slot.authority());
    outcome = opening != nullptr ? opening->connector().failure(code, {}) : no_stream_in_time();
    if (cancelled) outcome = cancelled_error();
    outcome.error().never_sent = outcome.error().never_whole = true;
  }
  keep(slot);
  return outcome ? no_answer_in_time() : std::move(outcome).error();
} catch (const std::bad_alloc&) {
  keep(*static_cast<Slot*>(attempt.in_transport));
  return out_of_memory();
}

void MultiplexedTransport::run(SteadyTime until) noexcept {
  SteadyTime next = until;
  take_opened();
  assign_waiting();
  carry_on(next);
  if (may_assign()) next = steady_clock::now();
  if (!deliver()) wait(next);
}

MultiplexedTransport::Slot& MultiplexedTransport::take_slot() {
  if (idle_.empty()) {
    Slot& slot = idle_.emplace_back();
    slot.list = &idle_;
    slot.position = std::prev(idle_.end());
  }
  return idle_.back();  // the slot used last
}

void MultiplexedTransport::move(Slot& slot, Slots& to) noexcept {
  to.splice(to.end(), *slot.list, slot.position);
  slot.list = &to;
}

void MultiplexedTransport::end(Slot& slot, Result<void> outcome) noexcept {
  slot.outcome = std::move(outcome);
  move(slot, done_);
}

/// Keeps the slot for the next attempt. If memory is short, its connection is not kept.
void MultiplexedTransport::keep(Slot& slot) noexcept {
  const bool for_calls = slot.attempt->purpose() != Attempt::Purpose::kToken;
  auto transfer = std::move(slot.http1);
  slot.connection = nullptr;
  slot.attempt = nullptr;
  slot.outcome = {};
  move(slot, idle_);
  if (!transfer || !for_calls || !transfer->usable() || !transfer->connection().is_open()) return;
  try {
    static_cast<void>(kept_.keep(std::move(transfer), keeps_));
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
  }
}

/// Begins over `connection`; if it is null, over one that is kept, or a new one.
Result<void> MultiplexedTransport::start_http1(Slot& slot, std::unique_ptr<Connection> connection) {
  if (!connection) slot.http1 = kept_.lend(slot.authority());
  if (!slot.http1) {
    if (!connection) connection = connections_.make(HttpVersion::kHttp1);
    slot.http1 = std::make_unique<Http1Transfer>(std::move(connection));
  }
  const CallContext& context = slot.attempt->context();
  auto begun = slot.wants_connection() ? slot.http1->begin_connection(context)
                                       : slot.http1->begin(slot.attempt->request(), context);
  if (begun) move(slot, http1_);
  return begun;
}

void MultiplexedTransport::start_http2(Slot& slot, Http2Connection& connection) {
  if (slot.wants_connection()) {
    connection.keep();
    return end(slot, {});
  }
  if (auto begun = slot.begin(slot.attempt->request(), slot.attempt->context()); !begun)
    return end(slot, std::move(begun));
  slot.connection = &connection;
  if (connection.start(slot)) return move(slot, http2_);
  slot.connection = nullptr;
  throw std::bad_alloc();
}

// --- connections

void MultiplexedTransport::take_opened() noexcept {
  while (auto opened = connections_.next_opened()) {
    if (opened->code == CURLE_OK) {
      use(std::move(opened->connection));
    } else {
      give_up(*opened->connection, opened->code);
    }
  }
}

/// Tells all that wait for the connection why there is none.
void MultiplexedTransport::give_up(const Connection& connection, CURLcode code) noexcept {
  const auto authority = connection.connector().authority();
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    Slot& slot = *next++;
    if (slot.authority() != authority) continue;
    try {
      end(slot, connection.connector().failure(code, {}));
    } catch (const std::bad_alloc&) {
      end(slot, out_of_memory());
    }
  }
}

/// Adds the connection, or closes it if memory is short. Another one is then opened for those that wait.
void MultiplexedTransport::use(std::unique_ptr<Connection> connection) noexcept try {
  if (connection->connector().connection()->speaks_http2()) return connections_.add(std::move(connection));
  const std::string authority(connection->connector().authority());
  connections_.set_speaks_http1(authority);
  const auto first =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const Slot& slot) { return slot.authority() == authority; });
  if (first == waiting_.end()) return;
  if (auto started = start_http1(*first, std::move(connection)); !started) end(*first, std::move(started));
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

void MultiplexedTransport::assign_waiting() noexcept {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    Slot& slot = *next++;
    try {
      assign(slot);
    } catch (const std::bad_alloc&) {
      Error error = out_of_memory();
      error.never_sent = true;
      end(slot, std::move(error));
    }
  }
}

/// Tells whether a waiting slot can go on: reading has made room, or a connection goes away or has ended.
bool MultiplexedTransport::may_assign() const noexcept {
  return std::any_of(waiting_.begin(), waiting_.end(), [this](const Slot& slot) {
    const auto authority = slot.authority();
    if (const Http2Connection* connection = connections_.find(authority)) return connection->room() > 0;
    return connections_.speaks_http1(authority) || connections_.find_opening(authority) == nullptr;
  });
}

/// Starts the slot if its host has a connection with room, or speaks HTTP/1.1. Otherwise the slot waits on.
void MultiplexedTransport::assign(Slot& slot) {
  const auto authority = slot.authority();
  if (connections_.speaks_http1(authority)) {
    if (auto started = start_http1(slot, nullptr); !started) end(slot, std::move(started));
  } else if (Http2Connection* connection = connections_.find(authority)) {
    if (connection->room() > 0) start_http2(slot, *connection);
  } else if (connections_.find_opening(authority) == nullptr) {
    if (auto opened = connections_.open(slot.attempt->context().url); !opened) end(slot, std::move(opened));
  }
}

// --- bytes

void MultiplexedTransport::carry_on(SteadyTime& next) noexcept {
  for (const auto& connection : connections_.all()) {
    connection->run();
    while (Http2Transfer* transfer = connection->next_ended()) ended(static_cast<Slot&>(*transfer));
  }
  next = std::min(next, connections_.until());
  for (auto each = http1_.begin(); each != http1_.end();) {
    Slot& slot = *each++;
    auto step = Http1Transfer::Step::kGoOn;
    for (int steps = 0; step == Http1Transfer::Step::kGoOn && steps < kMostSteps; ++steps) step = slot.http1->advance();
    if (step == Http1Transfer::Step::kGoOn) next = steady_clock::now();
    if (step == Http1Transfer::Step::kWait) next = std::min(next, slot.http1->until());
    if (step == Http1Transfer::Step::kDone) end(slot, {});
  }
}

/// Ends the slot with its stream. A server that demands HTTP/1.1 (Apache: where a path wants a certificate) gets it.
void MultiplexedTransport::ended(Slot& slot) noexcept try {
  if (!slot.demands_http1()) return end(slot, {});
  connections_.set_speaks_http1(slot.authority());
  slot.leave_to_http1();
  slot.connection = nullptr;
  if (auto started = start_http1(slot, nullptr); !started) end(slot, std::move(started));
} catch (const std::bad_alloc&) {
  end(slot, out_of_memory());
}

/// Returns whether anything has been answered.
bool MultiplexedTransport::deliver() noexcept {
  const bool any = !done_.empty();
  while (!done_.empty()) {
    Slot& slot = done_.front();
    Attempt& attempt = *slot.attempt;
    if (slot.wants_connection()) {
      auto opened = slot.outcome && slot.http1 ? slot.http1->finish_connection() : std::move(slot.outcome);
      keep(slot);
      attempt.on_connection(std::move(opened));
    } else {
      auto answer = answer_of(slot);
      keep(slot);
      attempt.on_answer(std::move(answer));
    }
  }
  connections_.retire();
  return any;
}

Result<Response> MultiplexedTransport::answer_of(Slot& slot) noexcept {
  if (!slot.outcome) return std::move(slot.outcome).error();
  if (slot.connection != nullptr) return slot.connection->finish(slot);
  auto outcome = slot.http1->finish();
  if (!outcome && outcome.error().seen.kept_connection) {
    try {
      static_cast<void>(kept_.forget(slot.http1->authority()));
    } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): they will be tried one by one
    }
  }
  return outcome;
}

/// Reserves entries, because wait() must need no memory.
void MultiplexedTransport::reserve_events() {
  events_.reserve(connections_.most_events() + (http1_.size() + waiting_.size() + 1) * Connection::kMostEvents);
}

void MultiplexedTransport::wait(SteadyTime until) noexcept try {
  events_.clear();
  connections_.add_events(events_);
  for (const Slot& slot : http1_) slot.http1->add_events(events_);
  waiter_.wait(events_, until);
  const curl_waitfd* events = connections_.take_events(events_.data());
  for (const Slot& slot : http1_) events = slot.http1->take_events(events);
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): the next turn tries again
}

}  // namespace easypost_connect::internal
