package pool

import "golang.org/x/sys/unix"

func open(page []byte) error {
	// ruleid: write-exec-protect-go
	return unix.Mprotect(page, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC)
}

func number(page []byte) error {
	// ruleid: write-exec-protect-go
	return unix.Mprotect(page, 0x7)
}

func seal(page []byte) error {
	// ok: write-exec-protect-go
	return unix.Mprotect(page, unix.PROT_READ|unix.PROT_EXEC)
}

func guard(page []byte) error {
	// ok: write-exec-protect-go
	return unix.Mprotect(page, unix.PROT_NONE)
}
