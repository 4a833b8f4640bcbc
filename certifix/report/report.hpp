// What people and tools read about a proven design. Nothing here is trusted or read back.
//
// Every bound and range is a decimal rounded outward; everything but timing_json() is a function of
// the input and the options alone, whatever the number of threads.
//
// Example:
//   const Report report = make_report(quantized, optimize::Method::certifix, cost);
//   print(summary(report));                       // for a terminal
//   write("report.json", report_json(report));    // for tools
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certifix/cost/architecture.hpp"
#include "certifix/cost/cost.hpp"
#include "certifix/cost/model.hpp"
#include "certifix/cost/program.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/report/layer.hpp"

namespace certifix::report {

struct Report {
  std::string network;
  std::string method;  // "certifix", "aster", "uniform"
  bool clamp = true;
  std::vector<std::string> promised;  // one a functional
  std::vector<std::string> proven;    // one a functional
  std::size_t leaves = 0;
  std::string cost_model;  // that was asked for, and the design's value in it
  double cost_value = 0;
  std::optional<optimize::Gap> gap;  // of the model, if it was asked for
  cost::Cost cost;
  cost::Program program;  // as a program on a microcontroller
  // As Verilog; where that is a target. make_report() leaves it to the caller.
  std::optional<cost::Circuit> circuit;
  simplify::Statistics simplified;  // of the network's rewrite on the box
  std::vector<Layer> layers;        // block 0 first
};

std::string_view name(optimize::Method method);
Report make_report(const optimize::Quantized& quantized, optimize::Method method,
                   const cost::Model& cost);

// A page of plain text with a line for each layer; ends with a newline.
std::string summary(const Report& report);

// docs/command-line.md lists the fields.
std::string report_json(const Report& report);
std::string design_json(const design::Design& design);
// The "no" of quantize: verified is false.
std::string unreachable_json(const optimize::Unreachable& no, optimize::Method method);
// Seconds by stage, in order; the one file that differs from run to run.
std::string timing_json(const std::vector<std::pair<std::string, double>>& seconds,
                        unsigned threads);

}  // namespace certifix::report
