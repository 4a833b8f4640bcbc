#include "certifix/import/onnx/tensor.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "certifix/import/float_value.hpp"
#include "certifix/import/limits.hpp"

namespace certifix::import::onnx {
namespace {

// Element offsets of a counter that runs over `shape`, row by row, dimension i stepping by
// steps[i].
std::vector<std::size_t> offsets(const Shape& shape, const std::vector<std::size_t>& steps) {
  std::size_t count = 1;
  for (const std::int64_t dimension : shape) count *= static_cast<std::size_t>(dimension);
  std::vector<std::size_t> result(count);
  std::vector<std::int64_t> counter(shape.size(), 0);
  std::size_t offset = 0;
  for (std::size_t i = 0; i < count; ++i) {
    result[i] = offset;
    for (std::size_t d = shape.size(); d-- > 0;) {
      offset += steps[d];
      if (++counter[d] < shape[d]) break;
      offset -= steps[d] * static_cast<std::size_t>(shape[d]);
      counter[d] = 0;
    }
  }
  return result;
}

std::vector<std::size_t> strides(const Shape& shape) {
  std::vector<std::size_t> result(shape.size(), 1);
  for (std::size_t d = shape.size(); d-- > 1;)
    result[d - 1] = result[d] * static_cast<std::size_t>(shape[d]);
  return result;
}

}  // namespace

std::size_t Tensor::size() const {
  return std::visit([](const auto& values) { return values.size(); }, elements);
}

std::size_t element_count(const Shape& shape, const Origin& where) {
  std::size_t count = 1;  // without dimensions of 0, so that no product of some of them overflows
  bool is_empty = false;
  for (const std::int64_t dimension : shape) {
    CERTIFIX_CHECK(dimension >= 0, "shapes are checked where they come from");
    const auto size = static_cast<std::size_t>(dimension);
    is_empty = is_empty || size == 0;
    if (size > 0 && count > kMaxNumbers / size)
      throw Error(ErrorCode::too_large,
                  "a tensor of more than " + std::to_string(kMaxNumbers) + " elements", where,
                  "use a smaller network");
    if (size > 0) count *= size;
  }
  return is_empty ? 0 : count;
}

std::string shape_text(const Shape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const std::int64_t dimension : shape)
    text += (text.empty() ? "" : "x") + std::to_string(dimension);
  return text;
}

Forms forms_of(Elements elements) {
  if (auto* forms = std::get_if<Forms>(&elements)) return std::move(*forms);
  Numbers& numbers = std::get<Numbers>(elements);
  Forms forms;
  forms.reserve(numbers.size());
  for (num::Rational& value : numbers) forms.push_back({std::move(value), {}});
  return forms;
}

Tensor loaded(const StoredTensor& stored, const Graph& graph) {
  Tensor tensor;
  tensor.shape = stored.shape;
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&stored.values)) {
    tensor.elements = *integers;
    return tensor;
  }
  const auto* doubles = std::get_if<std::vector<double>>(&stored.values);
  if (!doubles)
    throw Error(ErrorCode::unsupported_type,
                "tensors of " + stored.type_text + " are not supported", graph.at(stored.name),
                "export in float32 or float64");
  Numbers numbers;
  numbers.reserve(doubles->size());
  for (const double x : *doubles) {
    if (!std::isfinite(x))
      throw Error(ErrorCode::bad_number,
                  std::string(std::isnan(x) ? "a NaN" : "an infinity") + " among the weights",
                  graph.at(stored.name + ", element " + std::to_string(numbers.size())),
                  "train or export the network again");
    numbers.push_back(float_value(x));
  }
  tensor.elements = std::move(numbers);
  return tensor;
}

std::size_t cost(const Tensor& tensor) {
  if (tensor.is_integer()) return tensor.size();
  std::size_t total = 0;
  if (const auto* forms = std::get_if<Forms>(&tensor.elements))
    for (const Form& form : *forms) total += import::cost(form);
  else
    for (const num::Rational& number : std::get<Numbers>(tensor.elements))
      total += import::cost(number);
  return total;
}

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < result.size(); ++i) {
    // Counted from the last dimension.
    const std::int64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1) return std::nullopt;
    result[result.size() - 1 - i] = left == 1 ? right : left;
  }
  return result;
}

std::vector<std::size_t> broadcast_index(const Shape& from, const Shape& to) {
  const std::vector<std::size_t> own = strides(from);
  std::vector<std::size_t> steps(to.size(), 0);
  for (std::size_t d = 0; d < from.size(); ++d)
    if (from[d] != 1) steps[to.size() - from.size() + d] = own[d];
  return offsets(to, steps);
}

std::vector<std::size_t> transpose_index(const Shape& shape, const std::vector<std::size_t>& axes) {
  const std::vector<std::size_t> own = strides(shape);
  Shape transposed;
  std::vector<std::size_t> steps;
  for (const std::size_t axis : axes) {
    transposed.push_back(shape[axis]);
    steps.push_back(own[axis]);
  }
  return offsets(transposed, steps);
}

}  // namespace certifix::import::onnx
