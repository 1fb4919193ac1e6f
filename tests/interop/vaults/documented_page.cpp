// SPDX-License-Identifier: Apache-2.0
#include "documented_page.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "shell.hpp"

namespace easypost_connect::interop {
namespace {

/// Returns what stands between `before` and " -->", or nothing when the line is no such comment.
std::string comment(std::string_view line, std::string_view before) {
  constexpr std::string_view kAfter = " -->";
  if (line.substr(0, before.size()) != before || line.size() < before.size() + kAfter.size()) return {};
  return std::string(line.substr(before.size(), line.size() - before.size() - kAfter.size()));
}

std::string quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

std::map<std::string, std::string> blocks_of(const std::string& path) {
  std::ifstream page(path);
  if (!page) throw std::runtime_error("there is no " + path);
  std::map<std::string, std::string> blocks;
  std::string name;
  std::string reason;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("```", 0) != 0) {
      name = comment(line, "<!-- run: ");
      reason = comment(line, "<!-- not run: ");
      continue;
    }
    if (line == "```sh" && name.empty() && reason.empty())
      throw std::runtime_error(path + " has a block without a name");
    std::string text;
    for (; std::getline(page, line) && line != "```";) text += line + '\n';
    if (!name.empty() && !blocks.emplace(name, text).second) throw std::runtime_error(path + " has two of " + name);
    name.clear();
    reason.clear();
  }
  return blocks;
}

}  // namespace

DocumentedPage::DocumentedPage(const std::string& name) : blocks_(blocks_of(VAULT_PAGES "/" + name)) {
  for (const auto& [block, text] : blocks_) unused_.insert(block);
  std::filesystem::create_directory(folder_.path("bin"));
  set("HOME", folder_.path());
  set("PATH", folder_.path("bin") + ':' + std::getenv("PATH"));
}

void DocumentedPage::add_program(const std::string& name, const std::string& command) {
  const std::string file = folder_.write("bin/" + name, "#!/bin/sh\nexec " + command + " \"$@\"\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
}

std::string DocumentedPage::block(const std::string& name) {
  const auto found = blocks_.find(name);
  if (found == blocks_.end()) throw std::runtime_error("the page has no block " + name);
  unused_.erase(name);
  return filled_in(found->second, texts_);
}

std::string DocumentedPage::run(const std::string& name, const std::string& typed, const std::string& then) {
  return execute(block(name) + then, typed);
}

std::string DocumentedPage::execute(const std::string& commands, const std::string& typed) const {
  const std::string script = folder_.write("script", commands + '\n');
  const std::string input = folder_.write("typed", typed);
  std::string command = "cd " + folder_.path() + " && env -i";
  for (const auto& [variable, value] : variables_)
    command.append(" ").append(variable).append("=").append(quoted(value));
  return printed_by(command + " bash -euo pipefail " + script + " <" + input);
}

}  // namespace easypost_connect::interop
