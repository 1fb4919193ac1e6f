// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <CLI/CLI.hpp>

namespace easypost_connect::tool {

/// Help in lines that fit the terminal. Of a footer the lines that begin with a blank stay as they are.
class HelpFormatter final : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::size_t width);

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
  std::string make_option_usage(const CLI::Option* option) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_footer(const CLI::App* app) const override;

 private:
  [[nodiscard]] std::string row(const std::string& left, const std::string& right) const;

  const std::size_t width_;
};

/// Marks a positional that cannot be required() beside an optional one before it; the command itself checks it.
inline constexpr const char* kNeeded = "(needed)";

/// Says what is wrong with the arguments, what may have been meant, and where the help is.
[[nodiscard]] std::string usage_error(const CLI::App* app, const CLI::Error& error);

/// "'docter' is no command. Did you mean 'doctor'?"
[[nodiscard]] std::string no_such_command(const CLI::App& app, const std::string& name);

}  // namespace easypost_connect::tool
