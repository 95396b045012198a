package loader

import "golang.org/x/sys/unix"

func text(fd, size int) ([]byte, error) {
	// ruleid: executable-mapping-go
	return unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE)
}

func stubs(fd int) ([]byte, error) {
	// ruleid: executable-mapping-go
	return unix.Mmap(fd, 0, 4096, 5, unix.MAP_PRIVATE)
}

func data(fd, size int) ([]byte, error) {
	// ok: executable-mapping-go
	return unix.Mmap(fd, 0, size, unix.PROT_READ, unix.MAP_SHARED)
}

func both(size int) ([]byte, error) {
	// ok: executable-mapping-go
	return unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
}
