// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "token/access_token.hpp"

namespace easypost_connect::internal {

/// FetchFacts tell a TokenSource about the fetch that it is asked for.
struct FetchFacts {
  Moment now;           ///< when the fetch begins; a signed assertion takes iat and exp from the wall clock
  SteadyTime deadline;  ///< the fetch is lost once this has passed
  /// The token that the API has refused, if it is to be replaced for that: a store must not give this one again.
  std::optional<AccessToken> refused{};
};

/// Where access tokens come from: the client-credentials grant, another grant, or a store that several clients share
/// and that asks another source when it has none.
///
/// A TokenProvider owns its source, asks it for one token at a time and keeps the token until shortly before it
/// expires. Both may be destroyed on any thread, also on one that runs `done`: a source waits for nothing at its end.
class TokenSource {
 public:
  /// Takes the outcome of a fetch. It may be called on any thread, throws nothing, and after the end of the provider
  /// only tells the observer.
  using Done = std::function<void(Result<AccessToken>)>;

  TokenSource() = default;
  virtual ~TokenSource() = default;
  TokenSource(const TokenSource&) = delete;
  TokenSource& operator=(const TokenSource&) = delete;

  /// Starts a fetch, on any thread, and returns without waiting for its outcome.
  ///
  /// `done` is called exactly once, within fetch() or later, with a token or with the Error that says why there is
  /// none and quotes no secret; kTimeout says that the request was lost, and is followed by one more fetch. Only the
  /// end of the client may drop `done` instead. The next fetch does not begin before that.
  ///
  /// Throws std::bad_alloc or, when the system gives no thread, std::system_error: `done` is not called then.
  virtual void fetch(const FetchFacts& facts, Done done) = 0;
};

}  // namespace easypost_connect::internal
