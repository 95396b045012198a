use libc::{MAP_ANONYMOUS, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE};

unsafe fn arena(size: usize) -> *mut libc::c_void {
    // ruleid: write-exec-mapping-rust
    libc::mmap(std::ptr::null_mut(), size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
}

unsafe fn stub() -> *mut libc::c_void {
    // ruleid: write-exec-mapping-rust
    libc::mmap(std::ptr::null_mut(), 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
}

unsafe fn data(size: usize) -> *mut libc::c_void {
    // ok: write-exec-mapping-rust
    libc::mmap(std::ptr::null_mut(), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
}

unsafe fn code(fd: i32, size: usize) -> *mut libc::c_void {
    // ok: write-exec-mapping-rust
    libc::mmap(std::ptr::null_mut(), size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0)
}
