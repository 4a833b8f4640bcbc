// MatMul, Gemm, and Conv with a kernel as large as its input: sums of products over one index.
#include <utility>

#include "certifix/import/onnx/operators.hpp"

namespace certifix::import::onnx {
namespace {

using num::Rational;

// Where an operand of a batch of matrix products keeps its element (row or column r, summand k):
// at start[batch] + r * step + k * inner.
struct Layout {
  std::vector<std::size_t> start;
  std::size_t step;
  std::size_t inner;
};

// rows x columns sums of `depth` products, for each batch.
struct Extent {
  std::size_t batches;
  std::size_t rows;
  std::size_t columns;
  std::size_t depth;
};

Tensor contraction(Call& call, Tensor a, const Layout& a_at, Tensor b, const Layout& b_at,
                   const Extent& extent, Shape shape) {
  if (a.is_integer() || b.is_integer())
    call.fail(ErrorCode::unsupported_type, "arithmetic on integers is not supported",
              "export in float32 or float64");
  if (a.is_form() && b.is_form())
    call.fail(ErrorCode::not_affine, "a product of two values that both depend on the input",
              "one operand must be constant");
  const std::size_t count = element_count(shape, call.where());
  const auto each_product = [&](std::size_t element, const auto& visit) {
    const std::size_t column = element % extent.columns;
    const std::size_t row = element / extent.columns % extent.rows;
    const std::size_t batch = element / extent.columns / extent.rows;
    for (std::size_t k = 0; k < extent.depth; ++k)
      visit(a_at.start[batch] + row * a_at.step + k * a_at.inner,
            b_at.start[batch] + column * b_at.step + k * b_at.inner);
  };
  if (!a.is_form() && !b.is_form()) {
    call.spend(count * extent.depth);  // refused before it takes long
    const Numbers& left = std::get<Numbers>(a.elements);
    const Numbers& right = std::get<Numbers>(b.elements);
    Numbers result(count);
    for (std::size_t i = 0; i < count; ++i)
      each_product(i, [&](std::size_t l, std::size_t r) {
        result[i] += left[l] * right[r];
        call.spend(import::cost(result[i]) - 1);
        check_size(result[i], call.where());
      });
    return {std::move(shape), std::move(result), call.label};
  }
  const bool form_left = a.is_form();
  Tensor& operand = form_left ? a : b;
  const Numbers& weights = std::get<Numbers>((form_left ? b : a).elements);
  const auto row_weights = [&](std::size_t row, std::vector<NetworkBuilder::Weighted>& terms) {
    terms.reserve(extent.depth);
    each_product(row, [&](std::size_t l, std::size_t r) {
      terms.push_back(form_left ? NetworkBuilder::Weighted{l, &weights[r]}
                                : NetworkBuilder::Weighted{r, &weights[l]});
    });
  };
  return {std::move(shape),
          call.builder.combine(std::get<Forms>(std::move(operand.elements)), operand.label, count,
                               row_weights, call.label),
          call.label};
}

std::size_t unsigned_of(std::int64_t dimension) { return static_cast<std::size_t>(dimension); }

[[noreturn]] void refuse_shapes(const Call& call, const Tensor& a, const Tensor& b) {
  call.fail(ErrorCode::bad_shape,
            "shapes " + shape_text(a.shape) + " and " + shape_text(b.shape) + " do not multiply",
            "export the model again");
}

std::vector<std::size_t> batch_starts(const Shape& own, const Shape& common, std::size_t matrix) {
  std::vector<std::size_t> starts = broadcast_index(own, common);
  for (std::size_t& start : starts) start *= matrix;
  return starts;
}

}  // namespace

// numpy's rule: a vector on the left is a row, on the right a column, and leaves the result.
Tensor matrix_product(Call& call) {
  Tensor a = call.take(0);
  Tensor b = call.take(1);
  if (a.shape.empty() || b.shape.empty()) refuse_shapes(call, a, b);
  const bool row_vector = a.shape.size() == 1;
  const bool column_vector = b.shape.size() == 1;
  const std::size_t rows = row_vector ? 1 : unsigned_of(a.shape[a.shape.size() - 2]);
  const std::size_t depth = unsigned_of(a.shape.back());
  const std::size_t b_rows = unsigned_of(column_vector ? b.shape[0] : b.shape[b.shape.size() - 2]);
  const std::size_t columns = column_vector ? 1 : unsigned_of(b.shape.back());
  if (depth != b_rows) refuse_shapes(call, a, b);
  const Shape a_batch(a.shape.begin(), a.shape.end() - (row_vector ? 1 : 2));
  const Shape b_batch(b.shape.begin(), b.shape.end() - (column_vector ? 1 : 2));
  const auto batch = broadcast(a_batch, b_batch);
  if (!batch) refuse_shapes(call, a, b);
  Shape shape = *batch;
  if (!row_vector) shape.push_back(static_cast<std::int64_t>(rows));
  if (!column_vector) shape.push_back(static_cast<std::int64_t>(columns));
  const std::size_t batches = element_count(*batch, call.where());
  call.spend(batches);
  const Layout a_at{batch_starts(a_batch, *batch, rows * depth), depth, 1};
  const Layout b_at{batch_starts(b_batch, *batch, depth * columns), 1, columns};
  return contraction(call, std::move(a), a_at, std::move(b), b_at, {batches, rows, columns, depth},
                     std::move(shape));
}

// alpha * A' * B' + beta * C
Tensor gemm(Call& call) {
  Tensor a = call.take(0);
  Tensor b = call.take(1);
  // Exporters for opset 6 leave out the Flatten of an image-shaped input.
  if (call.graph.opset < 7 && a.shape.size() > 2) {
    const std::int64_t first = a.shape[0];
    const auto rest = first == 0 ? 0 : static_cast<std::int64_t>(a.size()) / first;
    a.shape = {first, rest};
  }
  if (a.shape.size() != 2 || b.shape.size() != 2) refuse_shapes(call, a, b);
  const bool trans_a = call.integer("transA", 0) != 0;
  const bool trans_b = call.integer("transB", 0) != 0;
  const std::size_t rows = unsigned_of(a.shape[trans_a ? 1 : 0]);
  const std::size_t depth = unsigned_of(a.shape[trans_a ? 0 : 1]);
  const std::size_t columns = unsigned_of(b.shape[trans_b ? 0 : 1]);
  if (depth != unsigned_of(b.shape[trans_b ? 1 : 0])) refuse_shapes(call, a, b);
  const Layout a_at{{0}, trans_a ? 1 : depth, trans_a ? rows : 1};
  const Layout b_at{{0}, trans_b ? depth : 1, trans_b ? 1 : columns};
  const Rational alpha = call.real("alpha", 1);
  const Rational beta = call.real("beta", 1);
  const Shape shape{static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)};
  Tensor result =
      contraction(call, std::move(a), a_at, std::move(b), b_at, {1, rows, columns, depth}, shape);
  if (alpha != Rational(1))
    result = product(call, std::move(result), Tensor{{}, Numbers{alpha}, {}});
  if (!call.has_input(2)) return result;
  Tensor c = call.take(2);
  if (broadcast(shape, c.shape) != shape)
    call.fail(
        ErrorCode::bad_shape,
        "the bias of shape " + shape_text(c.shape) + " does not stretch to " + shape_text(shape),
        "export the model again");
  return sum(call, std::move(result), std::move(c), beta);
}

Tensor convolution(Call& call) {
  Tensor x = call.take(0);
  Tensor w = call.take(1);
  if (x.shape.size() < 3 || w.shape.size() != x.shape.size())
    call.fail(ErrorCode::bad_shape,
              "a convolution of " + shape_text(x.shape) + " with " + shape_text(w.shape),
              "export the model again");
  const auto refuse = [&](const std::string& what) {
    call.fail(ErrorCode::unsupported_attribute, "Conv " + what + " is not supported",
              "only a kernel as large as its input, without padding, is supported in this version");
  };
  if (call.integer("group", 1) != 1)
    refuse("with group=" + std::to_string(call.integer("group", 1)));
  for (std::size_t d = 2; d < x.shape.size(); ++d)
    if (w.shape[d] != x.shape[d])
      refuse("of a kernel " + shape_text(Shape(w.shape.begin() + 2, w.shape.end())) +
             " that does not cover its input " +
             shape_text(Shape(x.shape.begin() + 2, x.shape.end())));
  const std::string padding = call.text("auto_pad", "NOTSET");
  if (padding != "NOTSET" && padding != "VALID") refuse("with auto_pad");
  for (const std::int64_t pad : call.integers("pads").value_or(Integers()))
    if (pad != 0) refuse("with padding");
  const Integers dilations = call.integers("dilations").value_or(Integers());
  for (std::size_t d = 0; d < dilations.size(); ++d)
    if (dilations[d] != 1 && (d + 2 >= w.shape.size() || w.shape[d + 2] != 1))
      refuse("with dilation");
  if (const auto kernel = call.integers("kernel_shape");
      kernel && *kernel != Integers(w.shape.begin() + 2, w.shape.end()))
    call.fail(ErrorCode::bad_shape, "kernel_shape differs from the shape of the weights",
              "export the model again");
  if (w.shape[1] != x.shape[1]) refuse_shapes(call, x, w);

  const std::size_t batches = unsigned_of(x.shape[0]);
  const std::size_t channels = unsigned_of(w.shape[0]);
  const std::size_t depth = batches == 0 ? 0 : x.size() / batches;
  Shape shape(x.shape.size(), 1);
  shape[0] = x.shape[0];
  shape[1] = w.shape[0];
  call.spend(batches);
  std::vector<std::size_t> starts;
  for (std::size_t n = 0; n < batches; ++n) starts.push_back(n * depth);
  Tensor result = contraction(call, std::move(x), {starts, 0, 1}, std::move(w),
                              {std::vector<std::size_t>(batches, 0), depth, 1},
                              {batches, 1, channels, depth}, shape);
  if (!call.has_input(2)) return result;
  Tensor bias = call.take(2);
  if (bias.shape != Shape{shape[1]})
    call.fail(ErrorCode::bad_shape, "a bias of shape " + shape_text(bias.shape),
              "export the model again");
  bias.shape.resize(shape.size() - 1, 1);  // one value a channel
  return sum(call, std::move(result), std::move(bias), 1);
}

}  // namespace certifix::import::onnx
