#include "certifix/emit/verilog/folded/item_list.hpp"

#include <iterator>

namespace certifix::emit::folded {

// Not in the header: inlined at -O3, gcc 12 takes the variant's move for one of unset strings.
void ItemList::add(verilog::Item item) { items_.push_back(std::move(item)); }

void ItemList::comment(std::vector<std::string> lines) {
  items_.emplace_back(verilog::Comment{std::move(lines)});
}

void ItemList::text(std::vector<std::string> lines) {
  items_.emplace_back(verilog::Verbatim{std::move(lines)});
}

void ItemList::append(ItemList other) {
  items_.insert(items_.end(), std::make_move_iterator(other.items_.begin()),
                std::make_move_iterator(other.items_.end()));
}

}  // namespace certifix::emit::folded
