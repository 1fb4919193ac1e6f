// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace easypost_connect::interop {

enum class Verdict {
  kRight,      ///< the Error names the factor at fault, or no factor is at fault and the call succeeds
  kAccepted,   ///< the server takes the factor at fault, so no Error can be judged
  kUndecided,  ///< the client cannot know: the Error names the factor at fault, and another as likelier
  kWrong,
};

/// A table that tells what the SDK said of each fault (row) at each server (column). Rows and columns stand in the
/// order in which they are first named. A cell may be tried many times.
class Matrix {
 public:
  Matrix(std::string title, std::string what_rows_are) : title_(std::move(title)), corner_(std::move(what_rows_are)) {}

  void add(const std::string& row, const std::string& column, Verdict verdict, const std::string& said);

  /// How many tries had this verdict.
  [[nodiscard]] std::size_t count(Verdict verdict) const noexcept;
  [[nodiscard]] std::string markdown() const;

 private:
  struct Cell {
    Verdict verdict = Verdict::kRight;  // the worst of its tries
    std::vector<std::pair<std::string, std::size_t>> said;
  };
  [[nodiscard]] static std::string text_of(const Cell& cell);

  std::string title_;
  std::string corner_;
  std::vector<std::string> rows_;
  std::vector<std::string> columns_;
  std::map<std::pair<std::string, std::string>, Cell> cells_;
  std::map<Verdict, std::size_t> counts_;
};

/// The tables of a run, in the order of the document.
enum class Table { kLocal, kAnswer, kHaproxy, kApache, kLocation, kNode, kEnvoy, kNetty, kApi, kServer, kNetwork };

/// Returns a table. All tables are printed at the end of the program, and written to the file that the variable
/// EASYPOST_CONNECT_DIAGNOSIS_MATRIX names, if it is set.
[[nodiscard]] Matrix& matrix(Table table);

}  // namespace easypost_connect::interop
