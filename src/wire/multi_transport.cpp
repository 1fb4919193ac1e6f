// SPDX-License-Identifier: Apache-2.0
#include "wire/multi_transport.hpp"

#include <algorithm>
#include <new>

#include "core/make_error.hpp"
#include "wire/sigpipe_guard.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::chrono::milliseconds kLongestWait{60'000};

int wait_in_milliseconds(SteadyTime until) noexcept {
  const auto left = until - std::chrono::steady_clock::now();
  if (left >= kLongestWait) return static_cast<int>(kLongestWait.count());
  return std::max(0, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

/// Needs no locks: all handles that use it are driven by one thread.
CurlSharePtr connection_cache() noexcept {
  CurlSharePtr cache(curl_share_init());
  if (!cache) return nullptr;
  curl_share_setopt(cache.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
  curl_share_setopt(cache.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return cache;
}

}  // namespace

struct MultiTransport::Ride {
  Ride(const ConnectionSetup& setup, HttpVersion http_version) : transfer(setup, http_version) {
    transfer.set_owner(this);
  }

  [[nodiscard]] std::optional<Error> prepare(const Exchange& carried) {
    if (carried.purpose() != Exchange::Purpose::kConnection) {
      return transfer.prepare(carried.request(), carried.context());
    }
    if (transfer.prepare_connection(carried.context())) return std::nullopt;
    return transfer.refusal();
  }
  [[nodiscard]] Result<Response> outcome(CURLcode code, const Exchange& carried) noexcept {
    if (carried.purpose() != Exchange::Purpose::kConnection) return transfer.outcome(code, carried.context());
    auto error = transfer.connection_outcome(code, carried.context());
    return error ? Result<Response>(*std::move(error)) : Response{};
  }

  CurlTransfer transfer;
  Exchange* exchange = nullptr;
  std::size_t index = 0;                 // in under_way_
  std::vector<RidePtr>* idle = nullptr;  // where it waits for the next exchange; null: it is for one only
};

MultiTransport::MultiTransport(Setups setups) : setups_(std::move(setups)), own_connections_(connection_cache()) {
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(setups_.calls.options.max_idle));
}

MultiTransport::~MultiTransport() {
  const SigpipeGuard guard;  // this need not be the I/O thread, which has it blocked
  for (const auto& ride : under_way_) curl_multi_remove_handle(multi_.get(), ride->transfer.handle());
}

MultiTransport::RidePtr MultiTransport::ride_for(const Exchange& exchange) {
  if (exchange.purpose() == Exchange::Purpose::kToken) {
    auto ride = std::make_unique<Ride>(setups_.tokens, HttpVersion::kHttp1);
    ride->transfer.use(own_connections_.get());
    ride->transfer.isolate();
    return ride;
  }
  if (exchange.purpose() == Exchange::Purpose::kConnection) {
    return std::make_unique<Ride>(setups_.calls, HttpVersion::kHttp2);
  }
  return ride_for_call(version_for(exchange.request()));
}

MultiTransport::RidePtr MultiTransport::ride_for_call(HttpVersion version) {
  auto& idle = version == HttpVersion::kHttp2 ? idle_ : idle_http1_;
  if (!idle.empty()) {
    RidePtr ride = std::move(idle.back());
    idle.pop_back();
    return ride;
  }
  auto ride = std::make_unique<Ride>(setups_.calls, version);
  if (version == HttpVersion::kHttp1) ride->transfer.use(own_connections_.get());
  ride->idle = &idle;
  return ride;
}

/// An Error: it will not.
std::optional<Error> MultiTransport::set_off(Ride& ride, const Exchange& exchange) {
  if (auto error = ride.prepare(exchange)) return error;
  const CURLcode added = transfer_code(curl_multi_add_handle(multi_.get(), ride.transfer.handle()));
  if (added == CURLE_OK) return std::nullopt;
  return ride.outcome(added, exchange).error();
}

std::optional<Error> MultiTransport::start(Exchange& exchange) {
  RidePtr ride = ride_for(exchange);
  under_way_.reserve(under_way_.size() + 1);
  if (auto refusal = set_off(*ride, exchange)) return refusal;
  ride->exchange = &exchange;
  ride->index = under_way_.size();
  exchange.in_transport = ride.get();
  under_way_.push_back(std::move(ride));
  return std::nullopt;
}

SteadyTime MultiTransport::end_of(const Exchange& exchange) const noexcept {
  return static_cast<const Ride*>(exchange.in_transport)->transfer.end();
}

Error MultiTransport::abort(Exchange& exchange) noexcept {
  RidePtr ride = take_out(*static_cast<Ride*>(exchange.in_transport));
  auto outcome = ride->outcome(CURLE_OPERATION_TIMEDOUT, exchange);
  keep(std::move(ride));
  return outcome ? no_answer_in_time() : std::move(outcome).error();
}

void MultiTransport::run(SteadyTime until) noexcept {
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  if (deliver()) return;
  if (const int wait = wait_in_milliseconds(until); wait > 0) {
    curl_multi_poll(multi_.get(), nullptr, 0, wait, nullptr);
  }
}

void MultiTransport::wake() noexcept { curl_multi_wakeup(multi_.get()); }

/// True when something has been answered.
bool MultiTransport::deliver() noexcept {
  bool any = false;
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
    const CURLcode code = message->data.result;  // the message is gone when its handle is taken out
    arrive(take_out(*static_cast<Ride*>(CurlTransfer::owner_of(message->easy_handle))), code);
    any = true;
  }
  return any;
}

void MultiTransport::arrive(RidePtr ride, CURLcode code) noexcept {
  Exchange& exchange = *std::exchange(ride->exchange, nullptr);
  auto outcome = ride->outcome(code, exchange);
  keep(std::move(ride));
  exchange.on_answer(std::move(outcome));
}

MultiTransport::RidePtr MultiTransport::take_out(Ride& ride) noexcept {
  curl_multi_remove_handle(multi_.get(), ride.transfer.handle());
  under_way_.back()->index = ride.index;
  std::swap(under_way_[ride.index], under_way_.back());
  RidePtr taken = std::move(under_way_.back());
  under_way_.pop_back();
  return taken;
}

/// Short of memory it is not kept.
void MultiTransport::keep(RidePtr ride) noexcept try {
  if (ride->idle != nullptr) ride->idle->push_back(std::move(ride));
} catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
}

}  // namespace easypost_connect::internal
