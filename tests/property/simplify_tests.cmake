certifix_test(simplify_exactness_test.cpp USES simplify test_support)
certifix_test(simplify_benchmarks_test.cpp USES simplify import)
