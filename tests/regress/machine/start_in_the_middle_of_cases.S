# The same, and a jump table leads past it.
.text
.globl main
main:
 mov $7,%edx
 cmp $2,%edi
 ja .Lout
 mov %edi,%edi
 lea .Ltab(%rip),%rax
 movslq (%rax,%rdi,4),%rcx
 add %rax,%rcx
 jmp *%rcx
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
.section .rodata
.Ltab: .long .Lfalse-.Ltab, .L2-.Ltab, .Lout-.Ltab
.section .note.GNU-stack,"",@progbits
