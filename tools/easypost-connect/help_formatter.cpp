// SPDX-License-Identifier: Apache-2.0
#include "help_formatter.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "core/text.hpp"
#include "terminal.hpp"

namespace easypost_connect::tool {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kSecondColumn = 30;

std::string question(std::string_view meant) {
  return meant.empty() ? std::string() : std::string(" Did you mean '").append(meant).append("'?");
}

/// Says what a flag of curl or gh is called here; empty when nobody would expect it.
std::string_view known_from_elsewhere(std::string_view flag) {
  struct Row {
    std::string_view name;
    std::string_view letter;
    std::string_view meaning;
  };
  constexpr Row kRows[] = {
      {"--path", "", "PATH stands alone: easypost-connect call /jobs."},
      {"--url", "", "PATH stands alone: easypost-connect call /jobs."},
      {"--request", "", "METHOD stands before PATH, or behind -X or --method."},
      {"--head", "-I", "Write HEAD before PATH."},
      {"--data-binary", "", "--data sends what it is given byte for byte."},
      {"--json", "", "--data is sent as application/json."},
      {"--verbose", "-v", "EASYPOST_CONNECT_LOG=debug says what is done, --include shows the answer's headers."},
      {"--insecure", "-k", "The server is always verified; --ca names a private certificate authority."},
      {"--cacert", "", "--ca names a private certificate authority."},
      {"--user", "-u", "Credentials come from variables and files, which easypost-connect call --help names."},
      {"--location", "-L", "Redirects are not followed: credentials go to the API only."},
      {"--proxy", "-x", "The proxy is that of the variable https_proxy."},
      {"--max-time", "-m", "--timeout limits the whole call."},
      {"--retry", "", "--attempts limits how often a call is tried."},
  };
  for (const Row& row : kRows) {
    if (flag == row.name || flag == row.letter) return row.meaning;
  }
  return {};
}

/// Finds a flag that is close, or that begins like this one: --api-key-file for --api-key.
std::string nearest_flag(const CLI::App& command, const std::string& given) {
  constexpr std::string_view kDashes = "--";  // every flag has them, so that they make none alike
  if (given.substr(0, kDashes.size()) != kDashes || given == kDashes) return {};
  const std::string_view word = std::string_view(given).substr(kDashes.size());
  std::vector<std::string_view> names;
  for (const CLI::Option* option : command.get_options()) {
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  }
  const auto longer = std::find_if(names.begin(), names.end(),
                                   [word](std::string_view name) { return name.substr(0, word.size()) == word; });
  const std::string_view nearest = longer != names.end() ? *longer : internal::nearest_word(word, names);
  return nearest.empty() ? std::string() : std::string(kDashes).append(nearest);
}

/// Names what nobody expected. An argument that is no flag is not shown: it may be a secret.
std::string unexpected(const CLI::App& app, const CLI::App& command, const std::string& argument) {
  if (argument.substr(0, 1) == "-") {
    const std::string flag = argument.substr(0, argument.find('='));
    const std::string_view elsewhere = command.get_name() == "call" ? known_from_elsewhere(flag) : std::string_view();
    const std::string hint = elsewhere.empty() ? question(nearest_flag(command, flag)) : " " + std::string(elsewhere);
    return "There is no option '" + harmless(flag) + "'." + hint;
  }
  return &command == &app ? no_such_command(app, argument) : "There is one argument too many.";
}

}  // namespace

std::string no_such_command(const CLI::App& app, const std::string& name) {
  constexpr std::size_t kLongest = 40;
  std::vector<std::string_view> known;
  for (const CLI::App* command : commands_of(app)) known.push_back(command->get_name());
  return "'" + harmless(std::string_view(name).substr(0, kLongest)) + "' is no command." +
         question(internal::nearest_word(name, known));
}

std::string usage_error(const CLI::App* app, const CLI::Error& error) {
  const auto chosen = app->get_subcommands();
  const CLI::App& command = chosen.empty() ? *app : *chosen.front();
  const std::string name = app->get_name() + (chosen.empty() ? "" : ' ' + command.get_name());
  const auto rest = app->remaining(/*recurse=*/true);
  std::string problem = rest.empty() ? error.what() : unexpected(*app, command, rest.front());
  if (!problem.empty() && std::string_view(".?!").find(problem.back()) == std::string_view::npos) problem += '.';
  return name + ": " + problem + "\nTry '" + name + " --help'.\n";
}

HelpFormatter::HelpFormatter(std::size_t width) : width_(width) {
  label("SUBCOMMAND", "COMMAND");
  label("Positionals", "Arguments");
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  return CLI::detail::find_and_replace(CLI::Formatter::make_help(app, std::move(name), mode), "\n\n\n", "\n\n");
}

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool is_positional) const {
  return CLI::detail::find_and_replace(CLI::Formatter::make_option_name(option, is_positional), ",", ", ");
}

std::string HelpFormatter::row(const std::string& left, const std::string& right) const {
  std::string line = std::string(kIndent, ' ') + left;
  const bool fits = line.size() + kIndent <= kSecondColumn;
  line += fits ? std::string(kSecondColumn - line.size(), ' ') : '\n' + std::string(kSecondColumn, ' ');
  return line + folded(right, width_, kSecondColumn) + '\n';
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  return row(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const bool shown = !option->get_positional() && option->get_type_size() != 0 && !option->get_type_name().empty();
  return shown ? ' ' + option->get_type_name() : std::string();
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  std::string text = option->get_description();
  if (option->get_required() && !option->get_positional()) text += " (required)";
  if (!option->get_default_str().empty()) text += " (default: " + option->get_default_str() + ')';
  return text;
}

std::string HelpFormatter::make_option_usage(const CLI::Option* option) const {
  const std::string name = make_option_name(option, true);
  return option->get_required() || option->get_option_text() == kNeeded ? name : '[' + name + ']';
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return row(command->get_name(), command->get_description());
}

std::string HelpFormatter::make_description(const CLI::App* app) const {
  return folded(app->get_description(), width_, 0) + "\n\n";
}

std::string HelpFormatter::make_footer(const CLI::App* app) const {
  std::istringstream lines(app->get_footer());
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    text += (line.substr(0, 1) == " " ? line : folded(line, width_, 0)) + '\n';
  }
  return text;
}

}  // namespace easypost_connect::tool
