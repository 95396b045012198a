// Calls spread over lines, with comments between all tokens, spliced words, digraphs and no space at all.
#include <stddef.h>
#include <sys/mman.h>

int
main
(void)
<%
    void*area=mmap(NULL,4096,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS,-1,0);
    area
        =
        mmap /* not yet ( */ ( // nor here )
            NULL /* address */ ,
            4096, /* , PROT_EXEC, */
            PROT_READ // | PROT_EXEC
            ,
            MAP_PRIVATE /**/ | /* "quotes" in a comment */ MAP_ANONYMOUS,
            -1,
            0
        )
        ;
    mpro\
tect(area, 4096, PROT_\
NONE);
    // a comment that goes on \
    mprotect(area, 4096, PROT_EXEC);
    (mprotect)(area, 4096, (((PROT_READ)) | (((PROT_EXEC)))));
    ; {{ mprotect ( area , 4096 , PROT_WRITE ) ; }}
    return 0;
%>
