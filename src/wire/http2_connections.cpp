// SPDX-License-Identifier: Apache-2.0
#include "wire/http2_connections.hpp"

#include <algorithm>
#include <utility>

namespace easypost_connect::internal {
Http2Connections::Http2Connections(ConnectionSetup setup) : setup_(std::move(setup)), sessions_(session_cache()) {}

std::unique_ptr<Connection> Http2Connections::make(HttpVersion offered) const {
  return std::make_unique<Connection>(setup_, offered, sessions_.get());
}

bool Http2Connections::speaks_http1(std::string_view authority) const noexcept {
  return http1_hosts_.find(authority) != http1_hosts_.end();
}

Http2Connection* Http2Connections::find(std::string_view authority) const noexcept {
  for (const auto& connection : connections_)
    if (connection->authority() == authority && connection->accepts()) return connection.get();
  return nullptr;
}

const Connection* Http2Connections::find_opening(std::string_view authority) const noexcept {
  for (const auto& opening : openings_)
    if (opening->connector().authority() == authority) return opening.get();
  return nullptr;
}

std::optional<Error> Http2Connections::open(std::string_view url) {
  auto opening = make(HttpVersion::kHttp2);
  if (auto refusal = opening->refusal()) return refusal;
  openings_.reserve(openings_.size() + 1);
  const CURLcode code = opening->open(url);
  if (code != CURLE_AGAIN) return opening->connector().failure(code, {});
  openings_.push_back(std::move(opening));
  return std::nullopt;
}

std::optional<Http2Connections::Opened> Http2Connections::next_opened() noexcept {
  for (auto opening = openings_.begin(); opening != openings_.end(); ++opening) {
    CURLcode code = (*opening)->go_on();
    if (code == CURLE_AGAIN) continue;
    Opened opened{std::move(*opening), code};
    openings_.erase(opening);
    if (code == CURLE_OK && !opened.connection->connector().may_carry_request())
      opened.code = CURLE_ABORTED_BY_CALLBACK;
    return opened;
  }
  return std::nullopt;
}

void Http2Connections::add(std::unique_ptr<Connection> connection) {
  connections_.push_back(std::make_unique<Http2Connection>(std::move(connection)));
}

void Http2Connections::retire() noexcept {
  const bool keeps_none = setup_.options.max_idle == 0;
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const Http2Connection& connection = *connections_[i];
    const bool in_use = connection.streams() > 0;
    const bool wanted = connection.accepts() && !keeps_none && !speaks_http1(connection.authority());
    if (!connection.over() && (in_use || wanted)) continue;
    connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// --- waiting

void Http2Connections::add_events(std::vector<curl_waitfd>& to) const {
  for (const auto& opening : openings_) opening->add_events(to, false);
  for (const auto& connection : connections_) connection->add_events(to);
}

const curl_waitfd* Http2Connections::take_events(const curl_waitfd* events) noexcept {
  for (const auto& opening : openings_) events = opening->take_events(events);
  for (const auto& connection : connections_) events = connection->take_events(events);
  return events;
}

SteadyTime Http2Connections::until() const noexcept {
  SteadyTime until = SteadyTime::max();
  for (const auto& opening : openings_) until = std::min(until, opening->until());
  for (const auto& connection : connections_)
    if (!connection->over()) until = std::min(until, connection->until());
  return until;
}

std::size_t Http2Connections::most_events() const noexcept {
  return (openings_.size() + 1) * Connection::kMostEvents + connections_.size();
}

}  // namespace easypost_connect::internal
