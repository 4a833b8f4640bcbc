/* See start.c. */
#ifndef START_H
#define START_H

#include <stdint.h>

void print(const char *text);
void print_number(uint32_t value);
void stop(int failed);

void ticks_start(void);
/* Ticks of the board's clock since ticks_start(), modulo 2^24. */
uint32_t ticks(void);

#endif
