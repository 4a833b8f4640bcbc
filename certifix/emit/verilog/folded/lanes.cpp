// The lanes: a bank of the memory, a multiplier and a sum for each.
#include <fmt/format.h>

#include "certifix/emit/verilog/folded/codes.hpp"
#include "certifix/emit/verilog/folded/parts.hpp"

namespace certifix::emit::folded {
namespace {

using Lines = std::vector<std::string>;

void append(Lines& lines, Lines more) {
  for (std::string& line : more) lines.push_back(std::move(line));
}

// The code of one lane, for all lanes, in two steps: the registers after the banks choose within
// groups of lanes, the rest chooses one group. Bit by bit: a part select by a variable lane would
// become a multiplexer of all bits for each.
Lines shared_code(const Circuit& circuit, Stages& stages) {
  const int low = circuit.folded.group_bits();
  const int size = 1 << low;
  const int groups = (circuit.plan.lanes + size - 1) / size;
  Lines lines = {"wire [LANES*CODE-1:0] reads;  // what the banks have in read_word",
                 "wire [CODE-1:0] shared_code;",
                 "genvar b, g, l;",
                 "generate",
                 "  for (b = 0; b < CODE; b = b + 1) begin : bits",
                 fmt::format("    wire [{}:0] of_lanes;", groups * size - 1),
                 fmt::format("    reg [{}:0] of_groups;", groups - 1),
                 "    for (l = 0; l < LANES; l = l + 1) begin : lanes",
                 "      assign of_lanes[l] = reads[l*CODE + b];",
                 "    end"};
  if (circuit.plan.lanes < groups * size)
    lines.push_back(fmt::format("    assign of_lanes[{}:LANES] = 0;", groups * size - 1));
  append(lines,
         {fmt::format("    for (g = 0; g < {}; g = g + 1) begin : groups", groups),
          fmt::format("      wire [{0}:0] group = of_lanes[{1}*g +: {1}];", size - 1, size),
          fmt::format("      always @(posedge clk) of_groups[g] <= group[lane[{}:0]];", low - 1),
          "    end",
          groups == 1 ? "    assign shared_code[b] = of_groups[0];"
                      : fmt::format("    assign shared_code[b] = of_groups[{}[{}:{}]];",
                                    stages.later("lane", 1), circuit.lane_bits() - 1, low),
          "  end", "endgenerate"});
  return lines;
}

Lines bank() {
  return {"reg signed [CODE-1:0] bank [0:WORDS-1];", "integer i;",
          "initial for (i = 0; i < WORDS; i = i + 1) bank[i] = 0;",
          "assign reads[l*CODE +: CODE] = bank[read_word];"};
}

Lines multiplier(const Circuit& circuit, Stages& stages) {
  Lines lines;
  if (circuit.plan.has_tree)
    lines = {"reg [CODE-1:0] code;", "always @(posedge clk) code <= reads[l*CODE +: CODE];",
             "reg signed [CODE-1:0] operand;",
             "always @(posedge clk) operand <= " + stages.later("in_tree", 1) +
                 " ? code : shared_code;"};
  append(lines, {"wire signed [WEIGHT-1:0] weight = weight_word[l*WEIGHT +: WEIGHT];",
                 "reg signed [PRODUCT-1:0] product;",
                 "always @(posedge clk) product <= weight * operand;"});
  if (circuit.plan.has_tree)
    append(lines,
           {"wire signed [SUM-1:0] wide = product;", "assign products[l*SUM +: SUM] = wide;"});
  return lines;
}

Lines sum_of_row(const Circuit& circuit, Stages& stages) {
  const int width = circuit.start_width;
  return {fmt::format("wire signed [{}:0] start = row_start[l*{} +: {}];", width - 1, width, width),
          "reg signed [SUM-1:0] sum;",
          fmt::format("always @(posedge clk) if ({}) sum <= {};", stages.later("rows_issue", 3),
                      accumulated(circuit, "product", stages.later("first", 3), "start", "sum")),
          "assign sums[l*SUM +: SUM] = sum;"};
}

// row_code: what the sum of a row becomes in the memory.
Lines code_of_row(const Circuit& circuit) {
  const int form = 1 + circuit.mask_width;
  Lines lines = {"wire [CODE-1:0] cut = " + cut_word(circuit, "sum", "row_cut") + ";"};
  if (circuit.mask_width > 0)
    lines.push_back(fmt::format("wire [{}:0] keep = row_form[l*{}+1 +: {}];",
                                circuit.mask_width - 1, form, circuit.mask_width));
  append(lines, {fmt::format("wire clear = sum[SUM-1] & row_form[l*{}];", form),
                 fmt::format("wire [CODE-1:0] row_code = clear ? {{CODE{{1'b0}}}} : {};",
                             masked(circuit, "cut", "keep"))});
  return lines;
}

Lines store(bool stores_rows, bool stores_tree) {
  Lines when = {"store_inputs"};
  std::string value = "input_word[l*CODE +: CODE]";
  if (stores_tree) {
    when.emplace_back("(store_tree & (tree_lane == l))");
    value = "store_inputs ? " + value + " : tree_code";
  }
  if (stores_rows) {
    when.emplace_back("store_rows");
    value = "store_rows ? row_code : " + value;
  }
  return {fmt::format("always @(posedge clk) if ({}) bank[write_word] <= {};",
                      fmt::join(when, " | "), value)};
}

}  // namespace

ItemList lanes(const Circuit& circuit, Stages& stages) {
  const bool has_tree = circuit.plan.has_tree;
  const bool has_rows = !circuit.row_passes.empty();
  const bool stores_tree = has_tree && !circuit.cuts.empty();
  const bool stores_rows = has_rows && !circuit.cuts.empty();
  ItemList items;
  items.comment({});
  items.comment({"The lanes: a bank of the memory, a multiplier, a sum."});
  items.text(shared_code(circuit, stages));
  if (!has_tree)
    items.text({"reg signed [CODE-1:0] operand;", "always @(posedge clk) operand <= shared_code;"});
  if (has_rows) items.text({"wire [LANES*SUM-1:0] sums;"});
  if (has_tree) items.text({"wire [LANES*SUM-1:0] products;"});
  if (stores_tree) items.text({"wire [CODE-1:0] tree_code;"});

  Lines lane = bank();
  append(lane, multiplier(circuit, stages));
  if (has_rows) append(lane, sum_of_row(circuit, stages));
  if (stores_rows) append(lane, code_of_row(circuit));
  append(lane, store(stores_rows, stores_tree));

  Lines loop = {"generate", "  for (l = 0; l < LANES; l = l + 1) begin : mac"};
  for (const std::string& line : lane) loop.push_back("    " + line);
  append(loop, {"  end", "endgenerate"});
  items.text(std::move(loop));
  return items;
}

}  // namespace certifix::emit::folded
