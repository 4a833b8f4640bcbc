certifix_test(emit_text_test.cpp USES emit)
certifix_test(emit_program_test.cpp USES emit test_support)
