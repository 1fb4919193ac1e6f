// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/error.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "core/make_error.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// A call was made with these access tokens until it got its answer.
enum class TokensTried {
  kOne,
  kOneTwice,  ///< the token endpoint gave the same token again, or is not to be asked yet
  kTwo,
};

/// The Error for an answer of the API outside 2xx: which of the credentials, the request or the service it speaks of.
///
/// EasyPost documents no error statuses but 415, so the reading is inferred: from RFC 9110, RFC 6750 and what gateways
/// answer (nginx, Envoy: measured; others: their documentation and public reports). Where a status can mean two things,
/// the message says both.
Error answer_error(Response response, TokensTried tokens, WallTime now);

/// The same for the storage behind a presigned URL, where no credential was sent that could be wrong. It is told in the
/// storage's own words, its code and message; the Error carries the answer without what could be the signature of
/// `url`.
Error upload_error(Response response, std::string_view url, WallTime now);

/// Says which credential an answer of the API refuses, by its status and what it says beside that; nothing when the
/// answer is about something else. The Error says where another credential is possible too, and where nothing is known
/// but the status.
///
/// The first of these that applies decides: what gateways say of the client certificate; challenges that name an error,
/// a key or a certificate, in any field; the answers that gateways are known for; the API key by its name; other
/// challenges; the status. The answer's words are searched and never quoted: it may echo a credential.
Diagnosis refused_credential(const Response& response, TokensTried tokens);

/// Returns what no text may show of a presigned URL: what signs it, and long parts of its query.
Secrets signature_of(std::string_view url);

/// Says what a storage behind a presigned URL holds against an upload, by its own code (S3 and its like, Azure Blob,
/// Google Cloud Storage) or the status. `url` is the presigned one.
Error refused_upload(const Response& response, std::string_view url);

/// Leaves of the answer its code, message, ids, sizes and times, in S3's form, no query in a location, and no header
/// that quotes the query of `url`. The rest may be the signature that was sent, or what one could be made of
/// (StringToSign, CanonicalRequest, AWSAccessKeyId): whoever has it may upload in the customer's place.
void drop_signature(Response& response, std::string_view url);

}  // namespace easypost_connect::internal
