#include <cmath>

#include "certifix/report/json_parts.hpp"
#include "certifix/report/report.hpp"

namespace certifix::report {
namespace {

Json format_json(const num::FixedFormat& format) {
  return {{"signed", format.is_signed}, {"msb", format.msb}, {"lsb", format.lsb}};
}

// A share to a hundredth of a percent, upward.
double upward(double share) { return std::ceil(share * 1e4) / 1e4; }

Json row_json(const design::Row& row) {
  Json terms = Json::array();
  for (const design::Term& term : row.terms)
    terms.push_back({term.source, term.index, term.weight.get_str(), term.shift});
  return {
      {"activation", row.activation == net::Activation::relu ? "relu" : "identity"},
      {"bias", row.bias.get_str()},
      {"accumulator",
       {{"lsb", row.accumulator_lsb},
        {"bits", row.accumulator_width},
        {"mode", row.accumulator_mode == design::AccumulatorMode::exact ? "exact" : "modular"}}},
      {"output", format_json(row.output)},
      {"terms", std::move(terms)}};
}

// Null for what is not known of a circuit that was not built.
Json circuit_json(const cost::Circuit& circuit) {
  const auto if_counted = [&](std::int64_t x) {
    return circuit.parallel.counted ? Json(x) : Json();
  };
  const netlist::FoldedCounts& folded = circuit.folded;
  return {{"architecture", cost::name(circuit.architecture)},
          {"reason", circuit.reason},
          {"parallel",
           {{"luts", circuit.parallel.luts},
            {"ffs", if_counted(circuit.parallel.ffs)},
            {"dsps", 0},
            {"rom_bits", 0},
            {"latency", if_counted(circuit.parallel.latency)},
            {"interval", 1}}},
          {"folded",
           {{"lanes", folded.lanes},
            {"luts", folded.luts},
            {"ffs", folded.ff_bits},
            {"dsps", folded.dsps},
            {"rom_bits", folded.rom_bits},
            {"latency", folded.latency},
            {"interval", folded.latency}}}};
}

}  // namespace

std::string report_json(const Report& report) {
  Json layers = Json::array();
  for (std::size_t b = 0; b < report.layers.size(); ++b)
    layers.push_back(layer_json(report.layers[b], b == 0));
  Json cost_model{{"name", report.cost_model}, {"value", report.cost_value}};
  if (report.gap) {
    cost_model["gap"] = upward(report.gap->model);
    cost_model["gap_of_design"] = upward(report.gap->design);
    cost_model["gap_source"] = report.gap->source;
  }
  Json json{{"network", report.network},
            {"method", report.method},
            {"error_target", report.promised},
            {"error_proven", report.proven},
            {"verified", true},  // a Report is made of a Verified design only
            {"clamp", report.clamp},
            {"leaves", report.leaves},
            {"cost_model", std::move(cost_model)},
            {"cost", cost_json(report.cost)},
            {"program",
             {{"flash_bytes", report.program.flash_bytes},
              {"cortex_m0", report.program.cortex_m0},
              {"cortex_m4", report.program.cortex_m4},
              {"weight_storage", report.program.weight_storage},
              {"value_storage", report.program.value_storage},
              {"accumulator_storage", report.program.accumulator_storage}}},
            {"simplify",
             {{"multiplications_before", report.simplified.multiplications_before},
              {"multiplications_after", report.simplified.multiplications_after},
              {"neurons_dead", report.simplified.dead},
              {"neurons_linear", report.simplified.linear},
              {"neurons_unstable", report.simplified.unstable},
              {"affine_on_box", report.simplified.affine_on_box()}}},
            {"layers", std::move(layers)}};
  if (report.circuit) json["verilog"] = circuit_json(*report.circuit);
  return text(json);
}

// One line an input and one a row: readable, and a twentieth of the lines that full indenting
// takes.
std::string design_json(const design::Design& design) {
  const auto lines = [](const std::vector<Json>& values) {
    std::string text;
    for (const Json& value : values) text += (text.empty() ? "\n  " : ",\n  ") + value.dump();
    return "[" + text + "]";
  };
  std::vector<Json> inputs;
  for (const design::Input& input : design.inputs) {
    Json json = format_json(input.format);
    json["code_min"] = input.code_min.get_str();
    json["code_max"] = input.code_max.get_str();
    inputs.push_back(std::move(json));
  }
  std::string text = "{\"name\": " + Json(design.name).dump() +
                     ", \"clamp\": " + (design.clamp ? "true" : "false") +
                     ",\n \"terms_are\": [\"source block\", \"index\", \"weight\", \"shift\"]" +
                     ",\n \"inputs\": " + lines(inputs) + ",\n \"blocks\": [";
  for (std::size_t b = 0; b < design.blocks.size(); ++b) {
    std::vector<Json> rows;
    for (const design::Row& row : design.blocks[b].rows) rows.push_back(row_json(row));
    text += std::string(b ? "," : "") + "\n {\"name\": " + Json(design.blocks[b].name).dump() +
            ", \"rows\": " + lines(rows) + "}";
  }
  return text + "]}\n";
}

std::string unreachable_json(const optimize::Unreachable& no, optimize::Method method) {
  Json smallest;  // null
  if (no.smallest_bound) smallest = num::decimal_up(*no.smallest_bound);
  return text({{"method", name(method)},
               {"verified", false},
               {"reason", no.reason},
               {"smallest_bound", std::move(smallest)},
               {"dominated_by", no.dominated_by},
               {"remedy", no.remedy}});
}

std::string timing_json(const std::vector<std::pair<std::string, double>>& seconds,
                        unsigned threads) {
  Json stages = Json::object();
  for (const auto& [stage, time] : seconds) stages[stage] = time;
  return text({{"threads", threads}, {"seconds", std::move(stages)}});
}

}  // namespace certifix::report
