/// The control: a matrix of every form in every place. A double leaks one canary for each cell; each must be found where
/// it was leaked and as what it was leaked, or what the searcher did not find elsewhere proves nothing. Test code only.
#pragma once

#include <string>
#include <vector>

#include "thief.h"

namespace strongroom::breach {

/// A place the double leaks into, and the kind of place where the searcher must find it.
struct Column {
  std::string_view name, kind;
};
const std::vector<Column>& columns();

/// A row: a form, or a packing.
struct Row {
  std::string name;  ///< as shown
  std::string found;  ///< what the searcher must call it
};
std::vector<Row> rows();

enum class CellState { found, missed, cannot_stand };
struct Cell {
  std::string row, column;
  CellState state = CellState::missed;
};

/// A fresh canary for a cell, unlike in every form; and how it is leaked there. Empty if it cannot stand there: a file
/// name holds no zero byte and no slash.
struct Plant {
  std::string canary_name;
  Bytes canary, leaked;
};
Plant make_plant(std::size_t row, const Column& column);

/// Which cells the findings fill.
std::vector<Cell> judge(const std::vector<Canary>& canaries, const std::vector<Finding>& findings);

}  // namespace strongroom::breach
