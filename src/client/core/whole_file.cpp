// SPDX-License-Identifier: Apache-2.0
#include "core/whole_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "core/clock.hpp"
#include "core/file_descriptor.hpp"
#include "core/process.hpp"
#include "core/secrets.hpp"
#include "core/wait.hpp"

namespace easypost_connect::internal {
namespace {

using Kind = FileFault::Kind;
using Outcome = std::variant<WholeFile, FileFault>;

constexpr std::size_t kUsualFile = std::size_t{16} * 1024;

std::string seconds_in_words(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count()) + " s";
}

std::string bytes_in_words(std::size_t bytes) {
  constexpr std::size_t kMiB = std::size_t{1024} * 1024;
  return bytes < kMiB ? std::to_string(bytes / 1024) + " KiB" : std::to_string(bytes / kMiB) + " MiB";
}

FileFault refused_by_system(int reason) {
  const Kind kind = is_for_want_of_descriptors(reason) ? Kind::kDescriptors : Kind::kSystem;
  return {kind, "cannot be opened: " + std::generic_category().message(reason)};
}

std::optional<FileFault> refuse_by_form(mode_t mode, bool pipes) {
  if (S_ISREG(mode)) return std::nullopt;
  if (S_ISDIR(mode)) return FileFault{Kind::kFolder, "is a folder"};
  if (S_ISSOCK(mode)) return FileFault{Kind::kNoFile, "is a socket, not a file"};
  if (!S_ISFIFO(mode)) return FileFault{Kind::kNoFile, "is a device, not a file"};
  return pipes
             ? std::nullopt
             : std::optional(FileFault{Kind::kPipe, "is a pipe, which is read once, when it is given, and not again"});
}

/// One reading of a file, on a thread that may be left behind.
class Reading {
 public:
  Reading(std::string path, const ReadingRules& rules)
      : path_(std::move(path)), rules_(rules), end_(std::chrono::steady_clock::now() + rules.longest) {}

  void run() {
    outcome_ = open_and_read();
    over_->store(true);
  }
  /// Returns what was read, once run() has ended; nothing when memory did not suffice.
  [[nodiscard]] std::optional<Outcome> take() { return std::move(outcome_); }
  [[nodiscard]] std::shared_ptr<const std::atomic<bool>> over() const { return over_; }

 private:
  /// Asks for the form of the file before it is opened, which can set a device to work, and afterwards, because it may
  /// have become another one.
  Outcome open_and_read() {
    struct stat facts {};
    if (::stat(path_.c_str(), &facts) != 0) return refused_by_system(errno);
    if (auto fault = refuse_by_form(facts.st_mode, rules_.pipes)) return *std::move(fault);
    FileDescriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!file.is_open() || ::fstat(file.get(), &facts) != 0) return refused_by_system(errno);
    if (auto fault = refuse_by_form(facts.st_mode, rules_.pipes)) return *std::move(fault);
    return read(file, S_ISFIFO(facts.st_mode));
  }

  /// Reads in pieces. Room for the largest file at once would leave its pages with the process, and a string that grows
  /// by itself would leave copies that nobody wipes.
  Outcome read(FileDescriptor& file, bool is_pipe) {
    std::string text(kUsualFile, '\0');
    const WipeOnExit wipe_text(text);
    std::size_t size = 0;
    for (;;) {
      const ssize_t count = file.read(text.data() + size, text.size() - size);
      const bool nothing_yet = is_pipe && (count == 0 ? size == 0 : count < 0 && errno == EAGAIN);
      if (count < 0 && !nothing_yet) return refused_by_system(errno);
      if (count == 0 && !nothing_yet) return WholeFile{Secret(std::string_view(text).substr(0, size)), is_pipe};
      if (nothing_yet) {
        if (auto fault = wait_for_writer(file, size > 0)) return *std::move(fault);
        continue;
      }
      size += static_cast<std::size_t>(count);
      if (size > rules_.largest) return FileFault{Kind::kTooLarge, "has more than " + bytes_in_words(rules_.largest)};
      if (size < text.size()) continue;
      std::string larger(std::min(4 * text.size(), rules_.largest + 1), '\0');
      text.copy(larger.data(), size);
      text.swap(larger);
      wipe(larger);
    }
  }

  /// Waits for a writer. A pipe that nobody has opened for writing seems to be at its end to read(), and poll() waits.
  [[nodiscard]] std::optional<FileFault> wait_for_writer(const FileDescriptor& pipe, bool begun) const {
    pollfd waiting{pipe.get(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    const auto moment = " within " + seconds_in_words(rules_.longest);
    if (ready == 0 && begun) return FileFault{Kind::kStalled, "is a pipe whose writer has not come to an end" + moment};
    if (ready == 0) return FileFault{Kind::kStalled, "is a pipe that nobody has written to" + moment};
    const bool hung_up = ready > 0 && (waiting.revents & POLLIN) == 0;
    if (hung_up && !begun) return FileFault{Kind::kEmptied, "is a pipe that was closed before anything was written"};
    return std::nullopt;
  }

  const std::string path_;
  const ReadingRules rules_;
  const SteadyTime end_;
  std::optional<Outcome> outcome_;
  const std::shared_ptr<std::atomic<bool>> over_ = std::make_shared<std::atomic<bool>>(false);
};

/// A reading that was given up.
struct LeftBehind {
  unsigned process;  ///< a child of fork() has not got its thread
  std::shared_ptr<const std::atomic<bool>> over;
};

/// Holds the readings that were given up, by path. It is guarded by fork_safe_mutex() and never destroyed, because it
/// may be used while a process ends.
std::map<std::string, LeftBehind>& left_behind() {
  static auto* const readings = new std::map<std::string, LeftBehind>;
  return *readings;
}

bool stalls_since_before(const std::string& path) {
  const unsigned process = fork_count();
  const std::lock_guard lock(fork_safe_mutex());
  const auto found = left_behind().find(path);
  if (found == left_behind().end()) return false;
  if (found->second.process == process && !found->second.over->load()) return true;
  left_behind().erase(found);
  return false;
}

void leave_behind(const std::string& path, const Reading& reading) {
  LeftBehind left{fork_count(), reading.over()};
  const std::lock_guard lock(fork_safe_mutex());
  left_behind().insert_or_assign(path, std::move(left));
}

/// Waits for the end of the reading. Returns false if it has not ended in time.
bool run_in_time(const std::shared_ptr<Reading>& reading, const ReadingRules& rules) try {
  constexpr std::chrono::seconds kToEndByItself{1};
  const auto end = std::chrono::steady_clock::now() + rules.longest + kToEndByItself;
  return finish_slow_work([reading] { reading->run(); }, end, rules.cancellation);
} catch (const std::system_error&) {
  reading->run();  // there is no thread to have: better here than not at all
  return true;
}

}  // namespace

std::variant<WholeFile, FileFault> read_whole_file(const std::string& path, const ReadingRules& rules) {
  if (stalls_since_before(path)) {
    return FileFault{Kind::kStalled, "does not answer: an earlier attempt to read it has not come back"};
  }
  const auto reading = std::make_shared<Reading>(path, rules);
  if (!run_in_time(reading, rules)) {
    // A reading that whoever waited gave up says nothing about the file.
    if (!rules.cancellation.cancelled()) leave_behind(path, *reading);
    return FileFault{Kind::kStalled, "has not answered within " + seconds_in_words(rules.longest)};
  }
  auto outcome = reading->take();
  if (!outcome) throw std::bad_alloc();
  return *std::move(outcome);
}

}  // namespace easypost_connect::internal
