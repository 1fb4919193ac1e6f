// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"

namespace easypost_connect::tool {
namespace {

constexpr const char* kExamples = R"(An installed package brings the scripts along.

Examples:
  source <(easypost-connect completion bash)   in ~/.bashrc
  source <(easypost-connect completion zsh)    in ~/.zshrc, after compinit
  easypost-connect completion fish >
    ~/.config/fish/completions/easypost-connect.fish)";

/// A word that may be written at one place, and what it means.
struct Word {
  std::string text;
  std::string description;
  bool takes_value = false;
  std::string letter{};  // the short form of a flag
};

struct Subcommand {
  Word name;
  std::vector<Word> words;
};

std::vector<Word> positionals_of(const CLI::App& app, const std::string& subcommand) {
  if (subcommand == "help") {
    std::vector<Word> names;
    for (const CLI::App* command : commands_of(app)) names.push_back({command->get_name(), ""});
    return names;
  }
  if (subcommand == "credentials") return {{"show", ""}, {"watch", ""}};
  if (subcommand == "completion") return {{"bash", ""}, {"zsh", ""}, {"fish", ""}};
  if (subcommand != "call") return {};
  return {{"GET", ""}, {"HEAD", ""}, {"POST", ""}, {"PUT", ""}, {"PATCH", ""}, {"DELETE", ""}};
}

/// Read from the program's own description, so that a new flag is completed from its first day.
std::vector<Subcommand> subcommands_of(const CLI::App& app) {
  std::vector<Subcommand> all;
  for (const CLI::App* command : commands_of(app)) {
    Subcommand found{{command->get_name(), command->get_description()}, positionals_of(app, command->get_name())};
    for (const CLI::Option* option : command->get_options()) {
      const auto& letters = option->get_snames();
      for (const std::string& name : option->get_lnames()) {
        found.words.push_back({"--" + name, option->get_description(), option->get_items_expected_max() > 0,
                               letters.empty() ? "" : letters.front()});
      }
    }
    all.push_back(std::move(found));
  }
  return all;
}

/// Puts a text within single quotes; bash, zsh and fish read these texts alike as long as they hold neither quote nor
/// backslash.
std::string quoted(std::string text) {
  for (char& c : text) {
    if (c == '\'' || c == '\\') c = ' ';
  }
  return '\'' + text + '\'';
}

std::string names_of(const std::vector<Word>& words) {
  std::string names;
  for (const Word& word : words) names += (names.empty() ? "" : " ") + word.text;
  return names;
}

std::string bash(const std::vector<Subcommand>& subcommands) {
  std::string first = "--help --version";
  std::string cases;
  for (const Subcommand& subcommand : subcommands) {
    first += ' ' + subcommand.name.text;
    cases += "    *:" + subcommand.name.text + ") choices=" + quoted(names_of(subcommand.words)) + " ;;\n";
  }
  return "_easypost_connect() {\n"
         "  local choices='' word=${COMP_WORDS[COMP_CWORD]}\n"
         "  case $COMP_CWORD:${COMP_WORDS[1]} in\n"
         "    1:*) choices=" +
         quoted(first) + " ;;\n" + cases +
         "  esac\n"
         "  COMPREPLY=()\n"  // not mapfile, which the bash of macOS (3.2) does not have
         "  while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -W \"$choices\" -- \"$word\")\n"
         "}\n"
         "complete -o default -F _easypost_connect easypost-connect\n";
}

/// An element of the arrays that zsh's _describe takes: "name:description".
std::string described(const Word& word) {
  return quoted(word.description.empty() ? word.text : word.text + ':' + word.description);
}

std::string zsh(const std::vector<Subcommand>& subcommands) {
  std::string first;
  std::string cases;
  for (const Subcommand& subcommand : subcommands) {
    first += "      " + described(subcommand.name) + '\n';
    cases += "    " + subcommand.name.text + ") choices=(\n";
    for (const Word& word : subcommand.words) cases += "      " + described(word) + '\n';
    cases += "    ) ;;\n";
  }
  return "#compdef easypost-connect\n"
         "_easypost_connect() {\n"
         "  local -a choices\n"
         "  if (( CURRENT == 2 )); then\n"
         "    choices=(\n" +
         first +
         "    )\n"
         "    _describe command choices\n"
         "    return\n"
         "  fi\n"
         "  case $words[2] in\n" +
         cases +
         "  esac\n"
         "  _describe -o choice choices || _files\n"
         "}\n"
         "if [[ $funcstack[1] == _easypost_connect ]]; then _easypost_connect; else compdef _easypost_connect "
         "easypost-connect; fi\n";
}

std::string fish(const std::vector<Subcommand>& subcommands) {
  const std::string complete = "complete -c easypost-connect ";
  std::string script;
  for (const auto& [name, words] : subcommands) {
    script += complete + "-n __fish_use_subcommand -f -a " + name.text + " -d " + quoted(name.description) + '\n';
    for (const Word& word : words) {
      script += complete + "-n '__fish_seen_subcommand_from " + name.text + "' ";
      const bool flag = word.text.substr(0, 2) == "--";
      script += flag ? "-l " + word.text.substr(2) + (word.letter.empty() ? "" : " -s " + word.letter) +
                           (word.takes_value ? " -r" : "")
                     : "-a " + word.text;
      if (!word.description.empty()) script += " -d " + quoted(word.description);
      script += '\n';
    }
  }
  return script;
}

}  // namespace

void add_completion(CLI::App& app, int& status) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print the completion script of a shell");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""))
      ->type_name("");
  command->footer(kExamples);
  command->callback([&app, shell, &status] {
    const auto subcommands = subcommands_of(app);
    std::cout << (*shell == "bash" ? bash(subcommands) : *shell == "zsh" ? zsh(subcommands) : fish(subcommands));
    status = kSuccess;
  });
}

}  // namespace easypost_connect::tool
