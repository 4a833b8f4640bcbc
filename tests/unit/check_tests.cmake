certifix_test(check_text_test.cpp USES certify check LABELS asan)
certifix_test(check_verify_test.cpp USES certify check LABELS asan)
