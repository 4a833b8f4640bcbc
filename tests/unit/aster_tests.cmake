certifix_test(aster_test.cpp USES optimize)
certifix_test(aster_networks_test.cpp USES optimize import)
certifix_test(aster_released_test.cpp USES executor num/outward import
              LIBRARIES certifix_aster_released)
