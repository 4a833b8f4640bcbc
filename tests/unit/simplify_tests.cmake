certifix_test(simplify_test.cpp USES semantics simplify LABELS asan)
