// Operators that move elements without computing: Flatten, Reshape, Transpose, Squeeze, Unsqueeze,
// Identity, Dropout, Cast, Constant.
#include <algorithm>
#include <utility>

#include "certifix/import/limits.hpp"
#include "certifix/import/onnx/operators.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import::onnx {
namespace {

using num::Rational;

// The numbers of TensorProto.DataType.
constexpr std::int64_t kFloat = 1;
constexpr std::int64_t kInt32 = 6;
constexpr std::int64_t kInt64 = 7;
constexpr std::int64_t kDouble = 11;

std::int64_t product_of(Shape::const_iterator begin, Shape::const_iterator end) {
  std::int64_t product = 1;
  for (; begin != end; ++begin) product *= *begin;
  return product;
}

Tensor with_shape(Call& call, Tensor tensor, Shape shape) {
  if (shape.size() > kMaxRank)
    call.fail(ErrorCode::bad_shape, "a tensor of " + std::to_string(shape.size()) + " dimensions",
              "use at most " + std::to_string(kMaxRank));
  CERTIFIX_CHECK(element_count(shape, call.where()) == tensor.size(), "elements are only moved");
  tensor.shape = std::move(shape);
  tensor.label = call.label;
  return tensor;
}

// Whether the value is one of a binary float with that many mantissa bits and exponents.
bool is_float(const Rational& value, long mantissa_bits, long smallest_lsb, long largest_msb) {
  if (value.sign() == 0) return true;
  if (mpz_popcount(value.denominator().get_mpz_t()) != 1) return false;
  const long zeros = static_cast<long>(mpz_scan1(value.numerator().get_mpz_t(), 0));
  const long scale = num::bit_length(value.denominator()) - 1;
  const long lsb = zeros - scale;
  const long msb = num::bit_length(value.numerator()) - 1 - scale;
  return msb - lsb < mantissa_bits && lsb >= smallest_lsb && msb <= largest_msb;
}

}  // namespace

Tensor flatten(Call& call) {
  Tensor x = call.take(0);
  const std::int64_t given = call.integer("axis", 1);
  const auto rank = static_cast<std::int64_t>(x.shape.size());
  // The rank itself is an axis here.
  const auto axis =
      given == rank ? rank : static_cast<std::int64_t>(call.axis(given, x.shape.size()));
  const Shape shape{product_of(x.shape.begin(), x.shape.begin() + axis),
                    product_of(x.shape.begin() + axis, x.shape.end())};
  return with_shape(call, std::move(x), shape);
}

Tensor reshape(Call& call) {
  Tensor x = call.take(0);
  const auto wanted = call.integers_or_input("shape", 1);
  if (!wanted)
    call.fail(ErrorCode::missing_value, "Reshape without a shape", "export the model again");
  const bool zero_is_zero = call.integer("allowzero", 0) != 0;
  const auto refuse = [&] {
    call.fail(
        ErrorCode::bad_shape,
        "a tensor of shape " + shape_text(x.shape) + " does not reshape to " + shape_text(*wanted),
        "export with a fixed batch size of 1");
  };
  Shape shape;
  std::optional<std::size_t> open;
  std::int64_t known = 1;
  const auto size = static_cast<std::int64_t>(x.size());
  for (const std::int64_t dimension : *wanted) {
    const std::size_t at = shape.size();
    if (dimension < -1 || (dimension == -1 && open)) refuse();
    if (dimension == 0 && !zero_is_zero && at >= x.shape.size()) refuse();
    shape.push_back(dimension == 0 && !zero_is_zero ? x.shape[at] : dimension);
    if (dimension == -1)
      open = at;
    else if (__builtin_mul_overflow(known, shape.back(), &known))
      refuse();
  }
  if (open) {
    if (known == 0 || size % known != 0) refuse();
    shape[*open] = size / known;
  } else if (known != size) {
    refuse();
  }
  return with_shape(call, std::move(x), std::move(shape));
}

Tensor transpose(Call& call) {
  Tensor x = call.take(0);
  const std::size_t rank = x.shape.size();
  std::vector<std::size_t> axes;
  if (const auto given = call.integers("perm")) {
    for (const std::int64_t axis : *given) axes.push_back(call.axis(axis, rank));
    std::vector<std::size_t> sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    if (axes.size() != rank || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
      call.fail(ErrorCode::bad_shape, "perm is no permutation of the dimensions",
                "export the model again");
  } else {
    for (std::size_t d = rank; d-- > 0;) axes.push_back(d);
  }
  Shape shape;
  for (const std::size_t axis : axes) shape.push_back(x.shape[axis]);
  const std::vector<std::size_t> index = transpose_index(x.shape, axes);
  std::visit(
      [&](auto& values) {
        std::remove_reference_t<decltype(values)> moved;
        moved.reserve(values.size());
        for (const std::size_t i : index) moved.push_back(std::move(values[i]));
        values = std::move(moved);
      },
      x.elements);
  return with_shape(call, std::move(x), std::move(shape));
}

Tensor squeeze(Call& call) {
  Tensor x = call.take(0);
  const auto given = call.integers_or_input("axes", 1);
  Shape shape;
  std::vector<bool> dropped(x.shape.size(), false);
  for (const std::int64_t axis : given.value_or(Integers())) {
    const std::size_t d = call.axis(axis, x.shape.size());
    if (x.shape[d] != 1)
      call.fail(ErrorCode::bad_shape, "Squeeze of a dimension other than 1",
                "export the model again");
    dropped[d] = true;
  }
  for (std::size_t d = 0; d < x.shape.size(); ++d)
    if (given ? !dropped[d] : x.shape[d] != 1) shape.push_back(x.shape[d]);
  return with_shape(call, std::move(x), std::move(shape));
}

Tensor unsqueeze(Call& call) {
  Tensor x = call.take(0);
  const auto given = call.integers_or_input("axes", 1);
  if (!given || given->size() > kMaxRank)
    call.fail(ErrorCode::bad_shape, "Unsqueeze without axes, or with too many",
              "export the model again");
  const std::size_t rank = x.shape.size() + given->size();
  std::vector<bool> inserted(rank, false);
  for (const std::int64_t axis : *given) {
    const std::size_t d = call.axis(axis, rank);
    if (inserted[d])
      call.fail(ErrorCode::bad_shape, "Unsqueeze names a dimension twice",
                "export the model again");
    inserted[d] = true;
  }
  Shape shape;
  auto next = x.shape.begin();
  for (std::size_t d = 0; d < rank; ++d) shape.push_back(inserted[d] ? 1 : *next++);
  return with_shape(call, std::move(x), std::move(shape));
}

Tensor identity(Call& call) {
  Tensor x = call.take(0);
  x.label = call.label;
  return x;
}

// A no-op at inference.
Tensor dropout(Call& call) {
  Tensor x = call.take(0);
  if (call.has_input(2)) {
    const Tensor training = call.take(2);
    const auto* flag = std::get_if<Integers>(&training.elements);
    if (!flag || flag->size() != 1 || (*flag)[0] != 0)
      call.fail(ErrorCode::unsupported_attribute, "Dropout in training mode is not supported",
                "export the model in inference mode (model.eval())");
  }
  if (call.graph.opset < 7 && call.integer("is_test", 0) == 0)
    call.fail(ErrorCode::unsupported_attribute, "Dropout in training mode is not supported",
              "export the model in inference mode");
  x.label = call.label;
  return x;
}

// The network is one over the reals, so casting a computed value to another float type changes
// nothing. A stored constant must not change either.
Tensor cast(Call& call) {
  Tensor x = call.take(0);
  const std::int64_t to = call.integer("to", 0);
  const bool to_integer = to == kInt32 || to == kInt64;
  if (to != kFloat && to != kDouble && !(to_integer && x.is_integer()))
    call.fail(ErrorCode::unsupported_attribute,
              "Cast to another type than float32 or float64 is not supported",
              "export in float32 or float64 throughout");
  x.label = call.label;
  if (x.is_form() || to_integer) return x;
  if (x.is_integer()) {
    Numbers numbers;
    for (const std::int64_t value : std::get<Integers>(x.elements))
      numbers.push_back(num::Integer(static_cast<long>(value)));
    x.elements = std::move(numbers);
  }
  for (const Rational& value : std::get<Numbers>(x.elements))
    if (!(to == kFloat ? is_float(value, 24, -149, 127) : is_float(value, 53, -1074, 1023)))
      call.fail(ErrorCode::unsupported_attribute,
                "Cast of a constant to a type that cannot hold it exactly is not supported",
                "store the constant in the type in which it is used");
  return x;
}

Tensor constant(Call& call) {
  if (call.node.attributes.size() != 1)
    call.fail(ErrorCode::malformed_model, "Constant needs one attribute, its value",
              "export the model again");
  const Attribute& attribute = call.node.attributes[0];
  StoredTensor stored;
  stored.name = call.where().place + ", attribute " + in_quotes(attribute.name);
  if (const auto* tensor = std::get_if<StoredTensor>(&attribute.value)) {
    stored = *tensor;
  } else if (const auto* real = std::get_if<double>(&attribute.value)) {
    stored.values = std::vector<double>{*real};
  } else if (const auto* reals = std::get_if<std::vector<double>>(&attribute.value)) {
    stored.shape = {static_cast<std::int64_t>(reals->size())};
    stored.values = *reals;
  } else if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) {
    stored.values = Integers{*integer};
  } else if (const auto* integers = std::get_if<Integers>(&attribute.value)) {
    stored.shape = {static_cast<std::int64_t>(integers->size())};
    stored.values = *integers;
  } else {
    call.fail(ErrorCode::unsupported_attribute,
              "the attribute " + in_quotes(attribute.name) + " of Constant is not supported",
              "store the constant as a tensor");
  }
  Tensor tensor = loaded(stored, call.graph);
  tensor.label = call.label;
  return tensor;
}

}  // namespace certifix::import::onnx
