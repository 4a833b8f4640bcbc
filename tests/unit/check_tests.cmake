certifix_test(check_text_test.cpp USES certify check LABELS asan)
certifix_test(check_malformed_test.cpp USES certify check test_support LABELS asan)
certifix_test(check_verify_test.cpp USES certify check LABELS asan)
certifix_test(check_rules_test.cpp USES certify check)
