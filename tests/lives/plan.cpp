// SPDX-License-Identifier: Apache-2.0
#include "plan.hpp"

#include <sstream>

namespace easypost_connect::lives {
namespace {

constexpr std::array kMethods = {Method::kGet, Method::kGet,  Method::kGet,   Method::kHead,
                                 Method::kPut, Method::kPost, Method::kPatch, Method::kDelete};
constexpr std::array kSources = {Source::kNone, Source::kMemory,   Source::kBorrowed,
                                 Source::kFile, Source::kFunction, Source::kChunks};
constexpr std::array kTargets = {Target::kResponse, Target::kResponse, Target::kFile, Target::kFunction};
constexpr std::array kPlaces = {Place::kReader, Place::kWriter, Place::kProgress, Place::kObserver, Place::kEnd};
constexpr std::array kDeeds = {Deed::kCancel,    Deed::kCancelAll, Deed::kStartAnother, Deed::kWaitForAnother,
                               Deed::kAskStatus, Deed::kReload,    Deed::kLetGo,        Deed::kThrow};
constexpr std::array<std::size_t, 5> kSizes = {0, 10, 1000, 70'000, 300'000};

Script draw_script(Chance& chance) {
  Script script;
  if (chance.one_in(4)) {
    script.refusal = chance.pick(std::array{503, 503, 429, 401, 404, 500});
    script.refusals = static_cast<unsigned>(chance.pick(std::array{1, 1, 2, 100}));
  }
  script.delay = static_cast<unsigned>(chance.pick(std::array{0, 0, 0, 5, 20, 60}));
  script.size = chance.pick(kSizes);
  if (chance.one_in(3)) script.manner = chance.pick(std::array{Manner::kStalls, Manner::kBreaks, Manner::kNever});
  return script;
}

Plan draw(Chance& chance, bool deeds) {
  Plan plan;
  plan.method = chance.pick(kMethods);
  plan.script = draw_script(chance);
  if (plan.method != Method::kGet && plan.method != Method::kHead) plan.source = chance.pick(kSources);
  // The server's library does not read such a body, and takes it for the next request.
  if (plan.method == Method::kDelete && plan.source == Source::kChunks) plan.source = Source::kFunction;
  plan.source_size = chance.pick(kSizes);
  plan.target = chance.pick(kTargets);
  plan.timeout = chance.one_in(6) ? std::chrono::milliseconds(1 + chance.below(100)) : kLongTimeout;
  plan.max_attempts = chance.pick(std::array{0, 0, 1, 3});
  plan.holds_client = chance.one_in(3);
  if (!deeds) return plan;
  plan.place = chance.pick(kPlaces);
  plan.deed = chance.pick(kDeeds);
  if (plan.deed == Deed::kThrow && plan.place != Place::kReader && plan.place != Place::kWriter) {
    plan.deed = Deed::kCancel;
  }
  if (plan.deed == Deed::kStartAnother) plan.another = std::make_shared<const Plan>(draw(chance, false));
  return plan;
}

}  // namespace

Plan draw_plan(Chance& chance) { return draw(chance, chance.one_in(2)); }

std::string Plan::describe() const {
  constexpr std::array kSourceNames = {"", " memory", " borrowed", " file", " function", " chunks"};
  constexpr std::array kTargetNames = {"", ", into a file", ", into a function"};
  constexpr std::array kPlaceNames = {"", "reader", "writer", "progress", "observer", "end"};
  constexpr std::array kDeedNames = {"cancel",     "cancel all", "start another",     "wait for another",
                                     "ask status", "reload",     "let the client go", "throw"};
  constexpr std::array kManners = {"", " stalls", " breaks", " never"};
  const auto name = [](const auto& names, auto value) { return names[static_cast<std::size_t>(value)]; };
  std::ostringstream text;
  text << to_string(method) << name(kSourceNames, source);
  if (source != Source::kNone) text << ' ' << source_size;
  text << " -> ";
  if (script.refusals > 0) text << script.refusals << " x " << script.refusal << ", ";
  text << script.size << " bytes" << name(kManners, script.manner) << " after " << script.delay << " ms"
       << name(kTargetNames, target);
  if (timeout != kLongTimeout) text << ", timeout " << timeout.count() << " ms";
  if (max_attempts > 0) text << ", attempts " << max_attempts;
  if (holds_client) text << ", holds the client";
  if (place != Place::kNowhere) text << ", in its " << name(kPlaceNames, place) << ": " << name(kDeedNames, deed);
  if (another) text << " {" << another->describe() << '}';
  return text.str();
}

}  // namespace easypost_connect::lives
