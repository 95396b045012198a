use memmap2::{Mmap, MmapMut, MmapOptions};

unsafe fn text(fd: i32, size: usize) -> *mut libc::c_void {
    // ruleid: executable-mapping-rust
    libc::mmap(std::ptr::null_mut(), size, libc::PROT_READ | libc::PROT_EXEC, libc::MAP_PRIVATE, fd, 0)
}

fn emit(code: MmapMut) -> std::io::Result<Mmap> {
    // ruleid: executable-mapping-rust
    code.make_exec()
}

unsafe fn plugin(file: &std::fs::File) -> std::io::Result<Mmap> {
    // ruleid: executable-mapping-rust
    MmapOptions::new().map_exec(file)
}

unsafe fn data(file: &std::fs::File) -> std::io::Result<Mmap> {
    // ok: executable-mapping-rust
    MmapOptions::new().map(file)
}

unsafe fn view(fd: i32, size: usize) -> *mut libc::c_void {
    // ok: executable-mapping-rust
    libc::mmap(std::ptr::null_mut(), size, libc::PROT_READ, libc::MAP_SHARED, fd, 0)
}
