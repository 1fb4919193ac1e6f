// SPDX-License-Identifier: Apache-2.0
#include "wire/multi_transport.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "core/url_view.hpp"
#include "wire/http_version.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::steady_clock;

/// Steps of one transfer before the others have their turn.
constexpr int kMostSteps = 16;

}  // namespace

struct MultiTransport::Attempt final : Http2Transfer {
  Exchange* exchange = nullptr;
  std::unique_ptr<Http1Transfer> http1;   // where HTTP/1.1 carries it
  Http2Connection* connection = nullptr;  // where HTTP/2 does
  std::optional<Error> error;             // where nothing did
  Attempts* list = nullptr;
  Attempts::iterator position;

  [[nodiscard]] std::string_view authority() const noexcept { return UrlView(exchange->context().url).authority; }
  [[nodiscard]] bool wants_connection() const noexcept { return exchange->purpose() == Exchange::Purpose::kConnection; }
};

MultiTransport::MultiTransport(Setups setups)
    : tokens_(std::move(setups.tokens)), connections_(setups.calls), keeps_(setups.calls.options) {}

MultiTransport::~MultiTransport() = default;

std::optional<Error> MultiTransport::start(Exchange& exchange) {
  Attempt& attempt = take_attempt();
  attempt.exchange = &exchange;
  exchange.in_transport = &attempt;
  reserve_events();
  std::optional<Error> refusal;
  if (exchange.purpose() == Exchange::Purpose::kToken) {
    refusal = start_http1(attempt, std::make_unique<Connection>(tokens_, HttpVersion::kHttp1));
  } else if (exchange.purpose() == Exchange::Purpose::kCall && version_for(exchange.request()) == HttpVersion::kHttp1) {
    refusal = start_http1(attempt, nullptr);
  } else {
    move(attempt, waiting_);
  }
  if (refusal) keep(attempt);
  return refusal;
}

SteadyTime MultiTransport::end_of(const Exchange& exchange) const noexcept {
  const auto& attempt = *static_cast<const Attempt*>(exchange.in_transport);
  if (attempt.list == &http1_) return attempt.http1->end();
  return attempt.list == &http2_ ? attempt.end() : exchange.context().deadline;
}

Error MultiTransport::abort(Exchange& exchange) noexcept try {
  Attempt& attempt = *static_cast<Attempt*>(exchange.in_transport);
  const bool cancelled = exchange.context().cancellation.cancelled();
  const CURLcode code = cancelled ? CURLE_ABORTED_BY_CALLBACK : CURLE_OPERATION_TIMEDOUT;
  Result<Response> outcome = Response{};
  if (attempt.list == &http1_) {
    outcome = attempt.http1->finish(code);
  } else if (attempt.list == &http2_) {
    outcome = attempt.connection->abort(attempt, code);
  } else {
    const Connection* const opening = connections_.find_opening(attempt.authority());
    outcome = opening != nullptr ? opening->connector().failure(code, {}) : no_stream_in_time();
    if (cancelled) outcome = cancelled_error();
    outcome.error().never_sent = outcome.error().never_whole = true;
  }
  keep(attempt);
  return outcome ? no_answer_in_time() : std::move(outcome).error();
} catch (const std::bad_alloc&) {
  keep(*static_cast<Attempt*>(exchange.in_transport));
  return out_of_memory();
}

void MultiTransport::run(SteadyTime until) noexcept {
  SteadyTime next = until;
  take_opened();
  assign_waiting();
  carry_on(next);
  if (may_assign()) next = steady_clock::now();
  if (!deliver()) wait(next);
}

MultiTransport::Attempt& MultiTransport::take_attempt() {
  if (idle_.empty()) {
    Attempt& attempt = idle_.emplace_back();
    attempt.list = &idle_;
    attempt.position = std::prev(idle_.end());
  }
  return idle_.back();  // the one used last
}

void MultiTransport::move(Attempt& attempt, Attempts& to) noexcept {
  to.splice(to.end(), *attempt.list, attempt.position);
  attempt.list = &to;
}

void MultiTransport::end(Attempt& attempt, std::optional<Error> error) noexcept {
  attempt.error = std::move(error);
  move(attempt, done_);
}

/// For the next exchange. Short of memory, its connection is not kept.
void MultiTransport::keep(Attempt& attempt) noexcept {
  const bool for_calls = attempt.exchange->purpose() != Exchange::Purpose::kToken;
  auto transfer = std::move(attempt.http1);
  attempt.connection = nullptr;
  attempt.exchange = nullptr;
  attempt.error.reset();
  move(attempt, idle_);
  if (!transfer || !for_calls || !transfer->usable() || !transfer->connection().is_open()) return;
  try {
    static_cast<void>(kept_.keep(std::move(transfer), keeps_));
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
  }
}

/// An Error: it did not begin. `connection`: the one to use; null: one that is kept, or a new one.
std::optional<Error> MultiTransport::start_http1(Attempt& attempt, std::unique_ptr<Connection> connection) {
  if (!connection) attempt.http1 = kept_.lend(attempt.authority());
  if (!attempt.http1) {
    if (!connection) connection = connections_.make(HttpVersion::kHttp1);
    attempt.http1 = std::make_unique<Http1Transfer>(std::move(connection));
  }
  const CallContext& context = attempt.exchange->context();
  auto error = attempt.wants_connection() ? attempt.http1->begin_connection(context)
                                          : attempt.http1->begin(attempt.exchange->request(), context);
  if (!error) move(attempt, http1_);
  return error;
}

void MultiTransport::start_http2(Attempt& attempt, Http2Connection& connection) {
  if (attempt.wants_connection()) {
    connection.keep();
    return end(attempt, std::nullopt);
  }
  if (auto error = attempt.begin(attempt.exchange->request(), attempt.exchange->context()))
    return end(attempt, std::move(error));
  attempt.connection = &connection;
  if (connection.start(attempt)) return move(attempt, http2_);
  attempt.connection = nullptr;
  throw std::bad_alloc();
}

// --- connections

void MultiTransport::take_opened() noexcept {
  while (auto opened = connections_.next_opened()) {
    if (opened->code == CURLE_OK) {
      use(std::move(opened->connection));
    } else {
      give_up(*opened->connection, opened->code);
    }
  }
}

/// All that wait for it hear why.
void MultiTransport::give_up(const Connection& connection, CURLcode code) noexcept {
  const auto authority = connection.connector().authority();
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    Attempt& attempt = *next++;
    if (attempt.authority() != authority) continue;
    try {
      end(attempt, connection.connector().failure(code, {}));
    } catch (const std::bad_alloc&) {
      end(attempt, out_of_memory());
    }
  }
}

/// Short of memory, it is closed, and another one is opened for those that wait.
void MultiTransport::use(std::unique_ptr<Connection> connection) noexcept try {
  if (connection->connector().connection()->speaks_http2()) return connections_.add(std::move(connection));
  const std::string authority(connection->connector().authority());
  connections_.set_speaks_http1(authority);
  const auto first = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Attempt& attempt) { return attempt.authority() == authority; });
  if (first == waiting_.end()) return;
  if (auto error = start_http1(*first, std::move(connection))) end(*first, std::move(error));
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

void MultiTransport::assign_waiting() noexcept {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    Attempt& attempt = *next++;
    try {
      assign(attempt);
    } catch (const std::bad_alloc&) {
      Error error = out_of_memory();
      error.never_sent = true;
      end(attempt, std::move(error));
    }
  }
}

/// What was read has made room, or a connection goes away or has ended.
bool MultiTransport::may_assign() const noexcept {
  return std::any_of(waiting_.begin(), waiting_.end(), [this](const Attempt& attempt) {
    const auto authority = attempt.authority();
    if (const Http2Connection* connection = connections_.find(authority)) return connection->room() > 0;
    return connections_.speaks_http1(authority) || connections_.find_opening(authority) == nullptr;
  });
}

/// Where its host has a connection with room, or speaks HTTP/1.1; otherwise it waits on.
void MultiTransport::assign(Attempt& attempt) {
  const auto authority = attempt.authority();
  if (connections_.speaks_http1(authority)) {
    if (auto error = start_http1(attempt, nullptr)) end(attempt, std::move(error));
  } else if (Http2Connection* connection = connections_.find(authority)) {
    if (connection->room() > 0) start_http2(attempt, *connection);
  } else if (connections_.find_opening(authority) == nullptr) {
    if (auto error = connections_.open(attempt.exchange->context().url)) end(attempt, std::move(error));
  }
}

// --- bytes

void MultiTransport::carry_on(SteadyTime& next) noexcept {
  for (const auto& connection : connections_.all()) {
    connection->run();
    while (Http2Transfer* transfer = connection->next_ended()) ended(static_cast<Attempt&>(*transfer));
  }
  next = std::min(next, connections_.until());
  for (auto each = http1_.begin(); each != http1_.end();) {
    Attempt& attempt = *each++;
    auto step = Http1Transfer::Step::kGoOn;
    for (int steps = 0; step == Http1Transfer::Step::kGoOn && steps < kMostSteps; ++steps)
      step = attempt.http1->advance();
    if (step == Http1Transfer::Step::kGoOn) next = steady_clock::now();
    if (step == Http1Transfer::Step::kWait) next = std::min(next, attempt.http1->until());
    if (step == Http1Transfer::Step::kDone) end(attempt, std::nullopt);
  }
}

/// Its stream has. A server that demands HTTP/1.1 (Apache does where a path wants a certificate) gets it.
void MultiTransport::ended(Attempt& attempt) noexcept try {
  if (!attempt.demands_http1()) return end(attempt, std::nullopt);
  connections_.set_speaks_http1(attempt.authority());
  attempt.leave_to_http1();
  attempt.connection = nullptr;
  if (auto error = start_http1(attempt, nullptr)) end(attempt, std::move(error));
} catch (const std::bad_alloc&) {
  end(attempt, out_of_memory());
}

/// True: something has been answered.
bool MultiTransport::deliver() noexcept {
  const bool any = !done_.empty();
  while (!done_.empty()) {
    Attempt& attempt = done_.front();
    Exchange& exchange = *attempt.exchange;
    auto outcome = outcome_of(attempt);
    keep(attempt);
    exchange.on_answer(std::move(outcome));
  }
  connections_.retire();
  return any;
}

Result<Response> MultiTransport::outcome_of(Attempt& attempt) noexcept {
  if (attempt.error) return *std::move(attempt.error);
  if (attempt.connection != nullptr) return attempt.connection->finish(attempt);
  if (!attempt.http1) return Response{};  // a connection was wanted, and is there
  auto outcome = attempt.http1->finish();
  if (!outcome && outcome.error().seen.kept_connection) {
    try {
      static_cast<void>(kept_.forget(attempt.http1->authority()));
    } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): they will be tried one by one
    }
  }
  return outcome;
}

/// So that wait() needs no memory.
void MultiTransport::reserve_events() {
  events_.reserve(connections_.most_events() + (http1_.size() + waiting_.size() + 1) * Connection::kMostEvents);
}

void MultiTransport::wait(SteadyTime until) noexcept try {
  events_.clear();
  connections_.add_events(events_);
  for (const Attempt& attempt : http1_) attempt.http1->add_events(events_);
  waiter_.wait(events_, until);
  const curl_waitfd* events = connections_.take_events(events_.data());
  for (const Attempt& attempt : http1_) events = attempt.http1->take_events(events);
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): the next turn tries again
}

}  // namespace easypost_connect::internal
