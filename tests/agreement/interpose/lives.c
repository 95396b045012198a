/*
 * Preloaded into a test program: writes down what becomes of memory, one line per event, and lets it be done in a
 * harmless way: mappings are made anonymous, readable and writable, changes of protection are not made at all.
 *
 *   map ADDRESS LENGTH MASK    protect ADDRESS LENGTH MASK    move OLD LENGTH NEW LENGTH    unmap ADDRESS LENGTH
 *
 * MAPPROOF_LOG: the file to append to.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void note(const char *kind, const void *address, size_t length, unsigned long third, unsigned long fourth) {
    char line[160];
    int size = snprintf(line, sizeof line, "%s %lu %lu %lu %lu\n", kind, (unsigned long)address, (unsigned long)length, third, fourth);
    int file = open(getenv("MAPPROOF_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (file < 0 || write(file, line, size) != size)
        abort();
    close(file);
}

void *mmap(void *address, size_t length, int mask, int flags, int descriptor, off_t offset) {
    static void *(*real)(void *, size_t, int, int, int, off_t);
    (void)descriptor;
    (void)offset;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "mmap");
    void *made = real(address, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (flags & MAP_FIXED), -1, 0);
    if (made != MAP_FAILED)
        note("map", made, length, (unsigned long)mask, 0);
    return made;
}

void *mmap64(void *address, size_t length, int mask, int flags, int descriptor, off64_t offset) {
    return mmap(address, length, mask, flags, descriptor, offset);
}

int mprotect(void *address, size_t length, int mask) {
    note("protect", address, length, (unsigned long)mask, 0);
    return 0;
}

int pkey_mprotect(void *address, size_t length, int mask, int key) {
    (void)key;
    return mprotect(address, length, mask);
}

void *mremap(void *address, size_t length, size_t new_length, int flags, ...) {
    static void *(*real)(void *, size_t, size_t, int, ...);
    va_list rest;
    va_start(rest, flags);
    void *wanted = flags & MREMAP_FIXED ? va_arg(rest, void *) : NULL;
    va_end(rest);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "mremap");
    void *made = real(address, length, new_length, flags, wanted);
    if (made != MAP_FAILED)
        note("move", address, length, (unsigned long)made, new_length);
    return made;
}

int munmap(void *address, size_t length) {
    static int (*real)(void *, size_t);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "munmap");
    note("unmap", address, length, 0, 0);
    return real(address, length);
}
