#include "certifix/import/onnx/wire.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certifix/import/limits.hpp"

namespace certifix::import::onnx {
namespace {

// The messages of onnx.proto that contain other messages; leaf: nothing inside is worth a look.
enum class Message {
  leaf,
  model,
  graph,
  node,
  attribute,
  tensor,
  sparse_tensor,
  value_info,
  type,
  tensor_type,
  element_type,
  map_type,
  shape,
  annotation,
  training,
  function,
  flat,  // contains strings and numbers only
};

struct Field {
  Message parent;
  std::uint64_t number;
  Message child;
};

constexpr Field kFields[] = {
    {Message::model, 7, Message::graph},
    {Message::model, 8, Message::flat},
    {Message::model, 14, Message::flat},
    {Message::model, 20, Message::training},
    {Message::model, 25, Message::function},
    {Message::graph, 1, Message::node},
    {Message::graph, 5, Message::tensor},
    {Message::graph, 11, Message::value_info},
    {Message::graph, 12, Message::value_info},
    {Message::graph, 13, Message::value_info},
    {Message::graph, 14, Message::annotation},
    {Message::graph, 15, Message::sparse_tensor},
    {Message::node, 5, Message::attribute},
    {Message::attribute, 5, Message::tensor},
    {Message::attribute, 6, Message::graph},
    {Message::attribute, 10, Message::tensor},
    {Message::attribute, 11, Message::graph},
    {Message::attribute, 14, Message::type},
    {Message::attribute, 15, Message::type},
    {Message::attribute, 22, Message::sparse_tensor},
    {Message::attribute, 23, Message::sparse_tensor},
    {Message::tensor, 3, Message::flat},
    {Message::tensor, 13, Message::flat},
    {Message::sparse_tensor, 1, Message::tensor},
    {Message::sparse_tensor, 2, Message::tensor},
    {Message::value_info, 2, Message::type},
    {Message::type, 1, Message::tensor_type},
    {Message::type, 4, Message::element_type},
    {Message::type, 5, Message::map_type},
    {Message::type, 8, Message::tensor_type},
    {Message::type, 9, Message::element_type},
    {Message::tensor_type, 2, Message::shape},
    {Message::element_type, 1, Message::type},
    {Message::map_type, 2, Message::type},
    {Message::shape, 1, Message::flat},
    {Message::annotation, 2, Message::flat},
    {Message::training, 1, Message::graph},
    {Message::training, 2, Message::graph},
    {Message::training, 3, Message::flat},
    {Message::training, 4, Message::flat},
    {Message::function, 7, Message::node},
    {Message::function, 9, Message::flat},
};

Message child_of(Message parent, std::uint64_t number) {
  for (const Field& field : kFields)
    if (field.parent == parent && field.number == number) return field.child;
  return Message::leaf;
}

class Walk {
 public:
  Walk(std::string_view bytes, const Origin& where) : bytes_(bytes), where_(where) {}

  void run() {
    open_.push_back({Message::model, bytes_.size()});
    while (!open_.empty()) {
      if (at_ == open_.back().end)
        open_.pop_back();
      else if (!field())
        return;
    }
  }

 private:
  struct Open {
    Message message;
    std::size_t end;
  };

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ < open_.back().end; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return std::nullopt;
  }

  // One field of the innermost open message; false where the bytes are malformed.
  bool field() {
    const auto tag = varint();
    if (!tag) return false;
    std::optional<std::uint64_t> length;
    switch (*tag & 7) {
      case 0:
        count(numbers_, kMaxNumbers);
        return varint().has_value();
      case 1:
        count(numbers_, kMaxNumbers);
        length = 8;
        break;
      case 5:
        count(numbers_, kMaxNumbers);
        length = 4;
        break;
      case 2:
        count(parts_, kMaxParts);
        length = varint();
        break;
      default:  // groups: ONNX has none
        count(parts_, kMaxParts);
        return true;
    }
    if (!length || *length > open_.back().end - at_) return false;
    const Message child =
        (*tag & 7) == 2 ? child_of(open_.back().message, *tag >> 3) : Message::leaf;
    if (child == Message::leaf) {
      at_ += *length;
      return true;
    }
    open_.push_back({child, at_ + *length});
    return open_.size() <= 2 * kMaxNesting;  // the parser has a limit of its own
  }

  void count(std::size_t& counter, std::size_t limit) {
    if (++counter > limit)
      throw Error(ErrorCode::too_large,
                  "the file has more than " + std::to_string(limit) + " parts", where_,
                  "use a smaller network");
  }

  std::string_view bytes_;
  const Origin& where_;
  std::size_t at_ = 0;
  std::vector<Open> open_;
  std::size_t parts_ = 0;
  std::size_t numbers_ = 0;
};

}  // namespace

void refuse_too_many_parts(std::string_view bytes, const Origin& where) {
  Walk(bytes, where).run();
}

}  // namespace certifix::import::onnx
