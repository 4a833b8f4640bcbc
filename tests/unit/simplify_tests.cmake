certifix_test(simplify_test.cpp USES simplify LABELS asan)
