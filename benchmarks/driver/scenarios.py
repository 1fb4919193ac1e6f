# SPDX-License-Identifier: Apache-2.0
"""What is measured, and which client can do it."""

from dataclasses import dataclass, field

RAW, SDK, POCO, HTTPLIB, CPPREST = "raw_libcurl", "sdk", "poco", "cpp_httplib", "cpprestsdk"
OPENSSL = "openssl"  # alone: the floor of a blocking call, not a client
TITLES = {RAW: "raw libcurl", SDK: "SDK", POCO: "Poco", HTTPLIB: "cpp-httplib", CPPREST: "C++ REST SDK", OPENSSL: "OpenSSL alone"}
EVERY_CLIENT = [RAW, SDK, POCO, HTTPLIB, CPPREST]

GIBIBYTE = 1 << 30

# Which processors client and server get. One core for both: whether an answer is there before the client waits for it is not left
# to chance. A core each: neither takes the other's time.
ONE_CORE, CORE_EACH, ALL_CORES = "one core", "a core each", "all cores"


@dataclass
class Scenario:
    """One task of the programs in benchmarks/comparison."""

    name: str
    task: list  # what the programs are given: scenario, path, amount and perhaps width
    clients: list
    cores: str
    rounds: int = 9
    server: dict = field(default_factory=dict)  # as Server.variables() takes it
    resumed: bool = None  # what is to be true of every TLS session; None: one session is not looked at

    def arguments(self, quick: bool) -> list:
        name, path, amount, *rest = self.task
        if quick and amount != GIBIBYTE:
            amount = amount / 4
        return [str(argument) for argument in (name, path, amount, *rest)]


SCENARIOS = [
    Scenario("sequential", ["sequential", "/job", 0.3], [*EVERY_CLIENT, OPENSSL], ONE_CORE, rounds=15),
    Scenario("sequential_apart", ["sequential", "/job", 0.3], [*EVERY_CLIENT, OPENSSL], CORE_EACH),
    Scenario("threads", ["threads", "/job", 0.3, 8], [*EVERY_CLIENT, OPENSSL], ALL_CORES, rounds=15),
    # Poco and cpp-httplib have neither HTTP/2 nor an asynchronous call.
    Scenario("in_flight", ["in_flight", "/job", 0.3, 100], [RAW, SDK, CPPREST], ONE_CORE, rounds=15),
    Scenario("in_flight_apart", ["in_flight", "/job", 0.3, 100], [RAW, SDK, CPPREST], CORE_EACH),
    # 100 in flight, or as many threads.
    Scenario("race", ["race", "/job", 2000, 100], EVERY_CLIENT, ALL_CORES, server={"far": True}),
    Scenario("full_system_trust", ["connections", "/closing/job", 0.4], EVERY_CLIENT, CORE_EACH,
             server={"system_trust": True}, resumed=False),
    Scenario("full", ["connections", "/closing/job", 0.4], EVERY_CLIENT, CORE_EACH, resumed=False),
    # The others do not resume a TLS 1.3 session; Poco, told to (Context::enableSessionCache), does not either.
    Scenario("resumed", ["connections", "/closing/job", 0.4], [RAW, SDK], CORE_EACH,
             server={"resuming": True}, resumed=True),
    Scenario("cold", ["cold", "/job", 1], EVERY_CLIENT, CORE_EACH, rounds=25),
    Scenario("cold_far", ["cold", "/job", 1], EVERY_CLIENT, CORE_EACH, server={"far": True}),
    # Raw libcurl fetches the token, and then calls.
    Scenario("warmed_up_far", ["warmed_up", "/job", 1], [RAW, SDK], CORE_EACH, server={"far": True}),
    Scenario("download", ["download", "/download", GIBIBYTE], EVERY_CLIENT, CORE_EACH, rounds=5),
    Scenario("upload", ["upload", "/upload", GIBIBYTE], EVERY_CLIENT, CORE_EACH, rounds=5),
]
