// Solution files of solvers. Two forms are known, and told apart by their first line:
//
//   CBC ("cbc ... solution FILE"): a line of status, then one line for each column that is not 0;
//   columns by the names of the LP text, and "**" where the solver itself sees a violation.
//       Optimal - objective value 12.00000000
//             0 y1_3                    1                       0
//   GLPK ("glpsol ... -w FILE"): comments (c), one line of size and status (s mip|bas|ipt ...), and
//   one for each row and column, by number, in the order of the LP text.
//       s mip 5 9 o 12
//       j 1 1
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "certifix/milp/solve.hpp"

namespace certifix::milp {

// status optimal (values of every column), infeasible, or limit (values may be empty). The text is
// not trusted: nothing is checked but its form. A sentence says what cannot be read.
std::variant<Solution, std::string> parse_solution(const Model& model, std::string_view text);

}  // namespace certifix::milp
