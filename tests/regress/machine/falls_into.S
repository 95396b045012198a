# Believed {r--}: the function before falls into this one with another argument.
.text
.globl main
.type main,@function
main:
 .cfi_startproc
 push %rbx
 .cfi_adjust_cfa_offset 8
 mov $1,%edi
 call wrap
 call wrapx
 pop %rbx
 .cfi_adjust_cfa_offset -8
 ret
 .cfi_endproc
.size main,.-main
.type wrapx,@function
wrapx:
 .cfi_startproc
 mov $7,%edi
 .cfi_endproc
.size wrapx,.-wrapx
.type wrap,@function
wrap:
 .cfi_startproc
 sub $8,%rsp
 .cfi_adjust_cfa_offset 8
 mov %edi,%edx
 xor %edi,%edi
 mov $4096,%esi
 mov $0x22,%ecx
 mov $-1,%r8d
 xor %r9d,%r9d
 call mmap@PLT
 add $8,%rsp
 .cfi_adjust_cfa_offset -8
 ret
 .cfi_endproc
.size wrap,.-wrap
.section .note.GNU-stack,"",@progbits
