#define MACHINE_CODE __asm__ volatile
#define KERNEL "sys" "call"
#define ENTER(number, address, size, prot) ({ long result; \
  MACHINE_CODE(KERNEL : "=a"(result) : "a"(number), "D"(address), "S"(size), "d"(prot) : "rcx", "r11", "memory"); result; })
