/* Counts the instructions of one inference. Compiled with
 *   -DSUBJECT="...": declares INFER(input, output), INPUT, OUTPUT (types), OUTPUTS, COUNT, INPUTS_OF(v),
 *                    and EXPECTED(v, o) if outputs are to be compared
 *   -DREPEAT=n: how often all COUNT inputs are computed
 * Prints "calibration T" (ticks of 3,000,000 instructions) and "ticks T". */
#include SUBJECT
#include "start.h"

#define MASK 0xFFFFFFu

static OUTPUT output[OUTPUTS];

static void loop_of_3_instructions(uint32_t count)
{
  __asm__ volatile(
      ".syntax unified\n"
      "1: nop\n"
      "subs %0, %0, #1\n"
      "bne 1b\n"
      : "+l"(count)
      :
      : "cc");
}

static void report(const char *what, uint32_t value)
{
  print(what);
  print_number(value);
  print("\n");
}

int main(void)
{
  uint32_t v, r, start;
  ticks_start();
  start = ticks();
  loop_of_3_instructions(1000000);
  report("calibration ", (ticks() - start) & MASK);
#ifdef EXPECTED
  for (v = 0; v < COUNT; ++v) {
    uint32_t o;
    INFER(INPUTS_OF(v), output);
    for (o = 0; o < OUTPUTS; ++o) {
      if (output[o] != EXPECTED(v, o)) {
        print("DIFFERS\n");
        return 1;
      }
    }
  }
#endif
  ticks_start();
  start = ticks();
  for (r = 0; r < REPEAT; ++r)
    for (v = 0; v < COUNT; ++v) INFER(INPUTS_OF(v), output);
  report("ticks ", (ticks() - start) & MASK);
  return 0;
}
