// SPDX-License-Identifier: Apache-2.0
// Counts calls for Prometheus with prometheus-cpp, and prints what a scrape would get:
//   export_metrics [CALLS]
// A service gives the registry to a prometheus::Exposer instead, which answers the scrapes.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>

using namespace easypost_connect;

namespace {

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

std::string outcome(const Error* error) { return error == nullptr ? "ok" : std::string(to_string(error->code)); }

/// The names are those of OpenTelemetry's conventions where there is one. No label holds a path, which has ids in it.
class Metrics : public Observer {
 public:
  explicit Metrics(prometheus::Registry& registry)
      : attempts_(prometheus::BuildHistogram().Name("http_client_request_duration_seconds").Register(registry)),
        retries_(prometheus::BuildCounter().Name("easypost_connect_retries_total").Register(registry)),
        tokens_(prometheus::BuildCounter().Name("easypost_connect_token_requests_total").Register(registry)),
        reloads_(prometheus::BuildCounter().Name("easypost_connect_reloads_total").Register(registry)),
        left_(prometheus::BuildGauge().Name("easypost_connect_credential_left_seconds").Register(registry)) {}

  /// Call it before each scrape: these values change by themselves.
  void update(const CredentialsStatus& status) {
    if (status.certificate_left) {
      left_.Add({{"credential", "certificate"}}).Set(static_cast<double>(status.certificate_left->count()));
    }
    left_.Add({{"credential", "token"}})
        .Set(static_cast<double>(status.token_left.value_or(std::chrono::seconds(0)).count()));
  }

 private:
  // An observer throws nothing; what there is no memory for is not counted.
  template <typename Count>
  static void try_to(Count count) noexcept {
    try {
      count();
    } catch (const std::exception&) {
    }
  }

  void attempt_finished(const AttemptFinished& event) noexcept override {
    try_to([&] {
      attempts_
          .Add({{"http_request_method", std::string(to_string(event.method))},
                {"http_response_status_code", std::to_string(event.status_code)},
                {"error_type", outcome(event.error)}},
               prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30})
          .Observe(seconds(event.duration));
    });
  }
  void retry_scheduled(const RetryEvent& event) noexcept override {
    try_to([&] { retries_.Add({{"error_type", outcome(&event.error)}}).Increment(); });
  }
  void token_fetched(const TokenEvent& event) noexcept override {
    try_to([&] { tokens_.Add({{"outcome", outcome(event.error)}}).Increment(); });
  }
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    try_to([&] { reloads_.Add({{"outcome", outcome(event.error)}}).Increment(); });
  }

  prometheus::Family<prometheus::Histogram>& attempts_;
  prometheus::Family<prometheus::Counter>& retries_;
  prometheus::Family<prometheus::Counter>& tokens_;
  prometheus::Family<prometheus::Counter>& reloads_;
  prometheus::Family<prometheus::Gauge>& left_;
};

}  // namespace

int main(int argc, char** argv) {
  auto options = ClientOptions::from_environment();
  if (!options) return std::fprintf(stderr, "%s\n", options.error().describe().c_str()), 1;
  prometheus::Registry registry;
  const auto metrics = std::make_shared<Metrics>(registry);
  options->observer = metrics;
  auto client = ConnectClient::create(*std::move(options));
  if (!client) return std::fprintf(stderr, "%s\n", client.error().describe().c_str()), 1;

  const int calls = argc > 1 ? std::atoi(argv[1]) : 1;
  for (int i = 0; i < calls; ++i) {
    const auto jobs = client->get("/jobs");
    if (!jobs) return std::fprintf(stderr, "%s\n", jobs.error().describe().c_str()), 1;
  }
  metrics->update(client->credentials_status());
  std::fputs(prometheus::TextSerializer().Serialize(registry.Collect()).c_str(), stdout);
}
