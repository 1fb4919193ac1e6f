// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "private_folder.hpp"

namespace easypost_connect::interop {

/// The commands of a page in docs/. Each block of shell has a comment above it that readers do not see: a name to run
/// it by,
/// <!-- run: NAME -->, or the reason why no test runs it, <!-- not run: REASON -->. A block without one is an error.
/// Commands see nothing of this process's environment, and their home is a private folder, in which they run.
class DocumentedPage {
 public:
  /// `name` is that of the file, such as "vault-aws.md".
  explicit DocumentedPage(const std::string& name);

  /// Lets the commands find a program under that name; `command` is one of the shell, without its arguments.
  void add_program(const std::string& name, const std::string& command);
  /// Sets a variable of the environment of all blocks that are run from now on.
  void set(const std::string& variable, const std::string& value) { variables_[variable] = value; }
  /// Takes another text for one of the page from now on: the server's address for that of the example.
  void read_as(const std::string& text, const std::string& other) { texts_[text] = other; }
  /// Runs the block in bash, where a failure of one command, in a pipe too, is that of all. The block reads `typed`, as
  /// if somebody had typed it. Afterwards `then` is run in the same shell. Returns what was printed, without the last
  /// line ends; throws, with the complaint, when something fails.
  std::string run(const std::string& block, const std::string& typed = {}, const std::string& then = {});
  /// Runs commands that are on no page in the same place and in the same way.
  std::string execute(const std::string& commands, const std::string& typed = {}) const;
  /// Returns the text of the block of that name; one of another language than the shell's can have a name as well.
  std::string block(const std::string& name);
  /// Returns the names of the blocks that were neither run nor asked for.
  [[nodiscard]] std::set<std::string> unused() const { return unused_; }
  [[nodiscard]] const PrivateFolder& folder() const noexcept { return folder_; }

 private:
  PrivateFolder folder_;
  std::map<std::string, std::string> blocks_;
  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> texts_;
  std::set<std::string> unused_;
};

}  // namespace easypost_connect::interop
