// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <string>

#include "commands.hpp"
#include "help_formatter.hpp"

namespace easypost_connect::tool {
namespace {

/// Not App::help(), which prints the help of the command that was chosen: this one.
std::string help_of(const CLI::App& app, const std::string& name) {
  return app.get_formatter()->make_help(&app, name, CLI::AppFormatMode::Normal);
}

}  // namespace

void add_help(CLI::App& app, int& status) {
  const auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("help", "Show the help of a command");
  command->add_option("COMMAND", *name, "One of the commands; without it: all of them")->type_name("");
  command->footer("Examples:\n  easypost-connect help call");
  command->callback([&app, name, &status] {
    status = kSuccess;
    if (name->empty()) {
      std::cout << help_of(app, app.get_name());
      return;
    }
    const auto named = app.get_subcommands([name](const CLI::App* other) { return other->get_name() == *name; });
    if (named.empty()) throw CLI::ParseError(no_such_command(app, *name), CLI::ExitCodes::ExtrasError);
    std::cout << help_of(*named.front(), app.get_name() + ' ' + *name);
  });
}

}  // namespace easypost_connect::tool
