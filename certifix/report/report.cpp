#include "certifix/report/report.hpp"

namespace certifix::report {

std::string_view name(optimize::Method method) {
  switch (method) {
    case optimize::Method::certifix:
      return "certifix";
    case optimize::Method::aster:
      return "aster";
    case optimize::Method::uniform:
      return "uniform";
  }
  throw Bug(__FILE__, __LINE__, "unknown method");
}

Report make_report(const optimize::Quantized& quantized, optimize::Method method,
                   const cost::Model& cost) {
  const spec::Problem& problem = quantized.accepted.subject->problem;
  const design::Design& design = quantized.accepted.subject->design;
  Report report;
  report.network = problem.network.name();
  report.method = name(method);
  report.clamp = design.clamp;
  report.leaves = quantized.accepted.theorem.leaves;
  report.cost_model = cost.name;
  report.cost_value = cost::value(cost, design);
  report.gap = quantized.gap;
  report.cost = cost::measure(design);
  report.program = cost::measure_program(design);
  report.simplified = quantized.simplified;
  for (std::size_t k = 0; k < problem.functionals.size(); ++k) {
    report.promised.push_back(num::decimal_up(problem.functionals[k].bound, 17));
    report.proven.push_back(num::decimal_up(quantized.accepted.theorem.proven[k]));
  }
  report.layers = layers_of(design, quantized.ranges, quantized.shares);
  return report;
}

}  // namespace certifix::report
