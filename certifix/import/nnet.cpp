// The .nnet format of sisl/NNet:
//   // comments
//   layers, inputs, outputs, largest layer,
//   size of the input, of layer 1, ..., of the last layer,
//   a flag that nothing uses,
//   minima of the inputs,
//   maxima of the inputs,
//   means of the inputs, and one of the outputs,
//   ranges of the inputs, and one of the outputs,
//   and for each layer its rows of weights, one a line, then its biases, one a line.
// The layers see (x - mean) / range, and an output is y * range + mean; both compose exactly into
// the first and last layer, so that the network works in raw units. All layers but the last have a
// ReLU.
//
// Headers in the wild: a single 0 each instead of minima, maxima, means and ranges (no
// normalisation and no box), and more sizes than layers. Both are read with a warning.
#include <algorithm>
#include <utility>

#include "certifix/import/layer.hpp"
#include "certifix/import/limits.hpp"
#include "certifix/import/readers.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

using num::Rational;

struct Token {
  std::string_view text;
  std::size_t position;  // in the file
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Origin at(std::size_t position) const { return {file_, line_and_column(bytes_, position)}; }
  std::size_t line_start() const { return line_start_; }
  // Of the last line read; costs nothing, however long the file.
  Origin at_line() const { return {file_, "line " + std::to_string(line_number_)}; }

  // The values of the next line that is neither blank nor a comment; `what` names it in messages.
  std::vector<Token> line(const std::string& what) {
    std::string_view content;
    if (!next_line(content))
      throw Error(ErrorCode::malformed_model, "the file ends where " + what + " should come",
                  at(bytes_.size()), "the file may be cut off; fetch it again");
    std::vector<Token> tokens;
    std::size_t begin = 0;
    while (begin <= content.size()) {
      const std::size_t comma = std::min(content.find(',', begin), content.size());
      const std::string_view text = trimmed(content.substr(begin, comma - begin));
      const bool after_last_comma = comma == content.size();
      if (text.empty() && !(after_last_comma && begin > 0))
        throw Error(ErrorCode::malformed_model, "an empty value in " + what,
                    at(line_start_ + begin), "write one number between commas");
      if (!text.empty())
        tokens.push_back({text, static_cast<std::size_t>(text.data() - bytes_.data())});
      begin = comma + 1;
    }
    return tokens;
  }

  std::vector<Rational> numbers(const std::string& what, std::size_t count) {
    return values(line(what), what, count);
  }

  std::vector<Rational> values(const std::vector<Token>& tokens, const std::string& what,
                               std::size_t count) {
    if (tokens.size() != count)
      throw Error(ErrorCode::malformed_model,
                  what + ": " + std::to_string(tokens.size()) + " numbers where " +
                      std::to_string(count) + " belong",
                  at(line_start_), "check the file against the sizes in its header");
    std::vector<Rational> result;
    result.reserve(count);
    for (const Token& token : tokens)
      result.push_back(decimal_value(token.text, [&] { return at(token.position); }));
    return result;
  }

  std::size_t count(const Token& token, const std::string& what) const {
    const auto value = count_value(token.text);
    if (!value || *value == 0)
      throw Error(ErrorCode::malformed_model,
                  in_quotes(token.text) + " is not " + what + " between 1 and " +
                      std::to_string(kMaxNumbers),
                  at(token.position), "check the header of the file");
    return *value;
  }

  void expect_end() {
    std::string_view content;
    if (next_line(content))
      throw Error(ErrorCode::malformed_model, "text after the last bias", at(line_start_),
                  "check the sizes in the header of the file");
  }

 private:
  bool next_line(std::string_view& content) {
    while (next_ < bytes_.size()) {
      line_start_ = next_;
      const std::size_t end = std::min(bytes_.find('\n', next_), bytes_.size());
      content = bytes_.substr(next_, end - next_);
      next_ = end + 1;
      ++line_number_;
      const std::string_view text = trimmed(content);
      if (!text.empty() && !text.starts_with("//")) return true;
    }
    return false;
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t next_ = 0;
  std::size_t line_start_ = 0;
  std::size_t line_number_ = 0;
};

struct Header {
  std::vector<std::size_t> sizes;  // of the input, then of each layer
  std::optional<spec::Box> box;
  // Of the inputs, and last of the outputs; empty: no normalisation.
  std::vector<Rational> means;
  std::vector<Rational> ranges;
};

std::vector<std::size_t> read_sizes(Reader& reader, const std::string& file,
                                    std::vector<std::string>& warnings) {
  const std::vector<Token> shape = reader.line("the numbers of layers, inputs and outputs");
  if (shape.size() != 4)
    throw Error(ErrorCode::malformed_model,
                "the first line has " + std::to_string(shape.size()) +
                    " numbers, not 4 (layers, inputs, outputs, largest layer)",
                reader.at(reader.line_start()), "check that this is a .nnet file");
  const std::size_t layers = reader.count(shape[0], "a number of layers");
  const std::size_t inputs = reader.count(shape[1], "a number of inputs");
  const std::size_t outputs = reader.count(shape[2], "a number of outputs");

  const std::vector<Token> tokens = reader.line("the sizes of the layers");
  if (tokens.size() < layers + 1)
    throw Error(ErrorCode::malformed_model,
                std::to_string(tokens.size()) + " sizes for an input and " +
                    std::to_string(layers) + " layers",
                reader.at(reader.line_start()), "write the size of the input and of each layer");
  if (tokens.size() > layers + 1)
    warnings.push_back(file + ": irregular header: " + std::to_string(tokens.size()) +
                       " sizes for an input and " + std::to_string(layers) +
                       " layers; the last ones are not used");
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i <= layers; ++i)
    sizes.push_back(reader.count(tokens[i], "the size of a layer"));
  if (sizes.front() != inputs || sizes.back() != outputs)
    throw Error(ErrorCode::bad_shape,
                "the sizes " + std::to_string(sizes.front()) + " of the input and " +
                    std::to_string(sizes.back()) +
                    " of the last layer disagree with the first line (" + std::to_string(inputs) +
                    " inputs, " + std::to_string(outputs) + " outputs)",
                reader.at(reader.line_start()), "correct the header");
  return sizes;
}

Header read_header(Reader& reader, const std::string& file, std::vector<std::string>& warnings) {
  Header header;
  header.sizes = read_sizes(reader, file, warnings);
  const std::size_t inputs = header.sizes.front();
  reader.line("the flag");

  constexpr const char* kNames[] = {"the minima", "the maxima", "the means", "the ranges"};
  std::vector<Token> lines[4];
  std::size_t starts[4];
  bool absent = true;
  for (int i = 0; i < 4; ++i) {
    lines[i] = reader.line(kNames[i]);
    starts[i] = reader.line_start();
    absent = absent && lines[i].size() == 1 && decimal_value(lines[i][0].text, [&] {
                                                 return reader.at(lines[i][0].position);
                                               }).sign() == 0;
  }
  if (absent) {
    warnings.push_back(file +
                       ": irregular header: a single 0 for the minima, maxima, means and ranges; "
                       "read as no box and no normalisation");
    return header;
  }
  std::vector<Rational> values[4];
  for (int i = 0; i < 4; ++i) {
    const std::size_t count = i < 2 ? inputs : inputs + 1;
    if (lines[i].size() != count)
      throw Error(
          ErrorCode::malformed_model,
          std::string(kNames[i]) + ": " + std::to_string(lines[i].size()) + " numbers where " +
              std::to_string(count) + " belong",
          reader.at(starts[i]),
          "write one number for each input, and for means and ranges one more for the outputs");
    values[i] = reader.values(lines[i], kNames[i], count);
  }
  header.box.emplace();
  for (std::size_t i = 0; i < inputs; ++i) {
    if (values[0][i] > values[1][i])
      throw Error(ErrorCode::empty_box,
                  "the minimum of input " + std::to_string(i) + " is above its maximum",
                  reader.at(lines[0][i].position), "correct the header");
    header.box->emplace_back(values[0][i], values[1][i]);
  }
  for (std::size_t i = 0; i <= inputs; ++i)
    if (values[3][i].sign() == 0)
      throw Error(ErrorCode::bad_number, "a range of 0, by which the normalisation divides",
                  reader.at(lines[3][i].position), "write 1 for no scaling");
  header.means = std::move(values[2]);
  header.ranges = std::move(values[3]);
  return header;
}

Layer read_layer(Reader& reader, std::size_t index, std::size_t inputs, std::size_t neurons,
                 bool is_last) {
  const std::string name = "layer " + std::to_string(index);
  Layer layer;
  layer.activation = is_last ? net::Activation::identity : net::Activation::relu;
  for (std::size_t i = 0; i < neurons; ++i) {
    layer.weights.push_back(
        reader.numbers("row " + std::to_string(i) + " of the weights of " + name, inputs));
    if (i == 0) layer.label = {"layer" + std::to_string(index), reader.at_line()};
  }
  for (std::size_t i = 0; i < neurons; ++i)
    layer.bias.push_back(reader.numbers("bias " + std::to_string(i) + " of " + name, 1)[0]);
  return layer;
}

}  // namespace

LayeredModel read_nnet(std::string_view bytes, const std::string& file) {
  Reader reader(bytes, file);
  ModelSummary summary;
  summary.format = ".nnet";
  summary.element_type = "decimal";
  const Header header = read_header(reader, file, summary.warnings);
  const std::vector<std::size_t>& sizes = header.sizes;
  const bool normalised = !header.means.empty();
  summary.box = header.box;
  summary.input_shape = {static_cast<std::int64_t>(sizes.front())};
  summary.output_shape = {{static_cast<std::int64_t>(sizes.back())}};

  // A number takes two bytes, so the sizes cannot ask for more than the file holds.
  if (sizes.front() > bytes.size())
    throw Error(ErrorCode::malformed_model, "more inputs than the file has bytes", reader.at(0),
                "correct the header");
  NetworkBuilder builder(sizes.front());
  Forms values = builder.inputs();
  for (std::size_t i = 0; normalised && i < values.size(); ++i) {
    values[i].constant -= header.means[i];
    values[i] = scaled(std::move(values[i]), Rational(1) / header.ranges[i]);
  }
  Label before;
  for (std::size_t l = 1; l < sizes.size(); ++l) {
    const bool is_last = l + 1 == sizes.size();
    const Layer layer = read_layer(reader, l, sizes[l - 1], sizes[l], is_last);
    summary.parameters += sizes[l] * (sizes[l - 1] + 1);
    if (summary.parameters > kMaxNumbers)
      throw Error(ErrorCode::too_large,
                  "the network has more than " + std::to_string(kMaxNumbers) + " weights",
                  layer.label.origin, "use a smaller network");
    values = apply_layer(builder, std::move(values), before, layer);
    before = layer.label;
    summary.nodes.push_back({l - 1,
                             layer.label.name,
                             is_last ? "Layer" : "Layer+Relu",
                             {{static_cast<std::int64_t>(sizes[l])}},
                             true,
                             "",
                             ""});
  }
  reader.expect_end();
  for (Form& value : values) {
    if (!normalised) break;
    value = scaled(std::move(value), header.ranges.back());
    value.constant += header.means.back();
  }
  Imported imported{builder.finish("network", std::move(values), before), header.box,
                    summary.warnings};
  return {std::move(imported), std::move(summary)};
}

}  // namespace certifix::import
