// The values that flow through a graph while it is traced.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "certifix/import/affine.hpp"
#include "certifix/import/onnx/graph.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::import::onnx {

using Numbers = std::vector<num::Rational>;  // a constant
using Integers = std::vector<std::int64_t>;  // a constant of integers: shapes, axes
                                             // Forms: depends on the network's input

using Elements = std::variant<Numbers, Integers, Forms>;

// Elements row by row; their number is the product of the shape.
struct Tensor {
  Shape shape;
  Elements elements;
  Label label;  // the node that made it

  bool is_form() const { return std::holds_alternative<Forms>(elements); }
  bool is_integer() const { return std::holds_alternative<Integers>(elements); }
  std::size_t size() const;
};

// The product of the dimensions, none negative. Throws Error (too_large) above kMaxNumbers.
std::size_t element_count(const Shape& shape, const Origin& where);

// "1x3x32x32"; "scalar" for none.
std::string shape_text(const Shape& shape);

// Constants become forms without terms; there must be no integers.
Forms forms_of(Elements elements);

// The numbers of a stored tensor, exactly; NaN and infinities are refused (bad_number, with the
// element), other types than floats and integers too (unsupported_type).
Tensor loaded(const StoredTensor& stored, const Graph& graph);

// The cost of keeping or copying all numbers of a tensor (see Budget).
std::size_t cost(const Tensor& tensor);

// numpy's rule: from the last dimension on, equal or 1; nullopt where the shapes do not fit.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);
// For each element of `to`, the element of `from` that it reads. `from` broadcasts to `to`.
std::vector<std::size_t> broadcast_index(const Shape& from, const Shape& to);
// For each element of the transposed tensor (dimension i is dimension axes[i] of `shape`), the
// element that it reads.
std::vector<std::size_t> transpose_index(const Shape& shape, const std::vector<std::size_t>& axes);

}  // namespace certifix::import::onnx
