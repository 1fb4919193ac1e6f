// SPDX-License-Identifier: Apache-2.0
#include "matrix.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include <gtest/gtest.h>

namespace easypost_connect::interop {
namespace {

void remember(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

/// Columns as a terminal counts them: the bytes that continue a UTF-8 character take none.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// A Markdown table whose columns also line up in a terminal.
std::string table(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  std::string text;
  for (std::size_t number = 0; number < lines.size(); ++number) {
    text += '|';
    for (std::size_t i = 0; i < widths.size(); ++i) {
      text += ' ' + lines[number][i] + std::string(widths[i] - width(lines[number][i]), ' ') + " |";
    }
    text += '\n';
    if (number != 0) continue;
    text += '|';
    for (const std::size_t one : widths) text += std::string(one + 2, '-') + '|';
    text += '\n';
  }
  return text;
}

const char* mark(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kRight: return "✓ ";
    case Verdict::kAccepted: return "○ ";
    case Verdict::kUndecided: return "≈ ";
    case Verdict::kWrong: break;
  }
  return "✗ ";
}

class Tables : public ::testing::Environment {
 public:
  void TearDown() override {
    std::string text;
    for (const Matrix& one : all) text += one.markdown();
    const auto tries = [this](Verdict verdict) {
      std::size_t sum = 0;
      for (const Matrix& one : all) sum += one.count(verdict);
      return std::to_string(sum);
    };
    text += "\n**" + tries(Verdict::kRight) + " tries right ✓, " + tries(Verdict::kWrong) + " wrong ✗, " +
            tries(Verdict::kUndecided) + " undecidable with both possibilities named ≈, " + tries(Verdict::kAccepted) +
            " let pass by the server ○.**\n";
    std::cout << text;
    if (const char* file = std::getenv("EASYPOST_CONNECT_DIAGNOSIS_MATRIX")) std::ofstream(file) << text;
  }

  std::vector<Matrix> all{
      {"Found before a byte is sent", "fault"},
      {"Client certificates at servers that answer", "certificate"},
      {"Client certificates at HAProxy, which refuses in the handshake", "certificate"},
      {"Client certificates at Apache, which refuses in the handshake", "certificate"},
      {"Client certificates at Apache, which asks for them on one path only", "certificate"},
      {"Client certificates at servers that give no reason, and at the sandbox", "certificate"},
      {"Client certificates at Envoy, which refuses in the handshake", "certificate"},
      {"Client certificates at Netty over BoringSSL, which says internal_error", "certificate"},
      {"API key, access token, OAuth client", "fault"},
      {"Server certificates", "server certificate"},
      {"Network and proxies", "fault"},
  };
};

Tables& tables() {
  static auto* const instance =
      static_cast<Tables*>(::testing::AddGlobalTestEnvironment(new Tables));  // GoogleTest deletes it
  return *instance;
}

[[maybe_unused]] const Tables& registered_before_the_first_test = tables();

}  // namespace

void Matrix::add(const std::string& row, const std::string& column, Verdict verdict, const std::string& said) {
  remember(rows_, row);
  remember(columns_, column);
  ++counts_[verdict];
  Cell& cell = cells_[{row, column}];
  cell.verdict = std::max(cell.verdict, verdict);
  const auto same =
      std::find_if(cell.said.begin(), cell.said.end(), [&](const auto& one) { return one.first == said; });
  same != cell.said.end() ? void(++same->second) : void(cell.said.emplace_back(said, 1));
}

std::size_t Matrix::count(Verdict verdict) const noexcept {
  const auto found = counts_.find(verdict);
  return found != counts_.end() ? found->second : 0;
}

/// "✓ 400", or with how often each was said: "✓ 55 silent (8), 56 unknown_ca (2)".
std::string Matrix::text_of(const Cell& cell) {
  std::string text = mark(cell.verdict);
  auto said = cell.said;
  std::sort(said.begin(), said.end());
  for (std::size_t i = 0; i < said.size(); ++i) {
    text += (i == 0 ? "" : ", ") + said[i].first;
    if (said.size() > 1) text += " (" + std::to_string(said[i].second) + ")";
  }
  return text;
}

std::string Matrix::markdown() const {
  if (rows_.empty()) return {};
  std::vector<std::vector<std::string>> lines{{corner_}};
  lines.front().insert(lines.front().end(), columns_.begin(), columns_.end());
  for (const std::string& row : rows_) {
    lines.push_back({row});
    for (const std::string& column : columns_) {
      const auto cell = cells_.find({row, column});
      lines.back().push_back(cell != cells_.end() ? text_of(cell->second) : "-");
    }
  }
  return "\n### " + title_ + "\n\n" + table(lines);
}

Matrix& matrix(Table table) { return tables().all.at(static_cast<std::size_t>(table)); }

}  // namespace easypost_connect::interop
