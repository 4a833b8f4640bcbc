// What leaves: a register for each output that is not constant.
#include <fmt/format.h>

#include "certifix/emit/verilog/folded/codes.hpp"
#include "certifix/emit/verilog/folded/parts.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"

namespace certifix::emit::folded {
namespace {

using netlist::Pass;
using Lines = std::vector<std::string>;

// The code of the output that a lane of a pass computes.
std::string output_code(const Circuit& circuit, const Pass& pass, std::size_t lane) {
  const std::size_t i = circuit.folded.row_number(pass, lane);
  const int width = circuit.design.blocks.back().rows[i].output.width();
  const int low =
      circuit.alignment.blocks[pass.block - 1].cut + circuit.alignment.elements[pass.block][i].up;
  const std::string signal = pass.tree ? "tree_sum" : "sums";
  const int base = pass.tree ? 0 : static_cast<int>(lane) * circuit.sum_width;
  const std::string code = sum_bits(circuit, signal, base, low, width);
  if (!circuit.folded.row(pass, lane).clears_negative) return code;
  const int sign = base + circuit.sum_width - 1;
  return fmt::format("{} ? {}'d0 : {}", print(verilog::slice(signal, sign, sign)), width, code);
}

// Statements that take over what the passes of the outputs give.
Lines updates(const Circuit& circuit, Stages& stages) {
  Lines lines;
  std::vector<std::size_t> count(2, 0);  // of passes of rows, of tree passes
  for (const Pass& pass : circuit.plan.passes) {
    const std::size_t number = count[pass.tree]++;
    if (!circuit.folded.is_output(pass)) continue;
    const int lag = circuit.lag(pass.tree);
    lines.push_back(fmt::format("if ({} & ({} == {})) begin",
                                stages.later(pass.tree ? "tree_last" : "rows_last", lag),
                                stages.later("pass", lag), number));
    for (std::size_t lane = 0; lane < pass.row_count; ++lane)
      lines.push_back(fmt::format("  y{} <= {};", circuit.folded.row_number(pass, lane),
                                  output_code(circuit, pass, lane)));
    lines.emplace_back("end");
  }
  return lines;
}

}  // namespace

ItemList outputs(const Circuit& circuit, Stages& stages) {
  const std::vector<design::Row>& rows = circuit.design.blocks.back().rows;
  ItemList items;
  items.comment({});
  Lines codes;
  int low = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const int width = rows[i].output.width();
    const netlist::StoredElement& element = circuit.alignment.elements.back()[i];
    items.comment({verilog_output_comment(circuit.design, i, low) +
                   (element.live ? "" : "; constant code " + element.codes.min.get_str())});
    if (element.live) items.text({fmt::format("reg [{}:0] y{};", width - 1, i)});
    codes.insert(codes.begin(),
                 element.live ? fmt::format("y{}", i)
                              : verilog::hex(verilog::packed({{element.codes.min, width}}), width));
    low += width;
  }
  const Lines statements = updates(circuit, stages);
  if (!statements.empty()) {
    Lines body = {"always @(posedge clk) begin"};
    for (const std::string& line : statements) body.push_back("  " + line);
    body.emplace_back("end");
    items.text(std::move(body));
  }
  items.text({fmt::format("assign out_data = {{{}}};", fmt::join(codes, ", "))});
  return items;
}

}  // namespace certifix::emit::folded
