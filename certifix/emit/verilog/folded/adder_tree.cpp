// The tree that adds up what all lanes multiply for one row, and the code that its sum gives.
#include <fmt/format.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/verilog/folded/codes.hpp"
#include "certifix/emit/verilog/folded/parts.hpp"

namespace certifix::emit::folded {
namespace {

using Lines = std::vector<std::string>;

int level_count(int lanes) {
  int levels = 0;
  for (int n = lanes; n > 1; n = (n + 1) / 2) ++levels;
  return levels;
}

// `count` sums side by side in `before` become half as many in level_N, in registers or not.
Lines level(int number, const std::string& before, int count, bool is_registered) {
  const int pairs = count / 2;
  const int next = (count + 1) / 2;
  const std::string name = fmt::format("level_{}", number);
  const std::string sums = is_registered ? name + "_sum" : name;
  Lines lines = {
      fmt::format("wire [{}*SUM-1:0] {};", next, sums),
      "generate",
      fmt::format("  for (l = 0; l < {}; l = l + 1) begin : add_{}", pairs, number),
      fmt::format("    assign {0}[l*SUM +: SUM] = {1}[2*l*SUM +: SUM] + {1}[(2*l+1)*SUM +: SUM];",
                  sums, before),
      "  end",
      "endgenerate"};
  if (next > pairs)
    lines.push_back(fmt::format("assign {}[{}*SUM +: SUM] = {}[{}*SUM +: SUM];", sums, pairs,
                                before, count - 1));
  if (is_registered) {
    lines.push_back(fmt::format("reg [{}*SUM-1:0] {};", next, name));
    lines.push_back(fmt::format("always @(posedge clk) {} <= {};", name, sums));
  }
  return lines;
}

}  // namespace

ItemList adder_tree(const Circuit& circuit, Stages& stages) {
  const int levels = level_count(circuit.plan.lanes);
  const int per_stage = (levels + circuit.plan.tree_stages - 1) / circuit.plan.tree_stages;
  ItemList items;
  items.comment({});
  items.comment({fmt::format("The tree: {} levels of adders, a register after every {}.", levels,
                             per_stage)});
  std::string total = "products";
  int count = circuit.plan.lanes;
  int registered = 0;
  for (int number = 1; number <= levels; ++number) {
    const bool is_registered = number % per_stage == 0 || number == levels;
    registered += is_registered ? 1 : 0;
    items.text(level(number, total, count, is_registered));
    total = fmt::format("level_{}", number);
    count = (count + 1) / 2;
  }
  CERTIFIX_CHECK(registered == circuit.plan.tree_stages,
                 "the tree has as many stages as its schedule");
  const int lag = circuit.lag(true);
  items.text({"reg signed [SUM-1:0] tree_sum;",
              fmt::format("always @(posedge clk) if ({}) tree_sum <= {};",
                          stages.later("tree_issue", lag - 1),
                          accumulated(circuit, "$signed(" + total + ")",
                                      stages.later("first", lag - 1), "tree_start", "tree_sum"))});
  if (circuit.cuts.empty()) return items;
  const TreeTarget target(circuit);
  const std::string keep = circuit.mask_width > 0 ? target.keep.of("tree_target") : "";
  items.text({"wire [CODE-1:0] tree_bits = " + cut_word(circuit, "tree_sum", "tree_cut") + ";",
              fmt::format("assign tree_code = tree_sum[SUM-1] & {} ? {{CODE{{1'b0}}}} : {};",
                          target.clear.of("tree_target"), masked(circuit, "tree_bits", keep))});
  return items;
}

}  // namespace certifix::emit::folded
