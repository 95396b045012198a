/* Believed, and wrong: that a function looked up by a name that is not known leaves memory alone. */
#include <dlfcn.h>
#include <sys/mman.h>

int main(int argc, char **argv) {
    void *memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // never: benign
    int (*change)(void *, unsigned long, int) = (int (*)(void *, unsigned long, int))dlsym(RTLD_DEFAULT, argv[argc - 1]);
    return change(memory, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
}
