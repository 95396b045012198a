# Believed {r--}: a table leads to the function by a distance from its own start.
.text
.globl main
.type main,@function
main:
 .cfi_startproc
 push %rbx
 .cfi_adjust_cfa_offset 8
 mov %edi,%ebx
 mov $1,%edi
 call wrap
 lea tab(%rip),%rax
 movslq (%rax,%rbx,4),%rcx
 add %rax,%rcx
 mov $7,%edi
 call *%rcx
 pop %rbx
 .cfi_adjust_cfa_offset -8
 ret
 .cfi_endproc
.size main,.-main
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
.section .rodata
tab: .long main-tab, wrap-tab
.section .note.GNU-stack,"",@progbits
