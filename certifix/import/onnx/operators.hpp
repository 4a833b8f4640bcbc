// The supported operators. docs/adding-an-operator.md says how to add one: a function here, a line
// in the table of operators.cpp, a test.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/import/onnx/graph.hpp"
#include "certifix/import/onnx/tensor.hpp"

namespace certifix::import::onnx {

// One node about to be computed: its inputs (nullopt where an optional one is left out; theirs to
// consume), the network under construction, and what messages need.
struct Call {
  const Graph& graph;
  const Node& node;
  NetworkBuilder& builder;
  Label label;
  std::vector<std::optional<Tensor>> inputs;

  [[noreturn]] void fail(ErrorCode code, const std::string& sentence,
                         const std::string& remedy) const;
  const Origin& where() const { return label.origin; }
  void spend(std::size_t units) { builder.budget.spend(units, label.origin); }

  bool has_input(std::size_t i) const { return i < inputs.size() && inputs[i].has_value(); }
  Tensor take(std::size_t i);  // missing_value where it is left out

  // The attribute's value, `otherwise` where it is not given; unsupported_attribute where it has
  // another type.
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  num::Rational real(std::string_view name, int otherwise) const;
  std::string text(std::string_view name, std::string_view otherwise) const;
  std::optional<Integers> integers(std::string_view name) const;
  const Attribute* attribute(std::string_view name) const;

  // Attribute `name`, or input `i` as later opsets have it: a constant list of integers.
  std::optional<Integers> integers_or_input(std::string_view name, std::size_t i);
  // An axis in [-rank, rank) as one in [0, rank).
  std::size_t axis(std::int64_t axis, std::size_t rank) const;
};

// The first output of the node. Throws Error for what is not supported or does not fit.
Tensor apply(Call& call);

// Throws the Error of apply() as far as the operator and its attributes' names decide; the inputs
// of the call are not looked at.
void refuse_unsupported(const Call& call);

// One function an operator; operators.cpp has their table.
Tensor add(Call& call);
Tensor subtract(Call& call);
Tensor multiply(Call& call);
Tensor divide(Call& call);
Tensor negate(Call& call);
Tensor matrix_product(Call& call);
Tensor gemm(Call& call);
Tensor convolution(Call& call);
Tensor relu(Call& call);
Tensor flatten(Call& call);
Tensor reshape(Call& call);
Tensor transpose(Call& call);
Tensor squeeze(Call& call);
Tensor unsqueeze(Call& call);
Tensor identity(Call& call);
Tensor dropout(Call& call);
Tensor cast(Call& call);
Tensor constant(Call& call);

// a + factor * b, elements paired by numpy's rule.
Tensor sum(Call& call, Tensor a, Tensor b, const num::Rational& factor);
// a * b, one of them constant.
Tensor product(Call& call, Tensor a, Tensor b);

}  // namespace certifix::import::onnx
