// The parallel module: a netlist written down. Signals are named after what they carry:
//   x3        input 3                      h2_5   row 5 of block 2           y0   output 0
//   b2_t17    node 17 of block 2's graph   .._d1  the same, one clock cycle later
#include <fmt/format.h>

#include <algorithm>

#include "certifix/emit/notation.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/syntax.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"

namespace certifix::emit {
namespace {

using netlist::BlockNetlist;
using netlist::Element;
using netlist::Netlist;
using netlist::Node;
using netlist::NodeKind;
using netlist::Operand;
using netlist::Wire;
using num::Integer;
using verilog::Expression;
using verilog::Operation;

std::string range_text(const netlist::Range& range) {
  return fmt::format("{}..{}", range.min.get_str(), range.max.get_str());
}

// The bits of x in two's complement of `width`.
Integer bits_of(const Integer& x, int width) {
  return x - (num::floor_shift(x, static_cast<unsigned long>(width)) << width);
}

class ModuleWriter {
 public:
  ModuleWriter(const design::Design& design, const Netlist& netlist)
      : design_(design), netlist_(netlist) {}

  verilog::Module write(const std::vector<std::string>& statement) {
    module_.name = verilog_module_name(design_);
    module_.comment = header(statement);
    module_.ports = verilog_ports(design_);
    handshake();
    inputs();
    for (std::size_t b = 1; b < design_.block_count(); ++b) block(b);
    outputs();
    return std::move(module_);
  }

 private:
  std::vector<std::string> header(const std::vector<std::string>& statement) const;
  void handshake();
  void inputs();
  void block(std::size_t b);
  void emit_node(std::size_t b, std::size_t n);
  void outputs();

  void comment(std::vector<std::string> lines) {
    module_.items.push_back(verilog::Comment{std::move(lines)});
  }

  // Declares a signal and the registers that keep it.
  void declare(const Wire& wire, const std::string& name, Expression value, std::string text = {},
               bool is_signed = false) {
    module_.items.push_back(
        verilog::Net{is_signed, wire.width, name, std::move(value), std::move(text)});
    verilog::Registers registers{is_signed, wire.width, {}};
    std::string before = name;
    for (int d = 1; d <= wire.last - wire.born; ++d) {
      registers.names.push_back(later(name, d));
      updates_.push_back({registers.names.back(), verilog::name(before)});
      before = registers.names.back();
    }
    if (!registers.names.empty()) module_.items.push_back(std::move(registers));
  }
  // All that was declared since the last call.
  void clock() {
    if (updates_.empty()) return;
    module_.items.push_back(verilog::Clocked{"en", std::nullopt, std::move(updates_)});
    updates_.clear();
  }

  static std::string later(const std::string& name, int cycles) {
    return cycles == 0 ? name : fmt::format("{}_d{}", name, cycles);
  }
  std::string element_name(std::size_t b, std::size_t i) const {
    if (b == 0) return fmt::format("x{}", i);
    return b + 1 == design_.block_count() ? fmt::format("y{}", i) : fmt::format("h{}_{}", b, i);
  }
  // An element as it stands in a cycle.
  std::string element_at(std::size_t b, std::size_t i, int cycle) const {
    return later(element_name(b, i), cycle - netlist_.elements[b][i].wire.born);
  }

  // A node (not a constant) of block b in a cycle.
  std::string node_at(std::size_t b, std::size_t n, int cycle) const {
    const BlockNetlist& block = netlist_.blocks[b - 1];
    if (n < block.sources.size())
      return element_at(block.sources[n].block, block.sources[n].index, cycle);
    return later(fmt::format("b{}_t{}", b, n), cycle - block.wires[n].born);
  }

  int born(std::size_t b, std::size_t n) const {
    const BlockNetlist& block = netlist_.blocks[b - 1];
    if (n >= block.sources.size()) return block.wires[n].born;
    return netlist_.elements[block.sources[n].block][block.sources[n].index].wire.born;
  }

  Expression node_value(std::size_t b, std::size_t n) const;
  Expression clamped(std::size_t i) const;
  // The wire of an input, from the low bits of its code.
  static Expression low_bits(const Element& element, Expression bits) {
    if (!element.has_inverted_top()) return bits;
    const int width = element.wire.width;
    return make(Operation::bit_xor,
                {std::move(bits), verilog::literal(Integer(1) << (width - 1), width, false)});
  }
  Expression row_value(std::size_t b, std::size_t i) const;
  std::string row_comment(std::size_t b, std::size_t i) const;
  Expression code_bits(std::size_t b, std::size_t i, int cycle,
                       const num::FixedFormat& format) const;

  const design::Design& design_;
  const Netlist& netlist_;
  verilog::Module module_;
  std::vector<verilog::Update> updates_;
  std::vector<bool> done_;    // nodes of the block at work that are declared
  std::vector<int> readers_;  // of each of its nodes: sums and rows
};

std::vector<std::string> ModuleWriter::header(const std::vector<std::string>& statement) const {
  std::vector<std::string> lines = verilog_header(design_, statement);
  const netlist::Counts counts = netlist::counts(netlist_);
  const std::vector<std::string> what = {
      "",
      "A vector of input codes enters with in_valid and in_ready, its output codes leave with",
      fmt::format("out_valid and out_ready, {} clock cycles later if nobody waits; one vector in "
                  "each cycle.",
                  netlist_.latency),
      "Codes stand side by side in in_data and out_data, each in the width of its format; a real",
      "x becomes the code floor(x / 2^lsb + 1/2).",
      design_.clamp ? "Input codes outside the ranges named are saturated to them."
                    : "Input codes must lie in the ranges named: outside them nothing is promised.",
      "",
      fmt::format(
          "At most {} additions stand between two registers. On a Xilinx 7-series device expect",
          netlist_.levels),
      fmt::format("about {} LUTs, with {} bits of adders, and {} flip-flops.", counts.luts,
                  counts.adder_bits, counts.ff_bits),
      "No wire has a sign: a difference adds the complement {~x} of x in its own width, and all",
      "constants that this makes are in the one of each row. Sums are right modulo 2^width of",
      "their wires, which hold what is read of them; the comment behind a sum is its range before",
      "that. NAME_d1 is NAME one cycle later. {~{~x}} is x: it keeps Yosys from making one adder",
      "of three operands out of two adders, which takes more LUTs."};
  lines.insert(lines.end(), what.begin(), what.end());
  return lines;
}

void ModuleWriter::handshake() {
  comment({"Cycles from a vector to its result."});
  module_.items.push_back(verilog::Parameter{"LATENCY", std::to_string(netlist_.latency)});
  comment({});
  comment({"Everything advances together, unless a result waits for its reader."});
  module_.items.push_back(verilog::Registers{false, netlist_.latency, {"valid"}});
  module_.items.push_back(verilog::Assign{"out_valid", verilog::name("valid[LATENCY-1]")});
  module_.items.push_back(verilog::Net{false, 0, "en", verilog::name("~out_valid | out_ready")});
  module_.items.push_back(verilog::Assign{"in_ready", verilog::name("en")});
  module_.items.push_back(verilog::Clocked{
      "en",
      "reset",
      {{"valid", make(Operation::concatenate,
                      {verilog::name("valid[LATENCY-2:0]"), verilog::name("in_valid")})}}});
}

void ModuleWriter::inputs() {
  comment({});
  int low = 0;
  for (std::size_t i = 0; i < design_.inputs.size(); ++i) {
    const design::Input& input = design_.inputs[i];
    const Element& element = netlist_.elements[0][i];
    comment({verilog_input_comment(design_, i, low) + (element.has_wire() ? "" : "; not read")});
    const std::string name = element_name(0, i);
    const bool is_clamped = !netlist_.raw_inputs.empty() && netlist_.raw_inputs[i].width > 0;
    if (is_clamped) {
      const Wire& raw = netlist_.raw_inputs[i];
      declare(raw, name + "_raw", verilog::slice("in_data", low + raw.width - 1, low), {},
              input.format.is_signed);
      declare(element.wire, name, clamped(i));
    } else if (element.has_wire()) {
      declare(element.wire, name,
              low_bits(element, verilog::slice("in_data", low + element.wire.width - 1, low)));
    }
    low += input.format.width();
  }
  clock();
}

Expression ModuleWriter::clamped(std::size_t i) const {
  const design::Input& input = design_.inputs[i];
  const Element& element = netlist_.elements[0][i];
  const int width = input.format.width();
  const std::string raw = later(element_name(0, i) + "_raw", 1);
  const int kept = element.wire.width;
  const auto end = [&](const Integer& code) {
    return verilog::literal(Integer(code - element.offset), kept, false);
  };
  Expression value = low_bits(element, verilog::slice(raw, kept - 1, 0));
  const auto saturate = [&](Operation comparison, const Integer& code) {
    Expression outside = make(
        comparison, {verilog::name(raw), verilog::literal(code, width, input.format.is_signed)});
    value = make(Operation::choose, {std::move(outside), end(code), std::move(value)});
  };
  if (input.format.max_code() > input.code_max) saturate(Operation::greater, input.code_max);
  if (input.format.min_code() < input.code_min) saturate(Operation::less, input.code_min);
  return value;
}

void ModuleWriter::block(std::size_t b) {
  const BlockNetlist& block = netlist_.blocks[b - 1];
  const design::Block& design = design_.blocks[b - 1];
  comment({});
  comment(
      {fmt::format("Block {} '{}': {} rows, {} levels of adders, cycles {} to {}.", b, design.name,
                   design.rows.size(), block.graph.depth, block.start, block.end)});
  done_.assign(block.graph.nodes.size(), false);
  readers_.assign(block.graph.nodes.size(), 0);
  for (const Node& node : block.graph.nodes)
    if (node.kind == NodeKind::sum)
      for (const Operand& operand : node.operands) ++readers_[operand.node];
  for (const auto& cut : block.cuts)
    if (cut) ++readers_[cut->root.node];
  for (std::size_t i = 0; i < design.rows.size(); ++i) {
    comment({row_comment(b, i)});
    if (!block.cuts[i]) continue;
    emit_node(b, block.cuts[i]->root.node);
    declare(netlist_.elements[b][i].wire, element_name(b, i), row_value(b, i));
  }
  clock();
}

std::string ModuleWriter::row_comment(std::size_t b, std::size_t i) const {
  const design::Row& row = design_.blocks[b - 1].rows[i];
  const Element& element = netlist_.elements[b][i];
  std::string text = fmt::format("Row {}: {}, {}", i, q_notation(row.output),
                                 row.activation == net::Activation::relu ? "relu, " : "");
  if (element.has_wire())
    return text + describe_codes({element.codes.min, element.codes.max}, row.output.lsb);
  return text + (element.read ? "constant code " + element.offset.get_str() : "not read");
}

// Operands first. The recursion is as deep as the graph.
void ModuleWriter::emit_node(std::size_t b, std::size_t n) {
  const BlockNetlist& block = netlist_.blocks[b - 1];
  const Node& node = block.graph.nodes[n];
  if (node.kind != NodeKind::sum || done_[n]) return;
  done_[n] = true;
  for (const Operand& operand : node.operands) emit_node(b, operand.node);
  declare(block.wires[n], fmt::format("b{}_t{}", b, n), node_value(b, n), range_text(node.range));
}

Expression ModuleWriter::node_value(std::size_t b, std::size_t n) const {
  const BlockNetlist& block = netlist_.blocks[b - 1];
  const Node& node = block.graph.nodes[n];
  std::vector<Expression> operands;
  for (const Operand& operand : node.operands) {
    const Node& read = block.graph.nodes[operand.node];
    const int width = block.wires[operand.node].width;
    Expression value = read.kind == NodeKind::constant
                           ? verilog::literal(bits_of(read.range.min, width), width, false)
                           : verilog::name(node_at(b, operand.node, block.wires[n].born));
    if (operand.negative) value = make(Operation::complement, {std::move(value)});
    // A code that is read within its cycle may be the bare bits of a sum.
    if (!operand.negative && read.kind != NodeKind::constant && readers_[operand.node] == 1 &&
        born(b, operand.node) == block.wires[n].born)
      value = make(Operation::complement, {make(Operation::complement, {std::move(value)})});
    operands.push_back(verilog::shifted_left(std::move(value), operand.shift));
  }
  return make(Operation::add, std::move(operands));
}

Expression ModuleWriter::row_value(std::size_t b, std::size_t i) const {
  const netlist::RowCut& cut = *netlist_.blocks[b - 1].cuts[i];
  const Wire& wire = netlist_.elements[b][i].wire;
  const std::string root = node_at(b, cut.root.node, wire.born);
  Expression bits = verilog::slice(root, cut.low + wire.width - 1, cut.low);
  if (!cut.sign) return bits;
  return make(Operation::choose, {verilog::slice(root, *cut.sign, *cut.sign),
                                  verilog::literal(0, wire.width, false), std::move(bits)});
}

// The code of an element in two's complement of the format's width.
Expression ModuleWriter::code_bits(std::size_t b, std::size_t i, int cycle,
                                   const num::FixedFormat& format) const {
  const Element& element = netlist_.elements[b][i];
  const int width = format.width();
  if (!element.has_wire()) return verilog::literal(bits_of(element.offset, width), width, false);
  const Expression word = verilog::name(element_at(b, i, cycle));
  const int top = element.shift + element.wire.width - 1;
  const Expression value = verilog::shifted_left(word, element.shift);
  // Above the wire's bits, all bits are those of the offset; with either sign, the inverse of its
  // highest one: x ^ 8 - 8 for four bits, without the subtraction.
  const Integer above = bits_of(element.offset, width);
  if (!element.has_inverted_top())
    return above == 0 ? value
                      : make(Operation::bit_or, {value, verilog::literal(above, width, false)});
  std::vector<Expression> parts(
      static_cast<std::size_t>(width - top),
      make(Operation::complement,
           {verilog::slice(word.text, element.wire.width - 1, element.wire.width - 1)}));
  if (element.wire.width > 1) parts.push_back(verilog::slice(word.text, element.wire.width - 2, 0));
  if (element.shift > 0) parts.push_back(verilog::literal(0, element.shift, false));
  return make(Operation::concatenate, std::move(parts));
}

void ModuleWriter::outputs() {
  comment({});
  const std::size_t b = design_.block_count() - 1;
  const std::vector<design::Row>& rows = design_.blocks.back().rows;
  std::vector<Expression> codes;
  int low = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const num::FixedFormat& format = rows[i].output;
    comment({verilog_output_comment(design_, i, low)});
    low += format.width();
    const std::string name = fmt::format("y{}_code", i);
    module_.items.push_back(verilog::Net{format.is_signed, format.width(), name,
                                         code_bits(b, i, netlist_.latency, format)});
    codes.insert(codes.begin(), verilog::name(name));
  }
  module_.items.push_back(
      verilog::Assign{"out_data", make(Operation::concatenate, std::move(codes))});
}

}  // namespace

std::string parallel_module(const design::Design& design, const Netlist& netlist,
                            const std::vector<std::string>& statement) {
  return print(ModuleWriter(design, netlist).write(statement));
}

}  // namespace certifix::emit
