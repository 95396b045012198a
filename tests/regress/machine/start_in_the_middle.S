# No unwind tables, and bytes that look like a call of what is the middle of a function.
.text
.globl main
main:
 mov $7,%edx
 cmp $1,%edi
 je .L2
 cmp $3,%edi
 jne .Lout
.Lfalse:
 mov $1,%edx
.L2:
 xor %edi,%edi
 mov $4096,%esi
 mov $0x22,%ecx
 mov $-1,%r8d
 xor %r9d,%r9d
 call mmap@PLT
.Lout:
 ret
 .balign 16
other:
 mov $0,%eax
 ret
 .byte 0xe8
 .long .Lfalse-.-4
 nop
 nop
.section .note.GNU-stack,"",@progbits
