/*
 * Preloaded into a test program: writes down every request to map memory or to change its protection, with the chain
 * of return addresses that led there, and then does something harmless in its place.
 *
 * One line per request: primitive, mask, flags of the mapping, return addresses from the inside out. A mapping is
 * always made, but always anonymous and never executable; a change of protection is only written down. So a program
 * may ask for anything, with any descriptor, and goes on.
 *
 * MAPPROOF_LOG: the file to append to. MAPPROOF_FAIL: a bit per request, counted from the first; a set bit makes that
 * request fail with ENOMEM, which is how a program's way around a failure is taken.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEEPEST 64

static uintptr_t program_start, program_end;

static int find_program(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size;
    (void)unused;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X)) {
            program_start = info->dlpi_addr + segment->p_vaddr;
            program_end = program_start + segment->p_memsz;
        }
    }
    return 1; /* the first object is the program itself */
}

static int inside(uintptr_t address) {
    if (program_end == 0)
        dl_iterate_phdr(find_program, NULL);
    return address >= program_start && address < program_end;
}

/* Returns nonzero when the request shall fail. `frame` is the frame of the interposed function. */
static int note(const char *primitive, long mask, long flags, uintptr_t *frame) {
    static unsigned requests;
    char line[64 + 20 * DEEPEST];
    int length, file;

    if (!inside(frame[1]))
        return 0;
    length = snprintf(line, sizeof line, "%s %ld %ld", primitive, mask, flags);
    for (int depth = 0; depth < DEEPEST && inside(frame[1]); depth++) {
        uintptr_t *outer = (uintptr_t *)frame[0];
        length += snprintf(line + length, sizeof line - length, " %lx", (unsigned long)frame[1]);
        if (outer <= frame)
            break;
        frame = outer;
    }
    line[length++] = '\n';
    file = open(getenv("MAPPROOF_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (file < 0 || write(file, line, length) != length)
        abort();
    close(file);

    const char *failing = getenv("MAPPROOF_FAIL");
    if (failing && strtoul(failing, NULL, 0) >> requests++ & 1) {
        errno = ENOMEM;
        return 1;
    }
    return 0;
}

#define NOTE(primitive, mask, flags) note(primitive, mask, flags, (uintptr_t *)__builtin_frame_address(0))

static void *plain_memory(void *address, size_t length, int flags) {
    static void *(*real)(void *, size_t, int, int, int, off_t);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "mmap");
    return real(address, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (flags & MAP_FIXED), -1, 0);
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    (void)descriptor;
    (void)offset;
    return NOTE("mmap", protection, flags) ? MAP_FAILED : plain_memory(address, length, flags);
}

void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off64_t offset) {
    (void)descriptor;
    (void)offset;
    return NOTE("mmap", protection, flags) ? MAP_FAILED : plain_memory(address, length, flags);
}

int mprotect(void *address, size_t length, int protection) {
    (void)address;
    (void)length;
    return NOTE("mprotect", protection, 0) ? -1 : 0;
}

int pkey_mprotect(void *address, size_t length, int protection, int key) {
    (void)address;
    (void)length;
    (void)key;
    return NOTE("pkey_mprotect", protection, 0) ? -1 : 0;
}

void *shmat(int id, const void *address, int flags) {
    (void)id;
    (void)address;
    return NOTE("shmat", flags, 0) ? (void *)-1 : plain_memory(NULL, 65536, 0);
}

void *mremap(void *address, size_t length, size_t new_length, int flags, ...) {
    (void)length;
    (void)flags;
    (void)address;
    return NOTE("mremap", 0, 0) ? MAP_FAILED : plain_memory(NULL, new_length, 0);
}

long syscall(long number, ...) {
    static long (*real)(long, ...);
    va_list list;
    long a[6];

    va_start(list, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(list, long);
    va_end(list);
    switch (number) {
#ifdef SYS_mmap
    case SYS_mmap:
        return NOTE("mmap", (int)a[2], (int)a[3]) ? -1 : (long)plain_memory((void *)a[0], a[1], (int)a[3]);
#endif
    case SYS_mprotect:
        return NOTE("mprotect", (int)a[2], 0) ? -1 : 0;
    case SYS_pkey_mprotect:
        return NOTE("pkey_mprotect", (int)a[2], 0) ? -1 : 0;
    default:
        if (!real)
            *(void **)&real = dlsym(RTLD_NEXT, "syscall");
        return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
}
