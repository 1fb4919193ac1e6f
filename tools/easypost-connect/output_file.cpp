// SPDX-License-Identifier: Apache-2.0
#include "output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "core/file_descriptor.hpp"
#include "core/make_error.hpp"
#include "core/staged_file.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kFlag = "--output";

Error unwritable(const std::string& path) {
  return internal::make_error(
      ErrorCode::kBodyIo, Factor::kRequest,
      std::string(kFlag) + ": " + path + " cannot be written: " + std::generic_category().message(errno) + '.',
      "Check the path, the permissions and the room that is left.");
}

Result<BodySink> sink_to_device(const std::string& path) {
  const auto file = std::make_shared<internal::FileDescriptor>(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file->is_open()) return unwritable(path);
  return BodySink::to_function([file, path](std::string_view bytes) -> Result<void> {
    if (!file->write(bytes)) return unwritable(path);
    return {};
  });
}

}  // namespace

Result<BodySink> sink_to(const std::string& path) {
  struct stat facts {};
  const bool exists = ::stat(path.c_str(), &facts) == 0;
  if (exists && !S_ISREG(facts.st_mode)) return sink_to_device(path);
  // Made and taken away again: the call may do something that should not be done without its answer being kept.
  auto trial = internal::StagedFile::create(kFlag, path, std::nullopt);
  if (!trial) return std::move(trial).error();
  return BodySink::to_file(path);
}

}  // namespace easypost_connect::tool
