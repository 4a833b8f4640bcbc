// When a folded circuit does what: a fixed list of steps, one in a clock cycle at most.
//
// Codes stand in a memory whose words have one code for each lane. In a step, each lane multiplies
// one weight by one code and adds. Two kinds of passes:
//   rows   each lane adds up a row of its own; in each step all lanes have the same code. After the
//          last step the codes of these rows are written as one word.
//   tree   all lanes work for one row, each on its own code of a word; a tree of adders adds up
//          what they multiply. After the last step one code is written.
// Steps whose weights are all 0 are left out. Within a pass, codes that are there earlier are read
// first, so that a pass mostly begins before the block before it has ended.
//
// Time is counted in clock cycles from the one in which a vector is at the port (cycle 0). What is
// written at the end of cycle t can be read from cycle t + 1 on:
//   input word k          written at the end of cycle 1 + k
//   pass, last step at t  written at the end of cycle t + kLag (tree: + tree_stages)
// There is one write in a cycle. The outputs are there one cycle after the last write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "certifix/netlist/alignment.hpp"

namespace certifix::netlist {

// Cycles from reading a code to writing what becomes of it: word, operand, product, sum.
inline constexpr int kLag = 4;

// Where a live code is stored.
struct Place {
  int word = -1;
  int lane = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

struct Step {
  int cycle;  // in which it reads the memory
  int word;
  int lane;            // of a pass of rows: the code that all lanes have
  std::size_t source;  // of such a pass: the element
  std::size_t index;
};

struct Pass {
  std::size_t block;
  bool tree;
  std::size_t first_row;  // of the live rows of the block; one a lane, or the one of the tree
  std::size_t row_count;
  std::vector<Step> steps;
};

struct Schedule {
  int lanes = 1;
  int tree_stages = 0;  // registers in the tree of adders
  bool has_tree = false;
  int input_words = 0;
  int words = 0;                           // of the memory
  std::vector<std::vector<Place>> places;  // as elements; outputs have none
  std::vector<Pass> passes;
  int latency = 0;

  std::int64_t step_count() const;
};

// At most `lanes` lanes, fewer if no block has so many live rows; at most `levels` adders of a tree
// between two registers. A block has tree passes where it ends earlier by them, provided that all
// blocks together save a tenth of the cycles: the tree takes as many adders as there are lanes.
Schedule schedule(const Alignment& alignment, int lanes, int levels);

// The most lanes that any block can use.
int most_lanes(const Alignment& alignment);

}  // namespace certifix::netlist
