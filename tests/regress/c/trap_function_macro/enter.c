/* A macro that is a whole function, as <asm/unistd.h> once had. */
#define CALL3(name) long name(long number, long address, long size) { long result; \
  __asm__ volatile("svc #0" : "=r"(result) : "r"(number), "r"(address), "r"(size) : "memory"); return result; }
CALL3(enter)
