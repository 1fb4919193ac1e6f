// SPDX-License-Identifier: Apache-2.0
// C++20: asks for the jobs, and then for the first of them, without a thread that waits.
#include <cstdio>
#include <exception>
#include <future>
#include <string>

#include <easypost_connect/coroutine.hpp>
#include <easypost_connect/json.hpp>

using namespace easypost_connect;

namespace {

/// A coroutine that begins at once, and whose end main() can wait for. An application has a type of its library for it.
struct Task {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language wants this name
    Task get_return_object() { return {done.get_future()}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_value(int exit_status) { done.set_value(exit_status); }
    void unhandled_exception() { done.set_exception(std::current_exception()); }
    std::promise<int> done;
  };
  std::future<int> status;
};

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.describe().c_str());
  return 1;
}

Task first_job(ConnectClient& client) {
  const auto jobs = co_await co_send(client, Method::kGet, "/jobs");
  if (!jobs) co_return fail(jobs.error());
  const auto page = parse_json(*jobs);
  if (!page) co_return fail(page.error());

  const std::string id = page->at(0).value("id", "");
  const auto job = co_await co_send(client, Method::kGet, "/jobs/" + id);
  if (!job) co_return fail(job.error());
  std::printf("%s\n", job->body.c_str());
  co_return 0;
}

}  // namespace

int main() {
  auto client = ConnectClient::from_environment();
  if (!client) return fail(client.error());
  return first_job(*client).status.get();
}
