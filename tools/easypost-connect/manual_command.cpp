// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <sstream>
#include <string>

#include <easypost_connect/version.hpp>

#include "commands.hpp"

namespace easypost_connect::tool {
namespace {

/// Text as roff(7) takes it for text: no escapes, no requests, and hyphens that can be copied.
std::string roff(const std::string& text) {
  std::string out;
  if (!text.empty() && (text.front() == '.' || text.front() == '\'')) out = "\\&";
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

/// Paragraphs; lines that begin with a blank stay lines, as in HelpFormatter.
std::string paragraphs(const std::string& text) {
  std::istringstream lines(text);
  std::string out = ".PP\n";
  bool verbatim = false;
  for (std::string line; std::getline(lines, line);) {
    const bool indented = line.substr(0, 1) == " ";
    if (indented != verbatim) out += indented ? ".nf\n" : ".fi\n";
    verbatim = indented;
    out += line.empty() ? ".PP\n" : roff(line) + '\n';
  }
  return out + (verbatim ? ".fi\n" : "");
}

std::string section(const CLI::App& command, const CLI::FormatterBase& help) {
  const auto& formatter = dynamic_cast<const CLI::Formatter&>(help);
  std::string text = ".SS " + roff(command.get_name()) + '\n' + roff(command.get_description()) + ".\n.PP\n.B " +
                     roff(formatter.make_usage(&command, "easypost-connect " + command.get_name()));
  for (const CLI::Option* option : command.get_options()) {
    const bool positional = option->get_positional();
    text += ".TP\n.B " + roff(formatter.make_option_name(option, positional) + formatter.make_option_opts(option)) +
            '\n' + roff(formatter.make_option_desc(option)) + '\n';
  }
  return text + paragraphs(command.get_footer());
}

std::string manual(const CLI::App& app) {
  std::string text =
      ".\\\" Made from the program's own help.\n"
      ".TH EASYPOST\\-CONNECT 1 \"\" \"easypost_connect " EASYPOST_CONNECT_VERSION
      "\"\n"
      ".SH NAME\neasypost\\-connect \\- the EasyPost Connect API from the command line\n"
      ".SH SYNOPSIS\n.B easypost\\-connect\n.I COMMAND\n[OPTIONS]\n"
      ".SH DESCRIPTION\n";
  text += roff(app.get_description()) + '\n' + paragraphs(app.get_footer()) + ".SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) {
    text += section(*command, *app.get_formatter());
  }
  return text;
}

}  // namespace

void add_manual(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("manual", "Print the manual page: easypost-connect manual | man -l -");
  command->group("");  // a command for those who install the program
  command->callback([&app, &status] {
    std::cout << manual(app);
    status = kSuccess;
  });
}

}  // namespace easypost_connect::tool
