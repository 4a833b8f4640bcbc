// Add, Sub, Mul, Div, Neg and Relu, element by element.
#include <utility>

#include "certifix/import/onnx/operators.hpp"

#include "certifix/semantics/evaluate.hpp"

namespace certifix::import::onnx {
namespace {

using num::Rational;

// Before opset 7 the shapes must be equal, unless `broadcast` is set: then b is stretched to a, its
// dimensions standing at `axis` of a (by default at the end).
void align_legacy(const Call& call, const Tensor& a, Tensor& b) {
  if (call.graph.opset >= 7) {
    if (call.attribute("broadcast") || call.attribute("axis"))
      call.fail(ErrorCode::unsupported_attribute,
                "the attributes broadcast and axis ended with opset 6", "export the model again");
    return;
  }
  if (call.integer("broadcast", 0) == 0) {
    if (a.shape != b.shape)
      call.fail(ErrorCode::bad_shape,
                "shapes " + shape_text(a.shape) + " and " + shape_text(b.shape) +
                    " differ, without broadcast=1",
                "export the model again");
    return;
  }
  if (call.attribute("axis")) {
    const std::size_t axis = call.axis(call.integer("axis", 0), a.shape.size());
    if (axis + b.shape.size() > a.shape.size())
      call.fail(ErrorCode::bad_shape, "the second operand reaches over the first",
                "export the model again");
    b.shape.insert(b.shape.end(), a.shape.size() - axis - b.shape.size(), 1);
  }
  if (broadcast(a.shape, b.shape) != a.shape)
    call.fail(ErrorCode::bad_shape,
              "shape " + shape_text(b.shape) + " does not stretch to " + shape_text(a.shape),
              "export the model again");
}

void refuse_integers(const Call& call, const Tensor& tensor) {
  if (tensor.is_integer())
    call.fail(ErrorCode::unsupported_type, "arithmetic on integers is not supported",
              "export with a fixed input shape, so that shapes are constants");
}

Shape common_shape(Call& call, const Tensor& a, const Tensor& b) {
  const auto shape = broadcast(a.shape, b.shape);
  if (!shape)
    call.fail(ErrorCode::bad_shape,
              "shapes " + shape_text(a.shape) + " and " + shape_text(b.shape) + " do not fit",
              "export the model again");
  call.spend(element_count(*shape, call.where()));
  return *shape;
}

// The elements of a tensor, in the order of a shape that it broadcasts to.
template <class Value>
class Stretched {
 public:
  Stretched(std::vector<Value> values, const Shape& from, const Shape& to)
      : values_(std::move(values)), same_(from == to) {
    if (!same_) index_ = broadcast_index(from, to);
  }
  // Element i, to be asked for once.
  Value take(std::size_t i) {
    if (same_) return std::move(values_[i]);
    return values_[index_[i]];
  }
  const Value& at(std::size_t i) const { return values_[same_ ? i : index_[i]]; }

 private:
  std::vector<Value> values_;
  bool same_;
  std::vector<std::size_t> index_;
};

// One result a pair of elements, `combine(a, b)`.
template <class A, class B, class Combine>
auto paired(Call& call, std::vector<A> a, const Shape& a_shape, std::vector<B> b,
            const Shape& b_shape, const Shape& shape, Combine combine) {
  const std::size_t count = element_count(shape, call.where());
  Stretched<A> left(std::move(a), a_shape, shape);
  const Stretched<B> right(std::move(b), b_shape, shape);
  std::vector<decltype(combine(left.take(0), right.at(0)))> result;
  result.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(combine(left.take(i), right.at(i)));
    call.spend(import::cost(result.back()));
    check_size(result.back(), call.where());
  }
  return result;
}

}  // namespace

Tensor sum(Call& call, Tensor a, Tensor b, const Rational& factor) {
  refuse_integers(call, a);
  refuse_integers(call, b);
  const Shape shape = common_shape(call, a, b);
  const bool plain = factor == Rational(1);
  if (!a.is_form() && !b.is_form())
    return {shape,
            paired(call, std::get<Numbers>(std::move(a.elements)), a.shape,
                   std::get<Numbers>(std::move(b.elements)), b.shape, shape,
                   [&](Rational x, const Rational& y) { return x += plain ? y : y * factor; }),
            call.label};
  return {shape,
          paired(call, forms_of(std::move(a.elements)), a.shape, forms_of(std::move(b.elements)),
                 b.shape, shape,
                 [&](Form x, const Form& y) {
                   return import::sum(std::move(x), plain ? y : scaled(y, factor));
                 }),
          call.label};
}

Tensor product(Call& call, Tensor a, Tensor b) {
  refuse_integers(call, a);
  refuse_integers(call, b);
  if (a.is_form() && b.is_form())
    call.fail(ErrorCode::not_affine, "a product of two values that both depend on the input",
              "only scaling by constants is supported");
  if (b.is_form()) std::swap(a, b);
  const Shape shape = common_shape(call, a, b);
  Numbers factors = std::get<Numbers>(std::move(b.elements));
  if (!a.is_form())
    return {shape,
            paired(call, std::get<Numbers>(std::move(a.elements)), a.shape, std::move(factors),
                   b.shape, shape, [](Rational x, const Rational& y) { return x *= y; }),
            call.label};
  return {shape,
          paired(call, std::get<Forms>(std::move(a.elements)), a.shape, std::move(factors), b.shape,
                 shape, [](Form x, const Rational& y) { return scaled(std::move(x), y); }),
          call.label};
}

namespace {

Tensor add_scaled(Call& call, const Rational& factor) {
  Tensor a = call.take(0);
  Tensor b = call.take(1);
  align_legacy(call, a, b);
  return sum(call, std::move(a), std::move(b), factor);
}

}  // namespace

Tensor add(Call& call) { return add_scaled(call, 1); }
Tensor subtract(Call& call) { return add_scaled(call, -1); }

Tensor multiply(Call& call) {
  Tensor a = call.take(0);
  Tensor b = call.take(1);
  align_legacy(call, a, b);
  return product(call, std::move(a), std::move(b));
}

Tensor divide(Call& call) {
  Tensor a = call.take(0);
  Tensor b = call.take(1);
  align_legacy(call, a, b);
  refuse_integers(call, b);
  if (b.is_form())
    call.fail(ErrorCode::not_affine, "a division by a value that depends on the input",
              "only division by constants is supported");
  for (Rational& divisor : std::get<Numbers>(b.elements)) {
    if (divisor.sign() == 0)
      call.fail(ErrorCode::bad_number, "a division by 0", "correct the constant");
    divisor = Rational(1) / divisor;
  }
  return product(call, std::move(a), std::move(b));
}

Tensor negate(Call& call) { return product(call, call.take(0), Tensor{{}, Numbers{-1}, {}}); }

Tensor relu(Call& call) {
  Tensor x = call.take(0);
  refuse_integers(call, x);
  if (x.is_form()) {
    if (x.size() == 0) call.fail(ErrorCode::bad_shape, "a tensor without elements", "export again");
    x.elements = call.builder.relu(std::get<Forms>(std::move(x.elements)), call.label);
  } else {
    for (Rational& value : std::get<Numbers>(x.elements))
      value = semantics::apply(net::Activation::relu, value);
  }
  x.label = call.label;
  return x;
}

}  // namespace certifix::import::onnx
