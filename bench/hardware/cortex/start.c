/* The least that a Cortex-M program needs to run under QEMU: vectors, a stack, semihosting, and a
 * count of instructions.
 *
 * The count: under `qemu-system-arm -icount shift=0` every instruction takes 1 ns of virtual time,
 * and SysTick counts that time in cycles of the board's clock. How many instructions a tick is,
 * main() finds with a loop of known length. */
#include "start.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define CPACR (*(volatile uint32_t *)0xE000ED88u)

extern uint32_t stack_top, bss_start, bss_end, data_start, data_end, data_load;

static void semihosting(int operation, const void *argument)
{
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void print(const char *text) { semihosting(0x04, text); }

void print_number(uint32_t value)
{
  char text[11];
  int i = 10;
  text[10] = '\0';
  do {
    text[--i] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  print(text + i);
}

void stop(int failed)
{
  /* ADP_Stopped_ApplicationExit, or a run-time error: QEMU's exit status is 0 or 1. */
  semihosting(0x18, (const void *)(failed ? 0x20023 : 0x20026));
  for (;;) {
  }
}

void ticks_start(void)
{
  SYST_CSR = 0;
  SYST_RVR = 0xFFFFFF;
  SYST_CVR = 0;
  SYST_CSR = 5; /* on, the processor's clock, no interrupt */
}

uint32_t ticks(void) { return 0xFFFFFF - SYST_CVR; }

int main(void);

static void reset(void)
{
  uint32_t *to;
  const uint32_t *from = &data_load;
  for (to = &data_start; to < &data_end;) *to++ = *from++;
  for (to = &bss_start; to < &bss_end;) *to++ = 0;
#ifdef __ARM_FP
  CPACR |= 0xFu << 20; /* the floating-point unit */
#endif
  stop(main());
}

static void fault(void)
{
  print("FAULT\n");
  stop(1);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault};

/* The compiler may call these. */
void *memcpy(void *to, const void *from, __SIZE_TYPE__ n)
{
  unsigned char *t = to;
  const unsigned char *f = from;
  while (n-- > 0) *t++ = *f++;
  return to;
}

void *memset(void *to, int value, __SIZE_TYPE__ n)
{
  unsigned char *t = to;
  while (n-- > 0) *t++ = (unsigned char)value;
  return to;
}
