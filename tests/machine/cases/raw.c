/* System calls without, or by, the C library's syscall(). */
#include "case.h"

ENTRY(syscall_function) {
#ifdef SYS_mprotect
  sink = (void *)syscall(SYS_mprotect, page, (long)PAGE, (long)(a & 1 ? R | W : R));
#endif
  return 0;
}
ENTRY(syscall_map) {
#if defined(SYS_mmap2)
  sink = (void *)syscall(SYS_mmap2, 0L, (long)PAGE, (long)(b ? R | W : R), (long)PRIVATE, -1L, 0L);
#elif !defined(__s390x__)
  sink = (void *)syscall(SYS_mmap, 0L, (long)PAGE, (long)(b ? R | W : R), (long)PRIVATE, -1L, 0L);
#endif
  return 0;
}

static inline long raw3(long number, long p0, long p1, long p2) {
  long result;
#if defined(__x86_64__)
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(p0), "S"(p1), "d"(p2) : "rcx", "r11", "memory");
#elif defined(__i386__)
  __asm__ volatile("push %%ebx\n\tmov %2, %%ebx\n\tint $0x80\n\tpop %%ebx"
                   : "=a"(result) : "a"(number), "D"(p0), "c"(p1), "d"(p2) : "memory");
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = p0, x1 __asm__("x1") = p1, x2 __asm__("x2") = p2;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  result = x0;
#elif defined(__arm__)
  register long r0 __asm__("r0") = p0, r1 __asm__("r1") = p1, r2 __asm__("r2") = p2;
  __asm__ volatile("push {r7}\n\tmov r7, %1\n\tsvc 0\n\tpop {r7}" : "+r"(r0) : "r"(number), "r"(r1), "r"(r2) : "memory");
  result = r0;
#elif defined(__riscv)
  register long a7 __asm__("a7") = number, a0 __asm__("a0") = p0, a1 __asm__("a1") = p1, a2 __asm__("a2") = p2;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
  result = a0;
#elif defined(__powerpc64__)
  register long r0 __asm__("r0") = number, r3 __asm__("r3") = p0, r4 __asm__("r4") = p1, r5 __asm__("r5") = p2;
  __asm__ volatile("sc" : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
                   : : "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
  result = r3;
#elif defined(__mips__)
  register long v0 __asm__("$2") = number, a0 __asm__("$4") = p0, a1 __asm__("$5") = p1, a2 __asm__("$6") = p2,
                a3 __asm__("$7");
  __asm__ volatile("syscall" : "+r"(v0), "=r"(a3) : "r"(a0), "r"(a1), "r"(a2)
                   : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo", "memory");
  result = v0;
#elif defined(__s390x__)
  register long r1 __asm__("1") = number, r2 __asm__("2") = p0, r3 __asm__("3") = p1, r4 __asm__("4") = p2;
  __asm__ volatile("svc 0" : "+d"(r2) : "d"(r1), "d"(r3), "d"(r4) : "memory");
  result = r2;
#endif
  return result;
}
ENTRY(raw_constant) { sink = (void *)raw3(SYS_mprotect, (long)page, PAGE, R); return 0; }
ENTRY(raw_chooses) { sink = (void *)raw3(SYS_mprotect, (long)page, PAGE, a & 1 ? R | W : R); return 0; }

static APART long raw_wrapper(long number, long p0, long p1, long p2) { return raw3(number, p0, p1, p2); }
ENTRY(raw_in_wrapper) { sink = (void *)raw_wrapper(SYS_mprotect, (long)page, PAGE, b ? R : PROT_NONE); return 0; }
ENTRY(raw_in_wrapper_other) { sink = (void *)raw_wrapper(SYS_getpid, 0, 0, 0); return 0; }
