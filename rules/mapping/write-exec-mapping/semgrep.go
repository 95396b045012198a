package pool

import (
	"syscall"

	"golang.org/x/sys/unix"
)

func arena(size int) ([]byte, error) {
	// ruleid: write-exec-mapping-go
	return unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
}

func stub() ([]byte, error) {
	// ruleid: write-exec-mapping-go
	return syscall.Mmap(-1, 0, 4096, 7, syscall.MAP_PRIVATE|syscall.MAP_ANON)
}

func data(size int) ([]byte, error) {
	// ok: write-exec-mapping-go
	return unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
}

func code(fd, size int) ([]byte, error) {
	// ok: write-exec-mapping-go
	return unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE)
}
