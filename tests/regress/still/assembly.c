/* Assembly of the usual kinds: barriers, counters, instructions that old assemblers don't know. */
#include <sys/mman.h>
static unsigned long ticks;
static inline void pause_(void) { __asm__ __volatile__("rep; nop" ::: "memory"); }
static inline void xgetbv(unsigned *a) { __asm__ volatile(".byte 0x0f, 0x01, 0xd0" : "=a"(*a) : "c"(0) : "edx"); }
static inline void probe(void) { __asm__ volatile(".pushsection .note.stapsdt,\"\",\"note\"\n.4byte 992f-991f\n991: .asciz \"p\"\n992: .popsection"); }
extern int renamed(int) __asm__("other_name");
void *arena(unsigned long n) {
    unsigned a;
    xgetbv(&a); pause_(); probe();
    __asm__ volatile("rdtsc" : "=A"(ticks));
    return mmap(0, n + renamed((int)a), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* still: benign */
}
