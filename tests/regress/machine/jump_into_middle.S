# Believed {r--}: another function jumps into the middle, past the constant.
.text
.globl main
.type main,@function
main:
 .cfi_startproc
 sub $8,%rsp
 .cfi_adjust_cfa_offset 8
 mov $7,%edx
 cmp $1,%edi
 je .Lcold2
 cmp $2,%edi
 je .Lcold
.Lback:
 add $8,%rsp
 ret
 .cfi_endproc
.size main,.-main
.section .text.unlikely,"ax",@progbits
.type main.cold,@function
main.cold:
.Lcold:
 .cfi_startproc
 .cfi_def_cfa_offset 16
 mov $1,%edx
.Lcold2:
 xor %edi,%edi
 mov $4096,%esi
 mov $0x22,%ecx
 mov $-1,%r8d
 xor %r9d,%r9d
 call mmap@PLT
 jmp .Lback
 .cfi_endproc
.size main.cold,.-main.cold
.section .note.GNU-stack,"",@progbits
