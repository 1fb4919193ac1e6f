// SPDX-License-Identifier: Apache-2.0
// Input: a byte for the limit of the body (in units of 16 bytes), then parts: a byte that is even for a header field
// and odd for a piece of the body, a byte for its length, its characters. The first refusal ends the transfer, as
// it does in a codec.
#include <string>

#include "fuzz_support.hpp"
#include "wire/response_builder.hpp"

namespace easypost_connect::fuzz {
namespace {

using internal::ResponseBuilder;

bool accepts(ResponseBuilder& sink, bool is_body, std::string_view part) {
  const std::string_view name = part.substr(0, part.find(':'));
  const bool taken =
      is_body ? sink.on_body(part) : sink.on_head_bytes(part.size()) && sink.on_field(name, part.substr(name.size()));
  always((sink.too_large() || sink.cut()) != taken, "an end has its reason");
  return taken;
}

void check(const Response& response, std::size_t limit, std::size_t body_size, bool refused) {
  always(response.body.size() <= limit, "never more than the limit");
  always(refused || response.body.size() == body_size, "every byte that was accepted");
  std::size_t header_size = 0;
  for (const HeaderField field : response.headers) {
    header_size += field.name.size() + field.value.size();
    always(response.headers.find(field.name).has_value(), "a field can be found");
  }
  always(header_size <= ResponseBuilder::kLargestHeaders, "bounded headers");
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  const std::size_t limit = std::size_t{16} * input.number();
  internal::ProgressReport progress;
  internal::ResponseBuilder sink;
  sink.reset(Method::kGet, limit, nullptr, progress);
  std::size_t body_size = 0;
  bool refused = false;
  while (!input.empty() && !refused) {
    const bool is_body = input.number() % 2 == 1;
    const std::string part(input.take(input.number()));
    if (part.empty()) continue;
    refused = !fuzz::accepts(sink, is_body, part);
    if (is_body && !refused) body_size += part.size();
  }
  fuzz::check(sink.take(200).value(), limit, body_size, refused);
  return 0;
}
