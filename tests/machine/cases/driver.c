/* Calls every entry with every pair of inputs, and says which one it is about to call.
 *
 * ENTRIES, a list of X(name), is written from the cases themselves. The C library's functions that map memory come
 * from record.c when it is linked before the library; what the kernel is asked for directly, the emulator tells. */
#include "case.h"
#include <stdio.h>

void *volatile sink;
char *volatile page;
static volatile long echo;
APART long outside(long word) { echo = word; return echo; }

#define X_ENTRY(name) long name(long, long);
#include "entries.h"
#undef X_ENTRY
static volatile struct { long (*call)(long, long); const char *name; } entries[] = {
#define X_ENTRY(name) {name, #name},
#include "entries.h"
};

static const long firsts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, -1, 1000};
static const long seconds[] = {0, 1, 2, 3, 4};

int main(void) {
  page = mmap(0, PAGE, R, PRIVATE, -1, 0);
  for (unsigned n = 0; n < sizeof entries / sizeof *entries; n++) {
    printf("entry %u %s %p\n", n, entries[n].name, (void *)entries[n].call);
    fflush(stdout);
    close(1000 + (int)n);
    for (unsigned i = 0; i < sizeof firsts / sizeof *firsts; i++)
      for (unsigned j = 0; j < sizeof seconds / sizeof *seconds; j++) {
        echo = entries[n].call(firsts[i], seconds[j]);
      }
  }
  close(999);
  return 0;
}
