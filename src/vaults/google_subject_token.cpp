// SPDX-License-Identifier: Apache-2.0
#include "vaults/google_subject_token.hpp"

#include <utility>
#include <variant>

#include "core/url.hpp"
#include "core/whole_file.hpp"
#include "vaults/google_metadata.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kShortestSecret = 8;  // a header such as "Metadata: True" is none

Result<Secret> content_of_file(const std::string& path, const VaultClient& client, const VaultStep& step) {
  auto file = read_whole_file(path, {});
  if (const auto* fault = std::get_if<FileFault>(&file))
    return client.unusable(step,
                           "the file " + path + ", which the credentials name, cannot be read: it " + fault->problem,
                           "Mount the token of the workload there, and let this process read it.");
  return std::move(std::get<WholeFile>(file).content);
}

Result<Secret> content_at_url(const SubjectTokenSource& source, const VaultStep& step, const VaultWorld& world) {
  HttpsTransportOptions options;
  if (auto allowed = allow_metadata_url("The url of the credential_source", source.url, options); !allowed) {
    Error error = std::move(allowed).error();
    error.message = step.said(error.message);
    return error;
  }
  auto transport = world.make_transport(std::move(options));
  if (!transport) return std::move(transport).error();
  VaultClient provider(*std::move(transport), world);
  VaultQuestion question;
  question.url = source.url;
  for (const SecretHeader& header : source.headers) {
    if (header.value.size() >= kShortestSecret) provider.keep_out(header.value);
    question.credentials.push_back(header);
  }
  const std::string host(Url(source.url).authority);
  const VaultStep request{step.vault, step.step + ", request of the subject token"};
  auto answer = provider.ask(request, question);
  if (!answer) return std::move(answer).error();
  if (!answer->ok())
    return provider.refusal(request, *answer, host + " gives none",
                            "Check the credential_source of the file: its url and its headers, which may have "
                            "expired.");
  return std::move(answer->body);
}

Secret trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return Secret(text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin));
}

}  // namespace

Result<Secret> subject_token(const SubjectTokenSource& source, VaultClient& client, const VaultStep& step,
                             const VaultWorld& world) {
  auto content = source.url.empty() ? content_of_file(source.file, client, step) : content_at_url(source, step, world);
  if (!content) return content;
  Secret token;
  if (source.field_name.empty()) {
    token = trimmed(content->expose());
  } else {
    const SecretJson json = parse_secret_json(content->expose());
    token = Secret(text_at(json, source.field_name));
  }
  if (token.empty()) {
    const std::string from(source.url.empty() ? std::string_view(source.file) : Url(source.url).authority);
    return client.unusable(step, "what " + from + " holds is empty, or no JSON object with the member that is named",
                           "Check the credential_source of the file, above all its format.");
  }
  client.keep_out(token);
  return token;
}

}  // namespace easypost_connect::internal
