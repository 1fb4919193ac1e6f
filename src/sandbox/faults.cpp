// SPDX-License-Identifier: Apache-2.0
#include "sandbox/faults.hpp"

#include <string>
#include <utility>

namespace easypost_connect::sandbox {
namespace {

constexpr const char* kJson = "application/json";

}  // namespace

void Faults::add(SandboxFault fault) {
  const std::size_t times = fault.times;
  if (times == 0) return;
  auto shared = std::make_shared<const SandboxFault>(std::move(fault));
  const std::lock_guard lock(mutex_);
  entries_.push_back({std::move(shared), times});
}

std::shared_ptr<const SandboxFault> Faults::take() {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return nullptr;
  Entry& next = entries_.front();
  auto fault = next.fault;
  if (--next.times_left == 0) entries_.pop_front();
  return fault;
}

void play(const std::shared_ptr<const SandboxFault>& fault, httplib::Response& response) {
  response.status = fault->status;
  for (const HeaderField field : fault->headers) response.set_header(std::string(field.name), std::string(field.value));
  const std::string content_type =
      response.has_header("content-type") ? response.get_header_value("content-type") : kJson;
  response.headers.erase("content-type");  // set_content_provider() would add a second one
  const std::size_t announced = fault->body.size() + fault->announce_more_bytes;
  if (announced == 0) return;
  // A provider that stops before the announced length makes
  // httplib close the connection; and a large body is not copied.
  response.set_content_provider(announced, content_type,
                                [fault](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                                  if (offset >= fault->body.size()) return false;
                                  return sink.write(fault->body.data() + offset, fault->body.size() - offset);
                                });
}

}  // namespace easypost_connect::sandbox
