# Found nothing: two numbers for one system call instruction, the last of them harmless.
.globl main
.type main,@function
main:
 .cfi_startproc
 mov $0,%edi
 mov $4096,%esi
 mov $7,%edx
 mov $0x22,%r10d
 mov $-1,%r8
 xor %r9d,%r9d
 test %edi,%edi
 mov $9,%eax
 je 1f
 mov $39,%eax
1: syscall
 ret
 .cfi_endproc
.size main,.-main
.section .note.GNU-stack,"",@progbits
