// A small syntax tree of Verilog-2001, and its text: as much of the language as a pipeline of
// shifted additions needs, and lines of text for the rest. Building a tree cannot go wrong in
// precedence, commas or sized literals; print() decides on layout alone.
//
// Example:
//   Module module{.name = "double", .ports = {...}, .items = {}};
//   module.items.push_back(Net{.width = 9, .name = "y", .value = shifted_left(name("x"), 1)});
//   print(module)      // ...  wire [8:0] y = x << 1;
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "certifix/num/exact/rational.hpp"

namespace certifix::emit::verilog {

enum class Operation {
  name,     // text
  literal,  // text
  slice,    // text[high:low]
  add,      // of two arguments, as are the next
  bit_or,
  bit_xor,
  less,
  greater,
  shift_left,   // argument << amount
  complement,   // {~argument}: in the argument's own width, wherever it stands
  choose,       // first ? second : third
  concatenate,  // {first, second, ...}
};

struct Expression {
  Operation operation;
  std::string text = {};
  int high = 0;  // also the amount of a shift
  int low = 0;
  std::vector<Expression> arguments = {};
};

Expression name(std::string text);
// A sized decimal constant: 12'sd37, -12'sd37, 7'd5. The value fits the width.
Expression literal(const num::Integer& value, int width, bool is_signed);
Expression slice(std::string text, int high, int low);
Expression shifted_left(Expression argument, int amount);  // itself if the amount is 0
Expression make(Operation operation, std::vector<Expression> arguments);

// Lines of text before what they explain; no lines for an empty line.
struct Comment {
  std::vector<std::string> lines;
};
// localparam NAME = value;
struct Parameter {
  std::string name;
  std::string value;
};
// Widths: 0 is a scalar, without bits to select; from 1 on a vector [width-1:0].
//
// wire [width-1:0] name = value;  // comment
struct Net {
  bool is_signed = false;
  int width = 0;
  std::string name;
  Expression value;
  std::string comment = {};
};
// reg [width-1:0] name, name, ...;
struct Registers {
  bool is_signed = false;
  int width = 0;
  std::vector<std::string> names;
};
// assign name = value;
struct Assign {
  std::string name;
  Expression value;
};
struct Update {
  std::string name;
  Expression value;
};
// At each rising edge of clk with `enable`: all updates at once. With a reset, that clears instead,
// whatever the enable says.
struct Clocked {
  std::string enable;
  std::optional<std::string> reset;
  std::vector<Update> updates;
};
// Lines as they are: generate loops and memories, which the tree has no nodes for.
struct Verbatim {
  std::vector<std::string> lines;
};
using Item = std::variant<Comment, Parameter, Net, Registers, Assign, Clocked, Verbatim>;

struct Port {
  bool is_input = true;
  int width = 0;
  std::string name;
  std::string comment = {};
};

struct Module {
  std::vector<std::string> comment;  // above it
  std::string name;
  std::vector<Port> ports;
  std::vector<Item> items;
};

std::string print(const Module& module);
std::string print(const Expression& expression);

}  // namespace certifix::emit::verilog
