/* Believed {r--}: a function that keeps its caller's place and one that goes back there, under names that say nothing. */
#include <sys/mman.h>
#if defined(__x86_64__)
__asm__(".text\n.type k1,@function\nk1: mov %rbx,(%rdi)\n mov %rbp,8(%rdi)\n mov %r12,16(%rdi)\n mov %r13,24(%rdi)\n"
        " mov %r14,32(%rdi)\n mov %r15,40(%rdi)\n lea 8(%rsp),%rdx\n mov %rdx,48(%rdi)\n mov (%rsp),%rdx\n"
        " mov %rdx,56(%rdi)\n xor %eax,%eax\n ret\n.size k1,.-k1\n"
        ".type k2,@function\nk2: mov %esi,%eax\n mov (%rdi),%rbx\n mov 8(%rdi),%rbp\n mov 16(%rdi),%r12\n"
        " mov 24(%rdi),%r13\n mov 32(%rdi),%r14\n mov 40(%rdi),%r15\n mov 48(%rdi),%rsp\n jmp *56(%rdi)\n.size k2,.-k2\n");
#elif defined(__aarch64__)
__asm__(".text\n.type k1,%function\nk1: stp x19,x20,[x0]\n stp x21,x22,[x0,#16]\n stp x29,x30,[x0,#32]\n mov x2,sp\n"
        " str x2,[x0,#48]\n mov x0,#0\n ret\n.size k1,.-k1\n.type k2,%function\nk2: ldp x19,x20,[x0]\n ldp x21,x22,[x0,#16]\n"
        " ldp x29,x30,[x0,#32]\n ldr x2,[x0,#48]\n mov sp,x2\n mov w0,w1\n br x30\n.size k2,.-k2\n");
#endif
extern int k1(void **) __attribute__((returns_twice, visibility("hidden")));
extern void k2(void **, int) __attribute__((noreturn, visibility("hidden")));
static void *place[16];
void *f(int n) {
  volatile int prot = 1;
  if (!k1(place)) { prot = 7; k2(place, 1); }
  return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
int main(int c, char **v) { return f(c) == 0; }
