unsafe fn open(page: *mut libc::c_void) -> i32 {
    // ruleid: write-exec-protect-rust
    libc::mprotect(page, 4096, libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC)
}

unsafe fn number(page: *mut libc::c_void) -> i32 {
    // ruleid: write-exec-protect-rust
    libc::mprotect(page, 4096, 7)
}

unsafe fn seal(page: *mut libc::c_void) -> i32 {
    // ok: write-exec-protect-rust
    libc::mprotect(page, 4096, libc::PROT_READ | libc::PROT_EXEC)
}

unsafe fn guard(page: *mut libc::c_void) -> i32 {
    // ok: write-exec-protect-rust
    libc::mprotect(page, 4096, libc::PROT_NONE)
}
